// Reading a mapping file for a subcommand: read, compile, bind; what is wrong goes to one sink.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "app/description.h"
#include "base/source.h"
#include "diagnostics/diagnostic.h"
#include "lang/lang.h"
#include "machine/description.h"
#include "mapping/mapping.h"

namespace groma::cli {

/// A mapping as far as it could be understood.
struct MappingFile {
  std::shared_ptr<const SourceFile> source;
  std::shared_ptr<const lang::Program> program;  // empty when the text has errors
  std::optional<mapping::Mapping> mapping;       // empty without a machine, and with errors
  std::vector<Diagnostic> diagnostics;           // of all stages, by position

  bool ok() const;
};

/// Everything that can be told without running it. `machine` and `app` may be null: then what
/// depends on them is not checked. An error is about the file, not about the mapping.
Result<MappingFile> LoadMapping(const std::filesystem::path& file,
                                const machine::Description* machine, const app::Description* app);

}  // namespace groma::cli

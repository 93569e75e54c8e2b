// Everything that can be told about a mapping without running it.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/source.h"
#include "diagnostics/diagnostic.h"
#include "lang/lang.h"
#include "machine/description.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// A mapping as far as it could be understood.
struct CheckedText {
  std::shared_ptr<const SourceFile> source;
  lang::Tree tree;
  std::shared_ptr<const lang::Program> program;  // empty when the text has errors
  std::optional<Mapping> mapping;                // empty without a machine, and with errors
  std::vector<Diagnostic> diagnostics;           // of all stages, by position
  size_t text_errors = 0;  // those that application and machine do not matter for
  /// The statements whose decisions could not be looked at ("Region"), since errors of the text may
  /// change them.
  std::vector<std::string> unchecked;

  bool ok() const { return Errors() == 0; }
  size_t Errors() const;
};

/// Compiles the text, binds it to the machine, and looks at what it does with the application: of a
/// text with errors at those decisions that no statement with an error may change. `machine` and
/// `app` may be null: then what depends on them is not checked. At most `limit` errors and as many
/// warnings are kept.
CheckedText CheckText(std::shared_ptr<const SourceFile> source, const machine::Description* machine,
                      const app::Description* app, size_t limit = 100);

}  // namespace groma::mapping

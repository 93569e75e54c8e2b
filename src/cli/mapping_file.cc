#include "cli/mapping_file.h"

#include <algorithm>

#include "base/files.h"
#include "mapping/check_placements.h"

namespace groma::cli {

bool MappingFile::ok() const {
  return std::none_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError;
  });
}

Result<MappingFile> LoadMapping(const std::filesystem::path& file,
                                const machine::Description* machine, const app::Description* app) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  MappingFile loaded;
  loaded.source = std::make_shared<const SourceFile>(file.string(), std::move(*text));
  DiagnosticSink sink;
  if (std::optional<lang::Program> program = lang::Compile(loaded.source, sink)) {
    loaded.program = std::make_shared<const lang::Program>(std::move(*program));
    if (machine != nullptr) {
      machine::Shape shape(*machine);
      if (app != nullptr) lang::CheckAgainst(*loaded.program, *app, shape, sink);
      loaded.mapping = mapping::Mapping::Bind(loaded.program, shape, sink);
      if (loaded.mapping && app != nullptr) mapping::CheckPlacements(*loaded.mapping, *app, sink);
    }
  }
  loaded.diagnostics = sink.Take();
  return loaded;
}

}  // namespace groma::cli

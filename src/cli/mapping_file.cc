#include "cli/mapping_file.h"

#include "base/files.h"

namespace groma::cli {

Result<mapping::CheckedText> LoadMapping(const std::filesystem::path& file,
                                         const machine::Description* machine,
                                         const app::Description* app) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  return mapping::CheckText(std::make_shared<const SourceFile>(file.string(), std::move(*text)),
                            machine, app);
}

}  // namespace groma::cli

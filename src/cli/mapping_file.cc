#include "cli/mapping_file.h"

#include "base/files.h"

namespace groma::cli {

Result<SourceFile> ReadMapping(const std::string& file) {
  const bool from_stdin = file == "-";
  Result<std::string> text = from_stdin ? ReadStdin() : ReadFile(file);
  if (!text) return text.error();
  return SourceFile(from_stdin ? "<stdin>" : file, std::move(*text));
}

Result<mapping::CheckedText> LoadMapping(const std::string& file,
                                         const machine::Description* machine,
                                         const app::Description* app) {
  Result<SourceFile> source = ReadMapping(file);
  if (!source) return source.error();
  return mapping::CheckText(std::make_shared<const SourceFile>(std::move(*source)), machine, app);
}

}  // namespace groma::cli

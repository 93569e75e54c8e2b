// Reading a mapping file for a subcommand.
#pragma once
#include <string>

#include "mapping/check_text.h"

namespace groma::cli {

/// What help says of an argument that ReadMapping takes.
inline constexpr const char* kMappingFile = "The mapping file; '-' reads standard input";

/// The text of a mapping; `-` is standard input. The source is named as messages name it.
Result<SourceFile> ReadMapping(const std::string& file);

/// Everything that can be told about the file without running it. `machine` and `app` may be null:
/// then what depends on them is not checked. An error is about the file, not about the mapping.
Result<mapping::CheckedText> LoadMapping(const std::string& file,
                                         const machine::Description* machine,
                                         const app::Description* app);

}  // namespace groma::cli

// Reading a mapping file for a subcommand.
#pragma once
#include <filesystem>

#include "mapping/check_text.h"

namespace groma::cli {

/// Everything that can be told about the file without running it. `machine` and `app` may be null:
/// then what depends on them is not checked. An error is about the file, not about the mapping.
Result<mapping::CheckedText> LoadMapping(const std::filesystem::path& file,
                                         const machine::Description* machine,
                                         const app::Description* app);

}  // namespace groma::cli

// The door to files. Small text files are read and written whole.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groma {

/// The whole file. Errors name the path and the reason ("no such file", "is a folder", "larger than
/// 64 MiB").
Result<std::string> ReadFile(const std::filesystem::path& path);

/// Standard input to its end, under the same limit.
Result<std::string> ReadStdin();

/// Replaces the file as a whole: written beside it, flushed, then renamed over it, so that a full
/// disk or a kill leaves the old one. An old file's permissions stay.
Status WriteFile(const std::filesystem::path& path, std::string_view content);

}  // namespace groma

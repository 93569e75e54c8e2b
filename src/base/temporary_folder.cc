#include "base/temporary_folder.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace groma {
namespace {

constexpr std::string_view kPrefix = "groma-";

// "groma-PID-XXXXXX" of a process that no longer lives.
bool IsLeftBehind(const std::filesystem::path& folder) {
  std::string name = folder.filename().string();
  if (!name.starts_with(kPrefix)) return false;
  char* end = nullptr;
  long pid = std::strtol(name.c_str() + kPrefix.size(), &end, 10);
  return pid > 0 && *end == '-' && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

void RemoveLeftBehind(const std::filesystem::path& parent) {
  std::error_code ignored;
  std::filesystem::directory_iterator entries(parent, ignored);
  if (ignored) return;
  for (const auto& entry : entries) {
    std::error_code error;
    if (entry.is_directory(error) && !entry.is_symlink(error) && IsLeftBehind(entry.path()))
      std::filesystem::remove_all(entry.path(), error);
  }
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::Make() {
  const char* variable = std::getenv("TMPDIR");
  std::filesystem::path parent = variable && *variable ? variable : "/tmp";
  RemoveLeftBehind(parent);
  std::string name = fmt::format("{}/{}{}-XXXXXX", parent.string(), kPrefix, ::getpid());
  if (::mkdtemp(name.data()) == nullptr)
    return Error{
        fmt::format("cannot make a folder in {}: {}. Set TMPDIR to a folder that can be "
                    "written",
                    parent.string(), std::strerror(errno))};
  return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(std::filesystem::path path)
    : path_(path), path_to_remove_(std::move(path)) {}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::move(other.path_)), path_to_remove_(std::exchange(other.path_to_remove_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(path_to_remove_, other.path_to_remove_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_to_remove_.empty()) std::filesystem::remove_all(path_to_remove_, ignored);
}

}  // namespace groma

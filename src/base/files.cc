#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace groma {
namespace {

constexpr int64_t kLargestFile = 64 << 20;

Error Failure(const std::filesystem::path& path, std::string_view action) {
  return Error{fmt::format("cannot {} {}: {}", action, path.string(), std::strerror(errno))};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// `path` is what errors call it.
Result<std::string> ReadAll(int descriptor, const std::filesystem::path& path) {
  std::string content;
  char buffer[65536];
  for (;;) {
    ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failure(path, "read");
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
    if (static_cast<int64_t>(content.size()) > kLargestFile)
      return Error{fmt::format("cannot read {}: it is larger than 64 MiB", path.string())};
  }
}

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Failure(path, "read");
  return ReadAll(file.get(), path);
}

Result<std::string> ReadStdin() { return ReadAll(STDIN_FILENO, "<stdin>"); }

Status WriteFile(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path part = path;
  part += fmt::format(".{}.part", ::getpid());
  auto fail = [&]() -> Status {
    Error error = Failure(path, "write");
    ::unlink(part.c_str());
    return error;
  };
  Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return fail();
  struct stat old = {};
  if (::stat(path.c_str(), &old) == 0 && ::fchmod(file.get(), old.st_mode & 07777) != 0)
    return fail();
  while (!content.empty()) {
    ssize_t count = ::write(file.get(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail();
    content.remove_prefix(static_cast<size_t>(count));
  }
  if (::fsync(file.get()) != 0) return fail();
  if (::rename(part.c_str(), path.c_str()) != 0) return fail();
  return Done{};
}

}  // namespace groma

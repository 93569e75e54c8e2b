#include "legion/mapper/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace groma::legion {
namespace {

void WriteAll(int file, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, data, size);
    if (written <= 0) return;  // a full disk must not change what the program does
    data += written;
    size -= static_cast<size_t>(written);
  }
}

}  // namespace

Log::Log(std::string path) {
  if (!path.empty()) file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

Log::~Log() {
  Flush();
  if (file_ >= 0) close(file_);
}

void Log::Write(const nlohmann::ordered_json& json) {
  if (file_ < 0) return;
  // Names come from programs and need not be UTF-8.
  std::string line = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  line += '\n';
  const std::lock_guard lock(mutex_);
  if (used_ + line.size() > kSize) {
    WriteAll(file_, buffer_, used_);
    used_ = 0;
  }
  if (line.size() > kSize) {
    WriteAll(file_, line.data(), line.size());
    return;
  }
  memcpy(buffer_ + used_, line.data(), line.size());
  used_ += line.size();
}

void Log::Flush() {
  const std::lock_guard lock(mutex_);
  FlushFromSignal();
}

void Log::FlushFromSignal() {
  const size_t used = used_.exchange(0);
  if (file_ >= 0 && used > 0) WriteAll(file_, buffer_, used);
}

}  // namespace groma::legion

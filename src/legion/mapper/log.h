// The mapper log (docs/formats/mapper-log.md): JSON lines, kept in a buffer and written when it is
// full, at the end, and when the process dies.
#pragma once
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

#include "nlohmann/json.hpp"

namespace groma::legion {

/// Safe from any thread.
class Log {
 public:
  /// `path` empty: nothing is written. The file is appended to.
  explicit Log(std::string path);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled() const { return file_ >= 0; }
  /// One record; `json` has the key `record`.
  void Write(const nlohmann::ordered_json& json);
  void Flush();
  /// Like Flush, without the lock and with write(2) alone: for a signal handler.
  void FlushFromSignal();

 private:
  static constexpr size_t kSize = 256 * 1024;
  int file_ = -1;
  std::mutex mutex_;
  std::atomic<size_t> used_ = 0;
  char buffer_[kSize];
};

}  // namespace groma::legion

// One line of progress on stderr that overwrites itself; on anything but a terminal, a line now and
// then.
#pragma once
#include <chrono>
#include <string>

namespace groma::cli {

class ProgressLine {
 public:
  ProgressLine();
  /// Shows it in place of the last one. Off a terminal: a new line, at most one every ten seconds.
  void Show(const std::string& text);
  /// Takes the line away, so that something else can be printed.
  void Clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace groma::cli

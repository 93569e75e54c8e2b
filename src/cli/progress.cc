#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/command.h"

namespace groma::cli {

ProgressLine::ProgressLine()
    : terminal_(::isatty(STDERR_FILENO) == 1), last_(std::chrono::steady_clock::now()) {}

void ProgressLine::Show(const std::string& text) {
  auto now = std::chrono::steady_clock::now();
  if (!terminal_) {
    if (now - last_ < std::chrono::seconds(10)) return;
    last_ = now;
    Tell("groma: {}\n", text);
    return;
  }
  winsize size{};
  size_t width =
      ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
  Tell("\r\033[K{}", text.substr(0, width));
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::Clear() {
  if (shown_) Tell("\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace groma::cli

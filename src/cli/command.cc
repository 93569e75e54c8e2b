#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace groma::cli {
namespace {

bool TakesColour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

Exit Fail(Exit code, const std::string& message) {
  std::fflush(stdout);
  Tell("groma: {}\n", message);
  return code;
}

bool ColourOnStdout() { return TakesColour(STDOUT_FILENO); }
bool ColourOnStderr() { return TakesColour(STDERR_FILENO); }

std::string JsonText(const nlohmann::ordered_json& document) {
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void PrintJson(const nlohmann::ordered_json& document) { fmt::print("{}\n", JsonText(document)); }

}  // namespace groma::cli

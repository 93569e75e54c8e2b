#include "machine/toml_text.h"

#include <algorithm>

namespace groma::machine {
namespace {

constexpr int kMostParts = 16;

// The end of the one-line string that begins at `at`: behind its closing quote, at the end of the
// line when there is none. Of a string over several lines only the opening quotes.
size_t EndOfString(std::string_view text, size_t at) {
  const char quote = text[at];
  if (text.substr(at, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''")) return at + 3;
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\n') return i;
    if (text[i] == quote) return i + 1;
    if (quote == '"' && text[i] == '\\') ++i;
  }
  return text.size();
}

}  // namespace

std::optional<TomlFlaw> FindTomlFlaw(std::string_view text) {
  constexpr std::string_view kEndsOfKeys = "\n=,[]{}", kBeforeStrings = " \t\r\n=,[{.\"'";
  int dots = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if ((c == '"' || c == '\'') &&
               (at == 0 || kBeforeStrings.find(text[at - 1]) != kBeforeStrings.npos)) {
      at = EndOfString(text, at);
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return TomlFlaw{at, "only ASCII letters outside of strings and comments"};
    } else {
      if (kEndsOfKeys.find(c) != std::string_view::npos) dots = 0;
      if (c == '.' && ++dots > kMostParts) return TomlFlaw{at, "a key of more than 16 parts"};
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace groma::machine

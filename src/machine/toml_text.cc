#include "machine/toml_text.h"

#include <algorithm>

namespace groma::machine {
namespace {

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

std::optional<size_t> FirstStrayByte(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (text[at] == '"' || text[at] == '\'') {
      at = EndOfString(text, at);
    } else if (static_cast<unsigned char>(text[at]) >= 0x80) {
      return at;
    } else {
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace groma::machine

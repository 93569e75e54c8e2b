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

/// Whether toml++ has something to do with what follows a table's '[': a name, or nothing.
bool BeginsTableName(std::string_view text, size_t at) {
  at = std::min(text.find_first_not_of(" \t", at), text.size());
  if (at == text.size()) return true;
  const char c = text[at];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-\"']").find(c) != std::string_view::npos;
}

/// Follows a text to tell the '[' of a table's header from one of a value.
class Headers {
 public:
  /// Whether `c` begins a header.
  bool Step(char c) {
    const bool header = c == '[' && line_is_empty_ && !in_value_;
    if (c == '=') in_value_ = true;
    if (in_value_ && (c == '[' || c == '{')) ++open_;
    if (in_value_ && (c == ']' || c == '}') && open_ > 0) --open_;
    if (c == '\n' && open_ == 0) in_value_ = false;
    line_is_empty_ = c == '\n' || (line_is_empty_ && (c == ' ' || c == '\t'));
    return header;
  }

 private:
  bool line_is_empty_ = true, in_value_ = false;
  int open_ = 0;
};

}  // namespace

std::optional<TomlFlaw> FindTomlFlaw(std::string_view text) {
  constexpr std::string_view kEndsOfKeys = "\n=,[]{}", kBeforeStrings = " \t\r\n=,[{.\"'";
  int dots = 0;
  Headers headers;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if ((c == '"' || c == '\'') &&
               (at == 0 || kBeforeStrings.find(text[at - 1]) != kBeforeStrings.npos)) {
      headers.Step(c);
      at = EndOfString(text, at);
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return TomlFlaw{at, "only ASCII letters outside of strings and comments"};
    } else {
      if (headers.Step(c) && !BeginsTableName(text, at + (text.substr(at, 2) == "[[" ? 2 : 1)))
        return TomlFlaw{at, "a table's name stands in the brackets"};
      if (kEndsOfKeys.find(c) != std::string_view::npos) dots = 0;
      if (c == '.' && ++dots > kMostParts) return TomlFlaw{at, "a key of more than 16 parts"};
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace groma::machine

#include "llm/text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace groma::llm {

using nlohmann::json;

std::string ValidUtf8(std::string_view text) {
  // The library's own idea of UTF-8, since it is what writes the text later.
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace))
      .get<std::string>();
}

bool IsUtf8(std::string_view text) { return ValidUtf8(text) == text; }

std::string OneLine(std::string_view text, size_t most) {
  const std::string valid = ValidUtf8(text.substr(0, 4 * most + 16));
  std::string line;
  bool space = false;
  for (size_t i = 0; i < valid.size(); ++i) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    // U+0080 to U+009F are control characters too, and some terminals obey them.
    const bool late_control = byte == 0xC2 && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
    if (late_control) ++i;
    if (late_control || byte <= ' ' || byte == 0x7f) {
      space = !line.empty();
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += valid[i];
  }
  if (line.size() <= most) return line;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end) + "…";
}

Result<std::vector<std::string>> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  char quote = 0;
  bool in_word = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool space = c == ' ' || c == '\t' || c == '\n';
    if (quote == 0 && space) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'') {
      if (++i == line.size()) return Error{fmt::format("a backslash ends the command: {}", line)};
      words.back() += line[i];
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) return Error{fmt::format("a {} is not closed in the command: {}", quote, line)};
  if (words.empty()) return Error{"the command is empty: give it as command:'PROGRAM ARGS'"};
  return words;
}

}  // namespace groma::llm

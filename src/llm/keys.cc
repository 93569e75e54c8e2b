#include "llm/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "llm/text.h"

namespace groma::llm {
namespace {

constexpr size_t kShortest = 8;
constexpr size_t kTellingPart = 8;  // so many characters in a row can be nothing but the key's

std::string Trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void ReplaceAll(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

bool InKeys(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '_' || c == '*' || c == '.';
}

bool SharesPart(std::string_view word, std::string_view key) {
  for (size_t at = 0; at + kTellingPart <= key.size(); ++at)
    if (word.find(key.substr(at, kTellingPart)) != std::string_view::npos) return true;
  return false;
}

// "sk-…": servers quote keys with their middle replaced by stars or dots.
bool IsMasked(std::string_view word, std::string_view key) {
  const bool masked =
      word.find("**") != std::string_view::npos || word.find("...") != std::string_view::npos;
  while (!word.empty() && word.back() == '.') word.remove_suffix(1);  // the sentence's own
  return masked &&
         (word.starts_with(key.substr(0, 2)) || word.ends_with(key.substr(key.size() - 2)));
}

// The text with each word that shows a part of the key replaced.
std::string WithoutParts(std::string_view text, const std::string& key, const std::string& by) {
  std::string result;
  while (!text.empty()) {
    const size_t end =
        static_cast<size_t>(std::find_if_not(text.begin(), text.end(), InKeys) - text.begin());
    const std::string_view word = text.substr(0, end);
    result += SharesPart(word, key) || IsMasked(word, key) ? by : std::string(word);
    if (end < text.size()) result += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace

Result<Key> Key::Make(std::string variable, std::string value) {
  const bool odd = std::any_of(value.begin(), value.end(), [](char c) {
    return c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\';
  });
  if (odd)
    return Error{
        fmt::format("{} holds a space, a line break, a quote or another character that no "
                    "key has. Set it to the key alone",
                    variable)};
  if (value.size() < kShortest)
    return Error{
        fmt::format("{} has fewer than {} characters, so it is no key. Unset it for a "
                    "server that needs none",
                    variable, kShortest)};
  return Key(std::move(variable), std::move(value));
}

Keys Keys::From(const std::map<std::string, std::string>& environment) {
  Keys keys;
  for (const char* variable : {"ANTHROPIC_API_KEY", "OPENAI_API_KEY"}) {
    const auto found = environment.find(variable);
    if (found != environment.end() && !found->second.empty())
      keys.entries_.push_back({variable, found->second});
  }
  return keys;
}

bool Keys::Has(std::string_view variable) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.variable == variable; });
}

Result<Key> Keys::Find(std::string_view variable) const {
  for (const Entry& entry : entries_)
    if (entry.variable == variable) return Key::Make(entry.variable, entry.value);
  return Error{
      fmt::format("{} is not set: put the provider's key into it (keys come from the "
                  "environment only)",
                  variable)};
}

std::string Keys::Redact(std::string text) const {
  for (const Entry& entry : entries_) {
    const std::string value = Trimmed(entry.value);
    if (value.size() >= kShortest) ReplaceAll(text, value, fmt::format("[{}]", entry.variable));
  }
  return text;
}

std::string Keys::RedactMessage(std::string text) const {
  text = Redact(std::move(text));
  for (const Entry& entry : entries_) {
    const std::string value = Trimmed(entry.value);
    if (value.size() >= kShortest)
      text = WithoutParts(text, value, fmt::format("[{}]", entry.variable));
  }
  return text;
}

Request Cleaned(const Request& request, const Keys& keys) {
  Request clean = request;
  for (Message& message : clean.messages) {
    message.role = keys.Redact(ValidUtf8(message.role));
    message.content = keys.Redact(ValidUtf8(message.content));
  }
  return clean;
}

}  // namespace groma::llm

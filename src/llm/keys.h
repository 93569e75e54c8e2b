// Keys of providers: from the environment only, and nowhere printed.
#pragma once
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "llm/provider.h"

namespace groma::llm {

/// A secret. Has no formatter and no way to a stream; only the HTTP door reveals it, into a header.
class Key {
 public:
  /// An error when it cannot be a key: shorter than 8 characters, or with one that is not printable
  /// ASCII, a space, a quote or a backslash. The error does not show it.
  static Result<Key> Make(std::string variable, std::string value);

  /// The environment variable that it came from; stands for it wherever a person reads.
  const std::string& variable() const { return variable_; }
  const std::string& Reveal() const { return value_; }

 private:
  Key(std::string variable, std::string value)
      : variable_(std::move(variable)), value_(std::move(value)) {}
  std::string variable_, value_;
};
std::ostream& operator<<(std::ostream&, const Key&) = delete;

/// All keys that the environment holds: OPENAI_API_KEY and ANTHROPIC_API_KEY.
class Keys {
 public:
  Keys() = default;
  static Keys From(const std::map<std::string, std::string>& environment);

  bool Has(std::string_view variable) const;
  /// The key of that variable; an error when it is not set or no key (Key::Make).
  Result<Key> Find(std::string_view variable) const;

  /// The text with [VARIABLE] in place of each key.
  std::string Redact(std::string text) const;
  /// For messages of servers and programs: also what looks like a part of a key, masked or cut.
  std::string RedactMessage(std::string text) const;

 private:
  struct Entry {
    std::string variable, value;
  };
  std::vector<Entry> entries_;
};
std::ostream& operator<<(std::ostream&, const Keys&) = delete;

/// The request as it may leave and be recorded: valid UTF-8 (other bytes become U+FFFD), no keys.
Request Cleaned(const Request& request, const Keys& keys);

}  // namespace groma::llm

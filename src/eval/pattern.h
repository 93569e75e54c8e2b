// The regular expressions of program files, searched in a program's output. Neither the expression
// nor the output is trusted: no search overflows the stack or runs for ever.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groma::eval {

/// An ECMAScript regular expression without back-references. Of each line the first 4096 bytes are
/// searched.
class Pattern {
 public:
  /// An error says what is wrong with the expression.
  static Result<Pattern> Compile(const std::string& text);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  /// How many groups it has, those of (?:…) not counted.
  size_t groups() const;
  /// Whether a line of the text has a match. An error when the search was given up after 20 million
  /// looks at characters: such an expression tries too many ways of matching.
  Result<bool> Matches(std::string_view text) const;
  /// The first group of the last match (the whole match without groups). Errors as Matches.
  Result<std::optional<std::string>> LastMatch(std::string_view text) const;
  /// The first match in a line and its groups, empty ones where a group took no part; nothing
  /// without a match. Looks at characters are taken from `looks`; an error when they are used up.
  Result<std::optional<std::vector<std::string>>> Groups(std::string_view line,
                                                         int64_t* looks) const;

 private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<const Compiled> compiled);
  Error TooMuch() const;

  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace groma::eval

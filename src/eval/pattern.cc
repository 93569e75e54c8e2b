#include "eval/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <regex>

namespace groma::eval {
namespace {

constexpr size_t kLongestLine = 4096;
constexpr size_t kLongestPattern = 4096;
constexpr int64_t kMostReads = 20'000'000;

struct GivenUp {};

/// Over characters, counting down how often one may be looked at.
class Counted {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counted() = default;
  Counted(const char* at, int64_t* left) : at_(at), left_(left) {}
  reference operator*() const {
    if (--*left_ < 0) throw GivenUp{};
    return *at_;
  }
  Counted& operator++() {
    ++at_;
    return *this;
  }
  Counted& operator--() {
    --at_;
    return *this;
  }
  Counted operator++(int) { return {at_++, left_}; }
  Counted operator--(int) { return {at_--, left_}; }
  bool operator==(const Counted& other) const { return at_ == other.at_; }
  const char* at() const { return at_; }

 private:
  const char* at_ = nullptr;
  int64_t* left_ = nullptr;
};

/// Calls use(line) for the lines, last one first, until it answers true; whether it did.
template <class F>
bool AnyLineFromTheEnd(std::string_view text, F use) {
  while (!text.empty()) {
    if (text.back() == '\n') text.remove_suffix(1);
    const size_t before = text.rfind('\n');
    const size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (use(text.substr(begin, kLongestLine))) return true;
    text = text.substr(0, begin);
  }
  return false;
}

}  // namespace

struct Pattern::Compiled {
  std::string text;
  std::regex regex;
};

Pattern::Pattern(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

Result<Pattern> Pattern::Compile(const std::string& text) {
  if (text.size() > kLongestPattern)
    return Error{fmt::format("is longer than {} bytes", kLongestPattern)};
  try {
    // Polynomial: the plain way recurses for every character, which ends at the end of the stack.
    return Pattern(std::make_unique<const Compiled>(Compiled{
        text, std::regex(text, std::regex::ECMAScript | std::regex_constants::__polynomial)}));
  } catch (const std::regex_error& error) {
    if (error.code() == std::regex_constants::error_complexity)
      return Error{fmt::format(
          "has a back-reference or repeats too much, which is not supported: {}", error.what())};
    return Error{fmt::format("is no ECMAScript regular expression: {}", error.what())};
  }
}

size_t Pattern::groups() const { return compiled_->regex.mark_count(); }

Error Pattern::TooMuch() const {
  return Error{
      fmt::format("the search for '{}' in the output was given up: the expression tries too many "
                  "ways of matching. Begin it with ^ and a fixed word, and repeat no group that "
                  "repeats",
                  compiled_->text)};
}

Result<bool> Pattern::Matches(std::string_view text) const {
  int64_t left = kMostReads;
  try {
    return AnyLineFromTheEnd(text, [&](std::string_view line) {
      return std::regex_search(Counted(line.data(), &left),
                               Counted(line.data() + line.size(), &left), compiled_->regex);
    });
  } catch (const GivenUp&) {
    return TooMuch();
  } catch (const std::regex_error&) {
    return TooMuch();
  }
}

Result<std::optional<std::string>> Pattern::LastMatch(std::string_view text) const {
  int64_t left = kMostReads;
  std::optional<std::string> found;
  try {
    AnyLineFromTheEnd(text, [&](std::string_view line) {
      const Counted end(line.data() + line.size(), &left);
      std::regex_iterator<Counted> at(Counted(line.data(), &left), end, compiled_->regex), none;
      for (; at != none; ++at) found = at->size() > 1 ? (*at)[1].str() : (*at)[0].str();
      return found.has_value();
    });
  } catch (const GivenUp&) {
    return TooMuch();
  } catch (const std::regex_error&) {
    return TooMuch();
  }
  return found;
}

Result<std::optional<std::vector<std::string>>> Pattern::Groups(std::string_view line,
                                                                int64_t* looks) const {
  line = line.substr(0, kLongestLine);
  std::match_results<Counted> found;
  try {
    if (!std::regex_search(Counted(line.data(), looks), Counted(line.data() + line.size(), looks),
                           found, compiled_->regex))
      return std::optional<std::vector<std::string>>();
    std::vector<std::string> groups;
    for (const auto& group : found) {
      groups.emplace_back();
      if (group.matched) groups.back().assign(group.first.at(), group.second.at());
    }
    return std::optional(std::move(groups));
  } catch (const GivenUp&) {
    return TooMuch();
  } catch (const std::regex_error&) {
    return TooMuch();
  }
}

}  // namespace groma::eval

// C++ names for what a mapping names. Private to src/codegen.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace groma::codegen {

/// Gives out names that mean nothing else in the generated file: not a word of C++, of the support
/// headers or of the C library's macros, none that C++ keeps for itself, and none given out before.
class Names {
 public:
  /// `around` has given out names that these must not hide; it outlives this.
  explicit Names(const Names* around = nullptr) : around_(around) {}

  /// `wanted`, or `wanted` with underscores or a number after it; of a very long one the beginning.
  /// Logarithmic in the names that were given out.
  std::string Take(std::string_view wanted);

 private:
  bool IsFree(const std::string& name) const;

  const Names* around_;
  std::set<std::string> taken_;
  std::map<std::string, int> numbers_;  // the last one behind a name
};

/// A C++ string literal of any bytes.
std::string Quoted(std::string_view text);

}  // namespace groma::codegen

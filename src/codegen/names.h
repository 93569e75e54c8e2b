// C++ names for what a mapping names. Private to src/codegen.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace groma::codegen {

/// Gives out names that mean nothing else in the generated file: not a word of C++, of the support
/// headers or of the C library's macros, and none given out before.
class Names {
 public:
  /// `wanted`, or `wanted` with underscores or a number after it.
  std::string Take(std::string_view wanted);

 private:
  std::set<std::string, std::less<>> taken_;
};

/// A C++ string literal of any bytes.
std::string Quoted(std::string_view text);

}  // namespace groma::codegen

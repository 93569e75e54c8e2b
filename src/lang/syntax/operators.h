// The operators of the language, shared by the syntax tree and the checked program.
#pragma once
#include <cstdint>
#include <string_view>

namespace groma::lang {

enum class UnaryOperator { kNegate, kNot };

enum class BinaryOperator {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr
};

/// How an alignment is compared with the N of the constraint.
enum class Comparison { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kNotEqual };

/// As written: "+", "&&", "==".
std::string_view ToString(UnaryOperator op);
std::string_view ToString(BinaryOperator op);
std::string_view ToString(Comparison comparison);

}  // namespace groma::lang

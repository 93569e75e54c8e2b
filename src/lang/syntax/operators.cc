#include "lang/syntax/operators.h"

#include <array>

namespace groma::lang {

std::string_view ToString(UnaryOperator op) { return op == UnaryOperator::kNegate ? "-" : "!"; }

std::string_view ToString(BinaryOperator op) {
  constexpr std::array<std::string_view, 13> kSigns = {
      "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||"};
  return kSigns[static_cast<size_t>(op)];
}

std::string_view ToString(Comparison comparison) {
  constexpr std::array<std::string_view, 6> kSigns = {"==", "<", "<=", ">", ">=", "!="};
  return kSigns[static_cast<size_t>(comparison)];
}

}  // namespace groma::lang

// Arithmetic on values of the mapping language: 64-bit integers and tuples, element by element.
#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "lang/syntax/operators.h"
#include "mapping/value.h"

namespace groma::mapping {

/// A diagnostic's code (E06xx) and message, still without the place.
struct Complaint {
  std::string_view code;
  std::string message;
};

/// Both sides already evaluated, their types as the checker allows; kAnd and kOr are the caller's.
/// Overflow, a zero divisor and tuples of different lengths are complaints that name the values.
std::variant<Value, Complaint> Apply(lang::BinaryOperator op, const Value& left,
                                     const Value& right);

/// −x, of an integer or of each element of a tuple.
std::variant<Value, Complaint> Negate(const Value& operand);

/// The product of the elements, 1 for ().
std::variant<Value, Complaint> Product(const Tuple& tuple);

}  // namespace groma::mapping

// Arithmetic on values of the mapping language: 64-bit integers and tuples, element by element.
#pragma once
#include <optional>
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

/// left op right for + − * / %, or nothing when it has no place in 64 bits. `right` is not 0 where
/// op divides.
std::optional<int64_t> Compute(lang::BinaryOperator op, int64_t left, int64_t right);

/// Both sides already evaluated, their types as the checker allows; kAnd and kOr are the caller's.
/// Overflow, a zero divisor and tuples of different lengths are complaints that name the values.
std::variant<Value, Complaint> Apply(lang::BinaryOperator op, const Value& left,
                                     const Value& right);

/// −x, of an integer or of each element of a tuple.
std::variant<Value, Complaint> Negate(const Value& operand);

/// Apply for values of which at least one differs between the lanes of a block; nothing when a lane
/// of the mask has no result or the lanes have no common form.
std::optional<Value> ApplyToLanes(lang::BinaryOperator op, const Value& left, const Value& right,
                                  Mask mask);

/// The product of the elements, 1 for ().
std::variant<Value, Complaint> Product(const Tuple& tuple);
/// The same for a block; nothing when it overflows in a lane of the mask.
std::optional<Value> ProductOfLanes(const ColumnTuple& tuple, Mask mask);

}  // namespace groma::mapping

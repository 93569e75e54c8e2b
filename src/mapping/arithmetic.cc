#include "mapping/arithmetic.h"

#include <fmt/format.h>

#include <limits>

#include "base/check.h"

namespace groma::mapping {
namespace {

using lang::BinaryOperator;

std::string_view Symbol(BinaryOperator op) { return lang::ToString(op); }

std::variant<int64_t, Complaint> ApplyToIntegers(BinaryOperator op, int64_t left, int64_t right) {
  const bool divides = op == BinaryOperator::kDivide || op == BinaryOperator::kRemainder;
  if (divides && right == 0) {
    return Complaint{"E0602", fmt::format("division by zero: {} {} 0", left, Symbol(op))};
  }
  if (auto result = Compute(op, left, right)) return *result;
  return Complaint{"E0601",
                   fmt::format("{} {} {} does not fit in 64 bits", left, Symbol(op), right)};
}

bool Compares(BinaryOperator op, int64_t left, int64_t right) {
  switch (op) {
    case BinaryOperator::kLess:
      return left < right;
    case BinaryOperator::kLessEqual:
      return left <= right;
    case BinaryOperator::kGreater:
      return left > right;
    case BinaryOperator::kGreaterEqual:
      return left >= right;
    default:
      CHECK(false, "no comparison");
  }
}

bool AreEqual(const Value& left, const Value& right) {
  if (left.index() != right.index()) return false;
  if (auto* value = std::get_if<int64_t>(&left)) return *value == std::get<int64_t>(right);
  if (auto* value = std::get_if<bool>(&left)) return *value == std::get<bool>(right);
  if (auto* value = std::get_if<Tuple>(&left)) return *value == std::get<Tuple>(right);
  if (auto* value = std::get_if<std::string>(&left)) return *value == std::get<std::string>(right);
  CHECK(false, "values of a type that has no ==");
}

std::variant<Value, Complaint> ApplyToTuples(BinaryOperator op, const Value& left,
                                             const Value& right) {
  const auto* left_tuple = std::get_if<Tuple>(&left);
  const auto* right_tuple = std::get_if<Tuple>(&right);
  if (left_tuple && right_tuple && left_tuple->size() != right_tuple->size()) {
    return Complaint{"E0605", fmt::format("tuples of different lengths: {} {} {}",
                                          Brief(*left_tuple), Symbol(op), Brief(*right_tuple))};
  }
  Tuple result((left_tuple ? left_tuple : right_tuple)->size());
  for (size_t i = 0; i < result.size(); ++i) {
    auto element = ApplyToIntegers(op, left_tuple ? (*left_tuple)[i] : std::get<int64_t>(left),
                                   right_tuple ? (*right_tuple)[i] : std::get<int64_t>(right));
    if (auto* complaint = std::get_if<Complaint>(&element)) {
      complaint->message += fmt::format(", in {} {} {}", Brief(left), Symbol(op), Brief(right));
      return std::move(*complaint);
    }
    result[i] = std::get<int64_t>(element);
  }
  return Value(std::move(result));
}

std::optional<Value> ApplyToColumns(BinaryOperator op, const Value& left, const Value& right,
                                    Mask mask) {
  const ColumnTuple a = ColumnsOf(left), b = ColumnsOf(right);
  const bool both = IsTuple(left) && IsTuple(right);
  if (both && a.size() != b.size()) return std::nullopt;
  ColumnTuple result;
  for (size_t i = 0; i < (IsTuple(left) ? a : b).size(); ++i) {
    std::optional<Column> element =
        Apply(op, IsTuple(left) ? a[i] : a[0], IsTuple(right) ? b[i] : b[0], mask);
    if (!element) return std::nullopt;
    result.push_back(std::move(*element));
  }
  return ValueOf(std::move(result));
}

std::optional<Value> EqualTuples(BinaryOperator op, const ColumnTuple& left,
                                 const ColumnTuple& right) {
  const bool unequal = op == BinaryOperator::kNotEqual;
  if (left.size() != right.size()) return Value(unequal);
  std::vector<uint8_t> result;  // of the lanes so far; empty: all equal
  for (size_t i = 0; i < left.size(); ++i) {
    const auto equal = Compare(BinaryOperator::kEqual, left[i], right[i]);
    if (const bool* all = std::get_if<bool>(&equal)) {
      if (!*all) return Value(unequal);
      continue;
    }
    const std::vector<uint8_t>& lanes = *std::get<Flags>(equal).at;
    if (result.empty()) result.assign(lanes.size(), 1);
    for (size_t lane = 0; lane < lanes.size(); ++lane) result[lane] &= lanes[lane];
  }
  if (result.empty()) return Value(!unequal);
  for (uint8_t& lane : result) lane ^= unequal ? 1 : 0;
  return Value(Flags{std::make_shared<const std::vector<uint8_t>>(std::move(result))});
}

}  // namespace

std::optional<int64_t> Compute(BinaryOperator op, int64_t left, int64_t right) {
  int64_t result = 0;
  const bool minus_one = right == -1;  // the one divisor that can overflow, % included
  switch (op) {
    case BinaryOperator::kAdd:
      return __builtin_add_overflow(left, right, &result) ? std::nullopt : std::optional(result);
    case BinaryOperator::kSubtract:
      return __builtin_sub_overflow(left, right, &result) ? std::nullopt : std::optional(result);
    case BinaryOperator::kMultiply:
      return __builtin_mul_overflow(left, right, &result) ? std::nullopt : std::optional(result);
    case BinaryOperator::kDivide:
      if (minus_one) return Compute(BinaryOperator::kSubtract, 0, left);
      return left / right;
    case BinaryOperator::kRemainder:
      return minus_one ? 0 : left % right;
    default:
      CHECK(false, "no arithmetic operator");
  }
}

std::variant<Value, Complaint> Apply(BinaryOperator op, const Value& left, const Value& right) {
  switch (op) {
    case BinaryOperator::kEqual:
      return Value(AreEqual(left, right));
    case BinaryOperator::kNotEqual:
      return Value(!AreEqual(left, right));
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual:
      return Value(Compares(op, std::get<int64_t>(left), std::get<int64_t>(right)));
    default:
      break;
  }
  if (!std::holds_alternative<int64_t>(left) || !std::holds_alternative<int64_t>(right)) {
    return ApplyToTuples(op, left, right);
  }
  auto result = ApplyToIntegers(op, std::get<int64_t>(left), std::get<int64_t>(right));
  if (auto* complaint = std::get_if<Complaint>(&result)) return std::move(*complaint);
  return Value(std::get<int64_t>(result));
}

std::variant<Value, Complaint> Negate(const Value& operand) {
  return Apply(BinaryOperator::kSubtract, Value(int64_t{0}), operand);
}

std::optional<Value> ApplyToLanes(BinaryOperator op, const Value& left, const Value& right,
                                  Mask mask) {
  const bool equality = op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual;
  if (IsTuple(left) || IsTuple(right)) {
    if (equality) return EqualTuples(op, ColumnsOf(left), ColumnsOf(right));
    return ApplyToColumns(op, left, right, mask);
  }
  const std::optional<Column> a = ColumnOf(left), b = ColumnOf(right);
  if (!a || !b) return std::nullopt;
  switch (op) {
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual:
      return ValueOf(Compare(op, *a, *b));
    default:
      break;
  }
  std::optional<Column> result = Apply(op, *a, *b, mask);
  return result ? std::optional<Value>(ValueOf(std::move(*result))) : std::nullopt;
}

std::variant<Value, Complaint> Product(const Tuple& tuple) {
  int64_t product = 1;
  for (int64_t element : tuple) {
    if (__builtin_mul_overflow(product, element, &product)) {
      return Complaint{"E0601",
                       fmt::format("the volume of {} does not fit in 64 bits", Brief(tuple))};
    }
  }
  return Value(product);
}

std::optional<Value> ProductOfLanes(const ColumnTuple& tuple, Mask mask) {
  std::optional<Column> product(1);
  for (size_t i = 0; product && i < tuple.size(); ++i) {
    product = Apply(BinaryOperator::kMultiply, *product, tuple[i], mask);
  }
  return product ? std::optional<Value>(ValueOf(std::move(*product))) : std::nullopt;
}

}  // namespace groma::mapping

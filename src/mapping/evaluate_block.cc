// Evaluation where the points of a block differ: both sides of a choice, each for its own points.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "mapping/evaluator.h"

namespace groma::mapping {

Value OrOneByOne(std::optional<Value> value) {
  if (!value) throw OneByOne{};
  return std::move(*value);
}

Flags Not(const Flags& flags) {
  std::vector<uint8_t> lanes = *flags.at;
  for (uint8_t& lane : lanes) lane ^= 1;
  return {std::make_shared<const std::vector<uint8_t>>(std::move(lanes))};
}

template <class Compute>
std::optional<Value> Evaluator::Where(const Flags& flags, bool value, Compute compute) {
  const auto narrow = Narrow(mask_, flags, value);
  if (narrow == nullptr) return std::nullopt;
  const Mask outer = std::exchange(mask_, narrow.get());
  Value result = compute();
  mask_ = outer;
  return result;
}

Value Evaluator::Logical(const lang::Binary& node) {
  // The value of the left side that settles the whole.
  const bool settles = node.op == lang::BinaryOperator::kOr;
  const auto right = [&] {
    Value scratch;
    return Value(Look(*node.right, scratch));
  };
  Value scratch;
  const Value& left = Look(*node.left, scratch);
  if (const bool* all = std::get_if<bool>(&left)) return *all == settles ? Value(settles) : right();
  const Flags flags = std::get<Flags>(left);
  const std::optional<Value> rest = Where(flags, !settles, right);
  if (!rest) return flags;
  const auto* others = std::get_if<Flags>(&*rest);
  std::vector<uint8_t> lanes = *flags.at;
  for (size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i] != static_cast<uint8_t>(settles)) {
      lanes[i] = others != nullptr ? (*others->at)[i] : static_cast<uint8_t>(std::get<bool>(*rest));
    }
  }
  return Flags{std::make_shared<const std::vector<uint8_t>>(std::move(lanes))};
}

Value Evaluator::Node(const lang::Expression&, const lang::Conditional& node) {
  Value scratch;
  const Value& condition = Look(*node.condition, scratch);
  const auto* flags = std::get_if<Flags>(&condition);
  if (flags == nullptr) return Evaluate(std::get<bool>(condition) ? *node.then : *node.otherwise);
  const Flags taken = *flags;
  std::optional<Value> then = Where(taken, true, [&] { return Evaluate(*node.then); });
  std::optional<Value> otherwise = Where(taken, false, [&] { return Evaluate(*node.otherwise); });
  if (!then) return std::move(otherwise).value();
  if (!otherwise) return std::move(then).value();
  return SelectValue(taken, *then, *otherwise);
}

Value Evaluator::SelectValue(const Flags& flags, const Value& then, const Value& otherwise) {
  if (auto a = ColumnOf(then)) return Select(flags, *a, ColumnOf(otherwise).value());
  if (IsTuple(then)) {
    const ColumnTuple a = ColumnsOf(then), b = ColumnsOf(otherwise);
    if (a.size() != b.size()) throw OneByOne{};
    ColumnTuple result;
    for (size_t i = 0; i < a.size(); ++i) result.push_back(Select(flags, a[i], b[i]));
    return ValueOf(std::move(result));
  }
  if (TypeOf(then) == lang::Type::kBoolean) {
    const auto lane = [](const Value& value, size_t i) {
      const auto* lanes = std::get_if<Flags>(&value);
      return lanes != nullptr ? (*lanes->at)[i] : static_cast<uint8_t>(std::get<bool>(value));
    };
    std::vector<uint8_t> lanes = *flags.at;
    for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = lane(lanes[i] ? then : otherwise, i);
    return Flags{std::make_shared<const std::vector<uint8_t>>(std::move(lanes))};
  }
  if (TypeOf(then) != lang::Type::kPoint) throw OneByOne{};
  const auto& a = std::get<PointValue>(then);
  const auto& b = std::get<PointValue>(otherwise);
  if (!a.space.IsSameAs(b.space)) throw OneByOne{};
  PointValue result{a.space, {}};
  for (size_t i = 0; i < a.coordinates.size(); ++i) {
    const auto &x = a.coordinates[i], &y = b.coordinates[i];
    if (x.has_value() != y.has_value()) throw OneByOne{};
    result.coordinates.push_back(x ? std::optional(Select(flags, *x, *y)) : std::nullopt);
  }
  return result;
}

Value Evaluator::ElementAt(const ColumnTuple& tuple, const Column& index) {
  const auto size = static_cast<int64_t>(tuple.size());
  if (index.IsUniform()) {
    const int64_t at = index.low() < 0 ? index.low() + size : index.low();
    if (at < 0 || at >= size) throw OneByOne{};
    return ValueOf(tuple[static_cast<size_t>(at)]);
  }
  std::vector<int64_t> lanes = *index.lanes();
  for (int64_t& lane : lanes) {
    if (lane < 0) lane += size;
  }
  const std::optional<Column> inside = Inside(
      Column(std::move(lanes), std::min<int64_t>(index.low(), 0), std::max(index.high(), size)),
      size, mask_);
  if (!inside) throw OneByOne{};
  Column::Lanes result(inside->lanes()->size());
  int64_t low = tuple[0].low(), high = tuple[0].high();
  for (const Column& element : tuple) {
    low = std::min(low, element.low());
    high = std::max(high, element.high());
  }
  for (size_t i = 0; i < result.size(); ++i) {
    result[i] = tuple[static_cast<size_t>((*inside)[i])][i];
  }
  return Column(std::move(result), low, high);
}

}  // namespace groma::mapping

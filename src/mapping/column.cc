#include "mapping/column.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "mapping/arithmetic.h"

namespace groma::mapping {
namespace {

using lang::BinaryOperator;
using Wide = __int128;

struct Bounds {
  Wide low, high;
  bool Fit() const {
    return low >= std::numeric_limits<int64_t>::min() &&
           high <= std::numeric_limits<int64_t>::max();
  }
};

Bounds BoundsOfCorners(Wide a, Wide b, Wide c, Wide d) {
  return {std::min({a, b, c, d}), std::max({a, b, c, d})};
}

bool IsIn(Mask mask, size_t lane) { return mask == nullptr || (*mask)[lane] != 0; }

/// One loop for each of: both sides have lanes, only one has. `lane` is a function of two integers.
template <class Result, class Lane>
std::vector<Result> Each(const Column& left, const Column& right, Lane lane) {
  const Column::Lanes* a = left.lanes();
  const Column::Lanes* b = right.lanes();
  CHECK(a != nullptr || b != nullptr, "no lanes");
  std::vector<Result> result((a != nullptr ? a : b)->size());
  const size_t count = result.size();
  if (a == nullptr) {
    const int64_t same = left.low();
    for (size_t i = 0; i < count; ++i) result[i] = lane(same, (*b)[i]);
  } else if (b == nullptr) {
    const int64_t same = right.low();
    for (size_t i = 0; i < count; ++i) result[i] = lane((*a)[i], same);
  } else {
    for (size_t i = 0; i < count; ++i) result[i] = lane((*a)[i], (*b)[i]);
  }
  return result;
}

template <class Lane>
Column Within(Bounds bounds, const Column& left, const Column& right, Lane lane) {
  return {Each<int64_t>(left, right, lane), static_cast<int64_t>(bounds.low),
          static_cast<int64_t>(bounds.high)};
}

/// Lane by lane, where the bounds leave open whether every lane has a result.
std::optional<Column> Checked(BinaryOperator op, const Column& left, const Column& right,
                              Mask mask) {
  const bool divides = op == BinaryOperator::kDivide || op == BinaryOperator::kRemainder;
  int64_t low = std::numeric_limits<int64_t>::max(), high = std::numeric_limits<int64_t>::min();
  bool failed = false;
  size_t i = 0;
  std::vector<int64_t> lanes = Each<int64_t>(left, right, [&](int64_t a, int64_t b) {
    std::optional<int64_t> result;
    if (!divides || b != 0) result = Compute(op, a, b);
    failed = failed || (!result && IsIn(mask, i));
    ++i;
    low = std::min(low, result.value_or(0));
    high = std::max(high, result.value_or(0));
    return result.value_or(0);
  });
  if (failed) return std::nullopt;
  return Column(std::move(lanes), low, high);
}

/// Division of numbers in 0 … 2³² − 1 by a divisor of 2 … 2³² − 1 that is the same in all lanes: a
/// multiplication by 2⁶⁴ / divisor, rounded up, has the exact quotient in its upper half (the error
/// is below n / 2⁶⁴ < 1 / divisor).
class Reciprocal {
 public:
  explicit Reciprocal(int64_t divisor)
      : inverse_(std::numeric_limits<uint64_t>::max() / static_cast<uint64_t>(divisor) + 1) {}
  int64_t Quotient(int64_t number) const {
    return static_cast<int64_t>(
        (static_cast<unsigned __int128>(inverse_) * static_cast<uint64_t>(number)) >> 64);
  }

 private:
  uint64_t inverse_;
};

/// `right` is above 0.
Bounds BoundsOfRemainder(const Column& left, const Column& right) {
  const Wide most = Wide{right.high()} - 1;
  return {left.low() < 0 ? std::max(-most, Wide{left.low()}) : Wide{0},
          left.high() > 0 ? std::min(most, Wide{left.high()}) : Wide{0}};
}

std::optional<Column> Divide(BinaryOperator op, const Column& left, const Column& right,
                             Mask mask) {
  constexpr int64_t kHalf = int64_t{1} << 32;
  if (right.low() <= 0) return Checked(op, left, right, mask);
  const bool remainder = op == BinaryOperator::kRemainder;
  const int64_t low = right.low(), high = right.high();
  const Bounds bounds = remainder ? BoundsOfRemainder(left, right)
                                  : BoundsOfCorners(left.low() / low, left.low() / high,
                                                    left.high() / low, left.high() / high);
  if (bounds.low == bounds.high) return Column(static_cast<int64_t>(bounds.low));
  if (right.IsUniform() && low > 1 && low < kHalf && left.low() >= 0 && left.high() < kHalf) {
    const Reciprocal by(low);
    if (!remainder) {
      return Within(bounds, left, right, [by](int64_t a, int64_t) { return by.Quotient(a); });
    }
    if (left.high() < low) return left;
    return Within(bounds, left, right,
                  [by](int64_t a, int64_t b) { return a - by.Quotient(a) * b; });
  }
  if (remainder) return Within(bounds, left, right, [](int64_t a, int64_t b) { return a % b; });
  return Within(bounds, left, right, [](int64_t a, int64_t b) { return a / b; });
}

template <class Lane>
Flags Compared(const Column& left, const Column& right, Lane lane) {
  return Flags{std::make_shared<const std::vector<uint8_t>>(Each<uint8_t>(left, right, lane))};
}

std::variant<bool, Flags> Negated(std::variant<bool, Flags> truth) {
  if (auto* all = std::get_if<bool>(&truth)) return !*all;
  std::vector<uint8_t> lanes = *std::get<Flags>(truth).at;
  for (uint8_t& lane : lanes) lane ^= 1;
  return Flags{std::make_shared<const std::vector<uint8_t>>(std::move(lanes))};
}

std::variant<bool, Flags> Less(const Column& left, const Column& right) {
  if (left.high() < right.low()) return true;
  if (left.low() >= right.high()) return false;
  return Compared(left, right, [](int64_t a, int64_t b) { return a < b; });
}

std::variant<bool, Flags> Equal(const Column& left, const Column& right) {
  if (left.high() < right.low() || right.high() < left.low()) return false;
  if (left.IsUniform() && right.IsUniform()) return left.low() == right.low();
  return Compared(left, right, [](int64_t a, int64_t b) { return a == b; });
}

}  // namespace

std::optional<Column> Apply(BinaryOperator op, const Column& left, const Column& right, Mask mask) {
  if (left.IsUniform() && right.IsUniform()) {
    const bool divides = op == BinaryOperator::kDivide || op == BinaryOperator::kRemainder;
    if (divides && right.low() == 0) return std::nullopt;
    const std::optional<int64_t> result = Compute(op, left.low(), right.low());
    return result ? std::optional<Column>(*result) : std::nullopt;
  }
  const Wide a = left.low(), b = left.high(), c = right.low(), d = right.high();
  Bounds bounds{};
  switch (op) {
    case BinaryOperator::kAdd:
      bounds = {a + c, b + d};
      if (!bounds.Fit()) break;
      return Within(bounds, left, right, [](int64_t x, int64_t y) { return x + y; });
    case BinaryOperator::kSubtract:
      bounds = {a - d, b - c};
      if (!bounds.Fit()) break;
      return Within(bounds, left, right, [](int64_t x, int64_t y) { return x - y; });
    case BinaryOperator::kMultiply:
      bounds = BoundsOfCorners(a * c, a * d, b * c, b * d);
      if (!bounds.Fit()) break;
      return Within(bounds, left, right, [](int64_t x, int64_t y) { return x * y; });
    default:
      return Divide(op, left, right, mask);
  }
  return Checked(op, left, right, mask);
}

std::variant<bool, Flags> Compare(BinaryOperator op, const Column& left, const Column& right) {
  switch (op) {
    case BinaryOperator::kLess:
      return Less(left, right);
    case BinaryOperator::kGreater:
      return Less(right, left);
    case BinaryOperator::kGreaterEqual:
      return Negated(Less(left, right));
    case BinaryOperator::kLessEqual:
      return Negated(Less(right, left));
    case BinaryOperator::kEqual:
      return Equal(left, right);
    case BinaryOperator::kNotEqual:
      return Negated(Equal(left, right));
    default:
      CHECK(false, "no comparison");
  }
}

Column Select(const Flags& flags, const Column& then, const Column& otherwise) {
  std::vector<int64_t> lanes(flags.at->size());
  for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = (*flags.at)[i] ? then[i] : otherwise[i];
  return {std::move(lanes), std::min(then.low(), otherwise.low()),
          std::max(then.high(), otherwise.high())};
}

std::optional<Column> Inside(const Column& column, int64_t size, Mask mask) {
  if (column.low() >= 0 && column.high() < size) return column;
  if (column.IsUniform()) return std::nullopt;
  std::vector<int64_t> lanes = *column.lanes();
  for (size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i] >= 0 && lanes[i] < size) continue;
    if (IsIn(mask, i)) return std::nullopt;
    lanes[i] = 0;
  }
  return Column(std::move(lanes), 0, size - 1);
}

std::unique_ptr<const std::vector<uint8_t>> Narrow(Mask mask, const Flags& flags, bool value) {
  auto narrow = std::make_unique<std::vector<uint8_t>>(flags.at->size());
  bool any = false;
  for (size_t i = 0; i < narrow->size(); ++i) {
    const bool in = IsIn(mask, i) && ((*flags.at)[i] != 0) == value;
    (*narrow)[i] = in;
    any = any || in;
  }
  if (!any) narrow.reset();
  return narrow;
}

}  // namespace groma::mapping

// Integers of many points at once. A launch is placed in blocks of points: each step of a mapping
// function is done for the whole block, so that what the step itself costs is shared by all points
// and what is the same for all points is computed once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "lang/syntax/operators.h"

namespace groma::mapping {

/// A truth value for each point (lane) of a block. Immutable, cheap to copy.
struct Flags {
  std::shared_ptr<const std::vector<uint8_t>> at;  // never null; 0 or 1 each
};

/// The lanes of a block that count; null: all. Lanes that do not are those of other sides of `?:`,
/// `&&` and `||`: they may hold any number, and nothing is ever an error there.
using Mask = const std::vector<uint8_t>*;

/// An integer for each lane of a block, or one for all of them; and two bounds between which all of
/// them lie, so that most checks are made once a block. Immutable, cheap to copy.
class Column {
 public:
  using Lanes = std::vector<int64_t>;

  /// The same integer in all lanes.
  Column(int64_t value) : low_(value), high_(value) {}  // NOLINT: an integer is such a column
  /// All lanes lie in low … high, those outside the mask too.
  Column(Lanes lanes, int64_t low, int64_t high)
      : low_(low), high_(high), lanes_(std::make_shared<const Lanes>(std::move(lanes))) {}

  bool IsUniform() const { return lanes_ == nullptr; }
  int64_t low() const { return low_; }
  int64_t high() const { return high_; }
  /// Null when the column is uniform; its value is low() then.
  const Lanes* lanes() const { return lanes_.get(); }
  int64_t operator[](size_t lane) const { return lanes_ ? (*lanes_)[lane] : low_; }

 private:
  int64_t low_, high_;
  std::shared_ptr<const Lanes> lanes_;
};

/// + − * / % of each lane, as Compute does it; nothing when a lane of the mask has no result
/// (overflow, a zero divisor).
std::optional<Column> Apply(lang::BinaryOperator op, const Column& left, const Column& right,
                            Mask mask);

/// < <= > >= == != of each lane; one truth for all lanes where the bounds decide.
std::variant<bool, Flags> Compare(lang::BinaryOperator op, const Column& left, const Column& right);

/// `then` where the flag is set, else `otherwise`.
Column Select(const Flags& flags, const Column& then, const Column& otherwise);

/// The column with 0 in the lanes that are not in 0 … size − 1; nothing when a lane of the mask is
/// one of them.
std::optional<Column> Inside(const Column& column, int64_t size, Mask mask);

/// Lanes where `flags` is `value`, among those of the mask; null when there are none.
std::unique_ptr<const std::vector<uint8_t>> Narrow(Mask mask, const Flags& flags, bool value);

}  // namespace groma::mapping

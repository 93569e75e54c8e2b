#include "mapping/machine_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/check.h"
#include "mapping/factor.h"

namespace groma::mapping {

/// One transformation and the space that it was made from.
struct MachineSpace::Step {
  enum class Kind { kMerge, kFactor, kSwap, kSlice, kReverse };
  Kind kind;
  size_t p = 0;
  size_t q = 0;
  std::vector<int64_t> factors;  // kFactor: of dimension p, the first fastest
  int64_t offset = 0;            // kSlice: low; kReverse: size − 1; kMerge: size[q]
  int depth = 1;
  std::vector<int64_t> old_size;
  std::shared_ptr<const Step> previous;

  /// Replaces a point of the new space by the old space's, or the other way round. Number: int64_t,
  /// or Column for a block of points.
  template <class Number>
  void ToOld(std::vector<Number>& point) const;
  void ToNew(std::vector<int64_t>& point) const;
};

namespace {

// Inside a space nothing overflows and no divisor is 0.
Column Done(lang::BinaryOperator op, const Column& left, const Column& right) {
  return Apply(op, left, right, nullptr).value();
}
Column operator+(const Column& left, const Column& right) {
  return Done(lang::BinaryOperator::kAdd, left, right);
}
Column operator-(const Column& left, const Column& right) {
  return Done(lang::BinaryOperator::kSubtract, left, right);
}
Column operator*(const Column& left, const Column& right) {
  return Done(lang::BinaryOperator::kMultiply, left, right);
}
Column operator/(const Column& left, const Column& right) {
  return Done(lang::BinaryOperator::kDivide, left, right);
}
Column operator%(const Column& left, const Column& right) {
  return Done(lang::BinaryOperator::kRemainder, left, right);
}

}  // namespace

template <class Number>
void MachineSpace::Step::ToOld(std::vector<Number>& point) const {
  const auto at = [&](size_t i) { return point.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (kind) {
    case Kind::kMerge: {
      // The merged coordinate stands where p goes once q is taken out.
      const size_t merged = p < q ? p : p - 1;
      const Number x = point[merged];
      point[merged] = x / Number(offset);
      point.insert(at(q), x % Number(offset));
      break;
    }
    case Kind::kFactor: {
      Number x = 0;
      for (size_t i = factors.size(); i-- > 0;) x = x * Number(factors[i]) + point[p + i];
      point.erase(at(p) + 1, at(p + factors.size()));
      point[p] = x;
      break;
    }
    case Kind::kSwap:
      std::swap(point[p], point[q]);
      break;
    case Kind::kSlice:
      point[p] = point[p] + Number(offset);
      break;
    case Kind::kReverse:
      point[p] = Number(offset) - point[p];
      break;
  }
}

void MachineSpace::Step::ToNew(std::vector<int64_t>& point) const {
  const auto at = [&](size_t i) { return point.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (kind) {
    case Kind::kMerge:
      point[p] = point[p] * offset + point[q];
      point.erase(at(q));
      break;
    case Kind::kFactor: {
      int64_t x = point[p];
      point.insert(at(p), factors.size() - 1, 0);
      for (size_t i = 0; i < factors.size(); ++i) {
        point[p + i] = x % factors[i];
        x /= factors[i];
      }
      break;
    }
    case Kind::kSwap:
      std::swap(point[p], point[q]);
      break;
    case Kind::kSlice:
      point[p] -= offset;
      break;
    case Kind::kReverse:
      point[p] = offset - point[p];
      break;
  }
}

MachineSpace::MachineSpace(ProcessorKind kind, int nodes, int per_node)
    : kind_(kind), size_{nodes, per_node} {
  CHECK(nodes >= 0 && per_node >= 0, fmt::format("{} nodes of {}", nodes, per_node));
}

MachineSpace::MachineSpace(const MachineSpace& old, std::vector<int64_t> size, Step step)
    : kind_(old.kind_), size_(std::move(size)) {
  step.depth = old.last_ ? old.last_->depth + 1 : 1;
  step.old_size = old.size_;
  step.previous = old.last_;
  last_ = std::make_shared<const Step>(std::move(step));
}

int64_t MachineSpace::Volume() const {
  int64_t volume = 1;
  for (int64_t size : size_) volume *= size;
  return volume;
}

bool MachineSpace::operator==(const MachineSpace& other) const {
  if (kind_ != other.kind_ || size_ != other.size_) return false;
  std::vector<int64_t> point(size_.size(), 0);
  for (int64_t number = 0; number < Volume(); ++number) {
    int64_t rest = number;
    for (size_t i = size_.size(); i-- > 0; rest /= size_[i]) point[i] = rest % size_[i];
    if (At(point) != other.At(point)) return false;
  }
  return true;
}

std::optional<Error> MachineSpace::CheckDimension(const char* what, int64_t dimension) const {
  if (last_ && last_->depth >= kMaxTransformations) {
    return Error{
        fmt::format("more than {} transformations of one machine space", kMaxTransformations)};
  }
  if (dimension >= 0 && dimension < static_cast<int64_t>(size_.size())) return std::nullopt;
  return Error{
      fmt::format("{} of dimension {}, but the space has {} dimensions (0 to {}), of sizes "
                  "({})",
                  what, dimension, size_.size(), size_.size() - 1, fmt::join(size_, ", "))};
}

Result<MachineSpace> MachineSpace::Merge(int64_t p, int64_t q) const {
  if (auto error = CheckDimension("merge", p)) return *error;
  if (auto error = CheckDimension("merge", q)) return *error;
  if (p == q) return Error{fmt::format("merge of dimension {} with itself", p)};
  std::vector<int64_t> size = size_;
  Step step{.kind = Step::Kind::kMerge,
            .p = static_cast<size_t>(p),
            .q = static_cast<size_t>(q),
            .offset = size[static_cast<size_t>(q)]};
  size[step.p] *= size[step.q];
  size.erase(size.begin() + q);
  return MachineSpace(*this, std::move(size), std::move(step));
}

Result<MachineSpace> MachineSpace::Factored(int64_t dimension, std::vector<int64_t> factors) const {
  if (size_.size() + factors.size() - 1 > kMaxDimensions) {
    return Error{fmt::format("a machine space of {} dimensions; {} is the most",
                             size_.size() + factors.size() - 1, kMaxDimensions)};
  }
  std::vector<int64_t> size = size_;
  size.erase(size.begin() + dimension);
  size.insert(size.begin() + dimension, factors.begin(), factors.end());
  return MachineSpace(*this, std::move(size),
                      Step{.kind = Step::Kind::kFactor,
                           .p = static_cast<size_t>(dimension),
                           .factors = std::move(factors)});
}

Result<MachineSpace> MachineSpace::Split(int64_t dimension, int64_t first) const {
  if (auto error = CheckDimension("split", dimension)) return *error;
  const int64_t size = size_[static_cast<size_t>(dimension)];
  if (first < 1 || size % first != 0) {
    return Error{fmt::format("split of dimension {} by {}, which does not divide its size {}",
                             dimension, first, size)};
  }
  return Factored(dimension, {first, size / first});
}

Result<MachineSpace> MachineSpace::Swap(int64_t p, int64_t q) const {
  if (auto error = CheckDimension("swap", p)) return *error;
  if (auto error = CheckDimension("swap", q)) return *error;
  Step step{.kind = Step::Kind::kSwap, .p = static_cast<size_t>(p), .q = static_cast<size_t>(q)};
  std::vector<int64_t> size = size_;
  std::swap(size[step.p], size[step.q]);
  return MachineSpace(*this, std::move(size), std::move(step));
}

Result<MachineSpace> MachineSpace::Slice(int64_t dimension, int64_t low, int64_t high) const {
  if (auto error = CheckDimension("slice", dimension)) return *error;
  std::vector<int64_t> size = size_;
  int64_t& cut = size[static_cast<size_t>(dimension)];
  if (low < 0 || low > high || high >= cut) {
    return Error{
        fmt::format("slice of dimension {} from {} to {}, but it has size {} (both ends "
                    "count, so 0 to {} is all of it)",
                    dimension, low, high, cut, cut - 1)};
  }
  cut = high - low + 1;
  return MachineSpace(
      *this, std::move(size),
      Step{.kind = Step::Kind::kSlice, .p = static_cast<size_t>(dimension), .offset = low});
}

Result<MachineSpace> MachineSpace::Reverse(int64_t dimension) const {
  if (auto error = CheckDimension("reverse", dimension)) return *error;
  const auto p = static_cast<size_t>(dimension);
  return MachineSpace(*this, size_,
                      Step{.kind = Step::Kind::kReverse, .p = p, .offset = size_[p] - 1});
}

Result<MachineSpace> MachineSpace::BalanceSplit(int64_t dimension, int64_t count) const {
  if (auto error = CheckDimension("balance_split", dimension)) return *error;
  if (count < 1 || count > static_cast<int64_t>(kMaxDimensions)) {
    return Error{fmt::format("balance_split into {} dimensions; 1 to {} are possible", count,
                             kMaxDimensions)};
  }
  // The smallest sum is the cheapest cut of a cube, and the tie rule sorts it.
  const std::vector<int64_t> cube(static_cast<size_t>(count), 1);
  return Factored(dimension, CheapestFactors(size_[static_cast<size_t>(dimension)], cube));
}

Result<MachineSpace> MachineSpace::Decompose(int64_t dimension,
                                             std::span<const int64_t> extents) const {
  if (auto error = CheckDimension("decompose", dimension)) return *error;
  if (extents.empty()) return Error{"decompose over an empty tuple"};
  if (extents.size() > kMaxDimensions) return Error{"decompose over more than 16 dimensions"};
  return Factored(dimension, CheapestFactors(size_[static_cast<size_t>(dimension)], extents));
}

Result<MachineSpace> MachineSpace::GreedySplit(int64_t dimension,
                                               std::span<const int64_t> extents) const {
  if (auto error = CheckDimension("greedy_split", dimension)) return *error;
  if (extents.empty()) return Error{"greedy_split over an empty tuple"};
  if (extents.size() > kMaxDimensions) return Error{"greedy_split over more than 16 dimensions"};
  return Factored(dimension, GreedyFactors(size_[static_cast<size_t>(dimension)], extents));
}

Processor MachineSpace::At(std::span<const int64_t> given) const {
  CHECK(given.size() == size_.size(), "a point of another number of dimensions");
  for (size_t i = 0; i < given.size(); ++i) {
    CHECK(given[i] >= 0 && given[i] < size_[i], fmt::format("index {} of {}", given[i], size_[i]));
  }
  std::vector<int64_t> point(given.begin(), given.end());
  for (const Step* step = last_.get(); step != nullptr; step = step->previous.get()) {
    step->ToOld(point);
  }
  return {static_cast<int>(point[0]), static_cast<int>(point[1])};
}

void MachineSpace::At(std::vector<Column> point, std::span<Processor> processors) const {
  CHECK(point.size() == size_.size(), "points of another number of dimensions");
  for (size_t i = 0; i < point.size(); ++i) {
    CHECK(point[i].low() >= 0 && point[i].high() < size_[i], "a block that leaves the space");
  }
  for (const Step* step = last_.get(); step != nullptr; step = step->previous.get()) {
    step->ToOld(point);
  }
  for (size_t lane = 0; lane < processors.size(); ++lane) {
    processors[lane] = {static_cast<int>(point[0][lane]), static_cast<int>(point[1][lane])};
  }
}

std::optional<std::vector<int64_t>> MachineSpace::PointOf(Processor processor) const {
  std::vector<const Step*> steps;
  for (const Step* step = last_.get(); step != nullptr; step = step->previous.get()) {
    steps.push_back(step);
  }
  std::vector<int64_t> point = {processor.node, processor.index};
  const auto inside = [&point](const std::vector<int64_t>& size) {
    for (size_t i = 0; i < size.size(); ++i) {
      if (point[i] < 0 || point[i] >= size[i]) return false;
    }
    return true;
  };
  for (size_t i = steps.size(); i-- > 0;) {
    if (!inside(steps[i]->old_size)) return std::nullopt;
    steps[i]->ToNew(point);
  }
  if (!inside(size_)) return std::nullopt;
  return point;
}

}  // namespace groma::mapping

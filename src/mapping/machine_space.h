// Machine spaces: the processors of one kind as a grid that a mapping reshapes (`Machine(GPU)`,
// merge, split, swap, slice, reverse, balance_split, decompose, greedy_split).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/kinds.h"
#include "base/result.h"
#include "mapping/column.h"

namespace groma::mapping {

/// A processor: node, and index among the processors of that kind on the node.
struct Processor {
  int node = 0;
  int index = 0;
  auto operator<=>(const Processor&) const = default;
};

/// A grid whose points name processors. Immutable and cheap to copy; safe to share between threads.
/// Transformations give a new space, or a message in the user's words that says why they cannot.
class MachineSpace {
 public:
  static constexpr size_t kMaxDimensions = 16;
  static constexpr int kMaxTransformations = 256;

  /// Nodes × processors of that kind on a node (0 when there are none).
  MachineSpace(ProcessorKind kind, int nodes, int per_node);

  ProcessorKind kind() const { return kind_; }
  const std::vector<int64_t>& size() const { return size_; }
  int64_t Volume() const;
  /// Whether both are the result of the very same transformation; cheap, and never wrong when true.
  bool IsSameAs(const MachineSpace& other) const {
    return kind_ == other.kind_ && last_ == other.last_ && size_ == other.size_;
  }
  bool operator==(const MachineSpace& other) const;  // same kind, sizes and processor at each point

  Result<MachineSpace> Merge(int64_t p, int64_t q) const;
  Result<MachineSpace> Split(int64_t dimension, int64_t first) const;
  Result<MachineSpace> Swap(int64_t p, int64_t q) const;
  Result<MachineSpace> Slice(int64_t dimension, int64_t low, int64_t high) const;
  Result<MachineSpace> Reverse(int64_t dimension) const;
  Result<MachineSpace> BalanceSplit(int64_t dimension, int64_t count) const;
  Result<MachineSpace> Decompose(int64_t dimension, std::span<const int64_t> extents) const;
  Result<MachineSpace> GreedySplit(int64_t dimension, std::span<const int64_t> extents) const;

  /// The processor at a point; CHECKs that the point is inside. Cost: number of transformations.
  Processor At(std::span<const int64_t> point) const;
  /// The same for a block of points, a column for each dimension, all lanes inside: fills
  /// `processors`, as many as there are lanes.
  void At(std::vector<Column> point, std::span<Processor> processors) const;
  /// The point of a processor; none when the space leaves it out (slice, or a processor of another
  /// machine).
  std::optional<std::vector<int64_t>> PointOf(Processor processor) const;

 private:
  struct Step;
  MachineSpace(const MachineSpace& old, std::vector<int64_t> size, Step step);
  std::optional<Error> CheckDimension(const char* what, int64_t dimension) const;
  Result<MachineSpace> Factored(int64_t dimension, std::vector<int64_t> factors) const;

  ProcessorKind kind_;
  std::vector<int64_t> size_;
  std::shared_ptr<const Step> last_;  // shared by all spaces made from this one; null at Machine()
};

}  // namespace groma::mapping

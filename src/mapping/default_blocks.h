// Placement that nothing decides: contiguous blocks of a launch over nodes, then over the
// processors of a node.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "machine/description.h"
#include "mapping/machine_space.h"

namespace groma::mapping {

/// For the launches over one domain. Not for several threads: it remembers how it cut the block of
/// a node.
class DefaultBlocks {
 public:
  /// `per_node` processors on each node, at least one.
  DefaultBlocks(int nodes, int per_node, std::span<const int64_t> extents);

  /// The processor of a point of the domain, counted from its low corner.
  Processor At(std::span<const int64_t> point);

 private:
  /// A box cut by greedy_split.
  struct Cut {
    Cut(int64_t parts, std::vector<int64_t> low, std::vector<int64_t> extents);
    int64_t BlockOf(std::span<const int64_t> point, std::span<int64_t> blocks) const;
    std::vector<int64_t> low, extents, factors;
  };
  const Cut& OnNode(int64_t node);

  int per_node_;
  Cut nodes_;
  std::vector<int64_t> blocks_;  // of the last point, in each dimension
  std::unordered_map<int64_t, Cut> on_node_;
  int64_t last_node_ = -1;
  const Cut* last_ = nullptr;
};

}  // namespace groma::mapping

#include "mapping/default_blocks.h"

#include <utility>

#include "mapping/factor.h"

namespace groma::mapping {
namespace {

/// Contiguous blocks along a line of `extent` points: which of `blocks` holds `point`.
int64_t BlockOnLine(int64_t point, int64_t extent, int64_t blocks) {
  if (extent <= 0) return 0;
  int64_t product = 0;
  if (!__builtin_mul_overflow(point, blocks, &product)) return product / extent;
  return static_cast<int64_t>(static_cast<__int128>(point) * blocks / extent);
}

/// The first point of a block.
int64_t BlockStart(int64_t block, int64_t extent, int64_t blocks) {
  return static_cast<int64_t>((static_cast<__int128>(block) * extent + blocks - 1) / blocks);
}

}  // namespace

DefaultBlocks::Cut::Cut(int64_t parts, std::vector<int64_t> first, std::vector<int64_t> size)
    : low(std::move(first)), extents(std::move(size)) {
  if (!extents.empty()) factors = GreedyFactors(parts, extents);
}

int64_t DefaultBlocks::Cut::BlockOf(std::span<const int64_t> point,
                                    std::span<int64_t> blocks) const {
  int64_t number = 0, stride = 1;  // the first factor is fastest
  for (size_t i = 0; i < factors.size(); ++i) {
    blocks[i] = factors[i] == 1 ? 0 : BlockOnLine(point[i] - low[i], extents[i], factors[i]);
    number += blocks[i] * stride;
    stride *= factors[i];
  }
  return number;
}

DefaultBlocks::DefaultBlocks(int nodes, int per_node, std::span<const int64_t> extents)
    : per_node_(per_node),
      nodes_(nodes, std::vector<int64_t>(extents.size()), {extents.begin(), extents.end()}),
      blocks_(extents.size()) {}

const DefaultBlocks::Cut& DefaultBlocks::OnNode(int64_t node) {
  if (node == last_node_) return *last_;
  auto found = on_node_.find(node);
  if (found == on_node_.end()) {
    std::vector<int64_t> low(blocks_.size()), extents(blocks_.size());
    for (size_t i = 0; i < blocks_.size(); ++i) {
      low[i] = BlockStart(blocks_[i], nodes_.extents[i], nodes_.factors[i]);
      extents[i] = BlockStart(blocks_[i] + 1, nodes_.extents[i], nodes_.factors[i]) - low[i];
    }
    found = on_node_.emplace(node, Cut(per_node_, std::move(low), std::move(extents))).first;
  }
  last_node_ = node;
  last_ = &found->second;
  return *last_;
}

Processor DefaultBlocks::At(std::span<const int64_t> point) {
  const int64_t node = nodes_.BlockOf(point, blocks_);
  const int64_t index = OnNode(node).BlockOf(point, blocks_);
  return {static_cast<int>(node), static_cast<int>(index)};
}

}  // namespace groma::mapping

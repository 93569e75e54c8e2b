// Regions as keys of hash tables.
#pragma once
#include <cstddef>
#include <cstdint>

namespace groma::legion {

/// Of Legion's LogicalRegion, and of what is like it in tests. Pieces of a partition have numbers
/// one after the other and are mapped in that order: their places in a table lie side by side,
/// which costs far fewer misses of the caches than if they were spread.
template <class Region>
struct RegionHash {
  size_t operator()(const Region& region) const {
    constexpr uint64_t kMix = 0x9e3779b97f4a7c15;  // 2⁶⁴ / golden ratio: keeps trees apart
    return region.get_tree_id() * kMix + region.get_index_space().get_id();
  }
};

}  // namespace groma::legion

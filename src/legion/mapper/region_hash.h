// Regions as keys of hash tables.
#pragma once
#include <cstddef>
#include <cstdint>

namespace groma::legion {

/// Of Legion's LogicalRegion, and of what is like it in tests.
template <class Region>
struct RegionHash {
  size_t operator()(const Region& region) const {
    constexpr uint64_t kMix = 0x9e3779b97f4a7c15;  // 2⁶⁴ / golden ratio: spreads neighbours
    uint64_t hash = region.get_tree_id();
    hash = (hash ^ region.get_index_space().get_id()) * kMix;
    return hash ^ (hash >> 29);
  }
};

}  // namespace groma::legion

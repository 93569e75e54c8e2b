// Where the experts put the points of index launches, worked out by hand: what the functions of
// apps/*/expert.map say, and where points go that no function places.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "apps/gemm/algorithm.h"

namespace groma::gemm {

using Coordinates = std::vector<int64_t>;

/// Nodes that are all alike, and how many processors of the kind in question each has.
struct Nodes {
  int64_t count, processors;
};

struct Place {
  int64_t node, processor;
  bool operator==(const Place&) const = default;
};

enum class Rule {
  kBlocks,      // contiguous blocks over the nodes, and over a node's processors
  kGrid,        // blocks over a grid of nodes, cyclically over the grid of a node's processors
  kCyclicGrid,  // cyclically over a grid of nodes, and over the grid of a node's processors
  kOneGrid,     // blocks over one grid of all processors
  kInTurn,      // points in row-major order over all processors in a row
  kFirst,       // blocks over a grid of nodes, on a node's first processor
};

/// The rule for launches of the task by name.
Rule RuleOf(Algorithm algorithm, std::string_view task);

/// Where the point goes; both count from 0. `extents`: of the launch domain.
Place PlaceOf(Rule rule, const Nodes& nodes, const Coordinates& point, const Coordinates& extents);

}  // namespace groma::gemm

#include "apps/gemm/expert_places.h"

#include <algorithm>

namespace groma::gemm {
namespace {

/// What cutting a box into so many parts costs in surface: Σ parts / extents, times the volume.
int64_t CostOf(const Coordinates& parts, const Coordinates& box) {
  int64_t cost = 0;
  for (size_t i = 0; i < box.size(); ++i) {
    int64_t term = parts[i];
    for (size_t j = 0; j < box.size(); ++j) term *= j == i ? 1 : box[j];
    cost += term;
  }
  return cost;
}

/// Tries all ways to write `rest` over the dimensions from `dimension` on, the largest first ones
/// first: they win ties.
void TryFactors(int64_t rest, size_t dimension, const Coordinates& box, Coordinates& parts,
                Coordinates& best) {
  if (dimension + 1 == box.size()) {
    parts[dimension] = rest;
    if (best.empty() || CostOf(parts, box) < CostOf(best, box)) best = parts;
    return;
  }
  for (int64_t factor = rest; factor >= 1; --factor) {
    if (rest % factor != 0) continue;
    parts[dimension] = factor;
    TryFactors(rest / factor, dimension + 1, box, parts, best);
  }
}

/// The grid of `size` processors that cuts the box at least cost.
Coordinates GridOver(int64_t size, Coordinates box) {
  for (int64_t& extent : box) extent = std::max<int64_t>(extent, 1);
  Coordinates parts(box.size(), 1), best;
  TryFactors(size, 0, box, parts, best);
  return best;
}

/// The grid that Legion's default mapper takes: prime factors, largest first, each to the longest
/// side so far.
Coordinates GreedyGridOver(int64_t size, const Coordinates& box) {
  Coordinates primes;
  for (int64_t prime = 2; size > 1; ++prime) {
    for (; size % prime == 0; size /= prime) primes.push_back(prime);
  }
  Coordinates parts(box.size(), 1);
  for (auto prime = primes.rbegin(); prime != primes.rend(); ++prime) {
    size_t longest = 0;
    for (size_t i = 1; i < box.size(); ++i) {
      if (box[i] * parts[longest] > box[longest] * parts[i]) longest = i;
    }
    parts[longest] *= *prime;
  }
  return parts;
}

/// The number of a place of a grid, along the first dimension first.
int64_t NumberOf(const Coordinates& place, const Coordinates& grid) {
  int64_t number = 0;
  for (size_t i = grid.size(); i-- > 0;) number = number * grid[i] + place[i];
  return number;
}

/// Which of the blocks of a grid over a box that begins at `low` holds the point.
Coordinates BlockOf(const Coordinates& point, const Coordinates& low, const Coordinates& box,
                    const Coordinates& grid) {
  Coordinates block(point.size());
  for (size_t i = 0; i < point.size(); ++i) block[i] = (point[i] - low[i]) * grid[i] / box[i];
  return block;
}

Place InBlocks(const Nodes& nodes, const Coordinates& point, const Coordinates& extents) {
  const Coordinates zeros(point.size(), 0);
  const Coordinates grid = GreedyGridOver(nodes.count, extents);
  const Coordinates block = BlockOf(point, zeros, extents, grid);
  Coordinates low(point.size()), box(point.size());
  for (size_t i = 0; i < point.size(); ++i) {
    const auto first = [&](int64_t b) { return (b * extents[i] + grid[i] - 1) / grid[i]; };
    low[i] = first(block[i]);
    box[i] = first(block[i] + 1) - low[i];
  }
  const Coordinates within = GreedyGridOver(nodes.processors, box);
  return {NumberOf(block, grid), NumberOf(BlockOf(point, low, box, within), within)};
}

/// A grid of nodes, and a grid of each node's processors over a node's part of the box.
Place OnGrids(Rule rule, const Nodes& nodes, const Coordinates& point, const Coordinates& extents) {
  const Coordinates grid = GridOver(nodes.count, extents);
  Coordinates part = extents;
  for (size_t i = 0; i < part.size(); ++i) part[i] /= grid[i];
  const Coordinates within = GridOver(nodes.processors, part);
  Coordinates upper(point.size()), lower(point.size());
  for (size_t i = 0; i < point.size(); ++i) {
    const bool cyclic = rule == Rule::kCyclicGrid;
    upper[i] = cyclic ? point[i] % grid[i] : point[i] * grid[i] / extents[i];
    lower[i] = (cyclic ? point[i] / grid[i] : point[i]) % within[i];
  }
  return {NumberOf(upper, grid), rule == Rule::kFirst ? 0 : NumberOf(lower, within)};
}

/// Processor `number` of all in a row, node by node.
Place InRow(const Nodes& nodes, int64_t number) {
  return {number / nodes.processors, number % nodes.processors};
}

Place OnOneGrid(const Nodes& nodes, const Coordinates& point, const Coordinates& extents) {
  const Coordinates grid = GridOver(nodes.count * nodes.processors, extents);
  const Coordinates zeros(point.size(), 0);
  return InRow(nodes, NumberOf(BlockOf(point, zeros, extents, grid), grid));
}

Place InTurn(const Nodes& nodes, const Coordinates& point, const Coordinates& extents) {
  int64_t number = 0, volume = 1;
  for (size_t i = 0; i < point.size(); ++i) {
    number = number * extents[i] + point[i];
    volume *= extents[i];
  }
  return InRow(nodes, number * nodes.count * nodes.processors / volume);
}

}  // namespace

Rule RuleOf(Algorithm algorithm, std::string_view task) {
  const bool places = task == "task_1" || task == "task_2" || task == "task_3";
  switch (FamilyOf(algorithm)) {
    case Family::kSystolic:
      if (task == "task_7") return Rule::kFirst;
      return places || task == "taco_fill" || task == "taco_validate" ? Rule::kGrid : Rule::kBlocks;
    case Family::kLayers:
      if (task == "task_5") return Rule::kGrid;
      return places ? Rule::kCyclicGrid : Rule::kBlocks;
    case Family::kCube:
      break;
  }
  if (task == "task_4") return Rule::kOneGrid;
  return places ? Rule::kInTurn : Rule::kBlocks;
}

Place PlaceOf(Rule rule, const Nodes& nodes, const Coordinates& point, const Coordinates& extents) {
  switch (rule) {
    case Rule::kBlocks:
      return InBlocks(nodes, point, extents);
    case Rule::kOneGrid:
      return OnOneGrid(nodes, point, extents);
    case Rule::kInTurn:
      return InTurn(nodes, point, extents);
    default:
      return OnGrids(rule, nodes, point, extents);
  }
}

}  // namespace groma::gemm

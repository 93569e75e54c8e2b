#include "apps/circuit/structure.h"

#include <algorithm>
#include <cmath>

#include "apps/circuit/model.h"

namespace groma::circuit {
namespace {

constexpr int64_t kNeighbours = 5;
constexpr int64_t kWindow = 3;

/// What a random number is for: each gets its own sequence.
enum class Use : uint64_t {
  kNeighbour,
  kNodeCapacitance,
  kNodeLeakage,
  kNodeVoltage,
  kIn,
  kStays,
  kOut,
  kOutPiece,
  kInductance,
  kResistance,
  kWireCapacitance
};

/// The finaliser of SplitMix64 (Steele, Lea, Flood, 2014).
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Uniform in [0, 1), a function of its arguments alone.
double Draw(int64_t seed, Use use, int64_t index) {
  const uint64_t bits = Mix(Mix(Mix(static_cast<uint64_t>(seed)) + static_cast<uint64_t>(use)) +
                            static_cast<uint64_t>(index));
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

int64_t DrawBelow(int64_t limit, int64_t seed, Use use, int64_t index) {
  return std::min(limit - 1,
                  static_cast<int64_t>(Draw(seed, use, index) * static_cast<double>(limit)));
}

/// The pieces that a piece may choose neighbours from; includes the piece itself.
Span Window(int64_t piece, int64_t pieces, int64_t neighbours) {
  const int64_t window = std::max(kWindow, (neighbours + 1) / 2);
  Span span{piece - window, piece + window};
  if (span.first < 0) span = {0, std::min(neighbours, pieces - 1)};
  if (span.last >= pieces) span = {std::max<int64_t>(0, pieces - 1 - neighbours), pieces - 1};
  // With few pieces the cut window of a piece near the lower end may miss the piece or be too
  // small.
  return {std::min(span.first, piece), std::max(span.last, piece)};
}

}  // namespace

Span Structure::AllShared() const { return {0, options_.pieces * options_.shared_per_piece() - 1}; }

Span Structure::AllPrivate() const { return {AllShared().last + 1, options_.nodes() - 1}; }

Span Structure::Shared(int64_t superpiece) const {
  const int64_t size = options_.shared_per_piece() * options_.pieces_per_superpiece;
  return {superpiece * size, (superpiece + 1) * size - 1};
}

Span Structure::Private(int64_t superpiece) const {
  const int64_t size = options_.private_per_piece() * options_.pieces_per_superpiece;
  const int64_t begin = AllPrivate().first;
  return {begin + superpiece * size, begin + (superpiece + 1) * size - 1};
}

Span Structure::Wires(int64_t superpiece) const {
  const int64_t size = options_.wires_per_piece * options_.pieces_per_superpiece;
  return {superpiece * size, (superpiece + 1) * size - 1};
}

Span Structure::Ghost(int64_t superpiece) const {
  int64_t least = options_.pieces;
  int64_t most = -1;
  const int64_t begin = superpiece * options_.pieces_per_superpiece;
  for (int64_t piece = begin; piece < begin + options_.pieces_per_superpiece; ++piece) {
    const std::vector<int64_t> neighbours = Neighbours(piece);
    if (neighbours.empty()) continue;
    least = std::min(least, neighbours.front());
    most = std::max(most, neighbours.back());
  }
  if (most < 0) return {};
  const int64_t shared = options_.shared_per_piece();
  return {least * shared, (most + 1) * shared - 1};
}

std::vector<int64_t> Structure::Neighbours(int64_t piece) const {
  const int64_t count = std::min(kNeighbours, options_.pieces - 1);
  const Span window = Window(piece, options_.pieces, count);
  std::vector<int64_t> candidates;
  for (int64_t other = window.first; other <= window.last; ++other) {
    if (other != piece) candidates.push_back(other);
  }
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count && !candidates.empty(); ++i) {
    const int64_t pick = DrawBelow(static_cast<int64_t>(candidates.size()), options_.seed,
                                   Use::kNeighbour, piece * kNeighbours + i);
    chosen.push_back(candidates[static_cast<size_t>(pick)]);
    candidates.erase(candidates.begin() + pick);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

int64_t Structure::NodeOfPiece(int64_t piece, int64_t index) const {
  const int64_t shared = options_.shared_per_piece();
  if (index < shared) return piece * shared + index;
  return AllPrivate().first + piece * options_.private_per_piece() + index - shared;
}

// Capacitances are of the order of the time step times the conductance at a node, so that one loop
// changes voltages visibly (a lost charge shows in the check) and without oscillation: a node's
// voltage changes by the part Σ dt/(R·C) of its difference to its neighbours, and the mean of 1/R
// over R in [1, 11) is ln(11)/10 = 0.24.
NodeValues Structure::Node(int64_t node) const {
  const auto wires = static_cast<double>(options_.wires_per_piece);
  const double leaving = wires * static_cast<double>(100 - options_.percent_in_piece) / 100;
  const double ends = 2 * wires / static_cast<double>(options_.nodes_per_piece) +
                      leaving / static_cast<double>(options_.shared_per_piece());
  const double scale = kTimeStep * std::max(1.0, ends / 2);
  const int64_t seed = options_.seed;
  return {.capacitance = static_cast<float>(scale * (1 + Draw(seed, Use::kNodeCapacitance, node))),
          .leakage = static_cast<float>(0.1 * Draw(seed, Use::kNodeLeakage, node)),
          .voltage = static_cast<float>(2 * Draw(seed, Use::kNodeVoltage, node) - 1)};
}

WireValues Structure::Wire(int64_t wire, const std::vector<int64_t>& neighbours) const {
  const int64_t seed = options_.seed;
  const int64_t piece = wire / options_.wires_per_piece;
  WireValues values{};
  values.in_node = NodeOfPiece(piece, DrawBelow(options_.nodes_per_piece, seed, Use::kIn, wire));
  const bool stays =
      100 * Draw(seed, Use::kStays, wire) < static_cast<double>(options_.percent_in_piece);
  if (stays || neighbours.empty()) {
    values.out_node =
        NodeOfPiece(piece, DrawBelow(options_.nodes_per_piece, seed, Use::kOut, wire));
  } else {
    const int64_t pick =
        DrawBelow(static_cast<int64_t>(neighbours.size()), seed, Use::kOutPiece, wire);
    values.out_node = NodeOfPiece(neighbours[static_cast<size_t>(pick)],
                                  DrawBelow(options_.shared_per_piece(), seed, Use::kOut, wire));
  }
  // The wire's iteration contracts when 4·dt/(R·C) < 1 and L/(R·dt) < 1.
  values.resistance = static_cast<float>(1 + 10 * Draw(seed, Use::kResistance, wire));
  values.inductance =
      static_cast<float>((0.1 + Draw(seed, Use::kInductance, wire)) * kTimeStep * 1e-3);
  values.capacitance =
      static_cast<float>((1 + Draw(seed, Use::kWireCapacitance, wire)) * kTimeStep * 8);
  return values;
}

Location Structure::Locate(int64_t node, int64_t superpiece) const {
  if (node >= AllPrivate().first) return Location::kPrivate;
  return Shared(superpiece).Contains(node) ? Location::kShared : Location::kGhost;
}

EndCounts Structure::ExpectedEnds(int64_t superpiece) const {
  const double wires = static_cast<double>(options_.wires_per_piece);
  const double shared_part = static_cast<double>(options_.shared_per_piece()) /
                             static_cast<double>(options_.nodes_per_piece);
  double on_private = 0;
  double on_shared = 0;
  double on_ghost = 0;
  const int64_t begin = superpiece * options_.pieces_per_superpiece;
  const int64_t end = begin + options_.pieces_per_superpiece;
  for (int64_t piece = begin; piece < end; ++piece) {
    const std::vector<int64_t> neighbours = Neighbours(piece);
    const double leaving =
        neighbours.empty() ? 0 : wires * static_cast<double>(100 - options_.percent_in_piece) / 100;
    // Each wire has an in-end in its piece; those that stay have their out-end there too.
    const double in_piece = wires + (wires - leaving);
    on_private += in_piece * (1 - shared_part);
    on_shared += in_piece * shared_part;
    for (const int64_t neighbour : neighbours) {
      const double ends = leaving / static_cast<double>(neighbours.size());
      (begin <= neighbour && neighbour < end ? on_shared : on_ghost) += ends;
    }
  }
  return {std::llround(on_private), std::llround(on_shared), std::llround(on_ghost)};
}

}  // namespace groma::circuit

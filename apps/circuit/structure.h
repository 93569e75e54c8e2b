// The circuit as arithmetic: which nodes and wires there are, what belongs to which superpiece, and
// every initial value, as pure functions of the options. Nothing here reads a region, so partitions
// do not depend on data.
//
// Nodes are numbered with all shared nodes first (piece by piece), then all private ones. A wire
// goes from a node of its own piece to a node of its own piece or, for the rest, to a shared node
// of one of a few neighbouring pieces.
#pragma once
#include <cstdint>
#include <vector>

#include "apps/circuit/options.h"

namespace groma::circuit {

/// Inclusive; empty when last < first.
struct Span {
  int64_t first = 0;
  int64_t last = -1;
  int64_t size() const { return last < first ? 0 : last - first + 1; }
  bool Contains(int64_t i) const { return first <= i && i <= last; }
};

/// Where a wire's end lies, seen from its superpiece. The values are stored in the regions.
enum class Location : uint8_t { kPrivate = 1, kShared = 2, kGhost = 3 };

struct NodeValues {
  float capacitance, leakage, voltage;
};

struct WireValues {
  int64_t in_node, out_node;
  float inductance, resistance, capacitance;
};

/// Expected number of wire ends in a superpiece, by location.
struct EndCounts {
  int64_t on_private = 0, on_shared = 0, on_ghost = 0;
};

class Structure {
 public:
  explicit Structure(const Options& options) : options_(options) {}

  Span AllShared() const;
  Span AllPrivate() const;
  Span Shared(int64_t superpiece) const;
  Span Private(int64_t superpiece) const;
  Span Wires(int64_t superpiece) const;
  /// The smallest span of shared nodes that holds every node of other pieces' that the
  /// superpiece's wires may end at. It may overlap the superpiece's own shared nodes and other
  /// superpieces' ghosts. Empty with a single piece.
  Span Ghost(int64_t superpiece) const;

  /// The pieces at which a piece's outgoing wires end: up to 5 different ones within 3 to either
  /// side; ascending.
  std::vector<int64_t> Neighbours(int64_t piece) const;

  NodeValues Node(int64_t node) const;
  /// `neighbours` of the wire's piece.
  WireValues Wire(int64_t wire, const std::vector<int64_t>& neighbours) const;
  Location Locate(int64_t node, int64_t superpiece) const;

  /// Means over the random draw of ends, to the nearest whole number.
  EndCounts ExpectedEnds(int64_t superpiece) const;

 private:
  int64_t NodeOfPiece(int64_t piece, int64_t index) const;
  Options options_;
};

}  // namespace groma::circuit

// The grid's regions as arithmetic: which points belong to which tile, and every initial value, as
// pure functions of the options. Nothing here reads a region, so partitions do not depend on data.
//
// The grid has nx × ny points, of which the outer kRadius on every side are never computed. The
// inner ones are cut into ntx × nty tiles; tile number i is column i % ntx, row i / ntx. The region
// `points` gives every tile its own halo all around, so it has 2·kRadius·ntx + (nx - 2·kRadius)
// columns: tiles lie side by side, each with its halo.
//
// `xm` and `xp` have kRadius columns a tile and the rows of the inner points. A tile leaves its
// last columns in xm, where its right neighbour finds its halo in direction x minus, and its first
// columns in xp for the left neighbour. `ym` and `yp` are the same with rows.
#pragma once
#include <cstdint>

#include "apps/stencil/model.h"
#include "apps/stencil/options.h"

namespace groma::stencil {

inline bool operator==(const Box& a, const Box& b) {
  return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

/// The two shapes of halo regions: xm and xp, ym and yp.
enum class Halo { kX, kY };

// Sides of a tile, in the order of requirements: low x (xm), high x (xp), low y (ym), high y (yp).
constexpr Halo HaloOf(int side) { return side < 2 ? Halo::kX : Halo::kY; }
constexpr int Opposite(int side) { return side ^ 1; }
/// To the neighbour on that side.
constexpr int64_t Shift(int side) { return side % 2 == 0 ? -1 : 1; }

class Structure {
 public:
  explicit Structure(const Options& options) : options_(options) {}

  // Whole regions.
  Box Points() const;
  Box HaloRegion(Halo halo) const;

  // Parts of `points`: with halo; what the stencil computes; what is incremented: the interior and,
  // at the grid's edge, the outer points. Every point of the grid is in one exterior.
  Box Private(int64_t tile) const;
  Box Interior(int64_t tile) const;
  Box Exterior(int64_t tile) const;

  /// The part of a halo region that belongs to the tile `shift` columns or rows further; empty
  /// beyond the grid's edge.
  Box HaloPart(Halo halo, int64_t tile, int64_t shift) const;

  /// The part of that side's halo region in which the tile finds its halo; empty at the grid's
  /// edge.
  Box In(int64_t tile, int side) const { return HaloPart(HaloOf(side), tile, Shift(side)); }
  /// The part in which it leaves its edge, that of the opposite side, for its neighbour there.
  Box Out(int64_t tile, int side) const { return HaloPart(HaloOf(side), tile, 0); }
  /// The outermost points of the interior on one side, and the halo beyond them.
  Box Edge(int64_t tile, int side) const;
  Box Ring(int64_t tile, int side) const;

  /// Where a point of the tile's part of `points` lies in the grid of nx × ny.
  int64_t GridX(int64_t tile, int64_t x) const { return x - 2 * kRadius * Column(tile); }
  int64_t GridY(int64_t tile, int64_t y) const { return y - 2 * kRadius * Row(tile); }

 private:
  int64_t Column(int64_t tile) const { return tile % options_.ntx; }
  int64_t Row(int64_t tile) const { return tile / options_.ntx; }

  Options options_;
};

/// The input of a point of the grid before the first step: the benchmark's ramp x + y and a bump
/// that tells neighbouring points apart. The output begins at 0.
inline double InitialInput(const Options& options, int64_t x, int64_t y) {
  const int64_t bump = (x * 37 + y * 101) % 64;
  return static_cast<double>(options.init + x + y) + static_cast<double>(bump) / 64;
}

}  // namespace groma::stencil

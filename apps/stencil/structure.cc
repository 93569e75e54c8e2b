#include "apps/stencil/structure.h"

namespace groma::stencil {
namespace {

/// One direction of the grid.
struct Axis {
  int64_t points;  // nx or ny
  int64_t tiles;   // ntx or nty

  int64_t inner() const { return points - 2 * kRadius; }
  /// The first of tile `i`'s inner points, counted from the first inner point. Tiles differ by at
  /// most one point in width.
  int64_t First(int64_t i) const { return inner() * i / tiles; }
  int64_t Width(int64_t i) const { return First(i + 1) - First(i); }
  /// Where the tile with its halo begins in `points`.
  int64_t Private(int64_t i) const { return First(i) + 2 * kRadius * i; }
};

struct Stretch {
  int64_t first, width;
};

Stretch Interior(const Axis& axis, int64_t i) { return {axis.Private(i) + kRadius, axis.Width(i)}; }

Stretch Exterior(const Axis& axis, int64_t i) {
  const int64_t before = i == 0 ? kRadius : 0;
  const int64_t after = i == axis.tiles - 1 ? kRadius : 0;
  const Stretch interior = Interior(axis, i);
  return {interior.first - before, before + interior.width + after};
}

Box BoxOf(const Stretch& x, const Stretch& y) { return {x.first, y.first, x.width, y.width}; }

Axis AxisX(const Options& options) { return {options.nx, options.ntx}; }
Axis AxisY(const Options& options) { return {options.ny, options.nty}; }

}  // namespace

Box Structure::Points() const {
  return {0, 0, options_.nx - 2 * kRadius + 2 * kRadius * options_.ntx,
          options_.ny - 2 * kRadius + 2 * kRadius * options_.nty};
}

Box Structure::HaloRegion(Halo halo) const {
  if (halo == Halo::kX) return {0, 0, kRadius * options_.ntx, options_.ny - 2 * kRadius};
  return {0, 0, options_.nx - 2 * kRadius, kRadius * options_.nty};
}

Box Structure::Private(int64_t tile) const {
  const Box interior = Interior(tile);
  return {interior.x - kRadius, interior.y - kRadius, interior.width + 2 * kRadius,
          interior.height + 2 * kRadius};
}

Box Structure::Interior(int64_t tile) const {
  return BoxOf(stencil::Interior(AxisX(options_), Column(tile)),
               stencil::Interior(AxisY(options_), Row(tile)));
}

Box Structure::Exterior(int64_t tile) const {
  return BoxOf(stencil::Exterior(AxisX(options_), Column(tile)),
               stencil::Exterior(AxisY(options_), Row(tile)));
}

Box Structure::HaloPart(Halo halo, int64_t tile, int64_t shift) const {
  const int64_t column = Column(tile) + (halo == Halo::kX ? shift : 0);
  const int64_t row = Row(tile) + (halo == Halo::kY ? shift : 0);
  if (column < 0 || column >= options_.ntx || row < 0 || row >= options_.nty) return {};
  const Axis x = AxisX(options_);
  const Axis y = AxisY(options_);
  if (halo == Halo::kX) return {kRadius * column, y.First(row), kRadius, y.Width(row)};
  return {x.First(column), kRadius * row, x.Width(column), kRadius};
}

Box Structure::Edge(int64_t tile, int side) const {
  Box box = Interior(tile);
  if (side == 1) box.x += box.width - kRadius;
  if (side == 3) box.y += box.height - kRadius;
  (HaloOf(side) == Halo::kX ? box.width : box.height) = kRadius;
  return box;
}

Box Structure::Ring(int64_t tile, int side) const {
  Box box = Edge(tile, side);
  (HaloOf(side) == Halo::kX ? box.x : box.y) += Shift(side) * kRadius;
  return box;
}

}  // namespace groma::stencil

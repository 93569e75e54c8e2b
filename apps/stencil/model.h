// The numerical model and the loops' bodies: one text for the CUDA kernels, their host twins and
// the CPU tasks. Double precision.
//
// The Parallel Research Kernels' stencil (Van der Wijngaart & Mattson, "The Parallel Research
// Kernels", HPEC 2014) as a star of radius R = 2: in every step
//   out(x, y) += sum over d = 1 … R of w(d) · (in(x+d, y) - in(x-d, y) + in(x, y+d) - in(x, y-d))
// with w(d) = 1 / (2 d R), and then in += 1 everywhere.
#pragma once
#include "apps/common/field.h"

namespace groma::stencil {

constexpr int64_t kRadius = 2;

// What a step costs for one point. The benchmark's own count, by which its throughput is reported,
// takes a multiplication and an addition for each of the star's 4 R + 1 = 9 points, the middle one
// too, and one addition for the increment.
constexpr double kCountedFlops = 2 * (4 * kRadius + 1) + 1;
// What is computed: multiplication and addition for each of the 8 points with a weight.
constexpr double kFlopsOfStar = 2 * 4 * kRadius;
constexpr double kFlopsOfIncrement = 1;

GROMA_HOST_DEVICE constexpr double Weight(int64_t distance) {
  return 1.0 / static_cast<double>(2 * distance * kRadius);
}

using apps::Grid;

/// `width` × `height` points, the lowest of them (x, y).
struct Box {
  int64_t x = 0, y = 0;
  int64_t width = 0, height = 0;

  GROMA_HOST_DEVICE int64_t count() const { return width * height; }
};

/// Parameters of the three kernels, and of the loops on the CPU.
struct StarArguments {
  Box box;
  Grid<const double> input;  // needed `kRadius` points around the box too
  Grid<double> output;
};

struct IncrementArguments {
  Box box;
  Grid<double> input;
};

/// A halo's way: point (x, y) of `box` goes to (x + dx, y + dy).
struct Side {
  /// From a box to one of the same size.
  static Side Between(const Box& box, const Grid<const double>& from, const Box& target,
                      const Grid<double>& to) {
    return {box, from, to, target.x - box.x, target.y - box.y};
  }

  Box box;
  Grid<const double> from;
  Grid<double> to;
  int64_t dx = 0, dy = 0;

  /// Threads and loops go along the long side.
  GROMA_HOST_DEVICE bool tall() const { return box.height > box.width; }
};

constexpr int kSides = 4;  // low x, high x, low y, high y
struct CopyArguments {
  Side sides[kSides];

  GROMA_HOST_DEVICE int64_t count() const {
    int64_t count = 0;
    for (const Side& side : sides) count += side.box.count();
    return count;
  }
};

GROMA_HOST_DEVICE inline void ApplyStar(const StarArguments& a, int64_t x, int64_t y) {
  double sum = 0;
  for (int64_t d = 1; d <= kRadius; ++d) {
    sum +=
        Weight(d) * (a.input(x + d, y) - a.input(x - d, y) + a.input(x, y + d) - a.input(x, y - d));
  }
  a.output(x, y) += sum;
}

GROMA_HOST_DEVICE inline void Increment(const IncrementArguments& a, int64_t x, int64_t y) {
  a.input(x, y) += 1;
}

/// Copies the `i`-th of all points of the sides.
GROMA_HOST_DEVICE inline void CopyPoint(const CopyArguments& a, int64_t i) {
  for (const Side& side : a.sides) {
    if (i < side.box.count()) {
      const int64_t x = side.box.x + (side.tall() ? i / side.box.height : i % side.box.width);
      const int64_t y = side.box.y + (side.tall() ? i % side.box.height : i / side.box.width);
      side.to(x + side.dx, y + side.dy) = side.from(x, y);
      return;
    }
    i -= side.box.count();
  }
}

}  // namespace groma::stencil

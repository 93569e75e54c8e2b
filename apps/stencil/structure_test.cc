#include "apps/stencil/structure.h"

#include <gtest/gtest.h>

#include <vector>

namespace groma::stencil {
namespace {

Options Grid(int64_t nx, int64_t ny, int64_t ntx, int64_t nty) {
  Options options;
  options.nx = nx, options.ny = ny, options.ntx = ntx, options.nty = nty;
  return options;
}

std::vector<Options> Grids() {
  return {Grid(12, 12, 2, 2), Grid(30, 11, 4, 2), Grid(17, 23, 3, 5), Grid(5, 5, 1, 1),
          Grid(101, 9, 7, 1)};
}

/// How often each point is in one of the tiles' boxes.
template <typename BoxOf>
std::vector<int> Cover(const Box& region, int64_t tiles, const BoxOf& box_of) {
  std::vector<int> times(static_cast<size_t>(region.count()), 0);
  for (int64_t tile = 0; tile < tiles; ++tile) {
    const Box box = box_of(tile);
    for (int64_t y = box.y; y < box.y + box.height; ++y) {
      for (int64_t x = box.x; x < box.x + box.width; ++x) {
        EXPECT_LT(x, region.width);
        EXPECT_LT(y, region.height);
        ++times[static_cast<size_t>(y * region.width + x)];
      }
    }
  }
  return times;
}

// The domains of a published run: -nx 60000 -ny 30000 -ntx 4 -nty 2.
TEST(Structure, DomainsAreThePublishedOnes) {
  const Structure structure(Grid(60000, 30000, 4, 2));
  EXPECT_EQ(structure.Points(), (Box{0, 0, 60012, 30004}));
  EXPECT_EQ(structure.HaloRegion(Halo::kX), (Box{0, 0, 8, 29996}));
  EXPECT_EQ(structure.HaloRegion(Halo::kY), (Box{0, 0, 59996, 4}));
  EXPECT_EQ(structure.Private(0), (Box{0, 0, 15003, 15002}));
  EXPECT_EQ(structure.Interior(0), (Box{2, 2, 14999, 14998}));
  EXPECT_EQ(structure.Exterior(0), (Box{0, 0, 15001, 15000}));
  EXPECT_EQ(structure.HaloPart(Halo::kX, 0, -1), Box());
  EXPECT_EQ(structure.HaloPart(Halo::kX, 0, 1), (Box{2, 0, 2, 14998}));
  EXPECT_EQ(structure.HaloPart(Halo::kX, 0, 0), (Box{0, 0, 2, 14998}));
  EXPECT_EQ(structure.HaloPart(Halo::kY, 0, 1), (Box{0, 2, 14999, 2}));
  EXPECT_EQ(structure.HaloPart(Halo::kY, 0, 0), (Box{0, 0, 14999, 2}));
}

TEST(Structure, TilesWithTheirHalosAndTheirPartsOfHaloRegionsCoverEachPointOnce) {
  for (const Options& options : Grids()) {
    const Structure structure(options);
    const auto once = [&](const Box& region) {
      return std::vector<int>(static_cast<size_t>(region.count()), 1);
    };
    EXPECT_EQ(Cover(structure.Points(), options.tiles(),
                    [&](int64_t tile) { return structure.Private(tile); }),
              once(structure.Points()));
    for (const Halo halo : {Halo::kX, Halo::kY}) {
      const Box region = structure.HaloRegion(halo);
      EXPECT_EQ(Cover(region, options.tiles(),
                      [&](int64_t tile) { return structure.HaloPart(halo, tile, 0); }),
                once(region));
    }
  }
}

// What a tile leaves in a halo region is what its neighbour finds there, and what lies in the
// neighbour's halo: the same points of the grid.
TEST(Structure, ATilesHaloIsItsNeighboursEdge) {
  for (const Options& options : Grids()) {
    const Structure structure(options);
    int64_t seams = 0;
    for (int64_t tile = 0; tile < options.tiles(); ++tile) {
      for (int side = 0; side < kSides; ++side) {
        const Box in = structure.In(tile, side);
        if (in.count() == 0) continue;
        ++seams;
        const int64_t neighbour = tile + Shift(side) * (side < 2 ? 1 : options.ntx);
        EXPECT_EQ(structure.Out(neighbour, side), in);
        const Box ring = structure.Ring(tile, side);
        const Box edge = structure.Edge(neighbour, Opposite(side));
        EXPECT_EQ(structure.GridX(tile, ring.x), structure.GridX(neighbour, edge.x));
        EXPECT_EQ(structure.GridY(tile, ring.y), structure.GridY(neighbour, edge.y));
        for (const Box& box : {ring, edge}) {
          EXPECT_EQ(box.width, in.width);
          EXPECT_EQ(box.height, in.height);
        }
      }
    }
    EXPECT_EQ(seams, 2 * ((options.ntx - 1) * options.nty + options.ntx * (options.nty - 1)));
  }
}

TEST(Structure, ExteriorsAreEachPointOfTheGridOnce) {
  for (const Options& options : Grids()) {
    const Structure structure(options);
    const Box grid{0, 0, options.nx, options.ny};
    EXPECT_EQ(Cover(grid, options.tiles(),
                    [&](int64_t tile) {
                      const Box box = structure.Exterior(tile);
                      return Box{structure.GridX(tile, box.x), structure.GridY(tile, box.y),
                                 box.width, box.height};
                    }),
              std::vector<int>(static_cast<size_t>(grid.count()), 1));
  }
}

}  // namespace
}  // namespace groma::stencil

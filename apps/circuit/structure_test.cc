#include "apps/circuit/structure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace groma::circuit {
namespace {

Options PaperSize() {
  Options options;
  options.nodes_per_piece = 5000;
  options.wires_per_piece = 20000;
  options.pieces = 40;
  options.pieces_per_superpiece = 10;
  return options;
}

std::vector<Options> Sizes() {
  std::vector<Options> sizes;
  for (const auto& [npp, wpp, pieces, pps, pct] : {std::tuple{20, 80, 4, 1, 80},
                                                   {4, 8, 1, 1, 80},
                                                   {7, 13, 2, 1, 50},
                                                   {20, 40, 3, 3, 80},
                                                   {101, 50, 6, 2, 0},
                                                   {30, 20, 9, 3, 100},
                                                   {250, 300, 12, 4, 70}}) {
    Options options;
    options.nodes_per_piece = npp;
    options.wires_per_piece = wpp;
    options.pieces = pieces;
    options.pieces_per_superpiece = pps;
    options.percent_in_piece = pct;
    sizes.push_back(options);
  }
  return sizes;
}

// Domains of the published program at this size on one node: 49500 private and 500 shared nodes,
// 200000 wires and 650 to 750 ghost nodes a superpiece.
TEST(Structure, ThePaperSizeHasThePublishedDomains) {
  const Structure structure(PaperSize());
  EXPECT_EQ(structure.AllShared().size(), 2000);
  EXPECT_EQ(structure.Private(1).first, 2000 + 49500);
  EXPECT_EQ(structure.Private(1).size(), 49500);
  EXPECT_EQ(structure.Shared(1).first, 500);
  EXPECT_EQ(structure.Shared(1).size(), 500);
  EXPECT_EQ(structure.Wires(1).first, 200000);
  EXPECT_EQ(structure.Wires(1).size(), 200000);
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_GE(structure.Ghost(i).size(), 550) << i;
    EXPECT_LE(structure.Ghost(i).size(), 800) << i;
  }
}

TEST(Structure, PartsCoverTheWholeOnce) {
  for (const Options& options : Sizes()) {
    const Structure structure(options);
    int64_t next_shared = 0;
    int64_t next_private = structure.AllPrivate().first;
    int64_t next_wire = 0;
    for (int64_t i = 0; i < options.superpieces(); ++i) {
      EXPECT_EQ(structure.Shared(i).first, next_shared);
      EXPECT_EQ(structure.Private(i).first, next_private);
      EXPECT_EQ(structure.Wires(i).first, next_wire);
      next_shared = structure.Shared(i).last + 1;
      next_private = structure.Private(i).last + 1;
      next_wire = structure.Wires(i).last + 1;
    }
    EXPECT_EQ(next_shared, structure.AllPrivate().first);
    EXPECT_EQ(next_private, options.nodes());
    EXPECT_EQ(next_wire, options.wires());
  }
}

TEST(Structure, NeighboursAreOtherPiecesEachOnce) {
  for (const Options& options : Sizes()) {
    const Structure structure(options);
    for (int64_t piece = 0; piece < options.pieces; ++piece) {
      const std::vector<int64_t> neighbours = structure.Neighbours(piece);
      EXPECT_EQ(neighbours.size(), std::min<size_t>(5, static_cast<size_t>(options.pieces - 1)));
      EXPECT_EQ(std::set(neighbours.begin(), neighbours.end()).size(), neighbours.size());
      EXPECT_EQ(std::count(neighbours.begin(), neighbours.end(), piece), 0);
      for (const int64_t other : neighbours) {
        EXPECT_GE(other, 0);
        EXPECT_LT(other, options.pieces);
      }
    }
  }
}

TEST(Structure, WiresEndInTheirSuperpieceOrItsGhosts) {
  for (const Options& options : Sizes()) {
    const Structure structure(options);
    EndCounts expected;
    EndCounts counted;
    for (int64_t wire = 0; wire < options.wires(); ++wire) {
      const int64_t piece = wire / options.wires_per_piece;
      const int64_t superpiece = piece / options.pieces_per_superpiece;
      const WireValues values = structure.Wire(wire, structure.Neighbours(piece));
      EXPECT_NE(structure.Locate(values.in_node, superpiece), Location::kGhost);
      for (const int64_t node : {values.in_node, values.out_node}) {
        switch (structure.Locate(node, superpiece)) {
          case Location::kPrivate:
            EXPECT_TRUE(structure.Private(superpiece).Contains(node));
            ++counted.on_private;
            break;
          case Location::kShared:
            EXPECT_TRUE(structure.Shared(superpiece).Contains(node));
            ++counted.on_shared;
            break;
          case Location::kGhost:
            EXPECT_TRUE(structure.Ghost(superpiece).Contains(node));
            ++counted.on_ghost;
            break;
        }
      }
    }
    for (int64_t i = 0; i < options.superpieces(); ++i) {
      const EndCounts ends = structure.ExpectedEnds(i);
      expected.on_private += ends.on_private;
      expected.on_shared += ends.on_shared;
      expected.on_ghost += ends.on_ghost;
    }
    // Five standard deviations of a binomial count, and rounding.
    const double slack = 5 * std::sqrt(0.25 * 2 * static_cast<double>(options.wires())) +
                         static_cast<double>(options.superpieces());
    EXPECT_NEAR(counted.on_private, expected.on_private, slack);
    EXPECT_NEAR(counted.on_shared, expected.on_shared, slack);
    EXPECT_NEAR(counted.on_ghost, expected.on_ghost, slack);
  }
}

// Of 200000 wires, all in-ends and 160000 out-ends are in their piece: 360000 · 1 % = 3600 of them
// on shared nodes. The other 40000 end on shared nodes of neighbours, in the superpiece or not.
TEST(Structure, ExpectedEndsOfThePaperSizeAreDerived) {
  const Structure structure(PaperSize());
  for (int64_t i = 0; i < 4; ++i) {
    const EndCounts ends = structure.ExpectedEnds(i);
    EXPECT_EQ(ends.on_private, 356400);
    EXPECT_EQ(ends.on_shared + ends.on_ghost, 3600 + 40000);
    EXPECT_GT(ends.on_ghost, 0);
  }
}

}  // namespace
}  // namespace groma::circuit

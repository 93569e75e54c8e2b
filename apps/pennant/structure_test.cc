#include "apps/pennant/structure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace groma::pennant {
namespace {

Options Mesh(int64_t zones_x, int64_t zones_y, int64_t pieces_x, int64_t pieces_y) {
  Options options;
  options.zones_x = zones_x, options.zones_y = zones_y;
  options.pieces_x = pieces_x, options.pieces_y = pieces_y;
  options.pieces = pieces_x * pieces_y;
  return options;
}

std::vector<Options> Meshes() {
  return {Mesh(1, 1, 1, 1), Mesh(10, 18, 1, 4), Mesh(9, 7, 3, 1), Mesh(11, 13, 3, 4),
          Mesh(3, 2, 3, 2), Mesh(8, 8, 2, 2),   Mesh(7, 5, 2, 3), Mesh(4, 9, 1, 1)};
}

template <typename Body>
void ForEach(int64_t width, int64_t height, const Body& body) {
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) body(Place{x, y});
  }
}

bool Holds(const std::vector<Span>& spans, int64_t i) {
  return std::any_of(spans.begin(), spans.end(), [&](const Span& s) { return s.Contains(i); });
}

// Domains that the published program has at this size on two nodes (8 pieces): 321 points in a row.
TEST(Structure, ThePaperSizeHasThePublishedDomains) {
  const Structure structure(Mesh(320, 184320, 1, 8));
  EXPECT_EQ(structure.AllGhost().size(), 7 * 321);
  EXPECT_EQ(structure.Private(0).first, 2247);
  EXPECT_EQ(structure.Private(0).last, 7398086);
  EXPECT_EQ(structure.Private(2).first, 14793606);
  EXPECT_EQ(structure.Private(2).last, 22189124);
  EXPECT_EQ(structure.Zones(2).first, 14745600);
  EXPECT_EQ(structure.Zones(2).last, 22118399);
  EXPECT_EQ(structure.Sides(4).first, 117964800);
  EXPECT_EQ(structure.Sides(4).last, 147455999);
  const std::vector<Span> first = structure.Ghost(0);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].first, 0);
  EXPECT_EQ(first[0].last, 320);
  const std::vector<Span> fourth = structure.Ghost(4);
  ASSERT_EQ(fourth.size(), 1U);
  EXPECT_EQ(fourth[0].first, 963);
  EXPECT_EQ(fourth[0].last, 1604);
  EXPECT_EQ(structure.Shared(0).size(), 321);
  EXPECT_EQ(structure.Shared(7).size(), 0);
  // 320 zones along either edge, each with two corners on it.
  EXPECT_EQ(structure.Ends(0).count(), 640);
  EXPECT_EQ(structure.Ends(4).in_rows, 1280);
}

TEST(Structure, EveryZoneAndPointHasANumberOfItsOwn) {
  for (const Options& options : Meshes()) {
    const Structure structure(options);
    std::set<int64_t> zones;
    std::set<int64_t> points;
    ForEach(options.zones_x, options.zones_y, [&](Place zone) {
      const int64_t number = structure.ZoneNumber(zone);
      zones.insert(number);
      EXPECT_EQ(structure.ZonePlace(number).x, zone.x);
      EXPECT_EQ(structure.ZonePlace(number).y, zone.y);
    });
    ForEach(options.zones_x + 1, options.zones_y + 1,
            [&](Place point) { points.insert(structure.PointNumber(point)); });
    EXPECT_EQ(static_cast<int64_t>(zones.size()), options.zones());
    EXPECT_EQ(*zones.begin(), 0);
    EXPECT_EQ(*zones.rbegin(), options.zones() - 1);
    EXPECT_EQ(static_cast<int64_t>(points.size()), options.points());
    EXPECT_EQ(*points.begin(), 0);
    EXPECT_EQ(*points.rbegin(), options.points() - 1);
  }
}

TEST(Structure, PartsCoverTheWholeOnce) {
  for (const Options& options : Meshes()) {
    const Structure structure(options);
    int64_t next_zone = 0;
    int64_t next_shared = 0;
    int64_t next_private = structure.AllPrivate().first;
    for (int64_t i = 0; i < options.pieces; ++i) {
      EXPECT_EQ(structure.Zones(i).first, next_zone);
      EXPECT_EQ(structure.Shared(i).first, next_shared);
      EXPECT_EQ(structure.Private(i).first, next_private);
      EXPECT_GT(structure.Zones(i).size(), 0);
      next_zone = structure.Zones(i).last + 1;
      next_shared = structure.Shared(i).last + 1;
      next_private = structure.Private(i).last + 1;
    }
    EXPECT_EQ(next_zone, options.zones());
    EXPECT_EQ(next_shared, structure.AllGhost().size());
    EXPECT_EQ(next_private, options.points());
  }
}

TEST(Structure, PlacesAreInTheOrderOfTheirNumbers) {
  for (const Options& options : Meshes()) {
    const Structure structure(options);
    for (int64_t i = 0; i < options.pieces; ++i) {
      for (const Location location : {Location::kPrivate, Location::kGhost}) {
        const Span span =
            location == Location::kPrivate ? structure.Private(i) : structure.Shared(i);
        int64_t next = span.first;
        for (const Place place : structure.Places(i, location)) {
          EXPECT_EQ(structure.PointNumber(place), next++);
        }
        EXPECT_EQ(next, span.last + 1);
      }
    }
  }
}

// Against an enumeration of all sides.
TEST(Structure, APieceReachesExactlyItsPrivateAndGhostPoints) {
  for (const Options& options : Meshes()) {
    const Structure structure(options);
    std::vector<std::set<int64_t>> used(static_cast<size_t>(options.pieces));
    std::vector<int64_t> ghost_ends(static_cast<size_t>(options.pieces), 0);
    ForEach(options.zones_x, options.zones_y, [&](Place zone) {
      int64_t piece = 0;
      while (!structure.Zones(piece).Contains(structure.ZoneNumber(zone))) ++piece;
      for (int64_t side = 0; side < kCorners; ++side) {
        const int64_t point = structure.PointNumber(Structure::Corner(zone, side));
        used[static_cast<size_t>(piece)].insert(point);
        if (structure.Locate(point) == Location::kGhost) ++ghost_ends[static_cast<size_t>(piece)];
      }
    });
    for (int64_t i = 0; i < options.pieces; ++i) {
      const std::vector<Span> ghost = structure.Ghost(i);
      int64_t points = structure.Private(i).size();
      for (const Span& span : ghost) points += span.size();
      EXPECT_EQ(static_cast<int64_t>(used[static_cast<size_t>(i)].size()), points);
      for (const int64_t point : used[static_cast<size_t>(i)]) {
        EXPECT_TRUE(structure.Private(i).Contains(point) || Holds(ghost, point));
      }
      EXPECT_EQ(structure.Ends(i).count(), ghost_ends[static_cast<size_t>(i)]);
    }
  }
}

}  // namespace
}  // namespace groma::pennant

#include "apps/pennant/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace groma::pennant {
namespace {

// A triangle and a pentagon beside each other: a zone's sides are found by their pointers.
//   points 0 (1,0), 1 (2,0), 2 (1,1); 3 (3,0), 4 (3,2), 5 (2,2)
class MixedMesh : public testing::Test {
 protected:
  ZoneOf Zones() { return {{0, 8}, apps::MakeField<const int64_t>(zone_of_, 8, 0)}; }
  SideEnds Ends() {
    return {apps::MakeField<const int64_t>(first_, 8, 0),
            apps::MakeField<const int64_t>(second_, 8, 0),
            apps::MakeField<const uint8_t>(in_, 1, 0), apps::MakeField<const uint8_t>(in_, 1, 0)};
  }
  static Doubles Of(std::vector<double>& values) { return apps::MakeField(values.data(), 8, 0); }
  static DoublesIn In(std::vector<double>& values) {
    return apps::MakeField<const double>(values.data(), 8, 0);
  }
  PointVectors Position() { return {{VectorsIn{In(x_), In(y_)}, VectorsIn{In(x_), In(y_)}}}; }
  Field<const uint8_t> Points() { return apps::MakeField<const uint8_t>(points_, 1, 0); }

  const int64_t zone_of_[8] = {0, 0, 0, 1, 1, 1, 1, 1};
  const int64_t first_[8] = {0, 1, 2, 1, 3, 4, 5, 2};
  const int64_t second_[8] = {1, 2, 0, 3, 4, 5, 2, 1};
  const uint8_t in_[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  const uint8_t points_[2] = {3, 5};
  std::vector<double> x_ = {1, 2, 1, 3, 3, 2};
  std::vector<double> y_ = {0, 0, 1, 0, 2, 2};
  std::vector<double> centre_x_ = {0, 0}, centre_y_ = {0, 0}, area_ = {0, 0}, volume_ = {0, 0};
  std::vector<double> edge_x_ = std::vector<double>(8), edge_y_ = edge_x_, side_area_ = edge_x_,
                      edge_ = edge_x_;
};

TEST_F(MixedMesh, HasTheGeometryOfPolygons) {
  pennant::Run(CalcCenters{Zones(), Ends(), Position(), Points(),
                           Vectors{Of(centre_x_), Of(centre_y_)},
                           Vectors{Of(edge_x_), Of(edge_y_)}});
  EXPECT_DOUBLE_EQ(centre_x_[0], 4.0 / 3);
  EXPECT_DOUBLE_EQ(centre_y_[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(centre_x_[1], 11.0 / 5);
  EXPECT_DOUBLE_EQ(edge_x_[1], 1.5);
  EXPECT_DOUBLE_EQ(edge_y_[1], 0.5);

  int64_t tangled = 0;
  pennant::Run(CalcVolumes{Zones(), Ends(), Position(), VectorsIn{In(centre_x_), In(centre_y_)},
                           Of(area_), Of(volume_), Of(side_area_), true, Of(edge_),
                           apps::MakeField(&tangled, sizeof(tangled), 0)});
  EXPECT_EQ(tangled, 0);
  // The rectangle from (1,0) to (3,2) less the triangle at its upper left (of area 1/2) is both.
  EXPECT_DOUBLE_EQ(area_[0], 0.5);
  EXPECT_DOUBLE_EQ(area_[1], 3.0);
  // Area times the distance of the centroid from the axis: 1/2 · 4/3; 4 · 2 - 1/2 · 4/3 - that.
  EXPECT_DOUBLE_EQ(volume_[0], 2.0 / 3);
  EXPECT_DOUBLE_EQ(volume_[1], 8 - 4.0 / 3);
  EXPECT_DOUBLE_EQ(edge_[1], std::sqrt(2.0));

  // Three times a side's area over its edge is half the triangle's height: of three heights 1, 1
  // and 1/√2 the last is the smallest.
  std::vector<double> length = {0, 0};
  pennant::Run(CalcCharLen{Zones(), Points(), In(side_area_), In(edge_), Of(length)});
  EXPECT_DOUBLE_EQ(length[0], 0.5 / std::sqrt(2.0));
}

// Stretched along x with u = x. Along its edges the triangle's points part with 1, 1/√2 and 0; the
// pentagon's at most with 1.
TEST_F(MixedMesh, TheFastestChangeOfAnEdgeBoundsTheTimeStep) {
  std::vector<double> still(6, 0);
  std::vector<double> sound_speed = {2, 3};
  std::vector<double> fastest = {0, 0};
  std::vector<double> speed = {0, 0};
  for (size_t s = 0; s < 8; ++s) {
    const auto from = static_cast<size_t>(first_[s]);
    const auto to = static_cast<size_t>(second_[s]);
    edge_[s] = std::hypot(x_[to] - x_[from], y_[to] - y_[from]);
  }
  const VectorsIn velocity{In(x_), In(still)};
  pennant::Run(QcsVelDiff{Zones(),
                          0.1,
                          4,
                          Ends(),
                          Position(),
                          {{velocity, velocity}},
                          In(sound_speed),
                          In(edge_),
                          Of(speed),
                          Of(fastest)});
  EXPECT_DOUBLE_EQ(fastest[0], 1);
  EXPECT_DOUBLE_EQ(speed[0], 0.1 * 2 + 2 * 4 * 1);
  EXPECT_DOUBLE_EQ(speed[1], 0.1 * 3 + 2 * 4 * 1);
}

// Courant's bound of the first zone, 0.6 · 2 / 4; the volume's of the second, 0.1 · 0.1 / (1/10).
TEST(Kernels, TheSmallestTimeStepOfAllZonesIsTaken) {
  std::vector<double> before = {1, 10, 1};
  std::vector<double> after = {1, 11, 1};
  std::vector<double> length = {2, 100, 100};
  std::vector<double> sound_speed = {1, 1, 1};
  std::vector<double> viscous_speed = {4, 1, 1};
  const auto in = [](std::vector<double>& v) {
    return apps::MakeField<const double>(v.data(), 8, 0);
  };
  for (const int64_t threads : {1, 2, 3}) {
    for (const Range range : {Range{0, 1}, Range{0, 3}}) {
      double minimum = 1e99;
      pennant::Run(CalcDtHydro{range, threads, 0.1, 0.6, 0.1, in(before), in(after), in(length),
                               in(sound_speed), in(viscous_speed),
                               apps::MakeField(&minimum, sizeof(minimum), 0)});
      EXPECT_NEAR(minimum, range.count == 1 ? 0.3 : 0.1, 1e-15);
    }
  }
}

TEST_F(MixedMesh, ASideTurnedInsideOutIsCounted) {
  x_[0] = 3;  // the triangle's first point, beyond the others
  int64_t tangled = 0;
  pennant::Run(CalcCenters{Zones(), Ends(), Position(), Points(),
                           Vectors{Of(centre_x_), Of(centre_y_)},
                           Vectors{Of(edge_x_), Of(edge_y_)}});
  pennant::Run(CalcVolumes{Zones(), Ends(), Position(), VectorsIn{In(centre_x_), In(centre_y_)},
                           Of(area_), Of(volume_), Of(side_area_), true, Of(edge_),
                           apps::MakeField(&tangled, sizeof(tangled), 0)});
  EXPECT_EQ(tangled, 3);
}

}  // namespace
}  // namespace groma::pennant

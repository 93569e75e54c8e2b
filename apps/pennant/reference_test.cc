#include "apps/pennant/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace groma::pennant {
namespace {

Options Tube(int64_t zones_x, int64_t zones_y) {
  Options options;
  options.zones_x = zones_x;
  options.zones_y = zones_y;
  return options;
}

Options Blast(int64_t zones) {
  Options options = Tube(zones, zones);
  options.sedov = true;
  return options;
}

TEST(Reference, MassAndEnergyOfAShockTubeAreConserved) {
  Reference reference(Tube(3, 54));
  const double mass = reference.TotalMass();
  const double energy = reference.TotalEnergy();
  for (int cycle = 0; cycle < 200; ++cycle) reference.Step();
  EXPECT_GT(reference.state().time, 0.5);
  EXPECT_NEAR(reference.TotalMass() / mass, 1, 1e-13);
  EXPECT_NEAR(reference.TotalEnergy() / energy, 1, 1e-12);
}

// The tube is uniform across, so that nothing moves sideways.
TEST(Reference, AShockTubeStaysOneDimensional) {
  Reference reference(Tube(4, 72));
  for (int cycle = 0; cycle < 50; ++cycle) reference.Step();
  const State& state = reference.state();
  for (const auto& velocity : state.velocity) EXPECT_NEAR(velocity.real(), 0, 1e-12);
  for (size_t i = 0; i < state.density.size(); ++i) {
    EXPECT_NEAR(state.density[i] / state.density[i / 4 * 4], 1, 1e-12);
  }
}

// The exact solution of the Riemann problem (ideal gas, 5/3): the gas behind the shock moves at
// 0.6218, the shock at 0.8294. At time 6 it has come from y = 3, where it began, to 7.98, and the
// contact to 6.73. A mesh as coarse as this overshoots.
TEST(Reference, TheShockOfLeblancsTubeArrivesInTime) {
  const Options options = Tube(10, 180);
  Reference reference(options);
  while (!reference.ended()) reference.Step();
  const State& state = reference.state();
  double front = 0;
  for (int64_t y = 0; y <= options.zones_y; ++y) {
    const auto i = static_cast<size_t>(y * (options.zones_x + 1));
    const double height = state.position[i].imag();
    const double speed = state.velocity[i].imag();
    if (speed > 0.31) front = height;
    if (height > 7.1 && height < 7.6) {
      EXPECT_NEAR(speed, 0.6218, 0.07) << height;
    }
  }
  EXPECT_NEAR(front, 7.98, 0.4);
}

// Sedov's blast of this energy has its shock at radius 1 at time 1.
TEST(Reference, TheShockOfABlastArrivesInTime) {
  Reference reference(Blast(45));
  const double mass = reference.TotalMass();
  while (!reference.ended()) reference.Step();
  const State& state = reference.state();
  EXPECT_NEAR(reference.TotalMass() / mass, 1, 1e-12);
  double front = 0;
  double highest = 0;
  for (size_t i = 0; i < state.density.size(); ++i) {
    if (state.density[i] <= highest) continue;
    highest = state.density[i];
    const auto zone = static_cast<int64_t>(i);
    front = std::abs(state.position[static_cast<size_t>(zone / 45 * 46 + zone % 45)]);
  }
  EXPECT_NEAR(front, 1.0, 0.1);
  EXPECT_GT(highest, 2);  // 4 in the limit of fine meshes
}

TEST(Reference, NothingHappensAfterTheEnd) {
  Reference reference(Blast(4));
  while (!reference.ended()) reference.Step();
  const double time = reference.state().time;
  reference.Step();
  EXPECT_EQ(reference.state().time, time);
}

}  // namespace
}  // namespace groma::pennant

#include "vgpu/device/fluid.h"

#include <gtest/gtest.h>

namespace groma::vgpu {
namespace {

std::vector<double> Rates(int resources, const std::vector<std::vector<Use>>& uses) {
  std::vector<const std::vector<Use>*> pointers;
  pointers.reserve(uses.size());
  for (const auto& use : uses) pointers.push_back(&use);
  return FairRates(resources, pointers);
}

Use On(int resource, double share = 1) { return {ResourceId{resource}, share}; }

TEST(FairRates, AloneEveryOperationGoesAtItsFullSpeed) {
  EXPECT_EQ(Rates(1, {{On(0)}}), std::vector<double>{1});
  EXPECT_EQ(Rates(1, {{}}), std::vector<double>{1});
  EXPECT_EQ(Rates(1, {{On(0, 0.25)}, {On(0, 0.75)}}), (std::vector<double>{1, 1}));
}

TEST(FairRates, EqualUsersShareEqually) {
  EXPECT_EQ(Rates(1, {{On(0)}, {On(0)}}), (std::vector<double>{0.5, 0.5}));
}

TEST(FairRates, WhoNeedsLessThanAFairPartGetsItAll) {
  // Of resource 0, A needs 0.2 (its fair part is 1/3): it gets that, B and C share 0.8.
  const auto rates = Rates(1, {{On(0, 0.2)}, {On(0)}, {On(0)}});
  EXPECT_DOUBLE_EQ(rates[0], 1);
  EXPECT_DOUBLE_EQ(rates[1], 0.4);
  EXPECT_DOUBLE_EQ(rates[2], 0.4);
}

TEST(FairRates, WhoIsHeldBackElsewhereLeavesItsPartToOthers) {
  // Resource 0: A, B, C → 1/3 each. Resource 1: C, D. C is held to 1/3 on resource 0, so D gets the
  // other 2/3 of resource 1.
  const auto rates = Rates(2, {{On(0)}, {On(0)}, {On(0), On(1)}, {On(1)}});
  EXPECT_NEAR(rates[0], 1.0 / 3, 1e-12);
  EXPECT_NEAR(rates[1], 1.0 / 3, 1e-12);
  EXPECT_NEAR(rates[2], 1.0 / 3, 1e-12);
  EXPECT_NEAR(rates[3], 2.0 / 3, 1e-12);
}

TEST(FairRates, NoResourceIsEverUsedBeyondItsCapacity) {
  uint32_t seed = 1;
  auto random = [&seed](uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::vector<Use>> uses(1 + random(6));
    for (auto& operation : uses)
      for (int r = 0; r < 4; ++r)
        if (random(2) == 0) operation.push_back(On(r, (1 + random(10)) / 10.0));
    const auto rates = Rates(4, uses);
    std::vector<double> used(4, 0);
    for (size_t i = 0; i < uses.size(); ++i) {
      EXPECT_GT(rates[i], 0);
      EXPECT_LE(rates[i], 1);
      for (const Use& use : uses[i]) used[static_cast<int>(use.resource)] += use.share * rates[i];
    }
    for (const double u : used) EXPECT_LE(u, 1 + 1e-9) << "round " << round;
  }
}

// Runs everything that was started to its end; the times at which the streams' operations ended.
std::map<uint64_t, int64_t> RunOut(Fluid* fluid) {
  std::map<uint64_t, int64_t> ends;
  while (!fluid->Idle()) {
    if (fluid->HasEnded())
      ends[fluid->TakeEnded().stream] = fluid->now().count;
    else
      fluid->AdvanceTo(*fluid->Next());
  }
  return ends;
}

OperationKey Key(uint64_t stream) { return {0, stream, stream}; }

TEST(Fluid, AnOperationAloneTakesItsLatencyAndItsWork) {
  Fluid fluid(1);
  fluid.Start(Key(1), {5000}, {20000}, {On(0)});
  EXPECT_EQ(RunOut(&fluid)[1], 25000);
  EXPECT_EQ(fluid.resource_uses()[0].busy.count, 20000);
}

TEST(Fluid, TwoEqualCopiesOnOneLinkTakeTwiceAsLong) {
  Fluid fluid(1);
  fluid.Start(Key(1), {}, {1000}, {On(0)});
  fluid.Start(Key(2), {}, {1000}, {On(0)});
  auto ends = RunOut(&fluid);
  EXPECT_EQ(ends[1], 2000);
  EXPECT_EQ(ends[2], 2000);
}

TEST(Fluid, ALateSecondCopySlowsTheRestOfTheFirst) {
  // A: 1000 ns of work from 0. B: 400 ns of work from 500 on (its latency). Until 500 A does 500.
  // Then both at half speed: B's 400 take 800, to 1300; A has 100 left, alone: 1400.
  Fluid fluid(1);
  fluid.Start(Key(1), {}, {1000}, {On(0)});
  fluid.Start(Key(2), {500}, {400}, {On(0)});
  auto ends = RunOut(&fluid);
  EXPECT_EQ(ends[2], 1300);
  EXPECT_EQ(ends[1], 1400);
}

TEST(Fluid, ThreeSharersLoseNoNanosecondToRounding) {
  // A third of the speed each: 3 × 1000 exactly, though 1/3 is no double.
  Fluid fluid(1);
  for (uint64_t stream = 1; stream <= 3; ++stream) fluid.Start(Key(stream), {}, {1000}, {On(0)});
  for (const auto& [stream, end] : RunOut(&fluid)) EXPECT_EQ(end, 3000);
}

TEST(Fluid, OneNanosecondOfWorkAfterALatencyIsDone) {
  Fluid fluid(1);
  fluid.Start(Key(1), {10}, {1}, {});
  EXPECT_EQ(RunOut(&fluid)[1], 11);
}

TEST(Fluid, OperationsThatEndTogetherAreTakenInTheOrderOfDeviceStreamAndSequence) {
  Fluid fluid(1);
  fluid.Start({1, 4, 1}, {}, {100}, {});
  fluid.Start({0, 9, 2}, {}, {100}, {});
  fluid.Start({0, 3, 3}, {}, {100}, {});
  fluid.AdvanceTo(*fluid.Next());
  EXPECT_EQ(fluid.TakeEnded().stream, 3U);
  EXPECT_EQ(fluid.TakeEnded().stream, 9U);
  EXPECT_EQ(fluid.TakeEnded().stream, 4U);
}

TEST(Fluid, AnOperationWithoutTimeHasEndedAtOnce) {
  Fluid fluid(1);
  fluid.Start(Key(1), {}, {}, {On(0)});
  EXPECT_TRUE(fluid.HasEnded());
  EXPECT_EQ(fluid.now().count, 0);
}

}  // namespace
}  // namespace groma::vgpu

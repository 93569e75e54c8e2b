#include "legion/mapper/launch_cache.h"

#include "gtest/gtest.h"

namespace groma::legion {
namespace {

mapping::LaunchQuery Launch(std::string_view task, int64_t points) {
  mapping::LaunchQuery launch;
  launch.about.task = task;
  launch.about.extents = {points};
  launch.low = {0};
  launch.high = {points - 1};
  return launch;
}

LaunchCache::Answer Answer(size_t points) {
  auto placement = std::make_shared<mapping::LaunchPlacement>();
  placement->processors.resize(points);
  return placement;
}

TEST(LaunchCache, AnEqualLaunchGetsTheAnswerThatWasKept) {
  LaunchCache cache;
  EXPECT_EQ(cache.Find(Launch("step", 8)), nullptr);
  const auto answer = Answer(8);
  cache.Keep(Launch("step", 8), answer);
  const std::string same = "step";  // another text that reads the same
  EXPECT_EQ(cache.Find(Launch(same, 8)), answer);
}

// All that a mapping function can see of a launch, and how the question differs in it.
TEST(LaunchCache, ALaunchThatDiffersInAnythingAFunctionSeesGetsNone) {
  using Change = void (*)(mapping::LaunchQuery&);
  const auto parent = [](mapping::LaunchQuery& launch) -> mapping::PointQuery::Parent& {
    if (!launch.about.parent) launch.about.parent = mapping::PointQuery::Parent{.name = "main"};
    return *launch.about.parent;
  };
  static constexpr auto kParent = parent;
  const Change kChanges[] = {
      [](mapping::LaunchQuery& launch) { launch.about.task = "stop"; },
      [](mapping::LaunchQuery& launch) { launch.about.kind = ProcessorKind::kGpu; },
      [](mapping::LaunchQuery& launch) { launch.about.depth = 2; },
      [](mapping::LaunchQuery& launch) { launch.about.extents = {9}; },
      [](mapping::LaunchQuery& launch) { launch.low = {1}; },
      [](mapping::LaunchQuery& launch) { launch.high = {6}; },
      [](mapping::LaunchQuery& launch) { launch.about.launcher = {.node = 1, .index = 0}; },
      [](mapping::LaunchQuery& launch) { kParent(launch); },
      [](mapping::LaunchQuery& launch) { kParent(launch).name = "other"; },
      [](mapping::LaunchQuery& launch) { kParent(launch).kind = ProcessorKind::kGpu; },
      [](mapping::LaunchQuery& launch) { kParent(launch).processor = {.node = 0, .index = 1}; },
      [](mapping::LaunchQuery& launch) { kParent(launch).depth = 1; },
      [](mapping::LaunchQuery& launch) { kParent(launch).point = {3}; },
      [](mapping::LaunchQuery& launch) { kParent(launch).extents = {3}; },
      [](mapping::LaunchQuery& launch) {
        kParent(launch).point = {3, 3};
      },
  };
  LaunchCache cache;
  cache.Keep(Launch("step", 8), Answer(8));
  for (size_t i = 0; i < std::size(kChanges); ++i) {
    mapping::LaunchQuery launch = Launch("step", 8);
    kChanges[i](launch);
    EXPECT_EQ(cache.Find(launch), nullptr) << "change " << i;
    cache.Keep(launch, Answer(8));  // and so it differs from all before it
    EXPECT_NE(cache.Find(launch), nullptr) << "change " << i;
  }
}

TEST(LaunchCache, ThePointThatIsAskedAboutDoesNotMatter) {
  LaunchCache cache;
  const auto answer = Answer(8);
  cache.Keep(Launch("step", 8), answer);
  mapping::LaunchQuery launch = Launch("step", 8);
  launch.about.point = {5};
  EXPECT_EQ(cache.Find(launch), answer);
}

TEST(LaunchCache, TheFirstAnswerToAQuestionStays) {
  LaunchCache cache;
  const auto answer = Answer(8);
  cache.Keep(Launch("step", 8), answer);
  cache.Keep(Launch("step", 8), Answer(8));
  EXPECT_EQ(cache.Find(Launch("step", 8)), answer);
}

TEST(LaunchCache, AllOthersAreForgottenWhenThereIsNoRoom) {
  LaunchCache cache;
  const size_t most = LaunchCache::kMostPoints;
  cache.Keep(Launch("step", 8), Answer(most - 8));
  cache.Keep(Launch("more", 8), Answer(8));
  EXPECT_NE(cache.Find(Launch("step", 8)), nullptr);
  EXPECT_NE(cache.Find(Launch("more", 8)), nullptr);
  cache.Keep(Launch("last", 1), Answer(1));
  EXPECT_EQ(cache.Find(Launch("step", 8)), nullptr);
  EXPECT_EQ(cache.Find(Launch("more", 8)), nullptr);
  EXPECT_NE(cache.Find(Launch("last", 1)), nullptr);
}

TEST(LaunchCache, AnAnswerThatAloneIsTooLargeIsNotKept) {
  LaunchCache cache;
  cache.Keep(Launch("step", 8), Answer(8));
  cache.Keep(Launch("huge", 8), Answer(LaunchCache::kMostPoints + 1));
  EXPECT_EQ(cache.Find(Launch("huge", 8)), nullptr);
  EXPECT_NE(cache.Find(Launch("step", 8)), nullptr);
}

}  // namespace
}  // namespace groma::legion

// Whole launches: the same answers as point by point, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

LaunchQuery Whole(const std::vector<int64_t>& extents) {
  LaunchQuery launch{.about = PointOf("t", {}, extents)};
  launch.low.assign(extents.size(), 0);
  for (int64_t extent : extents) launch.high.push_back(extent - 1);
  return launch;
}

/// A function with that body over `m` (nodes × GPUs) and `line`, as the map of task t.
std::string Map(const std::string& body) {
  return "m = Machine(GPU);\nline = m.merge(0, 1);\ndef f(Task task) { x = task.ipoint[0]; " +
         body + " }\nIndexTaskMap t f;\n";
}

class Bodies : public testing::TestWithParam<const char*> {};

TEST_P(Bodies, PlaceALaunchAsItsPointsAlone) {
  const Mapping mapping = Bound(Map(GetParam()), Nodes(2, 4));
  for (const LaunchQuery& launch : {Whole({8, 3}), Whole({50, 50}), Whole({1, 1})}) {
    EXPECT_EQ(Answers(mapping.PlaceLaunch(launch), launch), AnswersOneByOne(mapping, launch));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Launches, Bodies,
    testing::Values(
        "return line[x % 8];", "return line[x * line.size[0] / task.ispace[0]];",
        "return line[(0 - x) % 8 + 7];", "return line[(x * 1000000007 + 12) % 8];",
        "return line[x / (x + 1)];", "return line[7 / (x % 3)];", "return line[x];",
        "return m[*(task.ipoint % m.size)];", "return m[*(task.ipoint * m.size / task.ispace)];",
        "return line[x * 9223372036854775807 % 8];",
        // Choices: each side counts for its own points alone.
        "return x % 2 == 0 ? line[x % 8] : line[7 - x % 8];",
        "return x > 3 ? line[10 / (x - 3) % 8] : line[0];",
        "return x < 3 ? line[10 / (x - 3) % 8] : line[0];",
        "return x <= 3 ? line[10 / (x - 3) % 8] : line[0];",
        "return line[x > 3 && 10 / (x - 3) > 2 ? 1 : 2];",
        "return line[x <= 3 || 10 / (x - 3) > 2 ? 1 : 2];",
        "return line[x >= 3 && 10 / (x - 3) > 2 ? 1 : 2];",
        "return line[(x > 3 ? x % 2 == 0 : x % 3 == 0) && !(x == 4) ? 1 : 2];",
        "return line[x > 2 ? (x > 4 ? 1 : 10 / (x - 4) % 8) : 3];",
        "return x % 2 == 0 ? m[0, *] : m[1, x % 4];", "return x % 2 == 0 ? m[0, *] : m[1, *];",
        "return x % 2 == 0 ? m[0, 1] : line[3];", "c = x > 3; return line[c == (x > 5) ? 0 : 1];",
        // Tuples.
        "return line[(5, 6, 7)[x % 3]];", "return line[(5, 6, 7)[0 - 1 - x % 3]];",
        "return line[(5, 6, 7)[x]];", "return line[(x, 1, x + 1)[x % 3] % 8];",
        "return line[(x > 3 ? task.ipoint : task.ispace).volume % 8];",
        "return line[(x > 3 ? (1, 2) : (x, 2, 3)).len];", "return m[*task.ipoint[0:2] % m.size];",
        "return line[tuple(x * i for i in range(3)).volume % 8];",
        "return line[tuple(x * i for i in task.ipoint).volume % 8];",
        "return line[task.ipoint == (3, 1) ? 1 : 0];",
        "return line[task.ipoint != (3, 1, 1) ? 1 : 0];", "return line[range(x).len % 8];",
        // Spaces.
        "return m.split(1, x % 2 + 1)[0, 0, 0];", "return m.reverse(1)[*(task.ipoint % m.size)];",
        "s = m.slice(1, 1, 2).swap(0, 1); return s[*(task.ipoint % s.size)];",
        "s = m.split(1, 2).merge(1, 0); return s[*(task.ipoint % s.size)];",
        "m4 = m.decompose(0, task.ispace); return m4[*(task.ipoint % m4[:2]), *];",
        "return m[*, *];", "return m[x % 2, *];", "return Machine(CPU)[0, x % 2];",
        "return line[m[x % 2, 0].has(FBMEM) ? 1 : 0];",
        "return line[task.name == \"t\" ? x % 8 : 0];"));

TEST(PlaceLaunchTest, ALaunchWithoutAMapGoesInBlocksAsItsPointsDo) {
  const Mapping mapping = Bound("", Nodes(3, 4));
  for (const LaunchQuery& launch : {Whole({100}), Whole({7, 9}), Whole({5, 3, 11})}) {
    EXPECT_EQ(Answers(mapping.PlaceLaunch(launch), launch), AnswersOneByOne(mapping, launch));
  }
}

TEST(PlaceLaunchTest, ABoxIsPlacedAsTheSamePointsOfTheWhole) {
  const Mapping mapping =
      Bound(Map("return m[*(task.ipoint * m.size / task.ispace)];"), Nodes(2, 4));
  LaunchQuery launch = Whole({100, 100});
  launch.low = {37, 90};
  launch.high = {80, 97};
  EXPECT_EQ(Answers(mapping.PlaceLaunch(launch), launch), AnswersOneByOne(mapping, launch));
}

TEST(PlaceLaunchTest, TheOlderFormAndParentsWorkInLaunches) {
  const Mapping mapping = Bound(
      "m = Machine(GPU);\nline = m.merge(0, 1);\n"
      "def g(IPoint p, ISpace s, MSpace m) { return p * m.size / s; }\n"
      "def h(IPoint p, ISpace s, MSpace m) { return p[0] % 10; }\n"
      "def k(Task task) { return m[task.parent.processor(m)[0], task.ipoint[0] % 4]; }\n"
      "IndexTaskMap t m g;\nIndexTaskMap u line h;\nIndexTaskMap v k;\n",
      Nodes(2, 4));
  LaunchQuery launch = Whole({12, 12});
  launch.about.parent = PointQuery::Parent{};
  launch.about.parent->name = "p";
  launch.about.parent->kind = ProcessorKind::kGpu;
  launch.about.parent->processor = {1, 2};
  for (const char* task : {"t", "u", "v"}) {
    launch.about.task = task;
    EXPECT_EQ(Answers(mapping.PlaceLaunch(launch), launch), AnswersOneByOne(mapping, launch));
  }
}

TEST(PlaceLaunchTest, PrintWritesALineForEachPoint) {
  const Mapping mapping = Bound(Map("print(\"{}\", x); return line[x];"), Nodes(2, 4));
  testing::internal::CaptureStderr();
  mapping.PlaceLaunch(Whole({5}));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "0\n1\n2\n3\n4\n");
}

TEST(PlaceLaunchTest, AMapOverAnotherKindIsPassedOverWithItsWarning) {
  const Mapping mapping = Bound(Map("return Machine(CPU)[0, x % 2];"), Nodes(2, 4));
  const LaunchPlacement placement = mapping.PlaceLaunch(Whole({8}));
  ASSERT_TRUE(placement.warning);
  EXPECT_EQ(placement.warning->code, "W0602");
  EXPECT_FALSE(placement.origin.statement);
  EXPECT_EQ(placement.processors, Bound("", Nodes(2, 4)).PlaceLaunch(Whole({8})).processors);
}

TEST(PlaceLaunchTest, AStepLimitOfAPointIsNotReachedByTheirNumber) {
  // About 500 steps a point: far more than a million for all of them.
  const Mapping mapping =
      Bound(Map("return line[tuple((x + i) % 8 for i in range(40)).len % 8];"), Nodes(2, 4));
  const LaunchPlacement placement = mapping.PlaceLaunch(Whole({10'000}));
  EXPECT_FALSE(placement.failure);
}

}  // namespace
}  // namespace groma::mapping

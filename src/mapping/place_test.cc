// Placement: maps, defaults, sets, the older form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

using testing::HasSubstr;
using enum ProcessorKind;

std::string Map(const std::string& body, const std::string& statement = "IndexTaskMap t f;") {
  return "m = Machine(GPU);\ndef f(Task task) { " + body + " }\n" + statement + "\n";
}

TEST(PlaceTest, WithoutAMapPointsGoInBlocksOverNodesThenProcessors) {
  EXPECT_EQ(Places(Bound("", Nodes(2, 2)), PointOf("t", {}, {8})),
            "0.0 0.0 0.1 0.1 1.0 1.0 1.1 1.1");
  EXPECT_EQ(Places(Bound("", Nodes(1, 4)), PointOf("t", {}, {4})), "0.0 0.1 0.2 0.3");
  // Nodes cut the first dimension (8 > 2); then 4 GPUs cut the node's 4 × 2: 2 to the first, and 2
  // to the first again (2/1 ties go low).
  EXPECT_EQ(Places(Bound("", Nodes(2, 4)), PointOf("t", {}, {8, 2})),
            "0.0 0.0 0.1 0.1 0.2 0.2 0.3 0.3 1.0 1.0 1.1 1.1 1.2 1.2 1.3 1.3");
}

TEST(PlaceTest, MorePointsThanProcessorsAndFewerBothStayInside) {
  EXPECT_EQ(Places(Bound("", Nodes(1, 4)), PointOf("t", {}, {2})), "0.0 0.2");
  EXPECT_EQ(Places(Bound("", Nodes(3, 1)), PointOf("t", {}, {4})), "0.0 0.0 1.0 2.0");
}

TEST(PlaceTest, ASingleTaskRunsOnItsParentsProcessorIfThatIsOfItsKind) {
  const Mapping mapping = Bound("", Nodes(2, 4));
  PointQuery query = Single("t");
  query.parent = PointQuery::Parent{};
  query.parent->processor = {1, 3};
  query.launcher = {1, 3};
  EXPECT_EQ(mapping.Place(query).processor, (Processor{1, 0}));  // the parent runs on a CPU
  query.parent->kind = kGpu;
  EXPECT_EQ(mapping.Place(query).processor, (Processor{1, 3}));
  EXPECT_EQ(mapping.Place(Single("t")).processor, (Processor{0, 0}));
}

TEST(PlaceTest, AKindThatTheMachineLacksIsAnError) {
  const Placement placement = Bound("", Nodes(1, 0)).Place(PointOf("t", {0}, {4}));
  ASSERT_TRUE(placement.failure);
  EXPECT_EQ(placement.failure->code, "E0614");
}

TEST(PlaceTest, AMapGivesEachPointItsProcessor) {
  const std::string text = Map("ip = task.ipoint; return m[ip[0] / m.size[1], ip[0] % m.size[1]];");
  EXPECT_EQ(Places(Bound(text, Nodes(2, 4)), PointOf("t", {}, {8})),
            "0.0 0.1 0.2 0.3 1.0 1.1 1.2 1.3");
  EXPECT_EQ(Places(Bound(text, Nodes(2, 4)), PointOf("t", {}, {10})),
            "0.0 0.1 0.2 0.3 1.0 1.1 1.2 1.3 E0603 E0603");
}

TEST(PlaceTest, ANameBeatsAKindAndAKindBeatsTheStar) {
  const std::string spaces =
      "m = Machine(GPU);\ndef a(Task t) { return m[0, 1]; }\ndef b(Task t) { return m[0, 2]; }\n"
      "def c(Task t) { return m[0, 3]; }\n";
  const Mapping mapping =
      Bound(spaces + "IndexTaskMap t a;\nIndexTaskMap GPU b;\nIndexTaskMap * c;\n");
  EXPECT_EQ(Places(mapping, PointOf("t", {}, {1})), "0.1");
  EXPECT_EQ(Places(mapping, PointOf("u", {}, {1})), "0.2");
  const Mapping cpu = Bound(spaces + "IndexTaskMap CPU b;\nIndexTaskMap * c;\n");
  EXPECT_EQ(Places(cpu, PointOf("u", {}, {1})), "0.3");
}

TEST(PlaceTest, TheLaterOfEqualMapsDecides) {
  const std::string text =
      "m = Machine(GPU);\ndef a(Task t) { return m[0, 1]; }\ndef b(Task t) { return m[0, 2]; }\n"
      "IndexTaskMap t a;\nIndexTaskMap t b;\n";
  EXPECT_EQ(Places(Bound(text), PointOf("t", {}, {1})), "0.2");
}

TEST(PlaceTest, IndexMapsAndSingleMapsAreForTheirLaunches) {
  const std::string text =
      "m = Machine(GPU);\ndef a(Task t) { return m[0, 1]; }\ndef b(Task t) { return m[0, 2]; }\n"
      "IndexTaskMap t a;\nSingleTaskMap t b;\n";
  const Mapping mapping = Bound(text);
  EXPECT_EQ(Places(mapping, PointOf("t", {}, {1})), "0.1");
  EXPECT_EQ(mapping.Place(Single("t")).processor, (Processor{0, 2}));
}

TEST(PlaceTest, TheOlderFormIndexesItsSpaceWithTheTuple) {
  const std::string text =
      "m = Machine(GPU);\nline = m.merge(0, 1);\n"
      "def g(IPoint p, ISpace s, MSpace m) { return p * m.size / s; }\n"
      "def h(IPoint p, ISpace s, MSpace m) { return p[0] % m.volume; }\n"
      "IndexTaskMap t m g;\nIndexTaskMap u line h;\n";
  const Mapping mapping = Bound(text, Nodes(2, 2));
  EXPECT_EQ(Places(mapping, PointOf("t", {}, {2, 4})), "0.0 0.0 0.1 0.1 1.0 1.0 1.1 1.1");
  EXPECT_EQ(Places(mapping, PointOf("u", {}, {6})), "0.0 0.1 1.0 1.1 0.0 0.1");
}

TEST(PlaceTest, TheOlderFormOutsideItsSpaceNamesTheSpaceAndTheStatement) {
  const std::string text =
      "m = Machine(GPU);\ndef g(IPoint p, ISpace s, MSpace m) { return (p[0], p[0]); }\n"
      "IndexTaskMap t m g;\n";
  const Placement placement = Bound(text, Nodes(2, 4)).Place(PointOf("t", {3}, {4}));
  ASSERT_TRUE(placement.failure);
  EXPECT_EQ(placement.failure->code, "E0603");
  EXPECT_THAT(placement.failure->message,
              HasSubstr("index 3 of dimension 0 of m, which has size 2"));
  EXPECT_EQ(placement.failure->span.begin, text.find("IndexTaskMap"));
}

TEST(PlaceTest, ABareStarIsASetThatPointsTakeInTurn) {
  EXPECT_EQ(Places(Bound(Map("return m[0, *];"), Nodes(2, 4)), PointOf("t", {}, {2, 3})),
            "0.0 0.1 0.2 0.3 0.0 0.1");
  EXPECT_EQ(Places(Bound(Map("return m[*, *];"), Nodes(2, 2)), PointOf("t", {}, {5})),
            "0.0 0.1 1.0 1.1 0.0");
  EXPECT_EQ(
      Places(Bound(Map("return m[task.ipoint[0], *];"), Nodes(2, 2)), PointOf("t", {}, {2, 2})),
      "0.0 0.1 1.0 1.1");
}

TEST(PlaceTest, ASetGivesSingleTasksByTheirSequence) {
  const Mapping mapping = Bound(Map("return m[0, *];", "SingleTaskMap t f;"));
  PointQuery query = Single("t");
  for (query.sequence = 0; query.sequence < 6; ++query.sequence) {
    EXPECT_EQ(mapping.Place(query).processor, (Processor{0, int(query.sequence % 4)}));
  }
}

TEST(PlaceTest, ParentsProcessorsAreKnown) {
  const std::string text = Map("return m[*task.parent.processor(m)];", "SingleTaskMap t f;");
  const Mapping mapping = Bound(text, Nodes(2, 4));
  PointQuery query = Single("t");
  query.parent = PointQuery::Parent{};
  query.parent->name = "p";
  query.parent->kind = kGpu;
  query.parent->processor = {1, 2};
  EXPECT_EQ(mapping.Place(query).processor, (Processor{1, 2}));
  query.parent->kind = kCpu;  // (node, local index) all the same
  EXPECT_EQ(mapping.Place(query).processor, (Processor{1, 2}));
  query.parent->processor = {1, 7};
  const Placement placement = mapping.Place(query);
  ASSERT_TRUE(placement.failure);
  EXPECT_EQ(placement.failure->code, "E0612");
  EXPECT_THAT(placement.failure->message, HasSubstr("task p runs on CPU 7 of node 1"));
}

TEST(PlaceTest, IpointOfASingleTaskIsAnError) {
  // Reached through a helper, so that only the launch tells.
  const Mapping mapping =
      Bound(Map("return m[0, task.parent.ipoint[0] % 4];", "SingleTaskMap t f;"));
  PointQuery query = Single("t");
  query.parent = PointQuery::Parent{};
  query.parent->name = "p";
  const Placement single_parent = mapping.Place(query);
  ASSERT_TRUE(single_parent.failure);
  EXPECT_EQ(single_parent.failure->code, "E0608");
  EXPECT_THAT(single_parent.failure->message, HasSubstr("ipoint of task p"));
  query.parent->point = {6};
  query.parent->extents = {8};
  EXPECT_EQ(mapping.Place(query).processor, (Processor{0, 2}));
}

TEST(PlaceTest, AMapOverAnotherKindIsAnErrorIfBothStatementsNameTheTask) {
  const Placement both =
      Bound("Task t CPU;\n" + Map("return m[0, 3];")).Place(PointOf("t", {0}, {2}, kCpu));
  ASSERT_TRUE(both.failure);
  EXPECT_EQ(both.failure->code, "E0613");
  const Placement one =
      Bound("Task * CPU;\n" + Map("return m[0, 3];")).Place(PointOf("t", {1}, {2}, kCpu));
  EXPECT_EQ(one.processor, (Processor{0, 1}));  // in blocks over the two CPUs
  ASSERT_TRUE(one.warning);
  EXPECT_EQ(one.warning->code, "W0602");
  EXPECT_FALSE(one.origin.statement);
}

RC_GTEST_PROP(PlaceLaws, DefaultBlocksUseEveryProcessorEvenly, ()) {
  const int nodes = *rc::gen::inRange(1, 5);
  const int gpus = *rc::gen::inRange(1, 9);
  const auto factor = *rc::gen::inRange<int64_t>(1, 4);
  const Mapping mapping = Bound("", Nodes(nodes, gpus));
  const int64_t count = factor * nodes * gpus;
  std::map<Processor, int64_t> points;
  Processor last;
  for (int64_t p = 0; p < count; ++p) {
    const auto processor = mapping.Place(PointOf("t", {p}, {count})).processor;
    RC_ASSERT(processor.has_value());
    RC_ASSERT(*processor >= last);  // blocks are contiguous
    last = *processor;
    ++points[last];
  }
  RC_ASSERT(points.size() == static_cast<size_t>(nodes * gpus));
  for (const auto& [processor, number] : points) RC_ASSERT(number == factor);
}

RC_GTEST_PROP(PlaceLaws, DefaultPlacementIsAlwaysOnTheMachine, ()) {
  const int nodes = *rc::gen::inRange(1, 8);
  const int gpus = *rc::gen::inRange(1, 9);
  const auto dims = *rc::gen::inRange<size_t>(1, 5);
  const auto extents =
      *rc::gen::container<std::vector<int64_t>>(dims, rc::gen::inRange<int64_t>(1, 1'000'000'000));
  std::vector<int64_t> point;
  point.reserve(extents.size());
  for (int64_t extent : extents) point.push_back(*rc::gen::inRange<int64_t>(0, extent));
  const Placement placement = Bound("", Nodes(nodes, gpus)).Place(PointOf("t", point, extents));
  RC_ASSERT(placement.processor.has_value());
  RC_ASSERT(placement.processor->node >= 0 && placement.processor->node < nodes);
  RC_ASSERT(placement.processor->index >= 0 && placement.processor->index < gpus);
}

}  // namespace
}  // namespace groma::mapping

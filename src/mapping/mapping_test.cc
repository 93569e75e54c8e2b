#include "mapping/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

using testing::ElementsAre;
using enum ProcessorKind;
using enum MemoryKind;

/// Argument 1 of `task`: partition rp_shared of all_shared, in the tree of all_nodes.
RegionQuery Shared(std::string_view task = "t") {
  return {task, 1, {"rp_shared", "all_shared", "all_nodes"}};
}

std::vector<MemoryKind> OnGpu(const std::string& text, const RegionQuery& query = Shared()) {
  return Bound(text).Memories(query, kGpu).kinds;
}

std::string LayoutOf(const std::string& text, ProcessorKind kind = kGpu,
                     MemoryKind memory = kFramebuffer) {
  return Bound(text).Layout(Shared(), kind, memory).ToString();
}

TEST(DefaultsTest, AnEmptyMappingDecidesEverything) {
  const Mapping mapping = Bound("", Nodes(1, 4, 1));
  EXPECT_THAT(mapping.Processors("t").kinds, ElementsAre(kGpu, kOmp, kCpu));
  EXPECT_FALSE(mapping.Processors("t").origin.statement);
  EXPECT_THAT(mapping.Memories(Shared(), kGpu).kinds, ElementsAre(kFramebuffer, kZeroCopy));
  EXPECT_THAT(mapping.Memories(Shared(), kCpu).kinds, ElementsAre(kSocket, kSystem));
  EXPECT_EQ(mapping.Layout(Shared(), kGpu, kFramebuffer).ToString(), "SOA C_order");
  EXPECT_EQ(mapping.InstanceLimit("t"), std::nullopt);
  EXPECT_FALSE(mapping.Collects(Shared()));
  EXPECT_EQ(mapping.ControlReplicates("t"), std::nullopt);
}

TEST(DefaultsTest, TheyRankBelowEverythingWritten) {
  EXPECT_THAT(OnGpu("Region * * * ZCMEM;"), ElementsAre(kZeroCopy));
}

TEST(ProcessorsTest, ANameBeatsTheStarWhereverItStands) {
  const Mapping mapping = Bound("Task t CPU;\nTask * GPU;\n");
  EXPECT_THAT(mapping.Processors("t").kinds, ElementsAre(kCpu));
  EXPECT_TRUE(mapping.Processors("t").origin.names_task);
  EXPECT_THAT(mapping.Processors("u").kinds, ElementsAre(kGpu));
  EXPECT_FALSE(mapping.Processors("u").origin.names_task);
}

TEST(ProcessorsTest, TheLaterOfEqualStatementsDecidesAlone) {
  EXPECT_THAT(Bound("Task t CPU;\nTask t GPU;\n").Processors("t").kinds, ElementsAre(kGpu));
}

TEST(ProcessorsTest, AListIsAStatementForEach) {
  const Mapping mapping = Bound("Task a,b GPU,CPU;");
  EXPECT_THAT(mapping.Processors("a").kinds, ElementsAre(kGpu, kCpu));
  EXPECT_THAT(mapping.Processors("b").kinds, ElementsAre(kGpu, kCpu));
}

TEST(ProcessorsTest, TheOriginIsTheStatement) {
  const std::string text = "Task * CPU;\nTask t GPU;\n";
  const auto span = Bound(text).Processors("t").origin.statement;
  ASSERT_TRUE(span);
  EXPECT_EQ(span->begin, text.find("Task t"));
}

TEST(OmpTest, ItMeansCpuWhereThereIsNoneWithOneWarning) {
  std::vector<Diagnostic> warnings;
  const Mapping mapping = Bound(
      "Task * OMP,CPU;\nTask t GPU,OMP;\nRegion * * OMP ZCMEM;\nLayout * * OMP AOS;\n"
      "m = Machine(OMP);\ndef f(Task t) { return m[0, 1]; }\nIndexTaskMap OMP f;\n",
      Nodes(1, 4), &warnings);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].code, "W0601");
  EXPECT_EQ(warnings[0].severity, Severity::kWarning);
  EXPECT_EQ(warnings[0].span.begin, 0u);
  EXPECT_THAT(mapping.Processors("u").kinds, ElementsAre(kCpu));
  EXPECT_THAT(mapping.Processors("t").kinds, ElementsAre(kGpu, kCpu));
  EXPECT_THAT(mapping.Memories(Shared(), kCpu).kinds, ElementsAre(kZeroCopy));
  EXPECT_EQ(mapping.Layout(Shared(), kCpu, kSystem).ToString(), "AOS C_order");
  EXPECT_EQ(Places(mapping, PointOf("t", {}, {2}, kCpu)), "0.1 0.1");
}

TEST(OmpTest, TheWarningAlsoComesFromInsideFunctionsAndValues) {
  for (const char* text :
       {"def f(Task t) { m = Machine(OMP).merge(0, 1); return m[0]; }\n",
        "def f(Task t) { return Machine(CPU)[0, 0 < 1 ? Machine(OMP).volume % 1 : 0]; }\n",
        "x = Machine(OMP).swap(0, 1);\n", "x = (1, *Machine(OMP).size);\n",
        "def f(Task t) { print(\"{}\", Machine(OMP)); return Machine(CPU)[0, *]; }\n"}) {
    std::vector<Diagnostic> warnings;
    Bound(text, Nodes(1, 4), &warnings);
    ASSERT_EQ(warnings.size(), 1u) << text;
    EXPECT_EQ(warnings[0].code, "W0601");
  }
}

TEST(OmpTest, ItIsItselfWhereThereIsOne) {
  std::vector<Diagnostic> warnings;
  const Mapping mapping =
      Bound("Task * OMP,CPU;\nRegion * * OMP ZCMEM;\n", Nodes(1, 4, 1), &warnings);
  EXPECT_TRUE(warnings.empty());
  EXPECT_THAT(mapping.Processors("u").kinds, ElementsAre(kOmp, kCpu));
  EXPECT_THAT(mapping.Memories(Shared(), kCpu).kinds, ElementsAre(kSocket, kSystem));
  EXPECT_THAT(mapping.Memories(Shared(), kOmp).kinds, ElementsAre(kZeroCopy));
}

TEST(RegionsTest, TheTaskIsComparedFirst) {
  EXPECT_THAT(OnGpu("Region t * * FBMEM;\nRegion * rp_shared GPU ZCMEM;\n"),
              ElementsAre(kFramebuffer));
}

TEST(RegionsTest, ThenTheRegionThenTheProcessor) {
  EXPECT_THAT(OnGpu("Region * rp_shared * ZCMEM;\nRegion * * GPU FBMEM;\n"),
              ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region * rp_shared GPU ZCMEM;\nRegion * rp_shared * FBMEM;\n"),
              ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region * rp_shared CPU ZCMEM;\nRegion * * * FBMEM;\n"),
              ElementsAre(kFramebuffer));
}

TEST(RegionsTest, AncestorsMatchAndTheNearestIsTheMostSpecific) {
  EXPECT_THAT(OnGpu("Region * all_nodes GPU ZCMEM;\n"), ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region * all_shared GPU ZCMEM;\nRegion * all_nodes GPU FBMEM;\n"),
              ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region * rp_ghost GPU ZCMEM;\n"), ElementsAre(kFramebuffer, kZeroCopy));
}

TEST(RegionsTest, APositionIsMoreSpecificThanAName) {
  EXPECT_THAT(OnGpu("Region t 1 GPU ZCMEM;\nRegion t rp_shared GPU FBMEM;\n"),
              ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region t 0 GPU ZCMEM;\nRegion t rp_shared GPU FBMEM;\n"),
              ElementsAre(kFramebuffer));
}

TEST(RegionsTest, OneStatementDecidesAndListsAreNotJoined) {
  EXPECT_THAT(OnGpu("Region * * GPU FBMEM;\nRegion * * GPU ZCMEM;\n"), ElementsAre(kZeroCopy));
  EXPECT_THAT(OnGpu("Region * * GPU ZCMEM,FBMEM;\n"), ElementsAre(kZeroCopy, kFramebuffer));
}

TEST(LayoutTest, AspectsAreDecidedOneByOne) {
  EXPECT_EQ(LayoutOf("Layout * * * Align==64 F_order;"), "SOA F_order Align==64");
  EXPECT_EQ(LayoutOf("Layout * * * AOS F_order;\nLayout t rp_shared GPU C_order;\n"),
            "AOS C_order");
  EXPECT_EQ(LayoutOf("Layout t * * Compact;\nLayout * * * AOS Align==128 Exact;\n"),
            "AOS C_order Align==128 Compact");
}

TEST(LayoutTest, NoAlignDecidesThatThereIsNone) {
  EXPECT_EQ(LayoutOf("Layout * * * Align==64;\nLayout t * * No_Align;\n"), "SOA C_order");
  EXPECT_EQ(LayoutOf("Layout * * * No_Align;\nLayout t * * Align>=32;\n"), "SOA C_order Align>=32");
}

TEST(LayoutTest, PlacesAreProcessorKindsOrMemoryKinds) {
  const std::string text = "Layout * * ZCMEM AOS;\nLayout * * CPU F_order;\n";
  EXPECT_EQ(LayoutOf(text), "SOA C_order");
  EXPECT_EQ(LayoutOf(text, kGpu, kZeroCopy), "AOS C_order");
  EXPECT_EQ(LayoutOf(text, kCpu, kZeroCopy), "AOS F_order");
}

TEST(LayoutTest, EachAspectKnowsItsStatement) {
  const std::string text = "Layout * * * AOS;\nLayout t * * Align==16;\n";
  const LayoutChoice layout = Bound(text).Layout(Shared(), kGpu, kFramebuffer);
  EXPECT_EQ(layout.structure.statement->begin, 0u);
  EXPECT_EQ(layout.align.statement->begin, text.find("Layout t"));
  EXPECT_TRUE(layout.align.names_task);
  EXPECT_FALSE(layout.order.statement);
}

TEST(LimitsTest, TheNamedTaskComesFirst) {
  const Mapping mapping = Bound("InstanceLimit t 4;\nInstanceLimit * 9;\n");
  Origin origin;
  EXPECT_EQ(mapping.InstanceLimit("t", &origin), 4);
  EXPECT_TRUE(origin.names_task);
  EXPECT_EQ(mapping.InstanceLimit("u", &origin), 9);
  EXPECT_FALSE(origin.names_task);
}

TEST(CollectsTest, ItIsForTheRegionsNamed) {
  const Mapping mapping = Bound("CollectMemory t rp_shared;\nCollectMemory u *;\n");
  EXPECT_TRUE(mapping.Collects(Shared("t")));
  EXPECT_FALSE(mapping.Collects({"t", 0, {"rp_private"}}));
  EXPECT_TRUE(mapping.Collects({"u", 0, {}}));
  EXPECT_FALSE(mapping.Collects(Shared("v")));
}

TEST(ReplicationTest, OnlyNamedTasksOnceAStatementIsThere) {
  const Mapping mapping = Bound("ControlReplicate top;");
  EXPECT_EQ(mapping.ControlReplicates("top"), true);
  EXPECT_EQ(mapping.ControlReplicates("other"), false);
}

TEST(MappingTest, SeveralThreadsMayAskAtOnce) {
  const Mapping mapping = Bound(
      "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0] % 4]; }\nIndexTaskMap t f;\n");
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&mapping] {
      for (int64_t p = 0; p < 1000; ++p) {
        ASSERT_EQ(mapping.Place(PointOf("t", {p}, {1000})).processor, (Processor{0, int(p % 4)}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(MappingTest, FilesWithTooManyStatementsAreRefused) {
  std::string many, pairs;
  for (int i = 0; i < 10'001; ++i) many += "Region * * GPU FBMEM;\n";
  for (int i = 0; i < 1'100; ++i) pairs += fmt::format("Task t{} GPU;\n", i);
  for (const std::string& text : {many, pairs}) {
    DiagnosticSink sink;
    auto program = lang::Compile(std::make_shared<const SourceFile>("large.map", text), sink);
    ASSERT_TRUE(program);
    sink = DiagnosticSink();
    EXPECT_FALSE(Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                               machine::Shape(1, {.cpu = 1}), sink));
    EXPECT_EQ(sink.Take()[0].code, "E0609");
  }
}

TEST(MappingTest, AllGlobalValuesShareABudget) {
  std::string text = "a0 = range(60000);\n";
  for (int i = 1; i < 200; ++i) text += fmt::format("a{} = a{};\n", i, i - 1);
  DiagnosticSink sink;
  auto program = lang::Compile(std::make_shared<const SourceFile>("large.map", text), sink);
  ASSERT_TRUE(program);
  EXPECT_FALSE(Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                             machine::Shape(1, {.cpu = 1}), sink));
  const std::vector<Diagnostic> found = sink.Take();
  EXPECT_NE(found[0].message.find("together take more than 4000000 steps"), std::string::npos);
}

}  // namespace
}  // namespace groma::mapping

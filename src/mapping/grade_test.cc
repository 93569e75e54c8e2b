#include "mapping/grade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace groma::mapping {
namespace {

using testing::Contains;
using testing::HasSubstr;

machine::Description Machine(int nodes, int gpus) {
  machine::Description machine;
  machine.name = "test";
  machine.nodes = nodes;
  machine.processors = {.cpu = 4, .utility = 1, .gpu = gpus, .omp = 0};
  machine.gpu.framebuffer = {int64_t{16} << 30};
  machine.host.memory = {int64_t{64} << 30};
  machine.host.zero_copy_memory = {int64_t{8} << 30};
  return machine;
}

const app::Description& Circuit() {
  static const app::Description kCircuit = [] {
    auto app = app::Read(GROMA_SOURCE_DIR "/tests/golden/decisions/circuit.app.json");
    return app.value();
  }();
  return kCircuit;
}

Grade GradeOf(int strategy, const std::string& text, int nodes = 2, int gpus = 4) {
  auto source = std::make_shared<const SourceFile>("my.map", text);
  auto grade = GradeMapping(Strategies()[static_cast<size_t>(strategy - 1)], source, Circuit(),
                            Machine(nodes, gpus));
  return grade.value();
}

/// The fixed start and `text` under it.
std::string Started(const std::string& text, bool layout = true) {
  return FixedStart(layout) + text;
}

constexpr const char* kThree = "calculate_new_currents,distribute_charge,update_voltages";

std::string Mapped(const std::string& result, const std::string& tasks = kThree) {
  return Started("def f(Task task) {\n  ip = task.ipoint;\n  return " + result +
                 ";\n}\nIndexTaskMap " + tasks + " f;\n");
}

void ExpectRight(int strategy, const std::string& text) {
  const Grade grade = GradeOf(strategy, text);
  EXPECT_TRUE(grade.right) << "strategy " << strategy << "\n"
                           << text << testing::PrintToString(grade.reasons);
}

void ExpectWrong(int strategy, const std::string& text, const std::string& reason) {
  const Grade grade = GradeOf(strategy, text);
  EXPECT_FALSE(grade.right) << "strategy " << strategy << "\n" << text;
  EXPECT_THAT(grade.reasons, Contains(HasSubstr(reason))) << text;
}

TEST(Grade, EveryPublishedAnswerIsRightForItsStrategyAndWrongForTheOthers) {
  for (const Strategy& asked : Strategies()) {
    for (const Strategy& answered : Strategies()) {
      const Grade grade = GradeOf(asked.number, PublishedAnswer(answered));
      EXPECT_EQ(grade.right, asked.number == answered.number)
          << asked.number << " answered by " << answered.number
          << testing::PrintToString(grade.reasons);
    }
  }
}

TEST(Grade, PublishedAnswersAreRightOnOtherMachinesToo) {
  for (const Strategy& strategy : Strategies())
    EXPECT_TRUE(GradeOf(strategy.number, PublishedAnswer(strategy), 3, 2).right) << strategy.number;
}

TEST(Grade, TheFixedStartAloneAnswersNothing) {
  for (const Strategy& strategy : Strategies())
    EXPECT_FALSE(GradeOf(strategy.number, FixedStart(true)).right) << strategy.number;
}

TEST(Grade, BlocksMayBeWrittenInOtherWays) {
  // By the merged space, over all points of the launch.
  ExpectRight(1, Started("m = mgpu.merge(0, 1);\n"
                         "def f(Task t) { return m[t.ipoint[0] * m.size[0] / t.ispace[0]]; }\n"
                         "IndexTaskMap GPU f;\n"));
  // The older form, and a map for any task: those on CPUs pass it over.
  ExpectRight(1, Started("m = mgpu.merge(0, 1);\n"
                         "def g(IPoint ip, ISpace is, MSpace m) { return ip * m.size / is; }\n"
                         "IndexTaskMap * m g;\n"));
  ExpectRight(1, Started("def block(int i, int n, int parts) { return i * parts / n; }\n"
                         "def f(Task t) {\n"
                         "  at = block(t.ipoint[0], t.ispace[0], mgpu.volume);\n"
                         "  return mgpu[at / mgpu.size[1], at % mgpu.size[1]];\n}\n"
                         "IndexTaskMap calculate_new_currents f;\n"
                         "IndexTaskMap distribute_charge f;\nIndexTaskMap update_voltages f;\n"));
}

TEST(Grade, NearMissesOfBlocksAreRefused) {
  ExpectWrong(1, Mapped("mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]]"),
              "point 1 of 8 goes to GPU 0 of node 1; blocks on the linearized GPUs put it on GPU 1 "
              "of node 0");
  ExpectWrong(1,
              Mapped("mgpu[ip[0] / mgpu.size[1], ip[0] % mgpu.size[1]]",
                     "calculate_new_currents,distribute_charge"),
              "task update_voltages");
  ExpectWrong(1, Mapped("mgpu[0, ip[0] % mgpu.size[1]]"), "point 4 of 8");
  // Right with a point a GPU, but it deals more points out in turn.
  ExpectWrong(1, Mapped("mgpu[ip[0] / mgpu.size[1] % mgpu.size[0], ip[0] % mgpu.size[1]]"),
              "neighbouring points of a block mapping stay together");
  ExpectWrong(1, Mapped("mgpu[mgpu.size[0] - 1 - ip[0] / mgpu.size[1], ip[0] % mgpu.size[1]]"),
              "point 0 of 8");
  ExpectWrong(1, Started("def f(Task t) { return mcpu[0, 0]; }\nIndexTaskMap * f;\n"), "point");
}

TEST(Grade, RegionsMayBeNamedInOtherWays) {
  ExpectRight(2, Started("Region * rp_ghost GPU ZCMEM,FBMEM;\nRegion * rp_shared * ZCMEM;\n"
                         "Region init_piece rp_shared CPU SYSMEM;\n"));
  ExpectRight(2, Started("Region * all_shared GPU ZCMEM;\n"));
  ExpectRight(9, Started("Region distribute_charge rp_shared GPU ZCMEM;\n"));
  ExpectRight(9, Started("Region distribute_charge * GPU ZCMEM;\n"
                         "Region distribute_charge rp_private GPU FBMEM;\n"
                         "Region distribute_charge rp_ghost GPU FBMEM;\n"
                         "Region distribute_charge rp_wires GPU FBMEM;\n"));
}

TEST(Grade, NearMissesOfRegionsAreRefused) {
  ExpectWrong(
      2, Started("Region * rp_shared GPU ZCMEM;\n"),
      "region 2 (rp_ghost) of task calculate_new_currents lies in FBMEM; the strategy wants "
      "ZCMEM");
  ExpectWrong(2, Started("Region * * GPU ZCMEM;\n"),
              "lies in ZCMEM; the strategy does not speak of it, it should stay FBMEM");
  ExpectWrong(2, Started("Region * rp_shared GPU FBMEM,ZCMEM;\nRegion * rp_ghost GPU ZCMEM;\n"),
              "region 1 (rp_shared)");
  ExpectWrong(9, Started("Region distribute_charge 2 GPU ZCMEM;\n"), "region 1 (rp_shared)");
  ExpectWrong(9, Started("Region * 1 GPU ZCMEM;\n"), "of task calculate_new_currents");
  ExpectWrong(9, Started("Region distribute_charge rp_shared CPU ZCMEM;\n"), "lies in FBMEM");
}

TEST(Grade, AMisspeltNameIsTheReason) {
  const Grade grade =
      GradeOf(2, Started("Region * rp_share GPU ZCMEM;\nRegion * rp_ghost GPU ZCMEM;\n"));
  EXPECT_FALSE(grade.right);
  EXPECT_THAT(grade.remarks, Contains(HasSubstr("did you mean 'rp_shared'?")));
}

TEST(Grade, LayoutsMayBeWrittenInOtherWays) {
  ExpectRight(3, Started("Layout * * GPU AOS C_order;\nLayout * * CPU AOS;\n", false));
  ExpectRight(3, Started("Layout * * FBMEM AOS;\nLayout * * SYSMEM AOS;\n", false));
  ExpectRight(4, Started("Layout * * * SOA;\nLayout * * * F_order;\n", false));
  ExpectRight(4, "Layout * * * F_order;\n");  // the rest of the start is what holds anyway
  ExpectRight(5, Started("Layout * * * F_order;\nLayout * * * Align>=64;\n", false));
  ExpectRight(5, Started("Layout * * GPU SOA F_order Align==64;\n"
                         "Layout * * CPU SOA F_order Align==64;\n",
                         false));
}

TEST(Grade, NearMissesOfLayoutsAreRefused) {
  ExpectWrong(3, Started("Layout * * GPU AOS;\n", false), "task init_piece");
  ExpectWrong(3, Started("Layout * * * AOS F_order;\n", false), "the strategy wants AOS C_order");
  ExpectWrong(3, Started("Layout * * * SOA C_order;\n", false), "SOA C_order");
  ExpectWrong(4, Started("Layout * * * AOS F_order;\n", false), "wants SOA F_order");
  ExpectWrong(4, Started("Layout calculate_new_currents * * F_order;\n", false), "init_piece");
  ExpectWrong(4, Started("Layout * * * F_order Align==64;\n", false), "wants SOA F_order");
  ExpectWrong(5, Started("Layout * * * F_order;\n", false), "wants SOA F_order Align==64");
  ExpectWrong(5, Started("Layout * * * Align==64;\n", false), "wants SOA F_order Align==64");
  ExpectRight(5, Started("Layout * * * Align==128 F_order;\n", false));  // aligned to 64 bytes too
  ExpectWrong(5, Started("Layout * * * Align==32 F_order;\n", false), "Align==32");
}

TEST(Grade, ProcessorsMayBeWrittenInOtherWays) {
  ExpectRight(6, Started("Task calculate_new_currents CPU,GPU;\n"));
  ExpectRight(6, "Task * CPU;\nTask distribute_charge,update_voltages GPU;\n");
  ExpectWrong(6, Started("Task * CPU;\n"), "task distribute_charge runs on CPU");
  ExpectWrong(6, Started("Task calculate_new_currents GPU,CPU;\n"),
              "runs on GPU; the strategy wants");
  ExpectWrong(6, Started("Task distribute_charge CPU;\n"),
              "task calculate_new_currents runs on GPU");
}

TEST(Grade, CollectingIsJudgedByWhatItFrees) {
  // Data that the task writes is never freed, whatever the statement says.
  ExpectRight(7, Started("CollectMemory calculate_new_currents rp_private;\n"
                         "CollectMemory calculate_new_currents all_shared;\n"
                         "CollectMemory calculate_new_currents 3;\n"));
  ExpectRight(7, Started("CollectMemory calculate_new_currents rp_wires;\n"
                         "CollectMemory calculate_new_currents all_nodes;\n"));
  ExpectWrong(7, Started("CollectMemory * *;\n"), "of task distribute_charge");
  ExpectWrong(7, Started("CollectMemory calculate_new_currents rp_shared;\n"), "rp_private");
  ExpectWrong(7, Started("CollectMemory distribute_charge *;\n"), "not collected");
}

TEST(Grade, WhatTheStrategyDoesNotSpeakOfStays) {
  const std::string right = "Region * rp_shared GPU ZCMEM;\nRegion * rp_ghost GPU ZCMEM;\n";
  ExpectRight(2, Started(right));
  // No task has an instance of a region that it has no access to.
  ExpectRight(2, Started("Region * rp_shared GPU ZCMEM,FBMEM;\nRegion * rp_ghost * ZCMEM;\n"));
  ExpectWrong(
      2, Started(right + "def f(Task t) { return mcpu[1, 3]; }\nSingleTaskMap get_elapsed f;\n"),
      "task get_elapsed, launched alone, goes to CPU 3 of node 1");
  ExpectWrong(2, Started(right + "ControlReplicate init_nodes;\n"), "not control-replicated");
}

TEST(Grade, LimitsAreTheNumberForTheTask) {
  ExpectRight(8, Started("InstanceLimit calculate_new_currents 2;\n"
                         "InstanceLimit calculate_new_currents 4;\n"));
  ExpectRight(8, "InstanceLimit calculate_new_currents 4;\n");
  ExpectRight(8, Started("InstanceLimit calculate_new_currents 3;\n"));  // at most 4
  ExpectWrong(8, Started("InstanceLimit calculate_new_currents 5;\n"),
              "is 5; the strategy wants 4");
  ExpectWrong(8, Started("InstanceLimit * 4;\n"), "the InstanceLimit of task distribute_charge");
  ExpectWrong(8, Started("InstanceLimit distribute_charge 4;\n"), "none; the strategy wants 4");
}

TEST(Grade, CyclesMayBeWrittenInOtherWays) {
  ExpectRight(10, Started("m = mgpu.swap(0, 1).merge(0, 1);\n"
                          "def f(Task t) { return m[t.ipoint[0] % m.size[0]]; }\n"
                          "IndexTaskMap GPU f;\n"));
  ExpectRight(10, Mapped("mgpu[ip[0] % mgpu.size[0], ip[0] % mgpu.volume / mgpu.size[0]]"));
  ExpectRight(10, Started("def g(IPoint ip, ISpace is, MSpace m) {\n"
                          "  return (ip[0] % m.size[0], ip[0] / m.size[0] % m.size[1]);\n}\n"
                          "IndexTaskMap * mgpu g;\n"));
}

TEST(Grade, NearMissesOfCyclesAreRefused) {
  ExpectWrong(10, Mapped("mgpu[ip[0] / mgpu.size[1] % mgpu.size[0], ip[0] % mgpu.size[1]]"),
              "point 1 of 8 goes to GPU 1 of node 0; the strategy wants GPU 0 of node 1");
  ExpectWrong(10, Mapped("mgpu[ip[0] % mgpu.size[0], ip[0] % mgpu.size[1]]"), "point 1 of 8");
  ExpectWrong(10, Mapped("mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0]]"), "E0603");
  ExpectWrong(10, Mapped("mgpu[ip[0] % mgpu.size[0], 0]"), "point 2 of 8");
}

TEST(Grade, WhatTheStrategyDoesNotSpeakOfMustStay) {
  ExpectWrong(8, Started("InstanceLimit calculate_new_currents 4;\nLayout * * * AOS;\n"),
              "the strategy does not speak of it, it should stay SOA C_order");
  ExpectWrong(3, Started("Layout * * * AOS;\nTask update_voltages CPU;\n", false),
              "task update_voltages runs on CPU; the strategy does not speak of it");
}

TEST(Grade, AMappingWithErrorsIsRefusedWithThem) {
  const Grade grade = GradeOf(10, "mgpu = Machine(GPU)\ndef f(Task t):\n  return mgpu[0, 0]\n");
  EXPECT_FALSE(grade.right);
  EXPECT_THAT(grade.reasons, Contains(HasSubstr("my.map:2: no ':' in a function definition")));
}

TEST(Grade, OneNodeAndOtherProgramsAreRefused) {
  auto source = std::make_shared<const SourceFile>("my.map", "");
  const Strategy& first = Strategies()[0];
  EXPECT_FALSE(GradeMapping(first, source, Circuit(), Machine(1, 4)).ok());
  EXPECT_FALSE(GradeMapping(first, source, Circuit(), Machine(2, 1)).ok());
  const auto other = GradeMapping(first, source, {"other", {}}, Machine(2, 4));
  EXPECT_THAT(other.error().message, HasSubstr("other has no task calculate_new_currents"));
}

TEST(Grade, AsJsonItHasThePromisedKeys) {
  const auto json = ToJson(GradeOf(2, FixedStart(true)));
  EXPECT_EQ(json["strategy"], 2);
  EXPECT_EQ(json["right"], false);
  EXPECT_EQ(json["nodes"], 2);
  EXPECT_FALSE(json["reasons"].empty());
  EXPECT_TRUE(json["remarks"].is_array());
}

}  // namespace
}  // namespace groma::mapping

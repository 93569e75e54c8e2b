#include "mapping/fix.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/files.h"
#include "mapping/check_text.h"

namespace groma::mapping {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

machine::Description Machine() {
  machine::Description machine;
  machine.name = "test";
  machine.processors = {.cpu = 4, .utility = 1, .gpu = 4, .omp = 0};
  machine.gpu.framebuffer = {int64_t{16} << 30};
  machine.host.memory = {int64_t{64} << 30};
  machine.host.zero_copy_memory = {int64_t{8} << 30};
  return machine;
}

const app::Description& Circuit() {
  static const app::Description kCircuit =
      app::Read(GROMA_SOURCE_DIR "/tests/golden/decisions/circuit.app.json").value();
  return kCircuit;
}

std::string Fixed(const std::string& text) { return Fix(text, "a.map", nullptr, nullptr).text; }

std::string FixedForCircuit(const std::string& text) {
  const machine::Description machine = Machine();
  return Fix(text, "a.map", &machine, &Circuit()).text;
}

size_t Errors(const std::string& text) {
  return CheckText(std::make_shared<SourceFile>("a.map", text), nullptr, nullptr, 10'000).Errors();
}

TEST(Fix, ARightTextStaysAsItIs) {
  const FixedText fixed = Fix("Task * GPU;\n", "a.map", nullptr, nullptr);
  EXPECT_EQ(fixed.text, "Task * GPU;\n");
  EXPECT_THAT(fixed.applied, IsEmpty());
}

TEST(Fix, TheIndentedFormOfThePapersFirstFigureBecomesBraces) {
  const std::string fixed = Fixed(
      "Task task0 GPU\n"
      "Region * ghost_region GPU ZCMEM\n"
      "Layout * * * C_order SOA Align==64\n"
      "mgpu = Machine(GPU)\n"
      "def cyclic(Task task):\n"
      "  ip = task.ipoint;\n"
      "  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]]\n"
      "IndexTaskMap task0 cyclic\n");
  EXPECT_EQ(fixed,
            "Task task0 GPU;\n"
            "Region * ghost_region GPU ZCMEM;\n"
            "Layout * * * C_order SOA Align==64;\n"
            "mgpu = Machine(GPU);\n"
            "def cyclic(Task task) {\n"
            "  ip = task.ipoint;\n"
            "  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]];\n"
            "}\n"
            "IndexTaskMap task0 cyclic;\n");
}

TEST(Fix, EditsThatUncoverOthersAreFollowedByThem) {
  const FixedText fixed =
      Fix("Task * GPUS\nRegoin * * GPU ZERO;\ndef cyclic(Task t) {\n  return mgpu[0, t.ipoit[0] % "
          "4];\n}\n"
          "IndexTaskMap step cylic;\nLayout * * Align=64;\n",
          "a.map", nullptr, nullptr);
  EXPECT_EQ(
      fixed.text,
      "Task * GPU;\nRegion * * GPU ZERO;\nmgpu = Machine(GPU);\ndef cyclic(Task t) {\n  "
      "return mgpu[0, t.ipoint[0] % 4];\n}\nIndexTaskMap step cyclic;\nLayout * * * Align==64;\n");
  EXPECT_EQ(Errors(fixed.text), 1u);  // which memory ZERO means is not known
  for (const AppliedEdit& edit : fixed.applied) EXPECT_FALSE(edit.code.empty());
}

TEST(Fix, WhatTheApplicationKnowsIsMendedToo) {
  EXPECT_EQ(FixedForCircuit("Task calculate_new_curents GPU;\nTask init_piece GPU;\n"
                            "Region * rp_share GPU SYSMEM;\n"),
            "Task calculate_new_currents GPU;\nTask init_piece CPU;\n"
            "Region * rp_shared GPU FBMEM,ZCMEM;\n");
}

TEST(Fix, DefinitionsMoveAboveWhatUsesThem) {
  EXPECT_EQ(Fixed("IndexTaskMap step f;\ndef f(Task t) {\n  return m[0, n];\n}\n\n"
                  "m = Machine(GPU);\nn = 1;\n"),
            "m = Machine(GPU);\nn = 1;\ndef f(Task t) {\n  return m[0, n];\n}\n"
            "IndexTaskMap step f;\n");
}

TEST(Fix, ADefinitionMovesUpEvenWhereThatBringsAnotherMistakeToLight) {
  EXPECT_EQ(Fixed("def f(Task t) {\n  return m[0, m.size[2]];\n}\nm = Machine(GPU);\n"),
            "m = Machine(GPU);\ndef f(Task t) {\n  return m[0, m.size[2]];\n}\n");
}

TEST(Fix, AnIndexThatLeavesTheMachineIsWrapped) {
  const std::string fixed = FixedForCircuit(
      "mgpu = Machine(GPU);\ndef f(Task t) {\n  return mgpu[0, t.ipoint[0]];\n}\n"
      "IndexTaskMap calculate_new_currents f;\n");
  EXPECT_EQ(fixed,
            "mgpu = Machine(GPU);\ndef f(Task t) {\n  return mgpu[0, (t.ipoint[0]) % "
            "mgpu.size[1]];\n}\nIndexTaskMap calculate_new_currents f;\n");
}

TEST(Fix, AMisspeltMachineKeepsTheKindThatWasWritten) {
  const FixedText fixed = Fix("m = machine(CPU);\n", "a.map", nullptr, nullptr);
  EXPECT_EQ(fixed.text, "m = Machine(CPU);\n");
  EXPECT_THAT(fixed.applied, SizeIs(1));
  EXPECT_EQ(Fixed("m = Machine(Machine(CPU));\n"), "m = Machine(CPU);\n");
}

TEST(Fix, AKindInQuotesLosesThem) {
  EXPECT_EQ(Fixed("m = Machine('OMP');\nn = Machine(\"CPU\");\n"),
            "m = Machine(OMP);\nn = Machine(CPU);\n");
}

TEST(Fix, EditsOfOneStatementAreAppliedOneAfterTheOther) {
  // Both at once would give Machine((Machine(CPU))).
  const FixedText fixed = Fix("m = machine((CPU));\n", "a.map", nullptr, nullptr);
  EXPECT_EQ(fixed.text, "m = Machine(CPU);\n");
  ASSERT_THAT(fixed.applied, SizeIs(2));
  EXPECT_EQ(fixed.applied[0].added, "Machine");
}

TEST(Fix, ATaskGetsTheKindThatTheHelpNamesAndSeveralTasksGetItToo) {
  EXPECT_EQ(FixedForCircuit("Task init_piece GPU;\n"), "Task init_piece CPU;\n");
  EXPECT_EQ(FixedForCircuit("Task init_piece,calculate_new_currents GPU;\n"),
            "Task init_piece,calculate_new_currents GPU,CPU;\n");
}

TEST(Fix, SayWhatWasChangedWhere) {
  const FixedText fixed = Fix("Task * CPU;\nTask step GPUS;\n", "a.map", nullptr, nullptr);
  ASSERT_THAT(fixed.applied, SizeIs(1));
  EXPECT_EQ(fixed.applied[0].code, "E0207");
  EXPECT_EQ(fixed.applied[0].line, 2);
  EXPECT_EQ(fixed.applied[0].removed, "GPUS");
  EXPECT_EQ(fixed.applied[0].added, "GPU");
}

/// One slip such as a person, or a program that writes mappings, makes.
std::string WithSlip(std::string text, std::mt19937& random) {
  if (text.empty()) return text;
  const size_t at = random() % text.size();
  switch (random() % 5) {
    case 0:
      return text.erase(at, 1);
    case 1:
      return text.insert(at, 1, ";:,{}()[]*%=x1 \n"[random() % 16]);
    case 2:
      return text.erase(at, random() % 30);
    case 3:
      std::swap(text[at], text[random() % text.size()]);
      return text;
    default:
      return text.insert(at, text.substr(random() % text.size(), random() % 30));
  }
}

TEST(Fix, NeverMakesATextWorseAndItsResultNeedsNoMore) {
  const std::string expert =
      ReadFile(GROMA_SOURCE_DIR "/tests/golden/mappings/circuit_expert.map").value();
  for (uint32_t seed = 1; seed <= 150; ++seed) {
    std::mt19937 random(seed);
    std::string text = expert;
    for (uint32_t slips = 1 + seed % 4; slips > 0; --slips) text = WithSlip(text, random);
    const std::string fixed = Fixed(text);
    EXPECT_LE(Errors(fixed), Errors(text)) << "seed " << seed << "\n" << text;
    EXPECT_EQ(Fixed(fixed), fixed) << "seed " << seed;
  }
}

}  // namespace
}  // namespace groma::mapping

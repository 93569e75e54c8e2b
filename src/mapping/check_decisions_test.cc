#include "mapping/check_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "mapping/check_text.h"
#include "mapping/new_mapping.h"

namespace groma::mapping {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum ProcessorKind;

machine::Description Machine(int nodes = 1) {
  machine::Description machine;
  machine.name = "test";
  machine.nodes = nodes;
  machine.processors = {.cpu = 4, .utility = 1, .gpu = 4, .omp = 0};
  machine.gpu.framebuffer = {1000};
  machine.host.memory = {100'000};
  machine.host.zero_copy_memory = {5000};
  return machine;
}

/// A task on GPUs and CPUs with regions of 400, 400 and 400 bytes: read, written, reduced.
app::Task Step() {
  app::Task step{.name = "step",
                 .variants = {{"gpu", kGpu, true}, {"cpu", kCpu, true}},
                 .index_launched = true,
                 .domains = {{8}},
                 .parents = {"top"},
                 .launches = 8};
  step.arguments = {{{"a"}, app::Privilege::kReadOnly, {{"v", 1, 4}}, 100},
                    {{"b"}, app::Privilege::kReadWrite, {{"v", 1, 4}}, 100},
                    {{"c"}, app::Privilege::kReduce, {{"v", 1, 4}}, 100}};
  return step;
}

app::Description With(std::vector<app::Task> tasks) {
  app::Task top{.name = "top",
                .variants = {{"cpu", kCpu, false, true}},
                .single_launched = true,
                .launches = 1};
  tasks.insert(tasks.begin(), top);
  return {"demo", tasks};
}

std::vector<Diagnostic> Found(const std::string& text, const app::Description& app,
                              const machine::Description& machine = Machine()) {
  return CheckText(std::make_shared<SourceFile>("a.map", text), &machine, &app).diagnostics;
}

std::vector<std::string> Codes(const std::string& text, const app::Description& app) {
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : Found(text, app)) codes.push_back(diagnostic.code);
  return codes;
}

TEST(CheckDecisions, DefaultsAndAFirstMappingAreQuiet) {
  const app::Description app = With({Step()});
  EXPECT_THAT(Codes("", app), IsEmpty());
  EXPECT_THAT(Codes(NewMapping(app, machine::Shape(Machine())), app), IsEmpty());
}

TEST(CheckDecisions, AFirstMappingHasTheLayoutsThatVariantsWereRegisteredWith) {
  app::Task step = Step();
  step.variants[0].layouts = {{0, "XYF", {}, 0}, {1, "FYX", {}, 64}, {2, "YX", {}, 0}};
  step.variants[1].layouts = {{0, "XYF", {}, 0}, {1, "F", {}, 0}};
  const app::Description app = With({step});
  const std::string text = NewMapping(app, machine::Shape(Machine()));
  EXPECT_THAT(text, HasSubstr("Layout * * * SOA C_order;\nLayout step 0 * SOA F_order;\n"
                              "Layout step 1 GPU AOS C_order;\n\n"));
  EXPECT_THAT(Codes(text, app), IsEmpty());
}

TEST(CheckText, NamesAreToldTogetherWithTheMistakesOfTheText) {
  const app::Description app = With({Step()});
  EXPECT_THAT(Codes("Task stepp GPU;\nTask top GPU;\nInstanceLimit step 0;\n", app),
              ElementsAre("W0501", "E0501", "E0403"));
}

TEST(CheckDecisions, ATaskThatTheStarLeavesWithoutAKindRunsElsewhere) {
  app::Task host = Step();
  host.name = "host";
  host.variants = {{"cpu", kCpu, true}};
  const auto found = Found("Task * GPU;", With({host}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "W0506");
  EXPECT_THAT(found[0].message, HasSubstr("task 'top'"));
  EXPECT_THAT(found[0].notes.at(0).message, HasSubstr("task host"));
  ASSERT_TRUE(found[0].edit);
  EXPECT_EQ(found[0].edit->replacement, ",CPU");
}

TEST(CheckDecisions, MemoriesThatTheChosenProcessorDoesNotSeeAreErrors) {
  const app::Description app = With({Step()});
  EXPECT_THAT(Codes("Region * * GPU SYSMEM;", app), ElementsAre("E0503"));
  EXPECT_THAT(Codes("Region step 1 * SYSMEM;", app), ElementsAre("E0503"));
  // It runs on the CPU, which sees it; the other statement is met by no task.
  EXPECT_THAT(Codes("Task step CPU;\nRegion step 1 * SYSMEM;", app), IsEmpty());
  EXPECT_THAT(Codes("Task step CPU;\nRegion step 1 GPU SYSMEM;", app), ElementsAre("W0504"));
  EXPECT_THAT(Codes("Region * * GPU SYSMEM,ZCMEM;", app), ElementsAre("W0510"));
}

TEST(CheckDecisions, VirtualIsForInnerTasks) {
  EXPECT_THAT(Codes("Region step * * VIRTUAL;", With({Step()})), ElementsAre("E0504"));
  app::Task inner = Step();
  for (app::Variant& variant : inner.variants) variant.inner = true;
  // Of an inner task only the reduction needs an instance, and VIRTUAL gives it none.
  EXPECT_THAT(Codes("Region step 0 * VIRTUAL;", With({inner})), IsEmpty());
  EXPECT_THAT(Codes("Region * * GPU SYSMEM;\nRegion step 2 GPU FBMEM;", With({inner})),
              ElementsAre("W0504"));
}

TEST(CheckDecisions, ARegionLargerThanItsMemoriesIsAnError) {
  app::Task step = Step();
  step.arguments[0].largest_volume = 300;  // 1200 bytes
  const auto found = Found("Region * * GPU FBMEM;", With({step}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "E0505");
  ASSERT_TRUE(found[0].edit);
  EXPECT_EQ(found[0].edit->replacement, ",ZCMEM");
  EXPECT_THAT(Codes("Region * * GPU FBMEM,ZCMEM;", With({step})), IsEmpty());
  step.arguments[0].largest_volume = 3000;
  EXPECT_THAT(Codes("Region * * GPU FBMEM,ZCMEM;", With({step})), ElementsAre("E0505"));
  EXPECT_THAT(Codes("Task step CPU;", With({step})), IsEmpty());
}

TEST(CheckDecisions, RegionsThatTogetherExceedAMemoryAreAWarning) {
  // Three regions of 400 bytes, 1000 bytes of FBMEM.
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({Step()})), ElementsAre("W0509"));
  EXPECT_THAT(Codes("Region * * GPU FBMEM;\nRegion * b GPU ZCMEM;", With({Step()})), IsEmpty());
  app::Task same = Step();  // one instance for the three
  for (app::Argument& argument : same.arguments) argument.names = {"a"};
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({same})), IsEmpty());
}

/// `step` over 8 points that write one region of 400 bytes each.
app::Task Writer() {
  app::Task step = Step();
  step.arguments = {step.arguments[1]};
  return step;
}

TEST(CheckDecisions, PiecesThatPointsWriteInOneMemoryAreAddedUp) {
  const std::string two_gpus =
      "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0] / 4]; }\nIndexTaskMap step f;\n";
  const auto found = Found(two_gpus + "Region * * GPU FBMEM;", With({Writer()}));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, "W0604");
  EXPECT_EQ(found[1].code, "W0509");  // 4 x 400 bytes in 1000
  EXPECT_THAT(found[1].message,
              HasSubstr("needs 400 B for each of the 4 points on GPU 0 of node 0; "
                        "there is room for 2 in FBMEM"));
  ASSERT_TRUE(found[1].edit);
  EXPECT_EQ(found[1].edit->replacement, ",ZCMEM");
  // Two points a GPU, in blocks: 800 bytes.
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({Writer()})), IsEmpty());
  EXPECT_THAT(Codes(two_gpus + "Region * * GPU FBMEM,ZCMEM;", With({Writer()})),
              ElementsAre("W0604"));
}

TEST(CheckDecisions, AMemoryThatANodeSharesHoldsThePiecesOfAllItsPoints) {
  app::Task step = Writer();
  step.arguments[0].largest_volume = 200;  // 800 bytes: 8 of them in 5000
  const auto found = Found("Region * * GPU ZCMEM;", With({step}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "W0509");
  EXPECT_THAT(found[0].message,
              HasSubstr("each of the 8 points on node 0; there is room for 6 in ZCMEM"));
  EXPECT_THAT(Found("Region * * GPU ZCMEM;", With({step}), Machine(2)), IsEmpty());
}

TEST(CheckDecisions, WhatPointsMayShareCountsOnce) {
  for (app::Privilege privilege : {app::Privilege::kReadOnly, app::Privilege::kReduce}) {
    app::Task step = Writer();
    step.arguments[0].privilege = privilege;
    step.arguments[0].largest_volume = 200;
    EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({step})), IsEmpty());
  }
  // Which launch the largest size is of is not known.
  app::Task step = Writer();
  step.arguments[0].largest_volume = 200;
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({step})), ElementsAre("W0509"));
  step.domains.push_back({4});
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({step})), IsEmpty());
  step.domains.pop_back();
  step.single_launched = true;
  EXPECT_THAT(Codes("Region * * GPU FBMEM;", With({step})), IsEmpty());
}

TEST(CheckDecisions, AWrittenLayoutMayNotContradictTheVariant) {
  app::Task step = Step();
  step.variants[0].layouts = {{0, "XYF", {}, 0}};
  const app::Description app = With({step});
  EXPECT_THAT(Codes("", app), IsEmpty());  // the defaults give way
  EXPECT_THAT(Codes("Layout * * * F_order;", app), IsEmpty());
  EXPECT_THAT(Codes("Layout * * * AOS F_order;", app), ElementsAre("E0502"));
  EXPECT_THAT(Codes("Layout * 1 * C_order;", app), IsEmpty());
  EXPECT_THAT(Codes("Task step CPU;\nLayout * * * C_order;", app), IsEmpty());
  const auto found = Found("Layout * * * C_order;", app);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].message, HasSubstr("variant 'gpu' was registered with SOA F_order"));
  ASSERT_TRUE(found[0].edit);
  EXPECT_EQ(found[0].edit->replacement, "\nLayout step 0 GPU SOA F_order;");
}

TEST(CheckDecisions, AWrittenAlignmentMayNotBeLessThanTheVariants) {
  app::Task step = Step();
  step.variants[0].layouts = {{1, "", {}, 128}};
  const app::Description app = With({step});
  EXPECT_THAT(Codes("Layout * * * Align==64;", app), ElementsAre("E0502"));
  EXPECT_THAT(Codes("Layout * * * Align>=128;", app), IsEmpty());
  EXPECT_THAT(Codes("Layout * * * No_Align;", app), IsEmpty());
}

TEST(CheckDecisions, AConcurrentLaunchNeedsAllItsPoints) {
  app::Task step = Step();
  EXPECT_THAT(Codes("InstanceLimit step 4;", With({step})), IsEmpty());
  step.concurrent = true;
  const auto found = Found("InstanceLimit step 4;", With({step}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "E0506");
  EXPECT_EQ(found[0].edit->replacement, "8");
  EXPECT_THAT(Codes("InstanceLimit step 8;", With({step})), IsEmpty());
}

TEST(CheckDecisions, ATaskAmongItsAncestorsTakesNoLimit) {
  app::Task step = Step(), other = Step();
  other.name = "other";
  other.parents = {"step"};
  step.parents = {"top", "other"};
  const app::Description app = With({step, other});
  EXPECT_THAT(Codes("InstanceLimit step 4;", app), ElementsAre("E0507"));
  EXPECT_THAT(Codes("InstanceLimit top 4;", app), IsEmpty());
}

TEST(CheckDecisions, StatementsWithoutEffectAreWarnings) {
  const app::Description app = With({Step()});
  EXPECT_THAT(Codes("CollectMemory step 1;", app), ElementsAre("W0508"));
  EXPECT_THAT(Codes("CollectMemory step *;", app), IsEmpty());
  EXPECT_THAT(Codes("ControlReplicate step;", app), ElementsAre("W0507"));
}

TEST(CheckDecisions, PointsThatShareProcessorsWhileOthersIdleAreAWarning) {
  const auto with = [](const std::string& index) {
    return "m = Machine(GPU);\ndef f(Task t) { return m[0, " + index +
           "]; }\nIndexTaskMap step f;\n";
  };
  const app::Description app = With({Step()});  // 8 points on 4 GPUs
  EXPECT_THAT(Codes(with("t.ipoint[0] % 2"), app), ElementsAre("W0604"));
  EXPECT_THAT(Codes(with("t.ipoint[0] % 4"), app), IsEmpty());
  EXPECT_THAT(Codes(with("0"), app), ElementsAre("W0603"));
}

TEST(CheckDecisions, TheWordsForBlocksCheckClean) {
  const std::string shared =
      "m = Machine(GPU);\ndef blocks(Task t) { return m[0, t.ipoint[0] % 2]; }\n";
  const app::Description app = With({Step()});
  const std::string help = Found(shared + "IndexTaskMap step blocks;\n", app)[0].help;
  const size_t begin = help.find('`') + 1;
  EXPECT_THAT(Codes(shared + help.substr(begin, help.rfind('`') - begin), app), IsEmpty()) << help;
}

TEST(CheckDecisions, OfATextWithErrorsTellWhatTheyCannotChange) {
  const app::Description app = With({Step()});
  const auto check = [&](const std::string& text) {
    const machine::Description machine = Machine();
    return CheckText(std::make_shared<SourceFile>("a.map", text), &machine, &app);
  };
  const auto codes = [](const CheckedText& checked) {
    std::vector<std::string> codes;
    for (const Diagnostic& diagnostic : checked.diagnostics) codes.push_back(diagnostic.code);
    return codes;
  };
  const std::string base =
      "Task step GPU;\nRegion step a GPU VIRTUAL;\nm = Machine(GPU);\n"
      "def f(Task task) { return m[0, task.ipoint[0]]; }\nIndexTaskMap step f;\n";
  EXPECT_THAT(codes(check(base)), ElementsAre("E0504", "E0603"));
  struct Case {
    std::string line, code;
    std::vector<std::string> found, unchecked;
  };
  const std::vector<std::string> everything = {"Task",          "Region",          "Layout",
                                               "InstanceLimit", "CollectMemory",   "IndexTaskMap",
                                               "SingleTaskMap", "ControlReplicate"};
  const std::vector<Case> cases = {
      {"Layout * * * SAO;", "E0209", {"E0504", "E0603"}, {"Layout"}},
      {"InstanceLimit step;", "E0104", {"E0504", "E0603"}, {"InstanceLimit"}},
      {"Region * * GPU FBM;", "E0208", {"E0603"}, {"Region", "Layout"}},
      {"def g(Task task) { return z; }", "E0201", {"E0504"}, {"IndexTaskMap", "SingleTaskMap"}},
      {"x = y;", "E0201", {"E0504"}, {"IndexTaskMap", "SingleTaskMap"}},
      {"Task * GPPU;", "E0207", {}, {"Task", "Region", "Layout", "IndexTaskMap", "SingleTaskMap"}},
      {"Tsk step GPU;", "E0106", {}, everything},
      {"Layout step * * SOA", "E0105", {"E0504", "E0603"}, {}},  // its meaning is clear
      // Statements that are stepped over with a wrong one may be of any sort.
      {"Layout * * * SOA[; Task step CPU;", "E0104", {}, everything},
      {"Layout \"x * * SOA; Task step CPU;", "E0102", {}, everything},
      {"x = 7 // 2; Task step CPU;", "E0105", {}, everything},
  };
  for (const Case& each : cases) {
    const CheckedText checked = check(base + each.line + "\n");
    std::vector<std::string> expected = each.found;
    expected.push_back(each.code);
    EXPECT_EQ(codes(checked), expected) << each.line;
    EXPECT_EQ(checked.unchecked, each.unchecked) << each.line;
    EXPECT_EQ(checked.text_errors, 1U);
    EXPECT_FALSE(checked.program);
  }
}

TEST(CheckDecisions, OfAWrongTextTellNothingThatDependsOnWhatIsWrong) {
  const app::Description app = With({Step()});
  // The kind or memory that is misspelt may be the one that works.
  EXPECT_THAT(Codes("Task step GPUX,IO;\n", app), ElementsAre("E0207"));
  EXPECT_THAT(Codes("Task step IO;\nTsk step GPU;\n", app), ElementsAre("E0106"));
  EXPECT_THAT(Codes("Region * * GPU SYSMEM,FBMEMX;\n", app), ElementsAre("E0208"));
  EXPECT_THAT(Codes("Region * * GPUX FBMEM;\nRegion * * * ZCMEM;\n", app), ElementsAre("E0207"));
  EXPECT_THAT(Codes("Layout * * GPUX SOA;\nLayout * * * AOS;\n", app), ElementsAre("E0207"));
}

TEST(CheckDecisions, AreTheRestWhereAValueOfTheFileFailsOnThisMachine) {
  const app::Description app = With({Step()});
  EXPECT_THAT(Codes("m = Machine(GPU).split(0, 9);\nRegion step a GPU VIRTUAL;\n", app),
              ElementsAre("E0606", "E0504"));
}

TEST(CheckDecisions, AFileThatIsTooLargeIsToldSoOnce) {
  std::string large;
  for (size_t i = 0; i <= 10'000; ++i) large += "InstanceLimit * 4;";
  const app::Description app = With({Step()});
  const auto told = [&](const std::string& text) {
    const std::vector<std::string> codes = Codes(text, app);
    return std::count(codes.begin(), codes.end(), "E0609");
  };
  EXPECT_EQ(told(large), 1);
  EXPECT_EQ(told(large + "Layout * * * SAO;"), 1);
  EXPECT_EQ(told(large + "x = y;"), 1);
}

}  // namespace
}  // namespace groma::mapping

#include "tune/space/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tune/propose/canonical.h"
#include "tune/propose/landscape.h"
#include "tune/propose/view.h"
#include "tune/space/functions.h"

namespace groma::tune {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCircuit = R"(# The best mapping of the paper's Figure A5, and more.
Task * GPU,OMP,CPU;
Task calculate_new_currents,update_voltages GPU;
Region * * GPU FBMEM;
Region distribute_charge 1 GPU ZCMEM;
Region * "odd name" GPU FBMEM,ZCMEM;
Layout * * * C_order AOS Align==128;
Layout * rp_wires GPU No_Align Compact;
InstanceLimit distribute_charge 4;
CollectMemory calculate_new_currents *;
mgpu = Machine(GPU);
def same_point(Task task) {
  return mgpu[*task.parent.processor(mgpu)];
}
def cyclic(Task task) {
  ip = task.ipoint;
  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]];
}
IndexTaskMap calculate_new_currents cyclic;
SingleTaskMap GPU same_point;
)";

TEST(DecisionTexts, ReadBackAsTheSameDecisions) {
  const Decisions decisions = FromText(kCircuit);
  EXPECT_EQ(decisions.tasks.size(), 3u);
  EXPECT_EQ(decisions.definitions.size(), 3u);
  const std::string text = Print(decisions);
  EXPECT_EQ(Print(FromText(text)), text);
  EXPECT_THAT(text, HasSubstr("Layout * * * AOS C_order Align==128;"));
  EXPECT_THAT(text, HasSubstr("Region * \"odd name\" GPU FBMEM,ZCMEM;"));
  EXPECT_THAT(text, HasSubstr("SingleTaskMap GPU same_point;"));
}

TEST(DecisionTexts, MeanTheSameAfterPrinting) {
  const Problem problem = LandscapeProblem();
  const auto before = View::Of(kCircuit, problem);
  const auto after = View::Of(Print(FromText(kCircuit)), problem);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->fingerprint(), after->fingerprint());
}

TEST(DecisionTexts, HoldCommentsBehindStatements) {
  Decisions decisions;
  decisions.SetTask("t", {"GPU"}, "why");
  EXPECT_THAT(Print(decisions, {"heading"}), HasSubstr("# heading\n\nTask t GPU;"));
  EXPECT_THAT(Print(decisions), HasSubstr("  # why\n"));
}

TEST(Edits, ReplaceTheStatementThatDecides) {
  Decisions decisions = FromText("Task a GPU;\nTask a CPU;\nRegion * r GPU FBMEM;\n");
  decisions.SetTask("a", {"GPU", "CPU"}, "");
  decisions.SetRegion("*", "r", "GPU", {"ZCMEM"}, "");
  decisions.SetRegion("a", "r", "GPU", {"FBMEM"}, "");
  decisions.SetLayout("*", "*", "*", "AOS", "");
  decisions.SetLayout("*", "*", "*", "F_order Align==64", "");
  EXPECT_EQ(Canonical(Print(decisions)),
            Canonical("Task a GPU;\nTask a GPU,CPU;\nRegion * r GPU ZCMEM;\nRegion a r GPU FBMEM;\n"
                      "Layout * * * AOS F_order Align==64;\n"));
}

TEST(Edits, LeaveOutDefinitionsThatNothingUses) {
  Decisions decisions = FromText(kCircuit);
  decisions.DropMaps("calculate_new_currents");
  decisions.DropUnused();
  EXPECT_EQ(decisions.FindDefinition("cyclic"), nullptr);
  EXPECT_NE(decisions.FindDefinition("mgpu"), nullptr);  // same_point uses it
  decisions.DropMaps("*");
  decisions.DropUnused();
  EXPECT_TRUE(decisions.definitions.empty());
}

TEST(Edits, GiveNewFunctionsFreeNames) {
  Decisions decisions = FromText(
      "gpus = Machine(GPU);\ndef cyclic1d(Task t) { return gpus[0, 0]; }\n"
      "IndexTaskMap near cyclic1d;\n");
  const std::string name = Define(decisions, IndexPlacings(1, 1)[0], ProcessorKind::kGpu);
  EXPECT_EQ(name, "cyclic1d_2");
  EXPECT_EQ(Define(decisions, IndexPlacings(1, 1)[0], ProcessorKind::kGpu), name);
  decisions.SetMap(true, "far", name, "");
  EXPECT_TRUE(View::Of(Print(decisions), LandscapeProblem())) << Print(decisions);
}

TEST(Placings, OfUsualFamiliesAreLegalInEveryDimensionAndCoverEveryProcessor) {
  for (const int nodes : {1, 2}) {
    Problem problem = LandscapeProblem();
    problem.machine.nodes = nodes;
    for (const std::vector<int64_t>& extents :
         {std::vector<int64_t>{8}, {4, 4}, {2, 4, 2}, {16}, {2, 2, 2, 2}}) {
      for (app::Task& task : problem.app.tasks)
        if (task.index_launched) task.domains = {extents};
      for (const Placing& placing : IndexPlacings(extents.size(), nodes)) {
        if (placing.prior < 1)
          continue;  // need not reach all, and "one_each" may leave the machine
        Decisions decisions;
        decisions.SetTask("near", {"GPU"}, "");
        decisions.SetMap(true, "near", Define(decisions, placing, ProcessorKind::kGpu), "");
        const std::string text = Print(decisions);
        const auto view = View::Of(text, problem);
        ASSERT_TRUE(view) << text;
        for (int processor = 0; processor < 4; ++processor)
          EXPECT_THAT(view->fingerprint(), HasSubstr(" 0." + std::to_string(processor)))
              << text << view->fingerprint();
      }
    }
  }
}

TEST(Placings, OfSingleTasksAreLegal) {
  for (const Placing& placing : SinglePlacings(4)) {
    Decisions decisions;
    decisions.SetMap(false, "solve", Define(decisions, placing, ProcessorKind::kGpu), "");
    EXPECT_TRUE(View::Of(Print(decisions), LandscapeProblem())) << Print(decisions);
  }
}

TEST(BrokenTexts, GiveWhatIsLegalInThem) {
  const std::string text =
      "Task * GPU,CPU;\nRegion * * GPU NOWHERE;\nLayout * * * AOS SOA;\ndef f(Task t):\n"
      "  return 1\nIndexTaskMap near g;\nInstanceLimit near 0;\nTask near CPU;\n";
  const std::string mended = Print(FromText(text));
  EXPECT_TRUE(View::Of(mended, LandscapeProblem())) << mended;
  EXPECT_THAT(mended, HasSubstr("Task * GPU,CPU;"));
  EXPECT_THAT(mended, Not(HasSubstr("NOWHERE")));
}

TEST(Canonical, PassesOverCommentsAndWhiteSpace) {
  EXPECT_EQ(Canonical("Task a GPU; # x\n"), Canonical("// y\nTask   a\n GPU;"));
  EXPECT_NE(Canonical("Task a GPU;"), Canonical("Task a CPU;"));
  EXPECT_EQ(Canonical("def ( {"), Canonical("def  (\n{"));
}

TEST(Fingerprints, SeeDecisionsNotWords) {
  const Problem problem = LandscapeProblem();
  const auto print = [&](const char* text) { return View::Of(text, problem)->fingerprint(); };
  EXPECT_EQ(print("Task * GPU,CPU;"), print("Task * GPU,CPU; Task near GPU;"));
  EXPECT_EQ(print(""), print("Region * elsewhere GPU ZCMEM;"));
  EXPECT_NE(print(""), print("Region * own GPU ZCMEM;"));
  EXPECT_NE(print(""), print("Region far 0 GPU ZCMEM;"));
  EXPECT_NE(print(""), print("Layout * own * AOS;"));
  EXPECT_NE(print(""), print("InstanceLimit near 2;"));
  EXPECT_NE(print(""),
            print("m = Machine(GPU); def f(Task t) { return m[0, 0]; } IndexTaskMap near f;"));
}

}  // namespace
}  // namespace groma::tune

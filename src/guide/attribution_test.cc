#include "guide/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace groma::guide {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A run of 1 s on 4 GPUs and 2 CPUs: two tasks on GPUs, one on CPUs, a region that is copied.
class Attribution : public ::testing::Test {
 protected:
  Attribution() {
    machine_.processors = {.cpu = 2, .utility = 1, .gpu = 4};
    app::Argument ghost;
    ghost.names = {"ghost"};
    ghost.privilege = app::Privilege::kReadOnly;
    for (const char* name : {"step", "flux", "write"}) {
      app::Task task;
      task.name = name;
      task.index_launched = true;
      task.domains = {{8}};
      task.variants = {{.name = "gpu", .processor = ProcessorKind::kGpu},
                       {.name = "cpu", .processor = ProcessorKind::kCpu}};
      task.arguments = {ghost};
      app_.tasks.push_back(task);
    }
    outcome_.status = eval::OutcomeStatus::kOk;
    outcome_.seconds = 1;
    outcome_.breakdown.tasks = {{"step", "GPU", 8, {1'000'000'000}},
                                {"flux", "GPU", 8, {600'000'000}},
                                {"write", "CPU", 8, {500'000'000}}};
    outcome_.breakdown.traffic = {{.from = "FBMEM",
                                   .to = "FBMEM",
                                   .copies = 10,
                                   .bytes = {1 << 20},
                                   .time = {200'000'000},
                                   .task = "step",
                                   .region = "ghost"}};
    context_.mapping =
        "Task * GPU,CPU;\nTask write CPU;\nRegion * ghost GPU FBMEM;\nmgpu = Machine(GPU);\n"
        "def f(Task task) { return mgpu[0, task.ipoint[0] % mgpu.size[1]]; }\n"
        "IndexTaskMap step f;\n";
  }

  app::Description app_;
  machine::Description machine_;
  eval::Outcome outcome_;
  Context context_{.app = &app_, .machine = &machine_};
};

TEST_F(Attribution, GivesTasksToTheirTaskStatementAndTrafficToItsRegionStatement) {
  const std::vector<Cost> costs = Attribute(outcome_, context_);
  ASSERT_THAT(costs, SizeIs(3));
  EXPECT_EQ(costs[0].statement, "Task * GPU,CPU;");
  EXPECT_EQ(costs[0].line, 1);
  EXPECT_DOUBLE_EQ(costs[0].seconds, 0.4);  // (1 + 0.6) s on four GPUs
  EXPECT_DOUBLE_EQ(costs[0].share, 0.4);
  EXPECT_EQ(costs[0].what, "step, flux on GPUs");
  EXPECT_EQ(costs[1].statement, "Task write CPU;");
  EXPECT_DOUBLE_EQ(costs[1].seconds, 0.25);  // 0.5 s on two CPUs
  EXPECT_EQ(costs[2].statement, "Region * ghost GPU FBMEM;");
  EXPECT_DOUBLE_EQ(costs[2].seconds, 0.05);
  EXPECT_EQ(
      costs[2].what,
      "ghost copied from FBMEM to FBMEM (1.0 MiB), as `IndexTaskMap step f;` (line 6) spreads "
      "the points");
}

TEST_F(Attribution, WithoutTheMappingNamesNoStatement) {
  context_.mapping.clear();
  const std::vector<Cost> costs = Attribute(outcome_, context_);
  ASSERT_FALSE(costs.empty());
  EXPECT_EQ(costs[0].line, 0);
  EXPECT_THAT(ToString(costs[0]), HasSubstr("no statement: step, flux on GPUs"));
}

TEST_F(Attribution, IsEmptyWithoutABreakdown) {
  outcome_.breakdown = {};
  EXPECT_THAT(Attribute(outcome_, context_), IsEmpty());
}

TEST_F(Attribution, LevelsAddToEachOther) {
  Feedback feedback = Explain(outcome_, context_);
  feedback.explain = "It is slow.";
  const auto text = [&](FeedbackLevel level) { return Render(feedback, level, "Score: 1"); };
  EXPECT_EQ(text(FeedbackLevel::kNone), "Score: 1");
  EXPECT_EQ(text(FeedbackLevel::kExecution), "Performance Metric: Execution time is 1s.");
  EXPECT_EQ(text(FeedbackLevel::kExplain),
            "Performance Metric: Execution time is 1s.\nExplanation: It is slow.");
  EXPECT_THAT(text(FeedbackLevel::kSuggest), HasSubstr("\nSuggestion: "));
  EXPECT_THAT(text(FeedbackLevel::kAttribution),
              HasSubstr("\nWhat the statements cost:\n- 40 % (400.000 ms) `Task * GPU,CPU;` (line "
                        "1): step, flux on GPUs\n- 25 %"));
  for (const FeedbackLevel level : kFeedbackLevels)
    EXPECT_EQ(FeedbackLevelOf(ToString(level)), level);
}

}  // namespace
}  // namespace groma::guide

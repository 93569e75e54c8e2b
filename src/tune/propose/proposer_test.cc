#include "tune/propose/proposer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "guide/guide.h"
#include "tune/propose/canonical.h"
#include "tune/propose/landscape.h"
#include "tune/propose/moves.h"
#include "tune/propose/view.h"
#include "tune/space/choices.h"
#include "tune/space/show.h"

namespace groma::tune {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Evaluation Evaluated(const Landscape& landscape, int iteration, const std::string& mapping,
                     const std::string& reason) {
  Evaluation evaluation{iteration, mapping, reason, *landscape.Evaluate(mapping), {}};
  evaluation.feedback = guide::Explain(
      evaluation.outcome,
      {.app = &landscape.problem.app, .machine = &landscape.problem.machine, .mapping = mapping});
  return evaluation;
}

History Search(Proposer& proposer, const Landscape& landscape, const std::string& start,
               int iterations) {
  History history = {Evaluated(landscape, 0, start, "start")};
  for (int i = 1; i <= iterations; ++i) {
    Next next = proposer.Propose(history);
    const auto* proposal = std::get_if<Proposal>(&next);
    if (proposal == nullptr) break;
    history.push_back(Evaluated(landscape, i, proposal->mapping, proposal->reason));
  }
  return history;
}

double Best(const History& history) {
  return history[static_cast<size_t>(BestOf(history))].outcome.throughput;
}

std::string Told(const History& history) {
  std::string text;
  for (const Evaluation& one : history)
    text += std::to_string(one.iteration) + " " + std::to_string(one.outcome.throughput) + " " +
            one.reason + "\n";
  return text;
}

class Seeds : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Some, Seeds, ::testing::Values(1, 2, 3, 4, 5));

TEST_P(Seeds, GuidedFindsTheBestOfIndependentDecisions) {
  Landscape landscape;
  landscape.tells = false;
  const auto guided = MakeGuided(landscape.problem, GetParam());
  const History history = Search(*guided, landscape, WorstStart(), 60);
  EXPECT_NEAR(Best(history), 100, 0.5) << Told(history);
}

TEST_P(Seeds, GuidedTakesAdviceFirst) {
  const Landscape landscape;
  const auto guided = MakeGuided(landscape.problem, GetParam());
  const History history = Search(*guided, landscape, WorstStart(), 1);
  // near to the GPU and own into the framebuffer, both at once: 3 and 2 times faster.
  ASSERT_EQ(history.size(), 2u);
  EXPECT_NEAR(history[1].outcome.throughput / history[0].outcome.throughput, 6, 0.1)
      << Told(history) << history[1].mapping;
  EXPECT_THAT(history[1].reason,
              HasSubstr("AutoGuide on the start, all at once, to save up to 3000.0 ms of its "));
  EXPECT_THAT(history[1].mapping, HasSubstr("# it took 8.000 s on CPUs"))
      << "the comment says what it cost";
}

TEST_P(Seeds, GuidedIsAtTheBestWithinTenWhenTheBreakdownTells) {
  const Landscape landscape;
  const auto guided = MakeGuided(landscape.problem, GetParam());
  const History history = Search(*guided, landscape, WorstStart(), 10);
  EXPECT_GT(Best(history), 60) << Told(history);
}

TEST_P(Seeds, ProposalsAreNeverTheSameTwice) {
  const Landscape landscape;
  for (auto make : {MakeGuided, MakeRandom}) {
    const auto proposer = make(landscape.problem, GetParam());
    const History history = Search(*proposer, landscape, WorstStart(), 80);
    EXPECT_GT(history.size(), 60u) << proposer->name();
    std::set<std::string> seen, decided;
    for (const Evaluation& one : history) {
      EXPECT_TRUE(seen.insert(Canonical(one.mapping)).second) << one.mapping;
      const auto view = View::Of(one.mapping, landscape.problem);
      // Random mappings keep the language's rules and no others.
      if (!view && proposer->name() == "random") continue;
      ASSERT_TRUE(view) << one.mapping;
      EXPECT_TRUE(decided.insert(view->fingerprint()).second) << one.mapping;
    }
  }
}

TEST_P(Seeds, RandomProposesWhatTheSpaceGivesForTheSeed) {
  const Landscape landscape;
  const auto random = MakeRandom(landscape.problem, GetParam());
  const History history = Search(*random, landscape, WorstStart(), 5);
  const Space space = Usable(SpaceOf(landscape.problem));
  for (uint64_t number = 1; number <= 5; ++number)
    EXPECT_EQ(history[number].mapping, DrawnText(space, landscape.problem, GetParam(), number));
}

TEST_P(Seeds, GuidedChoosesFromTheSpace) {
  const Landscape landscape;
  const machine::Shape shape(landscape.problem.machine);
  const auto guided = MakeGuided(landscape.problem, GetParam());
  for (const Evaluation& one : Search(*guided, landscape, WorstStart(), 60)) {
    const Decisions decisions = FromText(one.mapping);
    for (const LimitDecision& limit : decisions.limits)
      EXPECT_THAT(kLimits, Contains(std::optional(limit.limit))) << one.mapping;
    for (const RegionDecision& region : decisions.regions)
      EXPECT_THAT(MemoryChoices(shape, *ParseProcessorKind(region.processor)),
                  Contains(region.memories))
          << one.mapping;
    for (const LayoutDecision& layout : decisions.layouts) {
      if (layout.alignment.empty()) continue;
      EXPECT_THAT(kAlignments, Contains(layout.alignment)) << one.mapping;
    }
    std::set<std::string> functions;
    for (const Placing& placing : IndexPlacings(1, 1)) functions.insert(placing.name);
    for (const Placing& placing : SinglePlacings(4)) functions.insert(placing.name);
    for (const MapDecision& map : decisions.maps)
      EXPECT_THAT(functions, Contains(map.function.substr(0, map.function.find("_cpus"))))
          << one.mapping;
  }
}

TEST_P(Seeds, TheSameSeedAndOutcomesGiveTheSameBytes) {
  const Landscape landscape;
  Landscape jittered;
  jittered.jitter = 1e-5;
  for (auto make : {MakeGuided, MakeRandom}) {
    const auto first = make(landscape.problem, GetParam());
    const auto second = make(landscape.problem, GetParam());
    const History one = Search(*first, landscape, WorstStart(), 15);
    const History two = Search(*second, jittered, WorstStart(), 15);
    ASSERT_EQ(one.size(), two.size());
    for (size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].mapping, two[i].mapping);
  }
}

TEST_P(Seeds, AFreshProposerGoesOnFromAHistoryAsTheOldOneWould) {
  const Landscape landscape;
  for (auto make : {MakeGuided, MakeRandom}) {
    const auto old = make(landscape.problem, GetParam());
    const History history = Search(*old, landscape, WorstStart(), 12);
    for (size_t size = 1; size < history.size(); ++size) {
      const auto fresh = make(landscape.problem, GetParam());
      const Next next =
          fresh->Propose(History(history.begin(), history.begin() + static_cast<long>(size)));
      ASSERT_TRUE(std::holds_alternative<Proposal>(next));
      EXPECT_EQ(std::get<Proposal>(next).mapping, history[size].mapping) << size;
    }
  }
}

TEST(Guided, MendsAStartThatIsNotLegal) {
  const Landscape landscape;
  const auto guided = MakeGuided(landscape.problem, 1);
  const std::string start =
      "Task * GPU,CPU;\ndef f(Task t):\n  return mgpu[0, 0];\nIndexTaskMap near g;\n";
  const History history = Search(*guided, landscape, start, 3);
  EXPECT_EQ(history[0].outcome.status, eval::OutcomeStatus::kMappingError);
  ASSERT_GT(history.size(), 1u);
  EXPECT_EQ(history[1].outcome.status, eval::OutcomeStatus::kOk) << history[1].mapping;
}

TEST(Guided, WrapsIndicesThatLeaveTheMachine) {
  const Landscape landscape;
  const auto guided = MakeGuided(landscape.problem, 1);
  History history = {
      Evaluated(landscape, 0,
                "m = Machine(GPU);\ndef f(Task t) {\n  return m[0, t.ipoint[0]];\n}\n"
                "IndexTaskMap near f;\n",
                "start")};
  history[0].outcome.status = eval::OutcomeStatus::kRuntimeError;
  history[0].outcome.throughput = 0;
  history[0].feedback.actions = {{.kind = guide::ActionKind::kWrapIndex, .task = "*"}};
  const Next next = guided->Propose(history);
  ASSERT_TRUE(std::holds_alternative<Proposal>(next));
  EXPECT_THAT(std::get<Proposal>(next).mapping, HasSubstr("(t.ipoint[0]) % m.size[1]"))
      << std::get<Proposal>(next).mapping;
}

TEST(Guided, SpillsWhenTheFramebufferIsFull) {
  const Landscape landscape;
  const auto guided = MakeGuided(landscape.problem, 1);
  History history = {Evaluated(landscape, 0, "Task * GPU,CPU;\nRegion * * GPU FBMEM;\n", "start")};
  history[0].outcome = {};
  history[0].outcome.status = eval::OutcomeStatus::kOutOfMemory;
  history[0].feedback = guide::Explain(history[0].outcome);
  const Next next = guided->Propose(history);
  ASSERT_TRUE(std::holds_alternative<Proposal>(next));
  EXPECT_THAT(std::get<Proposal>(next).mapping, HasSubstr("Region * * GPU FBMEM,ZCMEM;"));
}

TEST(Guided, TriesNoLayoutThatCannotDiffer) {
  Problem problem = LandscapeProblem();
  for (app::Task& task : problem.app.tasks)
    for (app::Argument& argument : task.arguments) {
      argument.dimensions = 1;
      argument.fields = {{"value", 1, 8}};
    }
  const auto decides = [&](const std::string& layout) {
    return View::Of("Layout * * * " + layout + ";\n", problem)->fingerprint();
  };
  EXPECT_EQ(decides("SOA C_order"), decides("AOS F_order"));
  problem.app.tasks[1].arguments[0].fields.push_back({"other", 2, 8});
  EXPECT_NE(decides("SOA C_order"), decides("AOS C_order"));
  EXPECT_EQ(decides("SOA C_order"), decides("SOA F_order"));
  problem.app.tasks[1].arguments[0].dimensions = 2;
  EXPECT_NE(decides("SOA C_order"), decides("SOA F_order"));
}

TEST(View, PointsThatShareAProcessorWhileOthersIdleCrowdIt) {
  const Problem problem = LandscapeProblem();  // 8 points on 4 GPUs
  const app::Task& near = *problem.app.FindTask("near");
  const auto crowding = [&](const std::string& place) {
    return View::Of(
               "Task * GPU,CPU;\nm = Machine(GPU).merge(0, 1);\ndef f(Task task) { n = "
               "task.ipoint[0]; return m[" +
                   place + "]; }\nIndexTaskMap near f;\n",
               problem)
        ->CrowdingOf(near);
  };
  EXPECT_EQ(crowding("n % 4"), 1);
  EXPECT_EQ(crowding("n / 4"), 2);
  EXPECT_EQ(crowding("0"), 4);
}

TEST(Neighbours, PlacingsThatCrowdPromiseLessTheLongerTheTaskRuns) {
  const Problem problem = LandscapeProblem();
  const Decisions decisions = FromText("Task * GPU,CPU;\nRegion * * GPU FBMEM;\n");
  const View view = *View::Of(Print(decisions), problem);
  const auto prior = [&](const std::string& placing, double busy) {
    eval::Outcome outcome;
    outcome.seconds = 1;
    outcome.breakdown.tasks = {{"near", "GPU", 8, Nanoseconds{std::llround(busy * 1e9)}}};
    for (const Move& move : Neighbours(decisions, view, problem, &outcome))
      if (move.slot == "index near" && move.value == placing + "1d") return move.prior;
    return -1.0;
  };
  // All 8 points on one GPU of 4 make the task wait for three times its 4 s / 4 of the run's 1 s.
  EXPECT_NEAR(prior("block8_cyclic", 4) / prior("block2_cyclic", 4), 1.0 / 31, 1e-9);
  EXPECT_DOUBLE_EQ(prior("block8_cyclic", 0), prior("block2_cyclic", 0));
  EXPECT_GT(prior("cyclic", 4), 0);
}

TEST(Proposers, EndWhenEverythingHasBeenTried) {
  Landscape landscape;
  landscape.problem.app.tasks.resize(1);  // `top` alone: one variant, no regions
  landscape.problem.app.tasks[0].parents.clear();
  const History start = {{0, "Task * GPU,CPU;\n", "start", {}, {}}};
  for (auto make : {MakeGuided, MakeRandom}) {
    const auto proposer = make(landscape.problem, 1);
    EXPECT_TRUE(std::holds_alternative<NothingLeft>(proposer->Propose(start))) << proposer->name();
  }
}

TEST(Random, SeedsDiffer) {
  const Landscape landscape;
  const History start = {Evaluated(landscape, 0, WorstStart(), "start")};
  EXPECT_NE(std::get<Proposal>(MakeRandom(landscape.problem, 1)->Propose(start)).mapping,
            std::get<Proposal>(MakeRandom(landscape.problem, 2)->Propose(start)).mapping);
}

TEST(Levels, AreStepsOfOnePercent) {
  const auto level = [](double throughput) {
    eval::Outcome outcome;
    outcome.status = eval::OutcomeStatus::kOk;
    outcome.throughput = throughput;
    return Level(outcome);
  };
  EXPECT_EQ(level(0), 0);
  EXPECT_EQ(level(-1), 0);
  EXPECT_EQ(level(4877), level(4877 * 1.001));
  EXPECT_EQ(level(100 * 1.0201) - level(100), 2);
  EXPECT_GT(level(1e-8), 0);
  eval::Outcome failed;
  failed.throughput = 5;
  EXPECT_EQ(Level(failed), 0);
}

TEST(Levels, TheEarliestOfEqualsIsTheBest) {
  History history(3);
  for (Evaluation& one : history) {
    one.outcome.status = eval::OutcomeStatus::kOk;
    one.outcome.throughput = 10;
  }
  EXPECT_EQ(BestOf(history), 0);
  history[1].outcome.throughput = 11;
  history[2].outcome.throughput = 11.01;
  EXPECT_EQ(BestOf(history), 1);
  EXPECT_EQ(BestOf({}), -1);
}

}  // namespace
}  // namespace groma::tune

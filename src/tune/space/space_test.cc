#include "tune/space/space.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "mapping/check_text.h"
#include "mapping/new_mapping.h"
#include "tune/propose/landscape.h"
#include "tune/propose/view.h"
#include "tune/space/choices.h"
#include "tune/space/show.h"

namespace groma::tune {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Every mapping of the space, each once.
std::vector<Picks> AllOf(const Space& space) {
  std::vector<Picks> all = {{}};
  for (const Dimension& dimension : space) {
    std::vector<Picks> longer;
    for (size_t choice = 0; choice < dimension.choices.size(); ++choice)
      for (const Picks& then : AllOf(dimension.choices[choice].then))
        for (const Picks& before : all) {
          Picks picks = before;
          picks.push_back({&dimension, choice});
          picks.insert(picks.end(), then.begin(), then.end());
          longer.push_back(std::move(picks));
        }
    all = std::move(longer);
  }
  return all;
}

app::Argument OneField(app::Privilege privilege) {
  return {.names = {"cells"}, .privilege = privilege, .fields = {{"x", 1, 8}}, .dimensions = 1};
}

/// A task `top` that launches `solve` on its own, on one GPU and four CPUs; `solve` reads a region
/// of one field and one dimension, and is inner on CPUs.
Problem Small() {
  Problem problem = LandscapeProblem();
  problem.machine.processors.gpu = 1;
  app::Task top = problem.app.tasks[0], solve = *problem.app.FindTask("solve");
  solve.arguments = {OneField(app::Privilege::kReadOnly)};
  for (app::Variant& variant : solve.variants)
    variant.inner = variant.processor == ProcessorKind::kCpu;
  problem.app.tasks = {top, solve};
  return problem;
}

TEST(Space, CountsWhatThereIs) {
  // The usable part. solve on the GPU: 3 memories × 3 alignments × collected or not, and 4
  // single-task maps (none, one after another, with the parent, at the one GPU): 72. On CPUs: 2
  // memories × 3 × 2 or no instance = 13, and 3 + 4 maps: 91. With 4 limits (72 + 91) × 4; `top`
  // has no choice.
  const Problem problem = Small();
  const Space space = SpaceOf(problem), usable = Usable(space);
  EXPECT_EQ(Count(usable), Natural(652));
  EXPECT_EQ(AllOf(usable).size(), 652u);
  // All of it: solve has 4 memories on the GPU, 4 × 3 × 2 + 4 = 96; 3 or none on CPUs, (3 × 3 × 2 +
  // 1) × 7 = 133; top may be on either, though it has no variant for GPUs: (96 + 133) × 4 × 2.
  EXPECT_EQ(Count(space), Natural(1832));
  EXPECT_EQ(AllOf(space).size(), 1832u);
}

TEST(Space, HasNoMappingTwice) {
  const Problem problem = Small();
  const Space space = SpaceOf(problem);
  std::set<std::string> texts;
  for (const Picks& picks : AllOf(space)) {
    const std::string text = Print(DecisionsOf(picks));
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
}

TEST(Space, OfAKnownSizeIsTheProductOfItsTasks) {
  // LandscapeProblem, one node of four GPUs. An argument of two fields and an unknown number of
  // dimensions: 3 memories on a GPU, 2 on CPUs, × 2 structures × 2 orders × 3 alignments = 36, 24.
  // Index maps in one dimension: none, cyclic, block, 3 block sizes, one each: 7. Single-task maps
  // on four processors: 3 + 4. Limits: 4.
  // near: (36² + 24²) × 7 × 4; far: (36 + 24) × 7 × 4; tell: 24 × 7 × 4; solve: (7 + 7) × 4.
  const Problem problem = LandscapeProblem();
  Natural expected = uint64_t{36 * 36 + 24 * 24} * 28;
  for (const uint64_t task : {60 * 28, 24 * 28, 14 * 4}) expected *= task;
  EXPECT_EQ(Count(Usable(SpaceOf(problem))), expected);
}

/// Pearson's statistic of as many draws as expected ones each.
double ChiSquare(const std::map<std::string, int>& seen, size_t kinds, double expected) {
  double sum = expected * static_cast<double>(kinds - seen.size());
  for (const auto& [text, count] : seen) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(Draws, ReachEveryMappingAlike) {
  // 652 mappings, 40 draws each. Chi-square with 651 degrees of freedom has the mean 651 and the
  // standard deviation √1302 = 36; below 651 + 5 × 36 it is all but surely when draws are uniform.
  // Drawing processors first, each kind half the time, would make GPU mappings 652 / (2 × 288) =
  // 1.13 and CPU mappings 0.90 times as likely: + 40 × (288 × 0.13² + 364 × 0.10²) = 340.
  const Problem problem = Small();
  const Space space = Usable(SpaceOf(problem));
  for (const uint64_t seed : {1, 2, 3}) {
    std::map<std::string, int> seen;
    for (uint64_t number = 0; number < uint64_t{40} * 652; ++number)
      ++seen[Print(DecisionsOf(Draw(space, seed, number)))];
    EXPECT_LT(ChiSquare(seen, 652, 40), 651 + 5 * 36) << seed;
    EXPECT_GT(ChiSquare(seen, 652, 40), 651 - 5 * 36) << seed << ": too even to be by chance";
  }
}

TEST(Draws, AreTheSameForTheSameSeedAndNumber) {
  const Problem problem = LandscapeProblem();
  const Space one = SpaceOf(problem), two = SpaceOf(problem);
  for (uint64_t number = 0; number < 20; ++number) {
    EXPECT_EQ(DrawnText(one, problem, 5, number), DrawnText(two, problem, 5, number));
    EXPECT_NE(Print(DecisionsOf(Draw(one, 5, number))), Print(DecisionsOf(Draw(one, 6, number))));
  }
  EXPECT_NE(Print(DecisionsOf(Draw(one, 1, 0))), Print(DecisionsOf(Draw(one, 1ULL << 32, 0))));
}

TEST(Draws, StayTheSameFromVersionToVersion) {
  // The published random baseline must be drawn again from its seed.
  const Problem problem = Small();
  const Space space = Usable(SpaceOf(problem));
  EXPECT_EQ(Print(DecisionsOf(Draw(space, 1, 1))),
            "Task solve CPU;\n\nRegion solve cells CPU SYSMEM;\n\n"
            "Layout solve cells CPU Align==64;\n\nInstanceLimit solve 4;\n\n"
            "cpus = Machine(CPU).merge(0, 1);\n"
            "def at_1_cpus(Task task) {\n  return cpus[1];\n}\n\n"
            "SingleTaskMap solve at_1_cpus;\n");
}

/// The descriptions of all programs in apps.
std::vector<app::Description> Programs() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(GROMA_SOURCE_DIR "/apps"))
    if (entry.path().string().ends_with(".app.json")) files.insert(entry.path());
  EXPECT_GE(files.size(), 9u);
  std::vector<app::Description> programs;
  for (const auto& file : files) {
    const auto app = app::Read(file);
    EXPECT_TRUE(app) << file;
    if (app) programs.push_back(*app);
  }
  return programs;
}

std::vector<Problem> Problems() {
  std::vector<Problem> problems = {Small(), LandscapeProblem()};
  problems[1].machine.nodes = 4;
  for (const app::Description& app : Programs()) {
    for (const char* machine : {"p100x4", "cpu"}) {
      auto described = machine::Find(machine, GROMA_SOURCE_DIR "/machines");
      EXPECT_TRUE(described) << machine;
      problems.push_back({app, *described});
    }
  }
  // Launches of two and three dimensions.
  for (const std::vector<int64_t>& extents : {std::vector<int64_t>{4, 4}, {2, 3, 2}}) {
    problems.push_back(LandscapeProblem());
    for (app::Task& task : problems.back().app.tasks)
      if (task.index_launched) task.domains = {extents};
  }
  return problems;
}

TEST(Draws, PassTheLanguagesCheck) {
  for (const Problem& problem : Problems()) {
    const Space space = SpaceOf(problem), usable = Usable(space);
    const auto check = [](const std::string& text, const machine::Description* machine) {
      const auto checked =
          mapping::CheckText(std::make_shared<SourceFile>("drawn.map", text), machine, nullptr);
      EXPECT_TRUE(checked.ok()) << text << Render(checked.diagnostics, *checked.source, false);
    };
    for (uint64_t number = 0; number < 40; ++number) {
      check(DrawnText(space, problem, 1, number), nullptr);
      check(DrawnText(usable, problem, 1, number), &problem.machine);
    }
  }
}

TEST(Draws, AreReadBackAsWhatTheyAre) {
  for (const Problem& problem : Problems()) {
    const Space space = SpaceOf(problem);
    for (uint64_t number = 0; number < 10; ++number) {
      const std::string text = Print(DecisionsOf(Draw(space, 1, number)));
      EXPECT_EQ(Print(FromText(text)), text);
    }
  }
}

TEST(Draws, DecideWhatWasPicked) {
  for (const Problem& problem : Problems()) {
    const Space space = Usable(SpaceOf(problem));
    for (uint64_t number = 0; number < 40; ++number) {
      const Picks picks = Draw(space, 2, number);
      const std::string text = Print(DecisionsOf(picks));
      const auto view = View::Of(text, problem);
      if (!view) continue;  // refused for this application and machine
      for (const Pick& pick : picks) {
        const app::Task& task = *problem.app.FindTask(pick.dimension->task);
        const std::string& value = pick.chosen().value;
        if (pick.dimension->aspect == Aspect::kProcessor) {
          EXPECT_EQ(ToString(view->KindOf(task)), value) << text;
        } else if (pick.dimension->aspect == Aspect::kLimit) {
          EXPECT_EQ(view->LimitOf(task) ? std::to_string(*view->LimitOf(task)) : "none", value);
        }
      }
    }
  }
}

/// Whether `groma check` with application and machine takes the mapping.
bool IsTaken(const Picks& picks, const Problem& problem) {
  return View::Of(Print(DecisionsOf(picks)), problem).has_value();
}

TEST(NewMapping, IsTakenForEveryProgram) {
  for (const Problem& problem : Problems()) {
    const std::string text = mapping::NewMapping(problem.app, machine::Shape(problem.machine));
    EXPECT_TRUE(View::Of(text, problem)) << problem.machine.name << "\n" << text;
  }
}

TEST(Space, FlagsWhatTheCheckWithTheApplicationRefuses) {
  for (const Problem& problem : Problems()) {
    const Space space = SpaceOf(problem);
    int refused = 0;
    for (uint64_t number = 0; number < 40; ++number) {
      const Picks picks = Draw(space, 3, number);
      if (!std::any_of(picks.begin(), picks.end(),
                       [](const Pick& pick) { return !pick.chosen().refused.empty(); }))
        continue;
      ++refused;
      EXPECT_FALSE(IsTaken(picks, problem)) << Print(DecisionsOf(picks));
    }
    if (problem.machine.processors.gpu > 0) {
      EXPECT_GT(refused, 0);
    }
  }
}

TEST(Space, ItsUsablePartStillHoldsMappingsThatAreRefused) {
  const Problem problem = LandscapeProblem();
  // Eight points on four GPUs: one each leaves the machine.
  const Space space = Usable(SpaceOf(problem));
  int taken = 0;
  for (uint64_t number = 0; number < 40; ++number)
    taken += IsTaken(Draw(space, 1, number), problem);
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 40);
}

TEST(Space, LeavesOutWhatCannotDiffer) {
  const std::string text = ToText(SpaceOf(Small()), Small());
  EXPECT_THAT(text, Not(HasSubstr("AOS"))) << "one field";
  EXPECT_THAT(text, Not(HasSubstr("F_order"))) << "one dimension";
  EXPECT_THAT(text, HasSubstr("exactly 652"));
  EXPECT_THAT(text, HasSubstr("CPU (refused: GPU)"));
}

TEST(Space, HasNothingForAProgramThatIsNotKnown) {
  Problem problem = LandscapeProblem();
  problem.app.tasks.clear();
  EXPECT_EQ(Count(SpaceOf(problem)), Natural(1));
  EXPECT_EQ(Print(DecisionsOf(Draw(SpaceOf(problem), 1, 1))), "");
}

TEST(Space, NamesArgumentsSoThatNoOtherIsMeant) {
  app::Task task = *LandscapeProblem().app.FindTask("near");
  EXPECT_EQ(StatementName(task, 0), "own");
  task.arguments[1].names = {"shared", "own"};
  EXPECT_EQ(StatementName(task, 0), "0");
  EXPECT_EQ(StatementName(task, 1), "shared");
  task.arguments[0].names.clear();
  EXPECT_EQ(StatementName(task, 0), "0");
}

}  // namespace
}  // namespace groma::tune

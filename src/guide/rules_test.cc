#include "guide/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "guide/match.h"

namespace groma::guide {
namespace {

using eval::OutcomeStatus;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Rule> Rules(const std::string& text) {
  Result<std::vector<Rule>> rules = ParseRules("groma_rules = 1\n" + text, "my.toml");
  EXPECT_TRUE(rules.ok()) << (rules.ok() ? "" : rules.error().message);
  return rules.ok() ? std::move(*rules) : std::vector<Rule>();
}

std::string Mistakes(const std::string& text) {
  Result<std::vector<Rule>> rules = ParseRules(text, "my.toml");
  return rules.ok() ? "" : rules.error().message;
}

Facts Failure(std::string text) { return {OutcomeStatus::kRuntimeError, std::move(text)}; }

/// Facts of a run that succeeded, in which one metric is known.
Facts Success(std::string_view metric, double value) {
  Facts facts{OutcomeStatus::kOk, "Performance Metric: Execution time is 1s."};
  facts.metrics[*FindMetric(metric)] = value;
  return facts;
}

constexpr const char* kDisk = R"(
[[rule]]
id = "disk"
match = [{ text = "No space", regex = 'write (\w+)\.h5: No space' }]
explain = "{1}.h5 does not fit."
suggest = "Write {1} to the scratch disk."
action = [{ do = "MoveTask", task = "write_{1}", processors = ["CPU"] }]
)";

TEST(RulesOfAUser, FillTheGroupsIntoTextsAndActions) {
  const std::vector<Rule> own = Rules(kDisk);
  const Matches matches = MatchRules(own, Failure("start\nH5: write cells.h5: No space left\n"));
  ASSERT_FALSE(matches.found.empty());
  const Match& match = matches.found.front();
  EXPECT_EQ(match.rule->id, "disk");
  EXPECT_EQ(match.line, "H5: write cells.h5: No space left");
  EXPECT_EQ(match.explain, "cells.h5 does not fit.");
  EXPECT_EQ(match.suggest, "Write cells to the scratch disk.");
  EXPECT_EQ(ToString(match.actions.front()), "Task write_cells CPU;");
}

TEST(RulesOfAUser, ComeBeforeTheShippedOnesAndTakeTheirCase) {
  const std::vector<Rule> own = Rules(
      "[[rule]]\nid = 'mine'\ncase = 'A3.5'\nmatch = [{ text = 'DGEMM' }]\nexplain = 'Ours.'\n");
  const Matches matches =
      MatchRules(own, Failure("DGEMM parameter number 8 had an illegal value\nwithout more"));
  ASSERT_THAT(matches.found, SizeIs(1));
  EXPECT_EQ(matches.found[0].rule->id, "mine");
}

TEST(RulesOfAUser, WithConditionsSpeakOfRunsThatSucceeded) {
  const std::vector<Rule> own =
      Rules("[[rule]]\nid = 'lazy'\nwhen = ['gpu_busy < 50 %']\nsuggest = 'Busy: {gpu_busy}.'\n");
  EXPECT_EQ(MatchRules(own, Success("gpu_busy", 0.25)).found.front().suggest, "Busy: 25 %.");
  for (const Facts& facts : {Success("gpu_busy", 0.5), Success("copies", 3)})
    for (const Match& match : MatchRules(own, facts).found) EXPECT_TRUE(match.rule->shipped);
}

TEST(RulesOfAUser, OfAStatusAloneSpeakWhereNoOtherRuleDoes) {
  const std::vector<Rule> own =
      Rules("[[rule]]\nid = 'last'\nstatus = 'timeout'\nsuggest = 'Ask Jo.'\n");
  Facts facts{OutcomeStatus::kTimeout, "nothing known"};
  EXPECT_EQ(MatchRules(own, facts).found.front().rule->id, "last");
  facts.text = "the run hangs: 3 in futex";
  EXPECT_EQ(MatchRules(own, facts).found.front().rule->id, "hang");
}

TEST(RulesOfAUser, WhoseExpressionTriesTooMuchAreGivenUp) {
  const std::vector<Rule> own = Rules(
      "[[rule]]\nid = 'slow'\nmatch = [{ text = 'a', regex = '(a*)*(a*)*b$' }]\nsuggest = "
      "'Never.'\n");
  std::string text;
  for (int line = 0; line < 1000; ++line) text += std::string(4000, 'a') + "\n";
  EXPECT_THAT(MatchRules(own, Failure(text)).given_up, ElementsAre("slow"));
}

TEST(Mistakes, OfAFileAreToldAllTogetherWithTheirPlaces) {
  EXPECT_EQ(
      Mistakes(R"(groma_rules = 1
[[rule]]
id = "one"
status = "fine"
match = [{ text = "x", regex = "(" }]
explain = "{2} and {gpu_bsy}"
[[rule]]
id = "one"
when = ["gpu_busi < 0.5", "gpu_busy ~ 0.5", "gpu_busy < much", "copied_bytes > 7"]
sugest = "x"
action = [{ do = "Move" }, { do = "MoveTask" }]
)"),
      "my.toml:4:10: no outcome has the status 'fine': there are ok, mapping_error, "
      "runtime_error, out_of_memory, wrong_result, timeout, crashed\n"
      "my.toml:5:32: 'regex' is no ECMAScript regular expression: Mismatched '(' and ')' in "
      "regular expression\n"
      "my.toml:6:11: {2} stands for no group: the expression has 0\n"
      "my.toml:6:11: {gpu_bsy} stands for no metric; is 'gpu_busy' meant?\n"
      "my.toml:9:9: there is no metric 'gpu_busi'; is 'gpu_busy' meant?\n"
      "my.toml:9:27: 'gpu_busy ~ 0.5' must be a metric with <, <=, >, >= or == and a value, or "
      "with `known` or `unknown`\n"
      "my.toml:9:45: 'much' is no share: write 0.4 or 40 %\n"
      "my.toml:9:64: '7' is not an amount of memory: write a number and a unit (B, kB, MB, GB, "
      "TB, KiB, MiB, GiB, TiB)\n"
      "my.toml:11:11: an action needs 'do', one of MoveTask, MoveRegion, SetLayout, "
      "SetInstanceLimit, DropInstanceLimit, CollectMemory, WrapIndex, AddMachineGlobal, "
      "DropMap, ChangeIndexMap, SpreadPoints, DropColon, DefineFunction\n"
      "my.toml:11:28: MoveTask needs 'processors'\n"
      "my.toml:10:1: a rule has no key 'sugest'; is 'suggest' meant?\n"
      "my.toml:7:1: a rule needs 'explain' or 'suggest': else it says nothing\n"
      "my.toml:7:1: there is a rule 'one' before this one");
}

TEST(Mistakes, OfOtherFilesAreToldAtOnce) {
  EXPECT_THAT(Mistakes("x = 1\n"), HasSubstr("it does not begin with groma_rules = 1"));
  EXPECT_THAT(Mistakes("groma_rules = 2\n"),
              HasSubstr("my.toml:1:15: version 2 of rules is newer"));
  EXPECT_THAT(Mistakes("groma_rules = \n"), HasSubstr("my.toml:1:"));
  EXPECT_THAT(Mistakes("groma_rules = 1\n[[rule]]\nid = 'x'\nexplain = 'y'\n"),
              HasSubstr("else it would always hold"));
  EXPECT_THAT(Mistakes("groma_rules = 1\n"), IsEmpty());
}

TEST(Page, NamesEveryMetricAndAction) {
  const std::string page =
      ReadFile(std::filesystem::path(GROMA_SOURCE_DIR) / "docs/autoguide.md").value();
  for (const MetricInfo& info : MetricInfos()) {
    EXPECT_THAT(page, HasSubstr("| `" + std::string(info.name) + "` |"));
    EXPECT_THAT(page, HasSubstr("| " + std::string(info.meaning) + " |"));
  }
  for (const ActionKind kind : kActionKinds)
    EXPECT_THAT(page, HasSubstr("`" + std::string(ToString(kind)) + "`"));
}

TEST(Metrics, ReadWhatTheyWrite) {
  for (size_t i = 0; i < MetricInfos().size(); ++i) {
    const std::string text =
        MetricText(i, MetricInfos()[i].unit == MetricUnit::kBytes ? 1024 : 0.5);
    const Result<double> value = ParseMetricValue(i, text);
    EXPECT_TRUE(value.ok()) << MetricInfos()[i].name << ": " << text;
  }
}

TEST(Metrics, AreComputedFromTheBreakdown) {
  eval::Outcome outcome;
  outcome.status = OutcomeStatus::kOk;
  outcome.seconds = 1;
  outcome.unit = "GFLOP/s";
  outcome.throughput = 5;
  machine::Description machine;
  machine.processors = {.cpu = 2, .utility = 1, .gpu = 4};
  outcome.breakdown.tasks = {{"a", "GPU", 4, {1'000'000'000}}, {"b", "CPU", 4, {500'000'000}}};
  outcome.breakdown.traffic = {
      {.from = "FBMEM", .to = "FBMEM", .copies = 6, .bytes = {100}, .time = {400'000'000}},
      {.kind = eval::Traffic::Kind::kAccess,
       .from = "ZCMEM",
       .to = "GPU",
       .bytes = {50},
       .time = {800'000'000}}};
  outcome.breakdown.processor_busy = {{"GPU 0", 0.5}, {"GPU 1", 0.01}};
  outcome.breakdown.memories = {{"GPU 0 FBMEM", {80}, {100}}, {"GPU 1 FBMEM", {90}, {100}}};
  const Metrics metrics = MetricsOf(outcome, {.machine = &machine});
  const auto value = [&](std::string_view name) { return metrics[*FindMetric(name)]; };
  EXPECT_THAT(value("flops"), Eq(5e9));
  EXPECT_THAT(value("gpu_tasks"), Eq(0.1275));  // 1 s of tasks, in turns, in 0.51 s of 4 GPUs
  EXPECT_THAT(value("cpu_tasks"), Eq(0.25));    // 0.5 s on 2 CPUs
  EXPECT_THAT(value("copy_share"), Eq(0.1));    // 0.4 s on 4 GPUs
  EXPECT_THAT(value("remote_share"), Eq(0.2));
  EXPECT_THAT(value("copies"), Eq(6));
  EXPECT_THAT(value("gpu_busy_most"), Eq(0.5));
  EXPECT_THAT(value("idle_gpus"), Eq(1));
  EXPECT_THAT(value("fbmem_full"), Eq(0.9));
  EXPECT_THAT(value("zcmem_full"), Eq(std::nullopt));
}

}  // namespace
}  // namespace groma::guide

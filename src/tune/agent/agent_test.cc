#include "tune/agent/agent.h"

#include "app/description.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mapping/check_text.h"
#include "tune/propose/canonical.h"
#include "tune/propose/landscape.h"

namespace groma::tune {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kWhole = R"(Task * GPU,CPU;
# the halo is small
Region * shared GPU ZCMEM;  # over the host link
Layout * * * SOA C_order;
InstanceLimit near 2;
m = Machine(GPU);
def deal(Task task) { return m[0, task.ipoint[0] % m.size[1]]; }
n = Machine(CPU);
def beside(Task task) { return n[*task.parent.processor(n)]; }
IndexTaskMap near deal;
SingleTaskMap solve beside;
CollectMemory far own;
)";

TEST(Agent, AStatementBelongsToTheDecisionThatItsKeywordSays) {
  const Agent agent = Split(kWhole);
  EXPECT_EQ(agent[Decision::kTask], "Task * GPU,CPU;");
  EXPECT_EQ(agent[Decision::kRegion],
            "# the halo is small\nRegion * shared GPU ZCMEM;  # over the host link\n"
            "CollectMemory far own;");
  EXPECT_EQ(agent[Decision::kLayout], "Layout * * * SOA C_order;");
  EXPECT_EQ(agent[Decision::kInstanceLimit], "InstanceLimit near 2;");
}

TEST(Agent, ADefinitionBelongsToTheMapThatUsesIt) {
  const Agent agent = Split(kWhole);
  EXPECT_THAT(
      agent[Decision::kIndexTaskMap],
      AllOf(HasSubstr("m = Machine(GPU);"), HasSubstr("def deal"), Not(HasSubstr("beside"))));
  EXPECT_THAT(
      agent[Decision::kSingleTaskMap],
      AllOf(HasSubstr("n = Machine(CPU);"), HasSubstr("def beside"), Not(HasSubstr("deal"))));
}

TEST(Agent, WhatDoesNotParseIsKept) {
  const Agent agent =
      Split("Task * GPU,CPU;\nI think that this is faster:\nRegion * * GPU FBMEM;\nand so on");
  std::string all;
  for (const std::string& segment : agent.segments) all += segment;
  EXPECT_THAT(all, AllOf(HasSubstr("I think that this is faster"), HasSubstr("and so on")));
}

TEST(Agent, ComposingAndSplittingGivesTheSameAgent) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Agent agent = SeededAgent(LandscapeProblem(), seed);
    agent[Decision::kIndexTaskMap] = "m = Machine(GPU);\n\n# by hand\nIndexTaskMap near f;";
    agent[Decision::kSingleTaskMap] = "this is } no statement {";
    EXPECT_EQ(Split(Compose(agent).text), agent) << Compose(agent).text;
  }
}

TEST(Agent, SplittingAndComposingKeepsWhatAMappingDecides) {
  EXPECT_EQ(Canonical(Compose(Split(Compose(Split(kWhole)).text)).text),
            Canonical(Compose(Split(kWhole)).text));
  const auto source = std::make_shared<const SourceFile>("a.map", Compose(Split(kWhole)).text);
  EXPECT_TRUE(mapping::CheckText(source, nullptr, nullptr).ok()) << source->text();
}

TEST(Agent, ADefinitionThatTwoSegmentsHoldIsWrittenOnce) {
  Agent agent;
  agent[Decision::kIndexTaskMap] =
      "m = Machine(GPU);\ndef f(Task task) { return m[0, 0]; }\nIndexTaskMap near f;";
  agent[Decision::kSingleTaskMap] =
      "m = Machine(GPU);\ndef f(Task task) { return m[0, 0]; }\nSingleTaskMap solve f;";
  const auto source = std::make_shared<const SourceFile>("a.map", Compose(agent).text);
  EXPECT_TRUE(mapping::CheckText(source, nullptr, nullptr).ok()) << source->text();
}

TEST(Agent, ALineBelongsToTheDecisionAboveIt) {
  const Composed composed = Compose(Split(kWhole));
  const SourceFile source("a.map", composed.text);
  for (int line = 1; line <= source.LineCount(); ++line) {
    const std::string text(source.Line(line));
    if (text.starts_with("Region")) {
      EXPECT_EQ(composed.At(line), Decision::kRegion);
    }
    if (text.starts_with("InstanceLimit")) {
      EXPECT_EQ(composed.At(line), Decision::kInstanceLimit);
    }
    if (text.starts_with("SingleTaskMap")) {
      EXPECT_EQ(composed.At(line), Decision::kSingleTaskMap);
    }
  }
}

TEST(Agent, TheSeededOneIsLegalForItsProblemAndTheSameForASeed) {
  const Problem problem = LandscapeProblem();
  std::set<std::string> different;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string text = Compose(SeededAgent(problem, seed)).text;
    EXPECT_EQ(text, Compose(SeededAgent(problem, seed)).text);
    const auto source = std::make_shared<const SourceFile>("a.map", text);
    EXPECT_TRUE(mapping::CheckText(source, &problem.machine, &problem.app).ok()) << text;
    different.insert(text);
  }
  EXPECT_GT(different.size(), 30U);
}

TEST(Agent, DecisionsAreReadByTheirNamesInAnyDress) {
  EXPECT_EQ(ParseDecision("Index Task Map"), Decision::kIndexTaskMap);
  EXPECT_EQ(ParseDecision(" region_decision "), Decision::kRegion);
  EXPECT_EQ(ParseDecision("single-task-map-decision"), Decision::kSingleTaskMap);
  EXPECT_EQ(ParseDecision("decision"), std::nullopt);
  for (const Decision decision : kAllDecisions)
    EXPECT_EQ(ParseDecision(ToString(decision)), decision);
}

TEST(Agent, InputsNameWhatADecisionIsAbout) {
  const Problem problem = LandscapeProblem();
  EXPECT_THAT(InputsOf(Decision::kTask, problem), HasSubstr("near: variants for GPU, CPU\n"));
  EXPECT_THAT(InputsOf(Decision::kRegion, problem), HasSubstr("shared"));
  EXPECT_THAT(InputsOf(Decision::kIndexTaskMap, problem), HasSubstr("near: launch domains ("));
  EXPECT_THAT(InputsOf(Decision::kSingleTaskMap, problem), HasSubstr("solve"));
  EXPECT_EQ(InputsOf(Decision::kLayout, problem), "");
}

}  // namespace
}  // namespace groma::tune

#include "tune/agent/llm_agent.h"

#include <deque>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tune/propose/landscape.h"

namespace groma::tune {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Answers what it was told to, and keeps what it was asked.
class Scripted : public llm::Provider {
 public:
  explicit Scripted(std::deque<std::string> answers) : answers_(std::move(answers)) {}
  llm::Answer Ask(const llm::Request& request) override {
    asked.push_back(request);
    if (answers_.empty()) return llm::Failure{llm::FailureKind::kConnection, "no answers are left"};
    llm::Reply reply{answers_.front(), "script"};
    answers_.pop_front();
    return reply;
  }
  std::vector<llm::Request> asked;

 private:
  std::deque<std::string> answers_;
};

/// The landscape's history after those mappings.
History HistoryOf(const std::vector<std::string>& mappings) {
  const Landscape landscape;
  History history;
  for (const std::string& mapping : mappings) {
    Evaluation one;
    one.iteration = static_cast<int>(history.size());
    one.mapping = mapping;
    one.outcome = *landscape.Evaluate(mapping);
    one.feedback.raw = "it ran";
    one.feedback.explain = "because of the link";
    one.feedback.suggest = "move own to FBMEM";
    history.push_back(std::move(one));
  }
  return history;
}

TEST(LlmAgent, OnlyWhatTheModelChangesChanges) {
  Scripted model(
      {R"({"reasoning": "the link\n is slow", "segments": {"region_decision": "Region * * GPU FBMEM;\nRegion * * CPU SYSMEM;"}})"});
  const auto agent = MakeAgent(LandscapeProblem(), {}, &model, 1);
  const History history = HistoryOf({WorstStart()});
  const Next next = agent->Propose(history);
  const auto& proposal = std::get<Proposal>(next);
  EXPECT_EQ(proposal.reason, "the link is slow");
  Agent wanted = Split(WorstStart());
  wanted[Decision::kRegion] = "Region * * GPU FBMEM;\nRegion * * CPU SYSMEM;";
  EXPECT_EQ(Split(proposal.mapping), wanted);
}

TEST(LlmAgent, ThePromptHoldsMachineProgramLanguageGraphAndFeedback) {
  Scripted model({"Task * CPU;"});
  MakeAgent(LandscapeProblem(), {}, &model, 7)->Propose(HistoryOf({WorstStart()}));
  ASSERT_EQ(model.asked.size(), 1U);
  EXPECT_EQ(model.asked[0].settings.seed, 7);
  const std::string& system = model.asked[0].messages[0].content;
  EXPECT_THAT(system, AllOf(HasSubstr("4 GPUs"), HasSubstr("near: variants for GPU, CPU"),
                            HasSubstr("InstanceLimit T N;"), HasSubstr("Machine spaces"),
                            HasSubstr("maximize the throughput")));
  EXPECT_THAT(system, Not(HasSubstr("{{")));
  const std::string& user = model.asked[0].messages[1].content;
  EXPECT_THAT(user, AllOf(HasSubstr("region_statements = region_decision(regions)"),
                          HasSubstr("it ran"), HasSubstr("Explanation: because of the link"),
                          HasSubstr("Suggestion: move own to FBMEM"),
                          HasSubstr("single_task_map_decision:")));
  EXPECT_THAT(user, Not(HasSubstr("{{")));
}

TEST(LlmAgent, TheLevelsTellLessAndLess) {
  const auto asked = [](FeedbackLevel level) {
    Scripted model({"Task * CPU;"});
    AgentOptions options;
    options.level = level;
    MakeAgent(LandscapeProblem(), options, &model, 1)->Propose(HistoryOf({WorstStart()}));
    return model.asked[0].messages[1].content;
  };
  EXPECT_THAT(asked(FeedbackLevel::kExplain),
              AllOf(HasSubstr("because of the link"), Not(HasSubstr("move own"))));
  EXPECT_THAT(asked(FeedbackLevel::kExecution),
              AllOf(HasSubstr("it ran"), Not(HasSubstr("because of the link"))));
  EXPECT_THAT(asked(FeedbackLevel::kNone), Not(HasSubstr("it ran")));
}

TEST(LlmAgent, WhatCheckFindsIsToldByTheDecisionThatItConcerns) {
  Scripted model({"Task * CPU;"});
  History history = HistoryOf({WorstStart(), WorstStart()});
  Agent wrong = Split(WorstStart());
  wrong[Decision::kRegion] = "Region * shared GPU NOMEM;";
  wrong[Decision::kInstanceLimit] = "InstanceLimit near 0;";
  history[1].mapping = Compose(wrong).text;
  history[1].source = Source::kCheck;
  MakeAgent(LandscapeProblem(), {}, &model, 1)->Propose(history);
  const std::string& user = model.asked[0].messages[1].content;
  const size_t feedback = user.find("# Feedback");
  const size_t region = user.find("region_decision:\n", feedback);
  const size_t limit = user.find("instance_limit_decision:\n", feedback);
  ASSERT_NE(region, std::string::npos);
  ASSERT_NE(limit, std::string::npos);
  EXPECT_THAT(user.substr(region, limit - region), HasSubstr("NOMEM"));
  EXPECT_THAT(user.substr(limit), HasSubstr("InstanceLimit near 0;"));
}

TEST(LlmAgent, OproSeesTheScoredHistoryInPlaceOfTheGraph) {
  Scripted model({R"({"segments": {"layout_decision": "Layout * * * AOS;"}})"});
  AgentOptions options;
  options.style = AgentOptions::Style::kOpro;
  const History history =
      HistoryOf({WorstStart(), "Task * GPU,CPU;\nRegion * * GPU FBMEM;\n", WorstStart()});
  const Next next = MakeAgent(LandscapeProblem(), options, &model, 1)->Propose(history);
  const std::string& user = model.asked[0].messages[1].content;
  EXPECT_THAT(user, AllOf(HasSubstr("iteration 1, score "), HasSubstr("the start, score "),
                          Not(HasSubstr("region_decision(regions)"))));
  // What it leaves out stays as in the best.
  EXPECT_EQ(Split(std::get<Proposal>(next).mapping)[Decision::kRegion], "Region * * GPU FBMEM;");
}

TEST(LlmAgent, AReplyThatCannotBeReadIsToldBackOnce) {
  Scripted model({"use GPUs", "Task * GPU,CPU;"});
  const Next next =
      MakeAgent(LandscapeProblem(), {}, &model, 1)->Propose(HistoryOf({WorstStart()}));
  EXPECT_TRUE(std::holds_alternative<Proposal>(next));
  ASSERT_EQ(model.asked.size(), 2U);
  ASSERT_EQ(model.asked[1].messages.size(), 4U);
  EXPECT_EQ(model.asked[1].messages[2], (llm::Message{"assistant", "use GPUs"}));
  EXPECT_THAT(model.asked[1].messages[3].content, HasSubstr("could not be read"));
}

TEST(LlmAgent, TwiceCountsAsAProposal) {
  Scripted model({"use GPUs", "I said GPUs", "Task * CPU;"});
  const Next next =
      MakeAgent(LandscapeProblem(), {}, &model, 1)->Propose(HistoryOf({WorstStart()}));
  const auto& unreadable = std::get<Unreadable>(next);
  EXPECT_EQ(unreadable.mapping, WorstStart());
  EXPECT_THAT(unreadable.reason, HasSubstr("twice"));
  EXPECT_EQ(model.asked.size(), 2U);
}

TEST(LlmAgent, AProviderThatFailsEndsTheRunWithItsReason) {
  Scripted model({});
  const Next next =
      MakeAgent(LandscapeProblem(), {}, &model, 1)->Propose(HistoryOf({WorstStart()}));
  EXPECT_THAT(std::get<NothingLeft>(next).reason, HasSubstr("no answers are left"));
}

TEST(LlmAgent, WhatItAsksDependsOnTheHistoryAlone) {
  const History history = HistoryOf({WorstStart(), "Task * GPU,CPU;\nRegion * * GPU FBMEM;\n"});
  Scripted at_once({"Task * CPU;"});
  MakeAgent(LandscapeProblem(), {}, &at_once, 1)->Propose(history);
  Scripted step_by_step({"Task * CPU;", "Task * CPU;"});
  const auto agent = MakeAgent(LandscapeProblem(), {}, &step_by_step, 1);
  agent->Propose({history[0]});
  agent->Propose(history);
  EXPECT_EQ(step_by_step.asked[1], at_once.asked[0]);
}

TEST(Templates, AreReplacedFileByFile) {
  const Result<TemporaryFolder> folder = TemporaryFolder::Make();
  ASSERT_TRUE(folder.ok());
  std::filesystem::copy(GROMA_SOURCE_DIR "/src/tune/agent/templates", folder->path() / "mine");
  const Result<Templates> same = ReadTemplates(folder->path() / "mine");
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->trace, ShippedTemplates().trace);
  ASSERT_TRUE(WriteFile(folder->path() / "mine/opro.md", "only {{history}}").ok());
  EXPECT_EQ(ReadTemplates(folder->path() / "mine")->opro, "only {{history}}");
  ASSERT_TRUE(WriteFile(folder->path() / "mine/opro.md", "{{histroy}}").ok());
  EXPECT_THAT(ReadTemplates(folder->path() / "mine").error().message, HasSubstr("{{histroy}}"));
}

TEST(Templates, WhatIsFilledInIsNotLookedAtAgain) {
  EXPECT_EQ(Fill("a {{x}} b {{y}} {{z}}", {{"x", "{{y}}"}, {"y", "2"}}), "a {{y}} b 2 {{z}}");
}

}  // namespace
}  // namespace groma::tune

#include "tune/loop/loop.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "tune/agent/llm_agent.h"
#include "tune/journal/journal.h"
#include "tune/propose/landscape.h"

namespace groma::tune {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Tunings : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> folder = TemporaryFolder::Make();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(folder).value());
  }

  Options MakeOptions(const std::string& name) const {
    Options options;
    options.app_name = "landscape";
    options.machine_name = "four";
    options.proposer_name = "guided";
    options.evaluator_name = "sim";
    options.iterations = 6;
    options.out = folder_->path() / name;
    options.start = WorstStart();
    options.context.app = &landscape_.problem.app;
    options.context.machine = &landscape_.problem.machine;
    return options;
  }

  Evaluator Plain() const {
    return [this](const std::string& mapping) { return landscape_.Evaluate(mapping); };
  }
  ProposerFactory Guided() const {
    return [this](uint64_t seed) { return MakeGuided(landscape_.problem, seed); };
  }

  /// The result as JSON without the folder's name.
  static json Comparable(const TuneResult& result) {
    json value = json::parse(WriteJson(result));
    value.erase("files");
    return value;
  }

  Landscape landscape_;
  std::optional<TemporaryFolder> folder_;
};

TEST_F(Tunings, EndWithTheBestAndItsFiles) {
  Options options = MakeOptions("a");
  options.expert = "Task * GPU,CPU;\nRegion * shared GPU ZCMEM;\n";
  options.evaluate_default = [this] { return landscape_.Evaluate(""); };
  const Result<TuneResult> result = Tune(options, Plain(), Guided());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->best.throughput, 6 * result->start.outcome.throughput - 1);
  EXPECT_EQ(result->runs[0].evaluations.size(), 6u);
  EXPECT_EQ(*ReadFile(options.out / "best.map"), result->best.mapping);
  EXPECT_EQ(*ReadFile(options.out / "iter-03.map"), result->runs[0].evaluations[2].mapping);
  const std::string summary = *ReadFile(options.out / "summary.txt");
  EXPECT_EQ(summary, WriteSummary(*result));
  EXPECT_THAT(summary, HasSubstr("Best found"));
  EXPECT_THAT(summary, HasSubstr("Expert's"));
  EXPECT_THAT(summary, HasSubstr("Legion's default"));
  EXPECT_THAT(summary, HasSubstr("AutoGuide on the start, all at once, to save up to"));
  EXPECT_THAT(summary, HasSubstr("journal.db"));
}

TEST_F(Tunings, CallAStepByItsDistanceFromTheBestBeforeIt) {
  const auto called = [&](double start, double step) {
    TuneResult result;
    result.start.outcome.status = eval::OutcomeStatus::kOk;
    result.start.outcome.throughput = start;
    Evaluation evaluation = result.start;
    evaluation.iteration = 1;
    evaluation.reason = "a step";
    evaluation.outcome.throughput = step;
    result.runs.resize(1);
    result.runs[0].evaluations = {evaluation};
    return WriteSummary(result);
  };
  for (double start = 100; start < 110; start += 0.3) {
    EXPECT_THAT(called(start, start * 1.011), HasSubstr("[better] a step"));
    EXPECT_THAT(called(start, start * 1.009), HasSubstr("[as good] a step"));
    EXPECT_THAT(called(start, start / 1.009), HasSubstr("[as good] a step"));
    EXPECT_THAT(called(start, start / 1.011), HasSubstr("[worse] a step"));
  }
}

TEST_F(Tunings, TellTheKeysThatOthersRelyOn) {
  Options options = MakeOptions("a");
  options.runs = 2;
  options.seed = 5;
  const Result<TuneResult> result = Tune(options, Plain(), Guided());
  ASSERT_TRUE(result);
  const json value = json::parse(WriteJson(*result));
  EXPECT_GT(value["start"]["throughput"].get<double>(), 0);
  EXPECT_TRUE(value["expert"].is_null());
  EXPECT_TRUE(value["default"].is_null());
  ASSERT_EQ(value["runs"].size(), 2u);
  EXPECT_EQ(value["runs"][1]["seed"], 6);
  const json& best = value["runs"][1]["best"];
  EXPECT_GT(best["iteration"], 0);
  EXPECT_THAT(best["mapping"].get<std::string>(), HasSubstr("Task"));
  const json& first = value["runs"][0]["evaluations"][0];
  EXPECT_EQ(first["iteration"], 1);
  EXPECT_EQ(first["status"], "ok");
  EXPECT_GT(first["throughput"].get<double>(), 0);
  EXPECT_EQ(value["best"]["throughput"], result->best.throughput);
  EXPECT_TRUE(value["best"]["mapping"].is_string());
}

TEST_F(Tunings, KilledAtAnyEvaluationEndAsIfNothingHadHappened) {
  Options options = MakeOptions("whole");
  const Result<TuneResult> whole = Tune(options, Plain(), Guided());
  ASSERT_TRUE(whole);
  for (int victim = 1; victim <= 7; ++victim) {  // the start and six proposals
    options = MakeOptions("killed-" + std::to_string(victim));
    const pid_t child = fork();
    if (child == 0) {
      int evaluations = 0;
      (void)Tune(
          options,
          [&](const std::string& mapping) {
            if (++evaluations == victim) kill(getpid(), SIGKILL);
            return landscape_.Evaluate(mapping);
          },
          Guided());
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << victim;
    options.resume = true;
    int evaluations = 0;
    const Result<TuneResult> resumed = Tune(
        options,
        [&](const std::string& mapping) {
          ++evaluations;
          return landscape_.Evaluate(mapping);
        },
        Guided());
    ASSERT_TRUE(resumed) << resumed.error().message;
    EXPECT_EQ(evaluations, 8 - victim) << "only what was under way is evaluated again";
    EXPECT_EQ(Comparable(*resumed), Comparable(*whole)) << victim;
  }
}

TEST_F(Tunings, StoppedDropTheEvaluationUnderWayAndGoOnLater) {
  Options options = MakeOptions("whole");
  const Result<TuneResult> whole = Tune(options, Plain(), Guided());
  options = MakeOptions("stopped");
  std::atomic<bool> stop = false;
  options.stop = &stop;
  int evaluations = 0;
  const Evaluator interrupted = [&](const std::string&) -> Result<eval::Outcome> {
    if (++evaluations == 4) {
      stop = true;
      return Error{"interrupted"};
    }
    return landscape_.Evaluate(WorstStart());
  };
  const Result<TuneResult> stopped = Tune(options, interrupted, Guided());
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_TRUE(stopped->stopped);
  EXPECT_EQ(stopped->runs[0].evaluations.size(), 2u);
  EXPECT_THAT(*ReadFile(options.out / "summary.txt"), HasSubstr("--resume"));
  stop = false;
  options.resume = true;
  const Result<TuneResult> resumed = Tune(options, Plain(), Guided());
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_FALSE(resumed->stopped);
  EXPECT_EQ(resumed->runs[0].evaluations.size(), 6u);
}

TEST_F(Tunings, AreExtendedByALargerBudget) {
  Options options = MakeOptions("a");
  options.iterations = 3;
  ASSERT_TRUE(Tune(options, Plain(), Guided()));
  options.iterations = 6;
  options.resume = true;
  const Result<TuneResult> longer = Tune(options, Plain(), Guided());
  ASSERT_TRUE(longer);
  const Result<TuneResult> whole = Tune(MakeOptions("b"), Plain(), Guided());
  EXPECT_EQ(Comparable(*longer), Comparable(*whole));
}

TEST_F(Tunings, WithAnEnvironmentThatFailsKeepWhatTheyHad) {
  Options options = MakeOptions("a");
  int evaluations = 0;
  const Result<TuneResult> failed = Tune(
      options,
      [&](const std::string& mapping) -> Result<eval::Outcome> {
        if (++evaluations == 3) return Error{"no runtime"};
        return landscape_.Evaluate(mapping);
      },
      Guided());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no runtime");
  const auto journal = Journal::OpenForReading(options.out / "journal.db");
  EXPECT_EQ(journal->ReadEntries()->size(), 2u);
}

TEST_F(Tunings, OfSomethingElseAreNotResumed) {
  Options options = MakeOptions("a");
  ASSERT_TRUE(Tune(options, Plain(), Guided()));
  EXPECT_THAT(Tune(options, Plain(), Guided()).error().message, HasSubstr("--resume"));
  options.resume = true;
  options.machine_name = "other";
  options.seed = 9;
  const std::string message = Tune(options, Plain(), Guided()).error().message;
  EXPECT_THAT(message, HasSubstr("the machine was four and is other now"));
  EXPECT_THAT(message, HasSubstr("the seed was 1 and is 9 now"));
}

TEST_F(Tunings, OnAFullDiskSayWhatToDo) {
  Options options = MakeOptions("a");
  options.journal_bytes = 30'000;
  options.iterations = 100;
  const Result<TuneResult> result = Tune(options, Plain(), Guided());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("no space left"));
}

TEST_F(Tunings, OfAnotherProgramAreNotResumed) {
  Options options = MakeOptions("a");
  options.iterations = 1;
  options.program = {{"command", "circuit -i 100"}};
  ASSERT_TRUE(Tune(options, Plain(), Guided()));
  const std::string best = *ReadFile(options.out / "best.map");
  options.resume = true;
  options.iterations = 6;
  options.program = {{"command", "circuit"}};
  const Result<TuneResult> other = Tune(options, Plain(), Guided());
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message,
              HasSubstr("belongs to another tuning: the command was circuit -i 100 and is circuit "
                        "now."));
  EXPECT_EQ(*ReadFile(options.out / "best.map"), best);
}

class Silent : public Proposer {
 public:
  std::string_view name() const override { return "silent"; }
  Next Propose(const History&) override { return NothingLeft{"every call failed"}; }
};

TEST_F(Tunings, WithNothingProposedEndWithTheStart) {
  const Options options = MakeOptions("a");
  const Result<TuneResult> result =
      Tune(options, Plain(), [](uint64_t) { return std::make_unique<Silent>(); });
  ASSERT_TRUE(result);
  EXPECT_EQ(result->best.iteration, 0);
  EXPECT_EQ(result->best.mapping, WorstStart());
  EXPECT_EQ(result->runs[0].ended, "every call failed");
  EXPECT_THAT(WriteSummary(*result), HasSubstr("every call failed"));
}

TEST_F(Tunings, InWhichEverythingCrashesHaveNoBest) {
  Options options = MakeOptions("a");
  options.iterations = 2;
  int runs = 0;
  const Evaluator crash = [&](const std::string&) -> Result<eval::Outcome> {
    eval::Outcome outcome;
    outcome.reason = "killed by signal 11, run " + std::to_string(++runs);
    return outcome;
  };
  options.evaluate_default = [this] { return landscape_.Evaluate(""); };  // no mapping: not counted
  const Result<TuneResult> result = Tune(options, crash, Guided());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->nothing_ran, "crashed: killed by signal 11, run 1");
  EXPECT_FALSE(std::filesystem::exists(options.out / "best.map"));
  const std::string summary = *ReadFile(options.out / "summary.txt");
  EXPECT_THAT(summary, HasSubstr("Best found       none: no mapping ran\n"
                                 "First reason     crashed: killed by signal 11, run 1\n"));
  EXPECT_THAT(summary, Not(HasSubstr("best.map")));
  const json value = json::parse(WriteJson(*result));
  EXPECT_TRUE(value["best"].is_null());
  EXPECT_TRUE(value["files"]["best"].is_null());
  EXPECT_EQ(value["nothing_ran"], result->nothing_ran);
}

TEST_F(Tunings, InWhichOnlyTheStartCrashesHaveABest) {
  Options options = MakeOptions("a");
  const Evaluator evaluate = [&](const std::string& mapping) -> Result<eval::Outcome> {
    if (mapping == WorstStart()) return eval::Outcome{};
    return landscape_.Evaluate(mapping);
  };
  const Result<TuneResult> result = Tune(options, evaluate, Guided());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->nothing_ran, "");
  EXPECT_GT(result->best.iteration, 0);
  EXPECT_EQ(*ReadFile(options.out / "best.map"), result->best.mapping);
}

TEST_F(Tunings, FromAStartWithMistakesTellThemInTheSummary) {
  Options options = MakeOptions("a");
  options.iterations = 1;
  options.start = "Task near NOWHERE;\n";
  options.start_diagnostics = "start.map:1:11: error: no processor NOWHERE\n";
  const Evaluator evaluate = [&](const std::string& mapping) {
    Result<eval::Outcome> outcome = landscape_.Evaluate(mapping);
    if (outcome->status != eval::OutcomeStatus::kOk) outcome->reason = "the mapping is refused";
    return outcome;
  };
  ASSERT_TRUE(Tune(options, evaluate, Guided()));
  const std::string summary = *ReadFile(options.out / "summary.txt");
  EXPECT_THAT(summary, HasSubstr("What check says of the start mapping:\n"
                                 "start.map:1:11: error: no processor NOWHERE\n"));
  EXPECT_THAT(summary, HasSubstr("[failed, the mapping is refused] the start mapping"));
}

class Spy : public Proposer {
 public:
  explicit Spy(History* seen) : seen_(seen) {}
  std::string_view name() const override { return "spy"; }
  Next Propose(const History& history) override {
    *seen_ = history;
    return NothingLeft{"seen"};
  }

 private:
  History* seen_;
};

TEST_F(Tunings, DoNotShowTheExpertToProposers) {
  Options options = MakeOptions("a");
  options.expert = "Task * CPU; # secret\n";
  options.evaluate_default = [this] { return landscape_.Evaluate(""); };
  History seen;
  ASSERT_TRUE(Tune(options, Plain(), [&](uint64_t) { return std::make_unique<Spy>(&seen); }));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].mapping, WorstStart());
}

TEST_F(Tunings, TellTheirProgress) {
  Options options = MakeOptions("a");
  options.iterations = 2;
  std::vector<std::string> told;
  options.progress = [&](const Progress& progress) {
    told.push_back(progress.what + std::to_string(progress.iteration) +
                   (progress.outcome == nullptr ? ""
                    : progress.replayed         ? " again"
                                                : " done"));
  };
  ASSERT_TRUE(Tune(options, Plain(), Guided()));
  EXPECT_EQ(told,
            (std::vector<std::string>{"start0", "start0 done", "1", "1 done", "2", "2 done"}));
  told.clear();
  options.resume = true;
  ASSERT_TRUE(Tune(options, Plain(), Guided()));
  EXPECT_EQ(told, (std::vector<std::string>{"start0 again", "1 again", "2 again"}));
}

TEST_F(Tunings, InFoldersThatCannotBeMadeSaySo) {
  Options options = MakeOptions("a");
  options.out = "/proc/no";
  EXPECT_THAT(Tune(options, Plain(), Guided()).error().message, HasSubstr("/proc/no"));
}

TEST_F(Tunings, IntoAFileSayThatItIsOne) {
  Options options = MakeOptions("a");
  ASSERT_TRUE(WriteFile(options.out, "mine"));
  for (const bool resume : {false, true}) {
    options.resume = resume;
    EXPECT_THAT(Tune(options, Plain(), Guided()).error().message,
                HasSubstr(options.out.string() + " is a file"));
  }
  EXPECT_EQ(*ReadFile(options.out), "mine");
}

TEST_F(Tunings, ThatCannotBeResumedLeaveNoFolder) {
  Options options = MakeOptions("a");
  options.resume = true;
  EXPECT_THAT(Tune(options, Plain(), Guided()).error().message, HasSubstr("nothing to resume"));
  EXPECT_FALSE(std::filesystem::exists(options.out));
}

/// Proposes what it was told to.
class Listed : public Proposer {
 public:
  explicit Listed(std::vector<Next> list) : list_(std::move(list)) {}
  std::string_view name() const override { return "listed"; }
  Next Propose(const History& history) override {
    const size_t at = history.size() - 1;
    return at < list_.size() ? list_[at] : NothingLeft{"the list is at its end"};
  }

 private:
  std::vector<Next> list_;
};

TEST_F(Tunings, RunOnlyWhatIsReadableNewAndNotRefused) {
  const std::string good = "Task * GPU,CPU;\nRegion * * GPU FBMEM;\n";
  const std::vector<Next> list = {
      Proposal{good, "one"},
      Proposal{"# the same\n" + good, "again"},
      Proposal{"Task * GPU", "no semicolon"},
      Unreadable{good, "the model's answer could not be read, twice: it was empty"},
      Proposal{"Task * CPU;\n", "two"},
      Proposal{"Task near CPU;\n", "three"}};
  Options options = MakeOptions("a");
  options.iterations = 10;
  options.evaluations = 2;
  options.check = [](const std::string& mapping) -> std::optional<eval::Outcome> {
    if (mapping.find(';') != std::string::npos) return std::nullopt;
    eval::Outcome outcome;
    outcome.status = eval::OutcomeStatus::kMappingError;
    outcome.reason = "refused";
    return outcome;
  };
  std::vector<std::string> ran;
  const Evaluator evaluate = [&](const std::string& mapping) {
    ran.push_back(mapping);
    return landscape_.Evaluate(mapping);
  };
  const ProposerFactory listed = [&](uint64_t) { return std::make_unique<Listed>(list); };
  const Result<TuneResult> result = Tune(options, evaluate, listed);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(ran, ::testing::ElementsAre(WorstStart(), good, "Task * CPU;\n"));
  std::vector<Source> sources;
  for (const Evaluation& one : result->runs[0].evaluations) sources.push_back(one.source);
  EXPECT_THAT(sources, ::testing::ElementsAre(Source::kRun, Source::kEarlier, Source::kCheck,
                                              Source::kReply, Source::kRun));
  EXPECT_EQ(result->runs[0].evaluations[1].outcome.throughput,
            result->runs[0].evaluations[0].outcome.throughput);
  EXPECT_EQ(result->ledger.proposals, 5);
  EXPECT_EQ(result->ledger.runs, 2);
  const std::string summary = WriteSummary(*result);
  EXPECT_THAT(summary, HasSubstr("5 proposals: 2 run"));
  EXPECT_THAT(summary, HasSubstr("1 refused by check, 1 not readable, 1 known already"));

  // Taken up again, everything is known, and nothing runs.
  ran.clear();
  options.resume = true;
  options.start = WorstStart();
  const Result<TuneResult> again = Tune(options, evaluate, listed);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(ran, ::testing::IsEmpty());
  EXPECT_EQ(Comparable(*again), Comparable(*result));
}

/// A provider that counts, and may break down.
class Counting : public llm::Provider {
 public:
  llm::Answer Ask(const llm::Request& request) override {
    ++asked;
    if (asked > answers) return llm::Failure{llm::FailureKind::kConnection, "gone"};
    llm::Reply reply{
        fmt::format(R"({{"segments": {{"instance_limit_decision": "InstanceLimit near {};"}}}})",
                    request.messages.back().content.size() % 1000 + 1),
        "counting"};
    llm::Exchange exchange{"test", "counting", request, reply, {1, 100, 10, 0.5, 0.25}, 0};
    if (!record(exchange)) return llm::Failure{llm::FailureKind::kNotRecorded, "no journal"};
    return reply;
  }
  int asked = 0;
  int answers = 1000;
  std::function<Status(const llm::Exchange&)> record;
};

TEST_F(Tunings, WithAModelGoOnWithItsRecordedReplies) {
  const auto tune = [&](Options options, Counting& live, bool resume) {
    llm::Budget budget = *llm::Budget::Make({}, llm::Prices{1, 1});
    Conversation conversation(&live, &budget);
    live.record = [&](const llm::Exchange& exchange) { return conversation.Record(exchange); };
    options.conversation = &conversation;
    options.resume = resume;
    options.runs = 2;
    Result<TuneResult> result = Tune(options, Plain(), [&](uint64_t seed) {
      return MakeAgent(landscape_.problem, {}, &conversation, seed);
    });
    EXPECT_TRUE(result) << result.error().message;
    EXPECT_EQ(budget.spent().prompt_tokens, resume ? 100 * 7 : 0);
    return Comparable(*result);
  };
  Counting whole;
  json wanted = tune(MakeOptions("whole"), whole, false);
  EXPECT_EQ(whole.asked, 12);
  EXPECT_EQ(wanted["ledger"]["model_calls"], 12);
  EXPECT_EQ(wanted["ledger"]["prompt_tokens"], 1200);
  EXPECT_EQ(wanted["ledger"]["cost"], 3.0);

  // The model goes away in the second run; the evaluation of its last reply is lost besides.
  Counting part;
  part.answers = 7;
  tune(MakeOptions("part"), part, false);
  {
    Result<Journal> journal = Journal::Open(folder_->path() / "part/journal.db");
    ASSERT_TRUE(journal);
    EXPECT_EQ(journal->ReadExchanges()->size(), 7U);
  }
  Counting rest;
  EXPECT_EQ(tune(MakeOptions("part"), rest, true), wanted);
  EXPECT_EQ(rest.asked, 5);
}

}  // namespace
}  // namespace groma::tune

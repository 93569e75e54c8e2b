// A live provider against a server that misbehaves: what is retried, what is told, what is
// recorded, and that the key is nowhere.
#include "llm/live.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "base/process.h"
#include "llm/replay.h"
#include "llm/test_server.h"

namespace groma::llm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kKey = "sk-proj-4fQ9zT0mW7";  // NOLINT: a test's constant
const std::string kGood = OpenAiReply("Task * GPU;");

class Live : public testing::Test {
 protected:
  // Asks a server that behaves so; everything that comes of it is searched for the key.
  Answer Ask(std::vector<Behaviour> behaviours) {
    server_ = std::make_unique<TestServer>(std::move(behaviours));
    return AskAt(server_->url());
  }

  Answer AskAt(const std::string& url) {
    const char* variable = spec_[0] == 'o' ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY";
    std::unique_ptr<Service> service = MakeService(spec_, url, {{variable, kKey}}).value();
    leaves_ = service->WhatLeaves(request_);
    options_.record = [this](const Exchange& exchange) -> Status {
      recorded_.push_back(exchange);
      if (disk_is_full_) return Error{"no space left on the device"};
      return Done{};
    };
    LiveProvider provider(std::move(service), &budget_, &clock_, options_);
    Answer answer = provider.Ask(request_);
    ExpectNoKey(answer);
    return answer;
  }

  void ExpectNoKey(const Answer& answer) {
    std::string all = leaves_;
    for (const Exchange& exchange : recorded_) all += Encode(exchange);
    if (const Failure* failure = std::get_if<Failure>(&answer)) all += failure->message;
    if (const Reply* reply = std::get_if<Reply>(&answer)) all += reply->text + reply->model;
    for (size_t at = 0; at + 8 <= kKey.size(); ++at)
      EXPECT_THAT(all, Not(HasSubstr(kKey.substr(at, 8))));
  }

  std::string Text(const Answer& answer) {
    if (const Reply* reply = std::get_if<Reply>(&answer)) return reply->text;
    return "failed: " + std::get<Failure>(answer).message;
  }

  Failure FailureOf(const Answer& answer) {
    if (const Failure* failure = std::get_if<Failure>(&answer)) return *failure;
    ADD_FAILURE() << "it answers: " << Text(answer).substr(0, 100);
    return {};
  }

  // A behaviour that must fail at once, with no second attempt.
  Failure FailsAtOnce(Behaviour behaviour) {
    const Failure failure = FailureOf(Ask({std::move(behaviour), Says(200, kGood)}));
    EXPECT_EQ(server_->requests().size(), 1U);
    EXPECT_TRUE(clock_.waits.empty());
    return failure;
  }

  // A behaviour after which a good reply must come.
  void IsRetried(Behaviour behaviour) {
    const Answer answer = Ask({std::move(behaviour), Says(200, kGood)});
    EXPECT_EQ(Text(answer), "Task * GPU;");
    EXPECT_EQ(server_->requests().size(), 2U);
    EXPECT_EQ(clock_.waits.size(), 1U);
    if (const Reply* reply = std::get_if<Reply>(&answer)) {
      EXPECT_EQ(reply->attempts, 2);
    }
  }

  InterruptGuard guard_;  // and with it no signal of a test before
  std::string spec_ = "openai:small";
  Request request_{{{"user", "Map it."}}};
  Budget budget_ = Budget::Make({}, {}).value();
  FakeClock clock_;
  LiveOptions options_;
  std::unique_ptr<TestServer> server_;
  std::string leaves_;
  std::vector<Exchange> recorded_;
  bool disk_is_full_ = false;
};

TEST_F(Live, AnswersWithTextAndTokens) {
  const Answer answer = Ask({Says(200, kGood)});
  EXPECT_EQ(Text(answer), "Task * GPU;");
  EXPECT_EQ(budget_.spent().prompt_tokens, 11);
  EXPECT_EQ(budget_.spent().completion_tokens, 7);
  ASSERT_EQ(recorded_.size(), 1U);
  EXPECT_EQ(recorded_[0].answer, answer);
  EXPECT_EQ(recorded_[0].provider, "openai");
  EXPECT_EQ(recorded_[0].model, "small");
  EXPECT_EQ(recorded_[0].spent.attempts, 1);
}

// What arrived, as a dry run would show it.
std::string AsShown(std::string request) {
  size_t at = 0;
  while ((at = request.find("\r\n")) != std::string::npos) request.replace(at, 2, "\n");
  return request + "\n";
}

TEST_F(Live, SendsExactlyWhatADryRunShows) {
  for (const char* spec : {"openai:small", "anthropic:small"}) {
    spec_ = spec;
    request_.messages[0].content = "a \"quoted\" line\n and grün";
    Ask({Says(500, "")});
    std::string arrived = AsShown(server_->requests().at(0));
    const size_t key = arrived.find(kKey);
    ASSERT_NE(key, std::string::npos) << "the key is sent";
    arrived.replace(key, kKey.size(), spec_[0] == 'o' ? "$OPENAI_API_KEY" : "$ANTHROPIC_API_KEY");
    EXPECT_THAT(leaves_, testing::EndsWith(arrived));
    EXPECT_THAT(leaves_, testing::StartsWith("To " + server_->url() + "/v1/"));
  }
}

TEST_F(Live, SpeaksAnthropicToo) {
  spec_ = "anthropic:small";
  EXPECT_EQ(Text(Ask({Says(529, R"({"error":{"message":"Overloaded"}})"),
                      Says(200, AnthropicReply("Task * GPU;"))})),
            "Task * GPU;");
  EXPECT_THAT(server_->requests()[0],
              AllOf(HasSubstr("POST /v1/messages HTTP/1.1"), HasSubstr("x-api-key: " + kKey),
                    HasSubstr("anthropic-version: 2023-06-01")));
}

TEST_F(Live, NeedsNoKeyForAServerOfOnesOwn) {
  TestServer server({Says(200, kGood)});
  std::unique_ptr<Service> service = MakeService("openai:small", server.url(), {}).value();
  EXPECT_TRUE(std::holds_alternative<Reply>(service->Call(request_, 5)));
  EXPECT_THAT(server.requests()[0], Not(HasSubstr("Authorization")));
}

TEST_F(Live, RetriesABusyServerAfterTheTimeItAsksFor) {
  IsRetried(Says(429, "slow down", "Retry-After: 17\r\n"));
  EXPECT_GE(clock_.waits.at(0), 17);
}

TEST_F(Live, RetriesABusyServerThatAsksForNoTime) {
  IsRetried(Says(429, R"({"error":{"message":"Rate limit"}})"));
  EXPECT_LE(clock_.waits.at(0), 1);
}

TEST_F(Live, RetriesABusyServerThatAsksForNonsense) {
  IsRetried(Says(429, "", "Retry-After: soon, -5\r\n"));
  EXPECT_LE(clock_.waits.at(0), 1);
}

TEST_F(Live, GivesUpWhenTheServerAsksForTooLongARest) {
  const Failure failure = FailsAtOnce(Says(429, "quota", "Retry-After: 86400\r\n"));
  EXPECT_THAT(failure.message, HasSubstr("86400 s of rest"));
}

TEST_F(Live, RetriesFailuresOfTheServer) { IsRetried(Says(500, "oops")); }

TEST_F(Live, RetriesAnOverloadedServer) { IsRetried(Says(529, "overloaded")); }

TEST_F(Live, RetriesAConnectionThatEndsBeforeAnything) { IsRetried(SaysBytes("")); }

TEST_F(Live, RetriesAConnectionThatEndsInTheMiddle) {
  IsRetried(SaysBytes(HttpText(200, kGood).substr(0, 150)));
  EXPECT_GT(budget_.spent().completion_tokens, 4096)
      << "the model may have worked: counted in full";
}

TEST_F(Live, RetriesAReplyThatIsShorterThanItsLengthSays) {
  IsRetried(SaysBytes("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + kGood));
}

TEST_F(Live, RetriesAServerThatNeverAnswers) {
  options_.timeout_seconds = 1;  // enough for the good reply on a busy machine
  IsRetried([](const Connection& connection) { connection.WaitForEnd(); });
}

TEST_F(Live, RetriesAServerThatAnswersTooSlowly) {
  options_.timeout_seconds = 1;  // enough for the good reply on a busy machine
  IsRetried([](const Connection& connection) { connection.Drip(HttpText(200, kGood)); });
}

TEST_F(Live, GivesUpAfterTheLastAttemptWithTheServersWords) {
  options_.retry.attempts = 3;
  const Failure failure = FailureOf(Ask({Says(503, R"({"error":{"message":"Loading model"}})")}));
  EXPECT_EQ(failure.kind, FailureKind::kBusy);
  EXPECT_EQ(failure.status, 503);
  EXPECT_EQ(failure.attempts, 3);
  EXPECT_THAT(failure.message,
              AllOf(HasSubstr("503: Loading model"), HasSubstr("after 3 attempts")));
  EXPECT_EQ(clock_.waits.size(), 2U);
}

TEST_F(Live, DoesNotRetryWhatIsRefused) {
  for (const int status : {400, 401, 403, 404, 413, 422}) {
    const Failure failure =
        FailsAtOnce(Says(status, R"({"error":{"message":"that will not do"}})"));
    EXPECT_EQ(failure.kind, FailureKind::kRefused);
    EXPECT_EQ(failure.status, status);
    EXPECT_THAT(failure.message, HasSubstr("that will not do. "));
  }
}

TEST_F(Live, TellsOfARefusedKeyWithoutTheKey) {
  for (const std::string& shown :
       {kKey, std::string("sk-proj-*******0mW7"), kKey.substr(0, 12), "\"" + kKey + "\""}) {
    const nlohmann::json body{{"error", {{"message", "Incorrect API key provided: " + shown}}}};
    const Failure failure = FailsAtOnce(Says(401, body.dump()));
    EXPECT_THAT(failure.message, AllOf(HasSubstr("[OPENAI_API_KEY]"),
                                       HasSubstr("Check OPENAI_API_KEY"), Not(HasSubstr("0mW7"))));
  }
  // Where the message is cut.
  EXPECT_THAT(FailsAtOnce(Says(401, std::string(292, 'x') + " " + kKey)).message,
              Not(HasSubstr(kKey.substr(0, 4))));
}

TEST_F(Live, KeepsAKeyThatTheReplyRepeatsOutOfEverything) {
  EXPECT_EQ(Text(Ask({Says(200, OpenAiReply("your key is " + kKey))})),
            "your key is [OPENAI_API_KEY]");
}

TEST_F(Live, SendsNoKeyThatAProgramPrinted) {
  request_.messages[0].content = "it printed " + kKey;
  Ask({Says(200, kGood)});
  const std::string arrived = server_->requests().at(0);
  EXPECT_THAT(arrived.substr(arrived.find("\r\n\r\n")),
              AllOf(Not(HasSubstr(kKey)), HasSubstr("it printed [OPENAI_API_KEY]")));
}

TEST_F(Live, DoesNotFollowRedirects) {
  TestServer other({Says(200, kGood)});
  for (const int status : {301, 302, 307, 308}) {
    const Failure failure =
        FailsAtOnce(Says(status, "", fmt::format("Location: {}/v1\r\n", other.url())));
    EXPECT_EQ(failure.kind, FailureKind::kRefused);
    EXPECT_THAT(failure.message, HasSubstr("redirects to " + other.url()));
  }
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(Live, TellsOfRepliesThatAreNone) {
  EXPECT_THAT(FailsAtOnce(Says(200, "garbage \x01\xff")).message, HasSubstr("no JSON: garbage"));
  EXPECT_THAT(FailsAtOnce(Says(200, "{}")).message, HasSubstr("no choices"));
  EXPECT_THAT(FailsAtOnce(Says(200, R"({"choices":[]})")).message, HasSubstr("no choices"));
  EXPECT_THAT(FailsAtOnce(Says(200, R"({"choices":[{"message":{"content":""}}]})")).message,
              HasSubstr("said nothing"));
  EXPECT_THAT(
      FailsAtOnce(SaysBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + kGood)).message,
      HasSubstr("no JSON"));
}

TEST_F(Live, StopsReadingAReplyWithoutEnd) {
  const Failure failure = FailsAtOnce([](const Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\n\r\n" + std::string(9 << 20, '['));
  });
  EXPECT_EQ(failure.kind, FailureKind::kBadReply);
  EXPECT_THAT(failure.message, HasSubstr("is larger than"));
}

TEST_F(Live, StopsReadingHeadersWithoutEnd) {
  options_.retry.attempts = 1;
  FailsAtOnce([](const Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 1000; ++i) connection.Send("X-More: " + std::string(1000, 'x') + "\r\n");
  });
}

TEST_F(Live, RetriesBytesThatAreNoHttp) { IsRetried(SaysBytes("\x16\x03\x01 not http at all")); }

TEST_F(Live, TellsWhenNobodyListens) {
  std::string url;
  {
    TestServer gone({Says(200, kGood)});
    url = gone.url();
  }
  options_.retry.attempts = 2;
  const Failure failure = FailureOf(AskAt(url));
  EXPECT_EQ(failure.kind, FailureKind::kConnection);
  EXPECT_THAT(failure.message,
              AllOf(HasSubstr("cannot reach " + url), HasSubstr("Is the server running")));
  EXPECT_EQ(budget_.spent().completion_tokens, 0) << "nothing left the machine";
}

TEST_F(Live, IsEndedByCtrlCWhileTheServerThinks) {
  const Failure failure = FailureOf(Ask({[](const Connection& connection) {
    ::raise(SIGINT);
    connection.WaitForEnd();
  }}));
  EXPECT_EQ(failure.kind, FailureKind::kCancelled);
  EXPECT_EQ(server_->requests().size(), 1U);
  EXPECT_TRUE(WasCutShort(recorded_.at(0)));
}

TEST_F(Live, IsEndedByCtrlCDuringAWait) {
  clock_.interrupted = true;
  const Failure failure = FailureOf(Ask({Says(500, "")}));
  EXPECT_EQ(failure.kind, FailureKind::kCancelled);
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST(RealClocks, StopWaitingAtCtrlC) {
  const InterruptGuard guard;
  RealClock clock;
  EXPECT_TRUE(clock.Wait(0.001));
  ::raise(SIGINT);
  const double start = clock.Now();
  EXPECT_FALSE(clock.Wait(1000));
  EXPECT_LT(clock.Now() - start, 100);
}

TEST_F(Live, AsksTheBudgetBeforeEveryAttempt) {
  budget_ = Budget::Make({.max_tokens = 100}, {}).value();
  EXPECT_EQ(FailureOf(Ask({Says(200, kGood)})).kind, FailureKind::kBudget);
  EXPECT_TRUE(server_->requests().empty()) << "nothing left the machine";
  ASSERT_EQ(recorded_.size(), 1U);
  EXPECT_TRUE(WasCutShort(recorded_[0]));

  // A broken attempt may have cost all it could: no second one fits.
  budget_ = Budget::Make({.max_tokens = 5000}, {}).value();
  const Failure failure =
      FailureOf(Ask({SaysBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")}));
  EXPECT_EQ(failure.kind, FailureKind::kBudget);
  EXPECT_EQ(server_->requests().size(), 1U);
  EXPECT_THAT(failure.message,
              AllOf(HasSubstr("--max-tokens"), HasSubstr("the attempt before failed")));
}

TEST_F(Live, DoesNotWaitLongerThanTheBudgetLasts) {
  budget_ = Budget::Make({.max_seconds = 10}, {}).value();
  const Failure failure = FailureOf(Ask({Says(429, "", "Retry-After: 60\r\n")}));
  EXPECT_EQ(failure.kind, FailureKind::kBudget);
  EXPECT_TRUE(clock_.waits.empty());
}

TEST_F(Live, GivesACallNoMoreTimeThanTheBudgetHas) {
  budget_ = Budget::Make({.max_seconds = 0.3}, {}).value();
  options_.retry.attempts = 1;
  const Failure failure =
      FailureOf(Ask({[](const Connection& connection) { connection.WaitForEnd(); }}));
  EXPECT_EQ(failure.kind, FailureKind::kTimeout);
  EXPECT_THAT(failure.message, HasSubstr("0.3 s"));
}

TEST_F(Live, GivesNoAnswerThatIsNotRecorded) {
  disk_is_full_ = true;
  const Failure failure = FailureOf(Ask({Says(200, kGood)}));
  EXPECT_EQ(failure.kind, FailureKind::kNotRecorded);
  EXPECT_THAT(failure.message, HasSubstr("no space left"));
}

TEST_F(Live, IsReplayedToTheByteWithoutAServer) {
  std::vector<Answer> live;
  live.push_back(Ask({Says(429, ""), Says(200, OpenAiReply("first \x01 \"grün\"\n"))}));
  live.push_back(Ask({Says(401, "who are you?")}));
  live.push_back(Ask({Says(200, kGood)}));
  server_.reset();
  std::vector<Exchange> read;
  for (const Exchange& exchange : recorded_)
    read.push_back(DecodeExchange(Encode(exchange)).value());
  Replay replay(std::move(read));
  for (const Answer& answer : live) EXPECT_EQ(replay.Ask(request_), answer);
}

}  // namespace
}  // namespace groma::llm

#include "llm/exchange.h"

#include <gmock/gmock.h>

#include "llm/replay.h"

namespace groma::llm {
namespace {

using testing::HasSubstr;

Request Asking(const std::string& what) {
  Request request{{{"system", "You write mappings."}, {"user", what}}};
  request.settings = {0.7, 512, 42};
  return request;
}

Exchange Good(const std::string& question, const std::string& text) {
  Reply reply;
  reply.text = text;
  reply.model = "small-1";
  reply.prompt_tokens = 11;
  reply.completion_tokens = 7;
  reply.counted = false;
  reply.cut = true;
  reply.seconds = 0.1;
  reply.attempts = 2;
  return {"openai", "small", Asking(question), reply, {2, 11, 7, 0.1, 0.0003}, 1'700'000'000'123};
}

Exchange Bad(const std::string& question) {
  Failure failure{FailureKind::kBusy, "busy: \"later\""};
  failure.status = 529;
  failure.retry_after = 1.5;
  failure.may_cost = true;
  failure.seconds = 3;
  failure.attempts = 5;
  return {"anthropic", "small", Asking(question), failure, {}, 5};
}

void ExpectSame(const Exchange& one, const Exchange& other) {
  EXPECT_EQ(one.provider, other.provider);
  EXPECT_EQ(one.model, other.model);
  EXPECT_EQ(one.request, other.request);
  EXPECT_EQ(one.answer, other.answer);
  EXPECT_EQ(one.spent.cost, other.spent.cost);
  EXPECT_EQ(one.spent.attempts, other.spent.attempts);
  EXPECT_EQ(one.started_ms, other.started_ms);
}

TEST(Exchange, ReadsBackTheSame) {
  const std::string odd = "Task * CPU;\r\n\t\"quotes\" \\ \x01 grün 🚀\n";
  for (const Exchange& exchange : {Good("q", odd), Bad(odd)}) {
    const std::string text = Encode(exchange);
    EXPECT_EQ(text.find('\n'), std::string::npos) << "one line";
    const Result<Exchange> read = DecodeExchange(text);
    ASSERT_TRUE(read) << text;
    ExpectSame(exchange, *read);
    EXPECT_EQ(Encode(*read), text);
  }
}

TEST(Exchange, KeepsEveryKindOfFailure) {
  for (int kind = 0; kind <= static_cast<int>(FailureKind::kReplay); ++kind) {
    Exchange exchange = Bad("q");
    std::get<Failure>(exchange.answer).kind = static_cast<FailureKind>(kind);
    ExpectSame(exchange, DecodeExchange(Encode(exchange)).value());
  }
}

TEST(Exchange, CutAnywhereIsAnErrorAndNeverAnother) {
  const std::string text = Encode(Good("q", "reply"));
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(DecodeExchange(text.substr(0, length))) << length;
}

TEST(Exchange, RefusesNewerVersionsAndOtherText) {
  std::string newer = Encode(Good("q", "reply"));
  newer.replace(newer.find("\"version\":1"), 11, "\"version\":2");
  EXPECT_THAT(DecodeExchange(newer).error().message, HasSubstr("version 2"));
  for (const char* text : {"", "[]", "3", "{}", R"({"format":"groma-exchange","version":1})",
                           R"({"format":"groma-exchange","version":1,"reply":3})",
                           R"({"format":"groma-exchange","version":1,"reply":{},"failure":{}})"})
    EXPECT_FALSE(DecodeExchange(text)) << text;
}

TEST(Exchange, NestedWithoutEndIsAnErrorOrPassedOver) {
  const std::string closed = std::string(200'000, '[') + std::string(200'000, ']');
  for (const char* name : {"request", "reply", "failure", "spent", "more"})
    (void)DecodeExchange(R"({"format":"groma-exchange","version":1,"reply":{},")" +
                         std::string(name) + R"(":)" + closed + "}");
  EXPECT_TRUE(DecodeExchange(R"({"format":"groma-exchange","version":1,"reply":{},"more":)" +
                             closed + "}"));
}

TEST(Replay, GivesTheSameBytesAndFailuresInOrder) {
  Replay replay({Good("one", "first \x01\n"), Bad("two"), Good("three", "third")});
  EXPECT_EQ(replay.Ask(Asking("one")), Good("one", "first \x01\n").answer);
  EXPECT_EQ(replay.Ask(Asking("two")), Bad("two").answer);
  EXPECT_EQ(replay.Ask(Asking("three")), Good("three", "third").answer);
  EXPECT_EQ(replay.answered(), 3U);
}

std::string ReplayFailure(Replay& replay, const Request& request) {
  const Answer answer = replay.Ask(request);
  const Failure* failure = std::get_if<Failure>(&answer);
  EXPECT_TRUE(failure != nullptr && failure->kind == FailureKind::kReplay);
  return failure ? failure->message : "";
}

TEST(Replay, SaysWhereARequestDiffers) {
  Replay replay({Good("one", "first"), Good("two words", "second")});
  replay.Ask(Asking("one"));
  EXPECT_THAT(ReplayFailure(replay, Asking("two wands")),
              testing::AllOf(HasSubstr("exchange 2 of the journal"), HasSubstr("message 2 (user)"),
                             HasSubstr("from byte 5 on: \"ords\" recorded, \"ands\" asked")));
  Request other = Asking("two words");
  other.settings.temperature = 0;
  EXPECT_THAT(ReplayFailure(replay, other), HasSubstr("the temperature: 0.7 recorded, 0 asked"));
  other = Asking("two words");
  other.messages.pop_back();
  EXPECT_THAT(ReplayFailure(replay, other), HasSubstr("1 messages where 2 are recorded"));
  EXPECT_EQ(replay.answered(), 1U);
}

TEST(Replay, SaysThatItsEndIsReachedOrGoesOnLive) {
  Replay ends({Good("one", "first")});
  ends.Ask(Asking("one"));
  EXPECT_THAT(ReplayFailure(ends, Asking("two")), HasSubstr("holds 1 exchanges"));
  auto more = std::make_unique<Replay>(std::vector{Good("two", "second")});
  Replay goes_on({Good("one", "first")}, {}, std::move(more));
  goes_on.Ask(Asking("one"));
  EXPECT_EQ(goes_on.Ask(Asking("two")), Good("two", "second").answer);
}

TEST(Replay, KnowsARequestThatWasRecordedWithoutItsKey) {
  const Keys keys = Keys::From({{"OPENAI_API_KEY", "sk-1234567890"}});
  Replay replay({Good("it printed [OPENAI_API_KEY]", "never mind")}, keys);
  EXPECT_TRUE(std::holds_alternative<Reply>(replay.Ask(Asking("it printed sk-1234567890"))));
}

TEST(Replay, CutShortExchangesAreToldApart) {
  Exchange exchange = Bad("q");
  EXPECT_FALSE(WasCutShort(exchange));
  std::get<Failure>(exchange.answer).kind = FailureKind::kBudget;
  EXPECT_TRUE(WasCutShort(exchange));
  EXPECT_FALSE(WasCutShort(Good("q", "a")));
}

}  // namespace
}  // namespace groma::llm

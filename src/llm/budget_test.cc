#include "llm/budget.h"

#include <gmock/gmock.h>

#include <cmath>

namespace groma::llm {
namespace {

using testing::HasSubstr;

// 4 + 284 + 12 bytes: a prompt of 100 tokens, estimated.
Request Asking(int64_t max_tokens) {
  Request request{{{"user", std::string(284, 'x')}}};
  request.settings.max_tokens = max_tokens;
  return request;
}

Reply Used(int64_t prompt, int64_t completion) {
  Reply reply;
  reply.prompt_tokens = prompt;
  reply.completion_tokens = completion;
  return reply;
}

TEST(Budget, RefusesACallThatMayTakeMoreTokensThanAreLeft) {
  Budget budget = Budget::Make({.max_tokens = 1000}, {}).value();
  EXPECT_FALSE(budget.Refusal(Asking(900)));
  EXPECT_TRUE(budget.Refusal(Asking(901)));
  budget.Tell(Asking(900), Used(100, 200), 1);
  EXPECT_FALSE(budget.Refusal(Asking(600)));
  EXPECT_THAT(
      budget.Refusal(Asking(601)).value(),
      HasSubstr("--max-tokens 1000 is reached: 300 are used, and the next call may take 701"));
}

TEST(Budget, CountsMoneyByThePricesGiven) {
  // 100 tokens · 2 / 1e6 + 1000 tokens · 10 / 1e6 = 0.0102 at most, 0.0052 as used.
  Budget budget = Budget::Make({.max_cost = 0.0155}, Prices{2, 10}).value();
  EXPECT_FALSE(budget.Refusal(Asking(1000)));
  budget.Tell(Asking(1000), Used(100, 500), 1);
  EXPECT_NEAR(budget.spent().cost, 0.0052, 1e-12);
  EXPECT_FALSE(budget.Refusal(Asking(1000)));
  budget.Tell(Asking(1000), Used(100, 500), 1);
  EXPECT_THAT(budget.Refusal(Asking(1000)).value(), HasSubstr("--max-cost 0.0155 is reached"));
}

TEST(Budget, RefusesMaxCostWithoutPrices) {
  EXPECT_THAT(Budget::Make({.max_cost = 1}, {}).error().message, HasSubstr("--price-in"));
}

TEST(Budget, RefusesLimitsAndPricesThatAreNone) {
  EXPECT_FALSE(Budget::Make({.max_tokens = -1}, {}));
  EXPECT_FALSE(Budget::Make({.max_seconds = NAN}, {}));
  EXPECT_FALSE(Budget::Make({.max_cost = -1}, Prices{1, 1}));
  EXPECT_FALSE(Budget::Make({}, Prices{INFINITY, 1}));
}

TEST(Budget, CountsSecondsAndSaysHowManyAreLeft) {
  Budget budget = Budget::Make({.max_seconds = 10}, {}).value();
  budget.Tell(Asking(1), Used(1, 1), 4);
  EXPECT_DOUBLE_EQ(budget.SecondsLeft().value(), 6);
  EXPECT_FALSE(budget.Refusal(Asking(1)));
  budget.Tell(Asking(1), Used(1, 1), 7);
  EXPECT_DOUBLE_EQ(budget.SecondsLeft().value(), 0);
  EXPECT_TRUE(budget.Refusal(Asking(1)));
  EXPECT_FALSE(Budget::Make({}, {}).value().SecondsLeft());
}

TEST(Budget, CountsWhatAFailedCallMayHaveUsed) {
  Budget budget = Budget::Make({}, {}).value();
  budget.Tell(Asking(900), Failure{FailureKind::kBusy}, 1);
  EXPECT_EQ(budget.spent().prompt_tokens, 0);
  Failure broken{FailureKind::kConnection};
  broken.may_cost = true;
  budget.Tell(Asking(900), broken, 1);
  EXPECT_EQ(budget.spent().prompt_tokens, 100);
  EXPECT_EQ(budget.spent().completion_tokens, 900);
  EXPECT_EQ(budget.spent().attempts, 2);
}

TEST(Budget, LearnsHowManyTokensAModelSeesInAByte) {
  Budget budget = Budget::Make({.max_tokens = 10'000}, {}).value();
  budget.Tell(Asking(1), Used(300, 0), 1);  // one a byte
  EXPECT_FALSE(budget.Refusal(Asking(9'400)));
  EXPECT_TRUE(budget.Refusal(Asking(9'401))) << "300 used, 300 for the prompt, 9401";
}

TEST(Budget, AllowsNothingAtZero) {
  EXPECT_TRUE(Budget::Make({.max_tokens = 0}, {}).value().Refusal(Asking(1)));
  EXPECT_TRUE(Budget::Make({.max_seconds = 0}, {}).value().Refusal(Asking(1)));
  EXPECT_TRUE(Budget::Make({.max_cost = 0}, Prices{1, 1}).value().Refusal(Asking(1)));
  EXPECT_FALSE(Budget::Make({.max_cost = 0}, Prices{0, 0}).value().Refusal(Asking(1)));
}

}  // namespace
}  // namespace groma::llm

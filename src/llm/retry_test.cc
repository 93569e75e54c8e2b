#include "llm/retry.h"

#include <gtest/gtest.h>

namespace groma::llm {
namespace {

Failure Of(FailureKind kind, double retry_after = 0) {
  Failure failure{kind};
  failure.retry_after = retry_after;
  return failure;
}

TEST(Retry, IsForBusyServersBrokenConnectionsAndTimeOuts) {
  for (const FailureKind kind :
       {FailureKind::kBusy, FailureKind::kConnection, FailureKind::kTimeout})
    EXPECT_TRUE(WaitBeforeNext({}, 1, Of(kind))) << ToString(kind);
  for (const FailureKind kind :
       {FailureKind::kRefused, FailureKind::kBadReply, FailureKind::kCommand, FailureKind::kBudget,
        FailureKind::kCancelled, FailureKind::kNotRecorded, FailureKind::kReplay})
    EXPECT_FALSE(WaitBeforeNext({}, 1, Of(kind))) << ToString(kind);
}

TEST(Retry, EndsAfterTheLastAttempt) {
  RetryPolicy policy;
  policy.attempts = 3;
  EXPECT_TRUE(WaitBeforeNext(policy, 2, Of(FailureKind::kBusy)));
  EXPECT_FALSE(WaitBeforeNext(policy, 3, Of(FailureKind::kBusy)));
}

TEST(Retry, WaitsTwiceAsLongEachTimeLessTheJitter) {
  RetryPolicy policy;
  policy.attempts = 100;
  policy.first_wait = 1;
  policy.longest_wait = 30;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    policy.seed = seed;
    // 1, 2, 4, 8, 16, then 30 instead of 32, 64, …
    const double whole[] = {1, 2, 4, 8, 16, 30, 30};
    for (int made = 1; made <= 7; ++made) {
      const double wait = *WaitBeforeNext(policy, made, Of(FailureKind::kTimeout));
      EXPECT_LE(wait, whole[made - 1]);
      EXPECT_GE(wait, whole[made - 1] / 2);
    }
    EXPECT_LE(*WaitBeforeNext(policy, 90, Of(FailureKind::kBusy)), 30);
  }
}

TEST(Retry, HasTheSameJitterForTheSameSeedAndAnotherForAnother) {
  RetryPolicy one, same, other;
  other.seed = 2;
  EXPECT_EQ(WaitBeforeNext(one, 1, Of(FailureKind::kBusy)),
            WaitBeforeNext(same, 1, Of(FailureKind::kBusy)));
  EXPECT_NE(WaitBeforeNext(one, 1, Of(FailureKind::kBusy)),
            WaitBeforeNext(other, 1, Of(FailureKind::kBusy)));
}

TEST(Retry, WaitsAsLongAsTheServerAsksButNotForEver) {
  RetryPolicy policy;
  policy.longest_asked = 300;
  const double wait = *WaitBeforeNext(policy, 1, Of(FailureKind::kBusy, 60));
  EXPECT_GE(wait, 60);
  EXPECT_LE(wait, 66);  // a tenth more by the jitter
  EXPECT_FALSE(WaitBeforeNext(policy, 1, Of(FailureKind::kBusy, 301)));
  EXPECT_GE(*WaitBeforeNext(policy, 4, Of(FailureKind::kBusy, 1)), 4) << "not shorter than without";
}

}  // namespace
}  // namespace groma::llm

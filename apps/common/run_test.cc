#include "apps/common/run.h"

#include <gtest/gtest.h>

#include <cmath>

namespace groma::apps {
namespace {

TEST(Run, TheResultLineNamesFigureUnitTimeAndCheck) {
  EXPECT_EQ(ResultLine("circuit", 1234.5, "GFLOP/s", 0.25, Mode::kModelled, Checked::kOff),
            "RESULT circuit throughput=1234.5 unit=GFLOP/s seconds=0.250000000 time=modelled "
            "check=off");
  EXPECT_EQ(ResultLine("circuit", 1, "GFLOP/s", 2, Mode::kFunctional, Checked::kFailed),
            "RESULT circuit throughput=1 unit=GFLOP/s seconds=2.000000000 time=measured "
            "check=failed");
}

TEST(Run, AnErrorBeyondTheToleranceOrWithoutANumberFails) {
  EXPECT_EQ(CheckLine(2e-12, 1e-10), "CHECK passed max relative error 2e-12 (tolerance 1e-10)");
  EXPECT_EQ(CheckLine(2e-10, 1e-10), "CHECK failed max relative error 2e-10 (tolerance 1e-10)");
  EXPECT_NE(CheckLine(std::nan(""), 1e-10).find("failed"), std::string::npos);
}

TEST(Run, ModelledTimeWithoutVirtualGpusIsRefused) {
  const Result<Mode> mode = SetMode(Mode::kModelled);
  ASSERT_FALSE(mode.ok());
  EXPECT_NE(mode.error().message.find("virtual GPUs"), std::string::npos);
}

TEST(Run, WithoutVirtualGpusRunsAreFunctional) {
  const Result<Mode> mode = SetMode(Mode::kUnset);
  ASSERT_TRUE(mode.ok());
  EXPECT_EQ(*mode, Mode::kFunctional);
}

TEST(RunDeathTest, AMessageIsOnStderrWhenATaskEndsTheRun) {
  EXPECT_EXIT(EndRun("no such tile"), testing::ExitedWithCode(1), "^no such tile\n$");
}

TEST(Run, RuntimeOptionsAreKnownByTheirPrefix) {
  EXPECT_TRUE(IsRuntimeOption("-ll:gpu"));
  EXPECT_TRUE(IsRuntimeOption("-lg:safe_mapper"));
  EXPECT_TRUE(IsRuntimeOption("-logfile"));
  EXPECT_FALSE(IsRuntimeOption("-l"));
  EXPECT_FALSE(IsRuntimeOption("-npp"));
}

}  // namespace
}  // namespace groma::apps

#include "apps/common/run.h"

#include <gtest/gtest.h>

#include <cmath>

namespace groma::apps {
namespace {

/// A report of a check with this error.
Report Checked(double error) {
  return {"circuit", 1, "GFLOP/s", 2, Mode::kFunctional, true, error, 1e-10};
}

TEST(Run, TheLastLineNamesFigureUnitTimeAndCheck) {
  const Report report{"circuit", 1234.5, "GFLOP/s", 0.25, Mode::kModelled, false, 0, 0};
  EXPECT_EQ(Text(report, "GFLOPS = 1234.5\n"),
            "ELAPSED TIME =   0.250 s\n"
            "GFLOPS = 1234.5\n"
            "RESULT circuit throughput=1234.5 unit=GFLOP/s seconds=0.250000000 time=modelled "
            "check=off\n");
  EXPECT_FALSE(CheckFailed(report));
}

TEST(Run, WhatWasCheckedIsToldFirst) {
  EXPECT_EQ(Text(Checked(2e-12), ""),
            "CHECK passed max relative error 2e-12 (tolerance 1e-10)\n"
            "ELAPSED TIME =   2.000 s\n"
            "RESULT circuit throughput=1 unit=GFLOP/s seconds=2.000000000 time=measured "
            "check=passed\n");
  EXPECT_EQ(Text(Checked(2e-10), ""),
            "CHECK failed max relative error 2e-10 (tolerance 1e-10)\n"
            "ELAPSED TIME =   2.000 s\n"
            "RESULT circuit throughput=1 unit=GFLOP/s seconds=2.000000000 time=measured "
            "check=failed\n");
}

TEST(Run, AnErrorBeyondTheToleranceOrWithoutANumberFails) {
  EXPECT_FALSE(CheckFailed(Checked(1e-10)));
  EXPECT_TRUE(CheckFailed(Checked(2e-10)));
  EXPECT_TRUE(CheckFailed(Checked(std::nan(""))));
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

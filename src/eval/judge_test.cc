#include "eval/judge.h"

#include <gtest/gtest.h>

namespace groma::eval {
namespace {

RunRecord GoodRun(std::string output = "") {
  RunRecord run;
  run.process.output = std::move(output);
  run.process.wall_seconds = 2;
  run.process.detail = "exit code 0";
  run.mapper.started = run.mapper.ended = true;
  return run;
}

RunRecord ModelledRun(std::string output = "") {
  RunRecord run = GoodRun(std::move(output));
  run.modelled = true;
  run.driver = VgpuLog{};
  run.driver->modelled = true;
  run.driver->virtual_time = {250'000'000};
  return run;
}

RunRecord FailedRun(int exit_code, std::string output = "") {
  RunRecord run = GoodRun(std::move(output));
  run.process.exit_code = exit_code;
  run.process.detail = "exit code " + std::to_string(exit_code);
  run.mapper.ended = false;
  return run;
}

Program WithPattern(std::string pattern, bool higher = true) {
  Program program;
  program.metric = {std::move(pattern), higher ? "GFLOP/s" : "s", higher};
  return program;
}

TEST(Judge, TheLastFigureInTheOutputCounts) {
  Outcome outcome =
      Judge(WithPattern("rate ([0-9.e+]+)"), GoodRun("rate 1\nrate 2.5e3 rate 3\nend\n"));
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk);
  EXPECT_DOUBLE_EQ(outcome.throughput, 3);
  EXPECT_EQ(outcome.unit, "GFLOP/s");
  EXPECT_DOUBLE_EQ(outcome.seconds, 2);
  EXPECT_EQ(outcome.fidelity, Fidelity::kMeasured);
}

TEST(Judge, ALowerIsBetterFigureCountsAsItsInverse) {
  Outcome outcome = Judge(WithPattern("took ([0-9.]+)", false), GoodRun("took 0.25 s"));
  EXPECT_DOUBLE_EQ(outcome.metric, 0.25);
  EXPECT_DOUBLE_EQ(outcome.throughput, 4);
  EXPECT_EQ(outcome.unit, "1/s");
}

TEST(Judge, AModelledRunThatStartedNoLegionHasNoFigure) {
  RunRecord run = GoodRun();
  run.modelled = true;
  Outcome outcome = Judge(Program{}, run);
  EXPECT_EQ(outcome.status, OutcomeStatus::kRuntimeError);
  EXPECT_EQ(outcome.reason,
            "there is no figure: the virtual driver left no report, so there is no modelled time "
            "(did the program start Legion?)");
}

TEST(Judge, AProgramMayEndBeforeLegionWhereNoResultIsNeeded) {
  RunRecord help = GoodRun("usage");
  help.modelled = help.mapping_given = true;
  help.mapper.started = false;
  EXPECT_EQ(Judge(Program{}, help).status, OutcomeStatus::kRuntimeError);
  help.result_needed = false;
  const Outcome outcome = Judge(WithPattern("rate ([0-9.]+)"), help);
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk);
  EXPECT_FALSE(outcome.legion_started);
  help.process.exit_code = 2;
  EXPECT_EQ(Judge(Program{}, help).status, OutcomeStatus::kRuntimeError);
}

TEST(Judge, AMappingThatALegionDidNotUseIsAnErrorThoughNoResultIsNeeded) {
  RunRecord run = ModelledRun();
  run.mapping_given = true;
  run.mapper.started = false;
  run.result_needed = false;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kRuntimeError);
}

TEST(Judge, WithoutAPatternTheSecondsAreTheFigure) {
  EXPECT_DOUBLE_EQ(Judge(Program{}, GoodRun()).throughput, 0.5);
  EXPECT_DOUBLE_EQ(Judge(Program{}, ModelledRun()).throughput, 4);
}

TEST(Judge, AWallClockFigureMeansNothingInAModelledRun) {
  Program program = WithPattern("rate ([0-9.]+)");
  EXPECT_DOUBLE_EQ(Judge(program, ModelledRun("rate 7")).throughput, 4);
  program.metric.virtual_clock = true;
  EXPECT_DOUBLE_EQ(Judge(program, ModelledRun("rate 7")).throughput, 7);
}

TEST(Judge, AMissingOrSenselessFigureIsAnError) {
  EXPECT_EQ(Judge(WithPattern("rate ([0-9.]+)"), GoodRun("nothing")).status,
            OutcomeStatus::kRuntimeError);
  EXPECT_EQ(Judge(WithPattern("rate (.*)"), GoodRun("rate nan")).status,
            OutcomeStatus::kWrongResult);
  EXPECT_EQ(Judge(WithPattern("took (.*)", false), GoodRun("took 0")).status,
            OutcomeStatus::kRuntimeError);
}

TEST(Judge, ExitCodeZeroDoesNotMeanCorrect) {
  Program program;
  program.correct_pattern = "PASS";
  program.wrong_pattern = "FAIL";
  EXPECT_EQ(Judge(program, GoodRun("PASS\n")).status, OutcomeStatus::kOk);
  EXPECT_EQ(Judge(program, GoodRun("PASS\nFAIL\n")).status, OutcomeStatus::kWrongResult);
  Outcome outcome = Judge(program, GoodRun("sum 3\n"));
  EXPECT_EQ(outcome.status, OutcomeStatus::kWrongResult);
  EXPECT_EQ(outcome.throughput, 0);
}

TEST(Judge, TheMapperLibrarysWordComesFirst) {
  RunRecord run = FailedRun(86, "text");
  run.mapper.fatal = FatalMistake{"no-memory", "no room in FBMEM\nmore", true};
  Outcome outcome = Judge(Program{}, run);
  EXPECT_EQ(outcome.status, OutcomeStatus::kOutOfMemory);
  EXPECT_EQ(outcome.reason, "no room in FBMEM");
  EXPECT_EQ(outcome.exit_code, 86);
  run.mapper.fatal->out_of_memory = false;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kMappingError);
}

TEST(Judge, LegionsExceptionsAreToldApart) {
  RunRecord run = FailedRun(134);
  run.mapper.error = RaisedError{"mapper", "Invalid mapper output"};
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kMappingError);
  run.mapper.error->type = "programming_model";
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kRuntimeError);
  run.mapper.error->type = "resource";
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kOutOfMemory);
  run.mapper.error = RaisedError{"assertion", "default_mapper.cc:1: assertion `false' failed"};
  run.process.output = "Default mapper failed allocation of size 4000000 bytes for region\n";
  Outcome outcome = Judge(Program{}, run);
  EXPECT_EQ(outcome.status, OutcomeStatus::kOutOfMemory);
  EXPECT_EQ(outcome.reason, "Default mapper failed allocation of size 4000000 bytes for region");
}

TEST(Judge, ADeathIsNamedByTheGuard) {
  RunRecord run = FailedRun(139);
  run.process.end = ProcessEnd::kSignalled;
  run.process.detail = "killed by signal 11 (Segmentation fault)";
  EXPECT_EQ(Judge(Program{}, run).reason, "killed by signal 11 (Segmentation fault)");
  run.mapper.death =
      Death{"SIGSEGV", "the slice went to a processor that does not exist", "legion", {}};
  Outcome outcome = Judge(Program{}, run);
  EXPECT_EQ(outcome.status, OutcomeStatus::kCrashed);
  EXPECT_EQ(outcome.reason,
            "killed by signal 11 (Segmentation fault): the slice went to a processor that does not "
            "exist");
}

TEST(Judge, AFailingProgramIsQuotedWithItsLastWords) {
  Outcome outcome = Judge(Program{}, FailedRun(3, "starting\ncannot open input.dat\n\n"));
  EXPECT_EQ(outcome.status, OutcomeStatus::kRuntimeError);
  EXPECT_EQ(outcome.reason, "exit code 3: cannot open input.dat");
}

TEST(Judge, LimitsBecomeTheirStatus) {
  RunRecord run = FailedRun(137);
  run.process.detail = "why";
  run.process.end = ProcessEnd::kWallLimit;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kTimeout);
  run.process.end = ProcessEnd::kIdle;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kTimeout);
  EXPECT_EQ(Judge(Program{}, run).reason, "the run hangs: why");
  run.process.end = ProcessEnd::kMemoryLimit;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kOutOfMemory);
  run.process.end = ProcessEnd::kOutputLimit;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kRuntimeError);
}

TEST(Judge, ModelledTimeIsNeverSilentlyWrong) {
  RunRecord run = ModelledRun();
  EXPECT_TRUE(Judge(Program{}, run).time_valid);
  run.driver->valid = false;
  run.driver->invalid_reason = "thread 'io' slept";
  Outcome outcome = Judge(Program{}, run);
  EXPECT_FALSE(outcome.time_valid);
  EXPECT_EQ(outcome.reason, "the modelled time is not valid: thread 'io' slept");
  run.driver.reset();
  EXPECT_FALSE(Judge(Program{}, run).time_valid);
}

TEST(Judge, AMappingThatNobodyUsedIsAnError) {
  RunRecord run = GoodRun();
  run.mapper.started = false;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kOk);
  run.mapping_given = true;
  EXPECT_EQ(Judge(Program{}, run).status, OutcomeStatus::kRuntimeError);
}

TEST(Judge, ALongLineOfOutputIsNoDanger) {
  std::string line(1 << 20, 'a');
  EXPECT_EQ(Judge(WithPattern("(a|b)*c([0-9])"), GoodRun(line)).status,
            OutcomeStatus::kRuntimeError);
}

TEST(Judge, APatternThatTriesTooManyWaysIsGivenUpAndSaysSo) {
  const std::string line = std::string(3000, 'a') + "b";
  const std::string two_lines = line + "\n" + line;
  for (const char* pattern :
       {"^(a+)+c([0-9])$", "(((a|b|a)*)*)*c([0-9])", "(?:a?){40}(?:a){40}c"}) {
    const Outcome outcome = Judge(WithPattern(pattern), GoodRun(two_lines));
    EXPECT_EQ(outcome.status, OutcomeStatus::kRuntimeError);
    EXPECT_TRUE(outcome.reason.find("given up") != std::string::npos ||
                outcome.reason.find("no figure") != std::string::npos)
        << outcome.reason;
  }
  EXPECT_NE(Judge(WithPattern("(((a|b|a)*)*)*c([0-9])"), GoodRun(std::string(1 << 20, 'a')))
                .reason.find("given up"),
            std::string::npos);
}

}  // namespace
}  // namespace groma::eval

#include "tune/journal/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace groma::tune {
namespace {

eval::Program MakeProgram() {
  eval::Program program;
  program.name = "circuit";
  program.folder = "/here";
  program.command = {"circuit", "-l", "50"};
  program.metric = {"^RESULT (.*)$", "GFLOP/s"};
  return program;
}

TEST(Identities, DifferWhenAFigureCanDiffer) {
  const std::pair<const char*, std::function<void(eval::Program&)>> changes[] = {
      {"command", [](auto& program) { program.command.push_back("-i"); }},
      {"command",
       [](auto& program) {
         program.command = {"circuit", "-l 50"};
       }},
      {"command", [](auto& program) { program.command[0] = "./circuit"; }},
      {"environment", [](auto& program) { program.environment["STEPS"] = "100"; }},
      {"metric", [](auto& program) { program.metric.pattern = "^OTHER (.*)$"; }},
      {"metric", [](auto& program) { program.metric.unit = "1/s"; }},
      {"metric", [](auto& program) { program.metric.higher_is_better = false; }},
      {"metric", [](auto& program) { program.metric.virtual_clock = true; }},
      {"metric", [](auto& program) { program.metric.pattern = ""; }},
      {"correct pattern", [](auto& program) { program.correct_pattern = "passed"; }},
      {"wrong pattern", [](auto& program) { program.wrong_pattern = "failed"; }},
      {"mapper id", [](auto& program) { program.mapper_id = 0; }},
      {"waits_declared", [](auto& program) { program.waits_declared = true; }}};
  const Identity before = IdentityOf(MakeProgram());
  for (const auto& [part, change] : changes) {
    eval::Program program = MakeProgram();
    change(program);
    const std::string differences = Differences(before, IdentityOf(program));
    EXPECT_TRUE(differences.starts_with(std::string(" the ") + part + " was ")) << differences;
  }
}

TEST(Identities, AreTheSameUnderAnotherNameAndTimeLimit) {
  eval::Program program = MakeProgram();
  program.name = "other";
  program.folder = "/there";  // `circuit` has no / in it
  program.time_limit_seconds = 1;
  EXPECT_EQ(Differences(IdentityOf(MakeProgram()), IdentityOf(program)), "");
}

TEST(Identities, TellProgramsOfTheSameNameInTwoFoldersApart) {
  eval::Program here = MakeProgram();
  here.command[0] = "./circuit";
  eval::Program there = here;
  there.folder = "/there";
  EXPECT_EQ(Differences(IdentityOf(here), IdentityOf(there)),
            " the command was /here/circuit -l 50 and is /there/circuit -l 50 now;");
}

TEST(Identities, ShowWhatCouldBeMistakenInQuotes) {
  eval::Program program = MakeProgram();
  program.command = {"circuit", "a b", "", "\x1b[31m"};
  EXPECT_EQ(IdentityOf(program)["command"], R"(circuit "a b" "" "\u001b[31m")");
}

}  // namespace
}  // namespace groma::tune

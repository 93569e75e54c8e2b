#include "eval/program.h"

#include <gtest/gtest.h>

#include <random>

namespace groma::eval {
namespace {

std::string Mistakes(std::string_view text) {
  Result<Program> program = ParseProgram(text, "p.toml");
  return program ? "" : program.error().message;
}

TEST(Program, EveryKeyIsRead) {
  Result<Program> program = ParseProgram(R"(
groma_program = 1
name = "stencil"
command = ["./stencil", "-n", "100"]
environment = { A = "1", B = "two words" }
ranks = 2
mapper_id = 7
time_limit = "1500 ms"
description = "stencil.json"
expert = "expert.map"
start = "start.map"
waits_declared = true
launcher = true
[metric]
pattern = 'TIME = ([0-9.]+)'
unit = "s"
better = "lower"
virtual_clock = true
[correct]
pattern = 'PASSED'
wrong = 'FAILED|NAN'
)",
                                         "/somewhere/p.toml");
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_EQ(program->name, "stencil");
  EXPECT_EQ(program->folder, "/somewhere");
  EXPECT_EQ(program->command, (std::vector<std::string>{"./stencil", "-n", "100"}));
  EXPECT_EQ(program->environment.at("B"), "two words");
  EXPECT_EQ(program->ranks, 2);
  EXPECT_EQ(program->mapper_id, 7);
  EXPECT_DOUBLE_EQ(program->time_limit_seconds, 1.5);
  EXPECT_EQ(program->description_file, "stencil.json");
  EXPECT_EQ(program->expert_mapping, "expert.map");
  EXPECT_EQ(program->start_mapping, "start.map");
  EXPECT_TRUE(program->waits_declared);
  EXPECT_TRUE(program->launcher);
  EXPECT_EQ(program->metric.pattern, "TIME = ([0-9.]+)");
  EXPECT_EQ(program->metric.unit, "s");
  EXPECT_FALSE(program->metric.higher_is_better);
  EXPECT_TRUE(program->metric.virtual_clock);
  EXPECT_EQ(program->correct_pattern, "PASSED");
  EXPECT_EQ(program->wrong_pattern, "FAILED|NAN");
}

TEST(Program, ACommandAloneIsMeasuredByItsSeconds) {
  Result<Program> program = ParseProgram("groma_program = 1\ncommand = [\"x\"]\n", "dir/prog.toml");
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(program->name, "prog");
  EXPECT_EQ(program->metric.pattern, "");
  EXPECT_EQ(program->metric.unit, "s");
  EXPECT_FALSE(program->metric.higher_is_better);
  EXPECT_DOUBLE_EQ(program->time_limit_seconds, 60);
}

TEST(Program, AllMistakesAreToldAtOnceWithTheirPositions) {
  EXPECT_EQ(Mistakes("groma_program = 1\n"
                     "comand = [\"x\"]\n"
                     "ranks = 0\n"
                     "time_limit = 5\n"
                     "environment = { A = 1 }\n"
                     "[metric]\n"
                     "pattern = '('\n"
                     "beter = \"lower\"\n"),
            "p.toml:1:1: 'command' is missing: the program and its arguments as a list of texts\n"
            "p.toml:5:21: 'A' must be a text\n"
            "p.toml:3:9: 'ranks' must be a whole number from 1 to 1000000\n"
            "p.toml:7:11: 'pattern' is no ECMAScript regular expression: Mismatched '(' and ')' in "
            "regular expression\n"
            "p.toml:8:1: [metric] has no key 'beter'; is 'better' meant?\n"
            "p.toml:4:14: 'time_limit' must be a text with a unit, such as \"60 s\"\n"
            "p.toml:2:1: a program file has no key 'comand'; is 'command' meant?");
}

TEST(Program, AMetricNeedsExactlyOneGroup) {
  EXPECT_NE(Mistakes("groma_program = 1\ncommand = [\"x\"]\n[metric]\npattern = 'a(b)(c)'\n"), "");
  EXPECT_NE(Mistakes("groma_program = 1\ncommand = [\"x\"]\n[metric]\nunit = 's'\n"), "");
  EXPECT_EQ(Mistakes("groma_program = 1\ncommand = [\"x\"]\n[metric]\npattern = '(?:a|b)(c)'\n"),
            "");
}

TEST(Program, ANewerVersionIsRefusedAndSoIsAFileWithout) {
  EXPECT_EQ(
      Mistakes("groma_program = 2\nunheard_of = 1\n"),
      "p.toml:1:17: version 2 of program files is newer than this groma, which reads up to 1: "
      "install a newer groma");
  EXPECT_NE(Mistakes("command = [\"x\"]").find("does not begin with groma_program = 1"),
            std::string::npos);
  EXPECT_NE(Mistakes("groma_program = \"one\""), "");
}

TEST(Program, TextThatIsNoTomlIsOneMistakeWithItsPosition) {
  EXPECT_TRUE(Mistakes("groma_program = = 1").starts_with("p.toml:1:17: "))
      << Mistakes("groma_program = = 1");
  EXPECT_NE(Mistakes(std::string(100000, '[')), "");
  EXPECT_NE(Mistakes("\xff\xfe"), "");
}

TEST(Program, LettersBeyondAsciiStandInStringsAndCommentsAlone) {
  EXPECT_TRUE(
      Mistakes("groma_program = 1\nn\u00e4me = \"x\"").starts_with("p.toml:2:2: only ASCII"))
      << Mistakes("groma_program = 1\nn\u00e4me = \"x\"");
  EXPECT_EQ(Mistakes("groma_program = 1  # \u00e4\ncommand = [\"./\u00e4\"]"), "");
}

TEST(Program, RandomBytesAreMistakesAndNothingElse) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text = round % 2 == 0 ? "" : "groma_program = 1\ncommand = [\"a\"]\n[metric]\n";
    const size_t size = random() % 200;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>(random() % 256);
    const Result<Program> program = ParseProgram(text, "p.toml");
    EXPECT_TRUE(program || !program.error().message.empty());
  }
}

TEST(Program, APatternThatGromaDoesNotSearchForIsAMistake) {
  const auto with = [](const std::string& pattern) {
    return Mistakes("groma_program = 1\ncommand = [\"a\"]\n[metric]\npattern = '" + pattern + "'");
  };
  EXPECT_NE(with("([0-9]+) \\1").find("back-reference"), std::string::npos) << with("([0-9]+) \\1");
  EXPECT_NE(with("([0-9]+").find("no ECMAScript regular expression"), std::string::npos);
  EXPECT_NE(with("(" + std::string(5000, 'a') + ")").find("longer than 4096"), std::string::npos);
  EXPECT_EQ(with("^x(?=y).*?([0-9]+)\\b"), "");
}

TEST(Program, KeysOfManyPartsAreRefused) {
  std::string text;
  for (int i = 0; i < 400000; ++i) text += "a.";
  const Result<Program> read = ParseProgram(text + "b = 1", "p.toml");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("a key of more than 16 parts"), std::string::npos);
}

TEST(Program, ACommandLineIsAProgramToo) {
  Result<Program> program = ProgramFromCommand({"./build/app", "-n", "3"});
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(program->name, "app");
  EXPECT_EQ(program->command.size(), 3U);
  EXPECT_EQ(program->metric.pattern, "");
  EXPECT_FALSE(ProgramFromCommand({}).ok());
}

}  // namespace
}  // namespace groma::eval

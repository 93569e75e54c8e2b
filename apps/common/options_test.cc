#include "apps/common/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace groma::apps {
namespace {

using testing::HasSubstr;

/// A program whose -n is its size, and whose pieces are even.
struct Program : CommonOptions {
  int64_t n = 1, steps = 1, pieces = 2;
  bool fast = false;
};

Result<Program> Read(const std::vector<std::string>& words) {
  Program program;
  const Scale scale = {.size = StandsFor(&program.n, 1, 100),
                       .steps = StandsFor(&program.steps, 1, 9),
                       .pieces = {1, 100, [&](int64_t pieces) -> Status {
                                    if (pieces % 2 != 0) return Error{"take an even number"};
                                    program.pieces = pieces;
                                    return Done{};
                                  }}};
  return Unless(
      ReadOptions(words, scale, {{"-n", &program.n, 1, 100}}, {{"--fast", &program.fast}}, program),
      program);
}

TEST(Options, TheCommonOnesAreReadBetweenTheProgramsAndTheRuntimes) {
  const auto program = Read({"--size", "7", "-ll:gpu", "4", "--steps", "3", "--fast", "--pieces",
                             "8", "-lg:safe_mapper", "--check", "--functional"});
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(program->n, 7);
  EXPECT_EQ(program->steps, 3);
  EXPECT_EQ(program->pieces, 8);
  EXPECT_TRUE(program->fast);
  EXPECT_TRUE(program->check);
  EXPECT_EQ(program->mode, static_cast<int>(Mode::kFunctional));
}

TEST(Options, OfTwoThatSayTheSameTheLastOneCounts) {
  EXPECT_EQ(Read({"--size", "7", "-n", "5"})->n, 5);
  EXPECT_EQ(Read({"-n", "5", "--size", "7"})->n, 7);
}

TEST(Options, EveryMistakeIsInTheOneError) {
  const auto program = Read(
      {"--size", "0", "--steps", "x", "--pieces", "3", "--wat", "--check", "--modelled", "-n"});
  ASSERT_FALSE(program.ok());
  for (const char* part :
       {"--size takes a whole number from 1 to 100, not '0'", "--steps takes a whole number",
        "--pieces 3: take an even number", "unknown option '--wat'",
        "--check needs computed values", "-n needs a value"}) {
    EXPECT_THAT(program.error().message, HasSubstr(part));
  }
}

TEST(Options, GridsAreAsSquareAsCanBe) {
  EXPECT_EQ(RowsOfSquarest(1), 1);
  EXPECT_EQ(RowsOfSquarest(12), 3);
  EXPECT_EQ(RowsOfSquarest(36), 6);
  EXPECT_EQ(RowsOfSquarest(13), 1);
}

TEST(Begin, MistakesAndHelpEndTheProgram) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(Begin("it", Error{"unknown option '--wat'"}, "help\n").exit, 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "it: unknown option '--wat'\n");
  CommonOptions options;
  options.help = true;
  testing::internal::CaptureStdout();
  EXPECT_EQ(Begin("it", options, "help\n").exit, 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "help\n");
}

TEST(Begin, AModeThatThisProcessCannotRunInEndsTheProgram) {
  CommonOptions options;
  EXPECT_EQ(Begin("it", options, "").exit, std::nullopt);
  EXPECT_EQ(Begin("it", options, "").mode, Mode::kFunctional);
  options.mode = static_cast<int>(Mode::kModelled);
  testing::internal::CaptureStderr();
  EXPECT_EQ(Begin("it", options, "").exit, 3);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("virtual GPUs"));
}

TEST(Help, TellsTheCommonOptionsInTheProgramsTerms) {
  const std::string help =
      HelpText("it", "does it", {"words (-n)", "rounds", "parts"}, "  -n N        words (1)\n");
  for (const char* part :
       {"it: does it\n", "--size N    words (-n)\n", "--steps N   rounds\n", "--pieces N  parts\n",
        "--functional | --modelled", "--check", "  -n N        words (1)\n", "Exit code"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

}  // namespace
}  // namespace groma::apps

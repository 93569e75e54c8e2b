#include "apps/pennant/options.h"

#include <gtest/gtest.h>

namespace groma::pennant {
namespace {

TEST(Options, ThePaperSizeIsParsedBetweenRuntimeOptions) {
  const auto options =
      ParseOptions({"-ll:gpu",   "4",        "-nzx",      "320",     "-nzy",
                    "92160",     "-npieces", "4",         "-numpcx", "1",
                    "-numpcy",   "4",        "-seq_init", "0",       "-lg:safe_mapper",
                    "-par_init", "1",        "-cstop",    "30",      "-prune",
                    "30"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->zones(), 4 * 7372800);
  EXPECT_EQ(options->pieces_x, 1);
  EXPECT_EQ(options->pieces_y, 4);
  EXPECT_EQ(options->all_cycles(), 90);
}

TEST(Options, PiecesAreArrangedWithTheShortestCut) {
  const auto square = ParseOptions({"-nzx", "20", "-nzy", "20", "-npieces", "6"});
  ASSERT_TRUE(square.ok());
  // 1 x 6 cuts 100 edges, 2 x 3 cuts 20 + 40.
  EXPECT_EQ(square->pieces_x * 10 + square->pieces_y, 23);
  const auto tall = ParseOptions({"-nzx", "3", "-nzy", "100", "-npieces", "6"});
  ASSERT_TRUE(tall.ok());
  EXPECT_EQ(tall->pieces_x, 1);
  const auto half = ParseOptions({"-nzx", "20", "-nzy", "20", "-npieces", "6", "-numpcy", "2"});
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(half->pieces_x, 3);
}

TEST(Options, TheCommonOptionsStandForTheProgramsOwn) {
  const auto options = ParseOptions({"--size", "20", "--steps", "7", "--pieces", "6"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->zones_x, 20);
  EXPECT_EQ(options->zones_y, 360);
  EXPECT_EQ(options->cycles, 7);
  EXPECT_EQ(options->pieces_y, 6);
}

TEST(Options, EveryMistakeIsInTheOneError) {
  const auto options = ParseOptions({"-nzx", "x", "--wat", "--sedov", "--noh", "-par_init", "0"});
  ASSERT_FALSE(options.ok());
  for (const char* part : {"-nzx takes a whole number", "unknown option '--wat'", "give one",
                           "-par_init takes a whole number from 1 to 1"}) {
    EXPECT_NE(options.error().message.find(part), std::string::npos) << part;
  }
}

TEST(Options, PiecesWithoutZonesAreRefused) {
  for (const auto& words : {std::vector<std::string>{"-nzx", "2", "-nzy", "2", "-npieces", "5"},
                            {"-nzx", "2", "-nzy", "9", "-npieces", "4", "-numpcx", "4"},
                            {"-npieces", "4", "-numpcx", "3"}}) {
    EXPECT_FALSE(ParseOptions(words).ok());
  }
}

}  // namespace
}  // namespace groma::pennant

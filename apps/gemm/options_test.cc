#include "apps/gemm/options.h"

#include <gtest/gtest.h>

namespace groma::gemm {
namespace {

TEST(Options, ThePublishedWordsAreRead) {
  const auto cannon =
      ParseOptions(Algorithm::kCannon, {"-n", "20000", "-gx", "1", "-gy", "2", "-ll:gpu", "4"});
  ASSERT_TRUE(cannon.ok());
  EXPECT_EQ(cannon->sizes.flops(), 2.0 * 20000 * 20000 * 20000);
  EXPECT_EQ(cannon->gy, 2);
  EXPECT_EQ(cannon->steps, 10);
  const auto johnson = ParseOptions(Algorithm::kJohnson, {"-n", "10000", "-gdim", "4"});
  ASSERT_TRUE(johnson.ok());
  EXPECT_EQ(johnson->cube[2], 4);
  const auto solomonik =
      ParseOptions(Algorithm::kSolomonik, {"-rpoc", "2", "-c", "1", "-rpoc3", "2"});
  ASSERT_TRUE(solomonik.ok());
  const auto cosma = ParseOptions(Algorithm::kCosma, {"-gx", "1", "-gy", "2", "-gz", "2"});
  ASSERT_TRUE(cosma.ok());
  EXPECT_EQ(cosma->cube[1], 2);
}

TEST(Options, AGridOfAnotherAlgorithmIsUnknown) {
  EXPECT_FALSE(ParseOptions(Algorithm::kCannon, {"-gdim", "2"}).ok());
  EXPECT_FALSE(ParseOptions(Algorithm::kJohnson, {"-gx", "2"}).ok());
  EXPECT_FALSE(ParseOptions(Algorithm::kSolomonik, {"-gz", "2"}).ok());
}

TEST(Options, CosmaTakesAllOfItsGridOrNone) {
  EXPECT_FALSE(ParseOptions(Algorithm::kCosma, {"-gx", "1", "-gz", "2"}).ok());
  const auto none = ParseOptions(Algorithm::kCosma, {});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->cube[0], 0);
}

TEST(Options, RowsAndTheCommonDimensionAreAsManyAsColumnsUnlessTold) {
  const auto options = ParseOptions(Algorithm::kSumma, {"-n", "30", "-k", "7"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->sizes.m, 30);
  EXPECT_EQ(options->sizes.k, 7);
}

TEST(Options, TheCommonNumbersStandForTheProgramsOwn) {
  const auto options =
      ParseOptions(Algorithm::kCannon, {"--size", "30", "--steps", "2", "-k", "7"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->sizes.m, 30);
  EXPECT_EQ(options->sizes.n, 30);
  EXPECT_EQ(options->sizes.k, 7);
  EXPECT_EQ(options->steps, 2);
}

Options Cut(Algorithm algorithm, const std::string& pieces) {
  const auto options = ParseOptions(algorithm, {"--pieces", pieces});
  EXPECT_TRUE(options.ok()) << pieces;
  return options.ok() ? *options : Options{};
}

TEST(Options, PiecesAreMultiplicationsAtTheSameTime) {
  const Options pumma = Cut(Algorithm::kPumma, "24");  // 6 nodes
  EXPECT_EQ(pumma.gx, 2);
  EXPECT_EQ(pumma.gy, 3);
  EXPECT_EQ(Cut(Algorithm::kJohnson, "27").cube[1], 3);
  EXPECT_EQ(Cut(Algorithm::kCosma, "6").pieces, 6);
  EXPECT_FALSE(ParseOptions(Algorithm::kSumma, {"--pieces", "6"}).ok());
  EXPECT_FALSE(ParseOptions(Algorithm::kJohnson, {"--pieces", "9"}).ok());
}

TEST(Options, PiecesGiveSolomonikItsPublishedGrids) {
  struct Published {
    const char* gpus;
    int64_t rpoc, c, rpoc3;
  };
  for (const auto& [gpus, rpoc, c, rpoc3] : {Published{"4", 2, 1, 2}, Published{"8", 2, 2, 2},
                                             Published{"16", 4, 1, 4}, Published{"32", 4, 2, 4}}) {
    const Options options = Cut(Algorithm::kSolomonik, gpus);
    EXPECT_EQ(options.rpoc, rpoc) << gpus;
    EXPECT_EQ(options.c, c) << gpus;
    EXPECT_EQ(options.rpoc3, rpoc3) << gpus;
  }
}

TEST(Options, AGridToldAfterThePiecesCounts) {
  const auto options =
      ParseOptions(Algorithm::kCosma, {"--pieces", "6", "-gx", "1", "-gy", "2", "-gz", "4"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->cube[2], 4);
}

}  // namespace
}  // namespace groma::gemm

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

}  // namespace
}  // namespace groma::gemm

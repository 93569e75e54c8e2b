#include "apps/gemm/schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace groma::gemm {
namespace {

Options Make(Algorithm algorithm, const std::vector<std::string>& words) {
  const auto options = ParseOptions(algorithm, words);
  EXPECT_TRUE(options.ok());
  return *options;
}

/// One of each family's grids at a size that nothing divides.
std::vector<Options> OddOnes() {
  const std::vector<std::string> sizes = {"-n", "53", "-m", "31", "-k", "47"};
  const auto with = [&](Algorithm algorithm, std::vector<std::string> grid) {
    grid.insert(grid.end(), sizes.begin(), sizes.end());
    return Make(algorithm, grid);
  };
  return {with(Algorithm::kCannon, {"-gx", "3", "-gy", "2"}),
          with(Algorithm::kSumma, {"-gx", "2", "-gy", "3"}),
          with(Algorithm::kPumma, {"-gx", "3", "-gy", "1"}),
          with(Algorithm::kJohnson, {"-gdim", "3"}),
          with(Algorithm::kSolomonik, {"-rpoc", "3", "-c", "2", "-rpoc3", "2"}),
          with(Algorithm::kCosma, {"-gx", "1", "-gy", "2", "-gz", "4"})};
}

// A += B·C is m·n·k products, each of one element of B with one of C, for one of A.
TEST(Schedule, EveryProductIsComputedOnce) {
  for (const Options& options : OddOnes()) {
    const Sizes& s = options.sizes;
    std::vector<int> times(static_cast<size_t>(s.m * s.n * s.k), 0);
    double flops = 0;
    for (const Leaf& leaf : Leaves(options)) {
      flops += 2 * static_cast<double>(leaf.a().size() * leaf.inner.size());
      for (int64_t i = leaf.rows.first; i <= leaf.rows.last; ++i)
        for (int64_t j = leaf.columns.first; j <= leaf.columns.last; ++j)
          for (int64_t k = leaf.inner.first; k <= leaf.inner.last; ++k)
            ++times[static_cast<size_t>((i * s.n + j) * s.k + k)];
    }
    EXPECT_EQ(std::set<int>(times.begin(), times.end()), std::set<int>{1})
        << NameOf(options.algorithm);
    EXPECT_EQ(flops, s.flops());
  }
}

/// What a place uses of each matrix that is not its own: the elements that it has to receive, those
/// of the tiles placed at it not counted off.
struct Words {
  double a = 0, b = 0, c = 0;
};
Words WordsOfOnePlace(const Options& options) {
  const std::vector<Leaf> leaves = Leaves(options);
  std::map<std::pair<int64_t, int64_t>, int64_t> a, b, c;  // different tiles
  for (const Leaf& leaf : leaves) {
    if (leaf.place != leaves.front().place) continue;
    a[{leaf.rows.first, leaf.columns.first}] = leaf.a().size();
    b[{leaf.rows.first, leaf.inner.first}] = leaf.b().size();
    c[{leaf.inner.first, leaf.columns.first}] = leaf.c().size();
  }
  const auto sum = [](const auto& tiles) {
    double words = 0;
    for (const auto& [at, size] : tiles) words += static_cast<double>(size);
    return words;
  };
  return {sum(a), sum(b), sum(c)};
}

// Cannon 1969, van de Geijn and Watts 1997: mk/r + kn/c words, 2n²/√p for squares.
TEST(Schedule, AProcessorOfATwoDimensionalGridUsesARowAndAColumnOfTiles) {
  for (const Algorithm algorithm : {Algorithm::kCannon, Algorithm::kSumma, Algorithm::kPumma}) {
    const Words words =
        WordsOfOnePlace(Make(algorithm, {"-n", "240", "-gx", "2", "-gy", "2"}));  // p = 16
    EXPECT_EQ(words.b + words.c, 2.0 * 240 * 240 / 4) << NameOf(algorithm);
    EXPECT_EQ(words.a, 240.0 * 240 / 16);
  }
}

// Agarwal et al. 1995: 3n²/p^⅔ words.
TEST(Schedule, AProcessorOfACubeUsesOneTileOfEachMatrix) {
  const Words words = WordsOfOnePlace(Make(Algorithm::kJohnson, {"-n", "240", "-gdim", "2"}));
  EXPECT_EQ(words.a + words.b + words.c, 3.0 * 240 * 240 / 4);  // p = 8
}

// Solomonik and Demmel 2011: 2n²/√(cp) words of B and C, √(p/c³) steps.
TEST(Schedule, AProcessorOfALayerUsesItsPartOfARowAndAColumn) {
  // p = 32 = 4 · 4 · 2.
  const Words words = WordsOfOnePlace(
      Make(Algorithm::kSolomonik, {"-n", "240", "-rpoc", "4", "-c", "2", "-rpoc3", "2"}));
  EXPECT_EQ(words.b + words.c, 2.0 * 240 * 240 / 8);
}

/// How many places use the same block of the common dimension of B's first row of tiles at once.
size_t BlocksOfBAtOnce(Algorithm algorithm) {
  const Options options = Make(algorithm, {"-n", "240", "-gx", "4", "-gy", "4"});
  std::map<std::array<int64_t, 4>, size_t> steps;
  std::set<int64_t> blocks;
  for (const Leaf& leaf : Leaves(options)) {
    if (steps[leaf.place]++ == 0 && leaf.rows.first == 0) blocks.insert(leaf.inner.first);
  }
  return blocks.size();
}

TEST(Schedule, CannonSkewsARowOfTilesWhereTheOthersBroadcast) {
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kCannon), 8U);
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kPumma), 1U);
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kSumma), 1U);
  EXPECT_EQ(NodeBlock(Algorithm::kPumma, 2, 1, 3, 4), 1);
  EXPECT_EQ(NodeBlock(Algorithm::kSumma, 2, 1, 3, 4), 3);
}

TEST(Schedule, APartIsTheCeilingLongAndTheLastOnesAreWhatIsLeft) {
  const Span whole{0, 6};
  EXPECT_EQ(whole.Part(0, 4), (Span{0, 1}));
  EXPECT_EQ(whole.Part(3, 4), (Span{6, 6}));
  EXPECT_EQ((Span{0, 4}.Part(3, 4).size()), 0);
}

}  // namespace
}  // namespace groma::gemm

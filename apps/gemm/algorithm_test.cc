// The rules of the blocks together with how matrices are cut: every product once, and each
// processor receives as many words as the literature counts.
#include "apps/gemm/algorithm.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "apps/gemm/options.h"

namespace groma::gemm {
namespace {

/// One multiplication of tiles (task_4): rows x columns of A, rows x inner of B, inner x columns of
/// C. `place` tells which of the places that work at the same time does it; multiplications of one
/// place follow each other.
struct Leaf {
  std::array<int64_t, 4> place;
  Span rows, columns, inner;

  Tile a() const { return {rows, columns}; }
  Tile b() const { return {rows, inner}; }
  Tile c() const { return {inner, columns}; }
};

std::vector<Leaf> Systolic(const Options& o) {
  std::vector<Leaf> leaves;
  const int64_t places = o.gx * o.gy * kGpusAcross * kGpusAcross;
  for (int64_t place = 0; place < places; ++place) {
    const int64_t column = place % kGpusAcross;
    const int64_t row = place / kGpusAcross % kGpusAcross;
    const int64_t node_column = place / (kGpusAcross * kGpusAcross) % o.gy;
    const int64_t node_row = place / (kGpusAcross * kGpusAcross) / o.gy;
    for (int64_t node_step = 0; node_step < o.gx; ++node_step) {
      const Span node_block = o.sizes.inner().Part(
          NodeBlock(o.algorithm, node_row, node_column, node_step, o.gx), o.gx);
      for (int64_t step = 0; step < kGpusAcross; ++step) {
        leaves.push_back(
            {{node_row, node_column, row, column},
             o.sizes.rows().Part(node_row, o.gx).Part(row, kGpusAcross),
             o.sizes.columns().Part(node_column, o.gy).Part(column, kGpusAcross),
             node_block.Part(GpuBlock(o.algorithm, row, column, step, kGpusAcross), kGpusAcross)});
      }
    }
  }
  return leaves;
}

std::vector<Leaf> Layers(const Options& o) {
  std::vector<Leaf> leaves;
  for (int64_t place = 0; place < o.rpoc * o.rpoc * o.c; ++place) {
    const int64_t layer = place % o.c;
    const int64_t column = place / o.c % o.rpoc;
    const int64_t row = place / o.c / o.rpoc;
    const Span part = o.sizes.inner().Part(layer, o.c);
    for (int64_t step = 0; step < o.rpoc3; ++step) {
      leaves.push_back({{row, column, layer, 0},
                        o.sizes.rows().Part(row, o.rpoc),
                        o.sizes.columns().Part(column, o.rpoc),
                        part.Part(NodeBlock(o.algorithm, row, column, step, o.rpoc3), o.rpoc3)});
    }
  }
  return leaves;
}

std::vector<Leaf> Cube(const Options& o) {
  std::vector<Leaf> leaves;
  for (int64_t i = 0; i < o.cube[0]; ++i) {
    for (int64_t j = 0; j < o.cube[1]; ++j) {
      for (int64_t k = 0; k < o.cube[2]; ++k) {
        leaves.push_back({{i, j, k, 0},
                          o.sizes.rows().Part(i, o.cube[0]),
                          o.sizes.columns().Part(j, o.cube[1]),
                          o.sizes.inner().Part(k, o.cube[2])});
      }
    }
  }
  return leaves;
}

/// Every multiplication, in launch order for each place.
std::vector<Leaf> Leaves(const Options& options) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return Systolic(options);
    case Family::kLayers:
      return Layers(options);
    case Family::kCube:
      return Cube(options);
  }
  return {};
}

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
TEST(Algorithm, EveryProductIsComputedOnce) {
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
TEST(Algorithm, AProcessorOfATwoDimensionalGridUsesARowAndAColumnOfTiles) {
  for (const Algorithm algorithm : {Algorithm::kCannon, Algorithm::kSumma, Algorithm::kPumma}) {
    const Words words =
        WordsOfOnePlace(Make(algorithm, {"-n", "240", "-gx", "2", "-gy", "2"}));  // p = 16
    EXPECT_EQ(words.b + words.c, 2.0 * 240 * 240 / 4) << NameOf(algorithm);
    EXPECT_EQ(words.a, 240.0 * 240 / 16);
  }
}

// Agarwal et al. 1995: 3n²/p^⅔ words.
TEST(Algorithm, AProcessorOfACubeUsesOneTileOfEachMatrix) {
  const Words words = WordsOfOnePlace(Make(Algorithm::kJohnson, {"-n", "240", "-gdim", "2"}));
  EXPECT_EQ(words.a + words.b + words.c, 3.0 * 240 * 240 / 4);  // p = 8
}

// Solomonik and Demmel 2011: 2n²/√(cp) words of B and C, √(p/c³) steps.
TEST(Algorithm, AProcessorOfALayerUsesItsPartOfARowAndAColumn) {
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

TEST(Algorithm, CannonSkewsARowOfTilesWhereTheOthersBroadcast) {
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kCannon), 8U);
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kPumma), 1U);
  EXPECT_EQ(BlocksOfBAtOnce(Algorithm::kSumma), 1U);
  EXPECT_EQ(NodeBlock(Algorithm::kPumma, 2, 1, 3, 4), 1);
  EXPECT_EQ(NodeBlock(Algorithm::kSumma, 2, 1, 3, 4), 3);
}

TEST(Algorithm, APartIsTheCeilingLongAndTheLastOnesAreWhatIsLeft) {
  const Span whole{0, 6};
  EXPECT_EQ(whole.Part(0, 4), (Span{0, 1}));
  EXPECT_EQ(whole.Part(3, 4), (Span{6, 6}));
  EXPECT_EQ((Span{0, 4}.Part(3, 4).size()), 0);
}

}  // namespace
}  // namespace groma::gemm

#include "apps/gemm/grid.h"

#include <gtest/gtest.h>

namespace groma::gemm {
namespace {

using Grid = std::array<int64_t, 3>;
constexpr int64_t kPlenty = int64_t{1} << 40;

TEST(Grid, SquaresGetThePublishedGrids) {
  const Sizes sizes{20000, 20000, 20000};
  EXPECT_EQ(BestGrid(sizes, 4, kPlenty), (Grid{1, 2, 2}));
  EXPECT_EQ(BestGrid(sizes, 8, kPlenty), (Grid{2, 2, 2}));
  EXPECT_EQ(BestGrid(sizes, 16, kPlenty), (Grid{2, 2, 4}));
}

TEST(Grid, FollowsTheShapeOfTheMatrices) {
  EXPECT_EQ(BestGrid({64, 64, 64000}, 8, kPlenty), (Grid{1, 1, 8}));
  EXPECT_EQ(BestGrid({64000, 64, 64}, 8, kPlenty), (Grid{8, 1, 1}));
  EXPECT_EQ(BestGrid({64, 64000, 64}, 7, kPlenty), (Grid{1, 7, 1}));
}

// mnk/p = 10⁹·8/64 = 500³: with room for three faces of that cube it is the domain, and the grid
// that cuts it out moves what the bound says at least.
TEST(Grid, WithEnoughMemoryTheDomainIsACube) {
  const Sizes sizes{2000, 2000, 2000};
  const LocalDomain domain = BestDomain(sizes, 64, kPlenty);
  EXPECT_NEAR(domain.a, 500, 1e-6);
  EXPECT_NEAR(domain.b, 500, 1e-6);
  EXPECT_EQ(BestGrid(sizes, 64, kPlenty), (Grid{4, 4, 4}));
  EXPECT_NEAR(LeastWords(sizes, 64, kPlenty), WordsUsed(sizes, {4, 4, 4}), 1e-3);
}

// With S = 10⁴ words the domain is √S = 100 wide and mnk/(pS) = 12500 long.
TEST(Grid, WithLittleMemoryTheDomainIsALongPillar) {
  const LocalDomain domain = BestDomain({2000, 2000, 2000}, 64, 10'000);
  EXPECT_NEAR(domain.a, 100, 1e-9);
  EXPECT_NEAR(domain.b, 12500, 1e-6);
  // 2·1.25·10⁸/100 + 10⁴ = 2 510 000 > 3·500² = 750 000
  EXPECT_NEAR(LeastWords({2000, 2000, 2000}, 64, 10'000), 750'000, 1e-3);
}

TEST(Grid, NoGridMovesLessThanTheBestAndNoneBelowTheBound) {
  const Sizes sizes{300, 700, 500};
  for (const int64_t processors : {1, 2, 6, 12, 35, 64}) {
    const double best = WordsUsed(sizes, BestGrid(sizes, processors, kPlenty));
    EXPECT_GE(best * (1 + 1e-12), LeastWords(sizes, processors, kPlenty));
    for (int64_t x = 1; x <= processors; ++x) {
      for (int64_t y = 1; x * y <= processors; ++y) {
        if (processors % (x * y) != 0) continue;
        EXPECT_LE(best, WordsUsed(sizes, {x, y, processors / (x * y)}));
      }
    }
  }
}

}  // namespace
}  // namespace groma::gemm

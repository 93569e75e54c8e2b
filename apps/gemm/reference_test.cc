#include "apps/gemm/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apps/gemm/model.h"

namespace groma::gemm {
namespace {

constexpr double kUnit = 0x1.0p-53;

/// The definition of the product, each element in extended precision, whose own error is far below
/// the bound.
Expected ByDefinition(const Tile& tile, int64_t k) {
  Expected expected;
  for (int64_t row = tile.rows.first; row <= tile.rows.last; ++row) {
    for (int64_t column = tile.columns.first; column <= tile.columns.last; ++column) {
      long double product = 0;
      long double magnitude = 0;
      for (int64_t i = 0; i < k; ++i) {
        const long double term = static_cast<long double>(Entry(kB, row, i)) * Entry(kC, i, column);
        product += term;
        magnitude += std::abs(term);
      }
      expected.product.push_back(static_cast<double>(product));
      expected.magnitude.push_back(static_cast<double>(magnitude));
    }
  }
  return expected;
}

// k of one panel, of a part of one, and of several: the reference and the definition, rounded once,
// are γ and u apart, so within half of the bound, which has 2γ / (1 - γ), and u.
TEST(Reference, TheProductOfOpenBlasIsTheDefinitionsWithinItsOwnErrorBound) {
  for (const int64_t k : {1, 83, 256, 700}) {
    const Tile tile{{5, 17}, {3, 41}};
    const Expected exact = ByDefinition(tile, k);
    const Expected reference = Reference(tile, k);
    ASSERT_EQ(reference.product.size(), exact.product.size());
    for (size_t i = 0; i < exact.product.size(); ++i) {
      const double allowed = (ErrorBound(k) / 2 + kUnit) * exact.magnitude[i];
      EXPECT_LE(std::abs(reference.product[i] - exact.product[i]), allowed) << k << ' ' << i;
      EXPECT_LE(std::abs(reference.magnitude[i] - exact.magnitude[i]), allowed) << k << ' ' << i;
    }
  }
}

TEST(Reference, TheBoundIsTwiceTheSumsErrorAndALittle) {
  EXPECT_GT(ErrorBound(100), 2 * 100 * kUnit);
  EXPECT_LT(ErrorBound(100), 2 * 101 * kUnit);
}

TEST(Reference, NoticesALostProductAndOneElementTooMany) {
  const Tile tile{{0, 4}, {0, 5}};
  const Expected expected = Reference(tile, 100);
  std::vector<double> computed = ByDefinition(tile, 100).product;
  EXPECT_LE(WorstError(computed, expected, 100), 1);
  EXPECT_GT(WorstError(ByDefinition(tile, 99).product, expected, 100), 1);
  computed[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_GT(WorstError(computed, expected, 100), 1);
  EXPECT_GT(WorstError({}, expected, 100), 1);
}

TEST(Reference, NoTileLooksLikeAnother) {
  EXPECT_NE(Reference({{0, 1}, {0, 1}}, 9).product, Reference({{2, 3}, {0, 1}}, 9).product);
  EXPECT_NE(Entry(kB, 3, 4), Entry(kB, 4, 3));
  EXPECT_NE(Entry(kB, 3, 4), Entry(kC, 3, 4));
}

TEST(Reference, AnEmptyTileHasNoElements) {
  EXPECT_EQ(WorstError({}, Reference({{0, -1}, {0, 5}}, 9), 9), 0);
}

}  // namespace
}  // namespace groma::gemm

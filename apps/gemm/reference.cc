#include "apps/gemm/reference.h"

#include <cmath>
#include <limits>

#include "apps/gemm/model.h"

namespace groma::gemm {

Expected Reference(const Tile& tile, int64_t k) {
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

double ErrorBound(int64_t k) {
  const double ku = static_cast<double>(k) * 0x1.0p-53;
  return ku / (1 - ku);
}

double WorstError(const std::vector<double>& computed, const Expected& expected, int64_t k) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (computed.size() != expected.product.size()) return kInfinite;
  double worst = 0;
  for (size_t i = 0; i < computed.size(); ++i) {
    // One unit more for the rounding of the reference itself.
    const double allowed = (ErrorBound(k) + 0x1.0p-53) * expected.magnitude[i];
    const double error = std::abs(computed[i] - expected.product[i]);
    if (!std::isfinite(error)) return kInfinite;
    if (error > 0) worst = std::max(worst, error / allowed);
  }
  return worst;
}

}  // namespace groma::gemm

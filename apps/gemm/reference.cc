#include "apps/gemm/reference.h"

#include <cblas.h>

#include <cmath>
#include <limits>

#include "apps/gemm/model.h"

namespace groma::gemm {
namespace {

/// A part of B or C by rows.
std::vector<double> Elements(MatrixId matrix, const Span& rows, const Span& columns) {
  std::vector<double> elements;
  elements.reserve(static_cast<size_t>(rows.size() * columns.size()));
  for (int64_t row = rows.first; row <= rows.last; ++row) {
    for (int64_t column = columns.first; column <= columns.last; ++column)
      elements.push_back(Entry(matrix, row, column));
  }
  return elements;
}

void TakeMagnitudes(std::vector<double>& elements) {
  for (double& element : elements) element = std::abs(element);
}

/// `sums` += `left` · `right`, all dense and by rows.
void AddProduct(const std::vector<double>& left, const std::vector<double>& right, int64_t inner,
                const Tile& tile, std::vector<double>& sums) {
  const auto rows = static_cast<blasint>(tile.rows.size());
  const auto columns = static_cast<blasint>(tile.columns.size());
  const auto common = static_cast<blasint>(inner);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, common, 1, left.data(),
              common, right.data(), columns, 1, sums.data(), columns);
}

}  // namespace

Expected Reference(const Tile& tile, int64_t k) {
  constexpr int64_t kPanel = 256;  // of the common dimension: the parts of B and C stay small
  const std::vector<double> zeros(static_cast<size_t>(tile.size()));
  Expected expected{zeros, zeros};
  if (tile.size() == 0) return expected;
  for (int64_t first = 0; first < k; first += kPanel) {
    const Span inner{first, std::min(first + kPanel, k) - 1};
    std::vector<double> left = Elements(kB, tile.rows, inner);
    std::vector<double> right = Elements(kC, inner, tile.columns);
    AddProduct(left, right, inner.size(), tile, expected.product);
    TakeMagnitudes(left);
    TakeMagnitudes(right);
    AddProduct(left, right, inner.size(), tile, expected.magnitude);
  }
  return expected;
}

double ErrorBound(int64_t k) {
  const double ku = static_cast<double>(k) * 0x1.0p-53;
  const double gamma = ku / (1 - ku);
  return 2 * gamma / (1 - gamma);
}

double WorstError(const std::vector<double>& computed, const Expected& expected, int64_t k) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (computed.size() != expected.product.size()) return kInfinite;
  double worst = 0;
  for (size_t i = 0; i < computed.size(); ++i) {
    const double allowed = ErrorBound(k) * expected.magnitude[i];
    const double error = std::abs(computed[i] - expected.product[i]);
    if (!std::isfinite(error)) return kInfinite;
    if (error > 0) worst = std::max(worst, error / allowed);
  }
  return worst;
}

}  // namespace groma::gemm

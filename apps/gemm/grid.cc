#include "apps/gemm/grid.h"

#include <cmath>
#include <utility>

namespace groma::gemm {
namespace {

double Products(const Sizes& sizes) { return sizes.flops() / 2; }

}  // namespace

LocalDomain BestDomain(const Sizes& sizes, int64_t processors, int64_t words) {
  const double each = Products(sizes) / static_cast<double>(processors);
  const auto room = static_cast<double>(words);
  return {std::min(std::sqrt(room), std::cbrt(each)), std::max(each / room, std::cbrt(each))};
}

double LeastWords(const Sizes& sizes, int64_t processors, int64_t words) {
  const double each = Products(sizes) / static_cast<double>(processors);
  const auto room = static_cast<double>(words);
  return std::min(2 * each / std::sqrt(room) + room, 3 * std::pow(each, 2.0 / 3));
}

double WordsUsed(const Sizes& sizes, const std::array<int64_t, 3>& grid) {
  const double rows = static_cast<double>(sizes.m) / static_cast<double>(grid[0]);
  const double columns = static_cast<double>(sizes.n) / static_cast<double>(grid[1]);
  const double inner = static_cast<double>(sizes.k) / static_cast<double>(grid[2]);
  return rows * columns + rows * inner + inner * columns;
}

std::array<int64_t, 3> BestGrid(const Sizes& sizes, int64_t processors, int64_t words) {
  // Least words is also least memory: when nothing fits, it comes nearest.
  std::array<int64_t, 3> best = {processors, 1, 1};
  std::pair<bool, double> least = {true, HUGE_VAL};
  for (int64_t x = 1; x <= processors; ++x) {
    if (processors % x != 0) continue;
    for (int64_t y = 1; y <= processors / x; ++y) {
      if (processors / x % y != 0) continue;
      const std::array<int64_t, 3> grid = {x, y, processors / x / y};
      const double used = WordsUsed(sizes, grid);
      const std::pair<bool, double> cost = {used > static_cast<double>(words), used};
      if (cost < least) {
        least = cost;
        best = grid;
      }
    }
  }
  return best;
}

}  // namespace groma::gemm

// The serial reference, and how far a result may be from it.
#pragma once
#include <vector>

#include "apps/gemm/tiles.h"

namespace groma::gemm {

/// A tile of B·C, and of |B|·|C|, by rows. Summed in extended precision, row by column: shares
/// nothing with the programs but the elements of B and C. Cost: the tile's size times k.
struct Expected {
  std::vector<double> product, magnitude;
};
Expected Reference(const Tile& tile, int64_t k);

/// The error bound of a sum of k products in double precision, in whatever order they are added,
/// relative to the sum of the products' magnitudes: k·u / (1 - k·u) with u = 2⁻⁵³ (Higham,
/// "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 3.1).
double ErrorBound(int64_t k);

/// The largest error of `computed` (by rows) as a part of what the bound allows: right is at
/// most 1. Infinite for what is no number.
double WorstError(const std::vector<double>& computed, const Expected& expected, int64_t k);

}  // namespace groma::gemm

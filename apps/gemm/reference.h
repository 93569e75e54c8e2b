// The serial reference, and how far a result may be from it.
#pragma once
#include <vector>

#include "apps/gemm/tiles.h"

namespace groma::gemm {

/// A tile of B·C, and of |B|·|C|, by rows: by OpenBLAS on the calling thread, over panels of the
/// common dimension. Shares nothing with the programs but the elements of B and C. Cost: the tile's
/// size times k.
struct Expected {
  std::vector<double> product, magnitude;
};
Expected Reference(const Tile& tile, int64_t k);

/// How far an element may be from the reference, relative to the reference's |B|·|C|.
///
/// A sum of k products in double precision, in whatever order they are added, with or without fused
/// multiply-adds, is within γ·(|B|·|C|) of the exact one, γ = k·u / (1 - k·u), u = 2⁻⁵³ (Higham,
/// "Accuracy and Stability of Numerical Algorithms", 2nd edition, sections 3.1 and 3.5, equation
/// 3.13). The programs' result and the reference are two such sums; and the reference's |B|·|C| is
/// one too, at least 1 - γ times the exact one. So the bound is 2γ / (1 - γ).
double ErrorBound(int64_t k);

/// The largest difference of `computed` (by rows) from the reference as a part of what the bound
/// allows: right is at most 1. Infinite for what is no number.
double WorstError(const std::vector<double>& computed, const Expected& expected, int64_t k);

}  // namespace groma::gemm

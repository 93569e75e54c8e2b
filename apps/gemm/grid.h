// COSMA's grid of processors (Kwasniewski, Kabić, Besta, VandeVondele, Solcà, Hoefler: "Red-blue
// pebbling revisited: near optimal parallel matrix-matrix multiplication", SC 2019).
#pragma once
#include <array>
#include <cstdint>

#include "apps/gemm/tiles.h"

namespace groma::gemm {

/// The part of the m x n x k products that one of `processors` with room for `words` elements best
/// computes: a x a x b (section 6 of the paper),
///   a = min(√S, ∛(mnk/p)),  b = max(mnk/(pS), ∛(mnk/p)).
struct LocalDomain {
  double a, b;
};
LocalDomain BestDomain(const Sizes& sizes, int64_t processors, int64_t words);

/// The least number of words that a processor has to receive, section 5 of the paper:
///   min{2mnk/(p√S) + S, 3(mnk/p)^⅔}.
double LeastWords(const Sizes& sizes, int64_t processors, int64_t words);

/// Words that one processor of a grid uses: a tile of each matrix.
double WordsUsed(const Sizes& sizes, const std::array<int64_t, 3>& grid);

/// The grid over rows, columns and the common dimension with exactly `processors` tiles that uses
/// least words each; of those that need no more than `words`, if there are any. Ties go to the one
/// with fewest rows, then columns. Cost: the number of ways to write `processors` as three factors.
std::array<int64_t, 3> BestGrid(const Sizes& sizes, int64_t processors, int64_t words);

}  // namespace groma::gemm

// Ways to write a number of processors as a product: what machine spaces are split into.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace groma::mapping {

/// The factors O of `size` (one for each element of `extents`, their product `size`) of smallest
/// sum of O_i / extents_i: what cutting a box of these extents into O parts costs in surface.
/// Exact for every input; an extent below 1 counts as 1; among equals the lexicographically
/// largest. `size` 0 gives (0, 1, 1, …). Cost: |extents| × Σ over divisors of size of their divisor
/// count, plus √size. CHECKs size ≥ 0 and at least one extent.
std::vector<int64_t> CheapestFactors(int64_t size, std::span<const int64_t> extents);

/// What CheapestFactors over so many extents costs, in steps of an evaluation.
int64_t StepsOfCheapestFactors(int64_t size, size_t extents);

/// As Legion's default mapper cuts a domain: the prime factors of `size`, largest first, each to
/// the dimension of largest extents_i / O_i so far, ties to the lowest. Extents and `size` as
/// above.
std::vector<int64_t> GreedyFactors(int64_t size, std::span<const int64_t> extents);

/// The sign of Σ (a_i − b_i) / extents_i, exactly. All a, b ≥ 0, all extents ≥ 1, equal lengths.
int CompareCuts(std::span<const int64_t> a, std::span<const int64_t> b,
                std::span<const int64_t> extents);

}  // namespace groma::mapping

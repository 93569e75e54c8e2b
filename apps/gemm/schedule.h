// Which tiles each multiplication takes, as arithmetic on the options: what the tasks launch, and
// what the tests count.
#pragma once
#include <array>
#include <vector>

#include "apps/gemm/options.h"

namespace groma::gemm {

/// GPUs of a node in each direction of the grid of Cannon, SUMMA and PUMMA.
constexpr int64_t kGpus = 2;

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

/// Every multiplication, in launch order for each place. COSMA's grid must be set.
std::vector<Leaf> Leaves(const Options& options);

/// Each matrix's grid of tiles where the program places it (task_1, task_2, task_3): tiles in rows
/// and in columns.
struct PlacedGrid {
  int64_t rows, columns;
};
std::array<PlacedGrid, 3> PlacedGrids(const Options& options);

}  // namespace groma::gemm

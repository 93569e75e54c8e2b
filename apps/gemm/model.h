// The matrices' elements and the multiplication of tiles: shared by the CUDA kernels, their host
// twins and the CPU tasks.
#pragma once
#include "apps/common/field.h"

namespace groma::gemm {

/// Which matrix an element belongs to: A = B·C.
enum MatrixId : int { kA = 0, kB = 1, kC = 2 };

/// The element of B or C in the given row and column, from -1 up to 1 and different everywhere, so
/// that a wrong tile shows; A begins with 0. A finaliser of SplitMix64 (Steele, Lea, Flood, 2014)
/// over matrix, row and column.
GROMA_HOST_DEVICE inline double Entry(int matrix, int64_t row, int64_t column) {
  if (matrix == kA) return 0;
  uint64_t x = (static_cast<uint64_t>(row) << 32) + static_cast<uint64_t>(column) +
               static_cast<uint64_t>(matrix) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  x ^= x >> 31;
  return static_cast<double>(x >> 11) * 0x1.0p-52 - 1;
}

/// `rows` x `columns` elements of a matrix from (first_row, first_column) on, in any layout.
struct FillArguments {
  int matrix;
  int64_t first_row, first_column, rows, columns;
  apps::Grid<double> to;
};

GROMA_HOST_DEVICE inline void FillElement(const FillArguments& a, int64_t i) {
  const int64_t row = a.first_row + i / a.columns;
  const int64_t column = a.first_column + i % a.columns;
  a.to(row, column) = Entry(a.matrix, row, column);
}

/// A matrix as BLAS takes it, but by rows: its elements follow each other in a row, and rows begin
/// `leading` elements apart.
template <typename T>
struct Matrix {
  T* data;
  int64_t leading;
};

/// A += B·C, where A has rows x columns elements, B rows x inner and C inner x columns.
struct MultiplyArguments {
  int64_t rows, columns, inner;
  Matrix<double> a;
  Matrix<const double> b, c;
};

/// Rows and columns of A that one block of threads of the kernel computes.
constexpr int kBlockTile = 64;

}  // namespace groma::gemm

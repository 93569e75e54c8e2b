// What DGEMM takes, and what it says when it gets something else.
#pragma once
#include <string>

#include "apps/gemm/model.h"

namespace groma::gemm {

/// The tiles of a multiplication as they lie in their instances: addresses of their first elements,
/// and bytes from row to row (stride_x) and from column to column (stride_y).
struct Tiles {
  int64_t rows, columns, inner;
  double* a;
  const double *b, *c;
  int64_t a_strides[2], b_strides[2], c_strides[2];
};

/// The tiles as DGEMM takes them. DGEMM works by columns; C_order tiles are by rows, which is the
/// transposed matrix by columns, so the call is for Aᵀ += Cᵀ·Bᵀ: its first matrix (parameters 7 and
/// 8) is C, its second (9 and 10) B, its result (12 and 13) A.
MultiplyArguments AsMatrices(const Tiles& tiles);

/// Why DGEMM cannot work on tiles that lie so, as it says it itself: a leading dimension smaller
/// than a row, " ** On entry to DGEMM  parameter number  8 had an illegal value", or elements that
/// do not follow each other in a row. Empty when it can.
std::string Mistake(const Tiles& tiles);

}  // namespace groma::gemm

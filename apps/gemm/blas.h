// What DGEMM takes, and what it says when it gets something else.
#pragma once
#include <string>

#include "apps/gemm/model.h"

namespace groma::gemm {

/// Bytes from row to row and from column to column.
struct Strides {
  int64_t row, column;
};

/// The tiles of a multiplication as they lie in their instances: addresses of their first elements,
/// and strides.
struct Operands {
  int64_t rows, columns, inner;
  double* a;
  const double *b, *c;
  Strides a_strides, b_strides, c_strides;
};

/// The tiles as DGEMM takes them. DGEMM works by columns; C_order tiles are by rows, which is the
/// transposed matrix by columns, so the call is for Aᵀ += Cᵀ·Bᵀ: its first matrix (parameters 7 and
/// 8) is C, its second (9 and 10) B, its result (12 and 13) A.
MultiplyArguments AsMatrices(const Operands& operands);

/// Why DGEMM cannot work on tiles that lie so, as it says it itself: a leading dimension smaller
/// than a row, " ** On entry to DGEMM  parameter number  8 had an illegal value", or elements that
/// do not follow each other in a row. Empty when it can.
std::string Mistake(const Operands& operands);

}  // namespace groma::gemm

#include "apps/gemm/blas.h"

#include <fmt/core.h>

#include <algorithm>

namespace groma::gemm {
namespace {

constexpr int64_t kElement = sizeof(double);

/// Elements from row to row; any will do for a single row.
int64_t Leading(const Strides& strides, int64_t rows, int64_t columns) {
  return rows <= 1 ? std::max<int64_t>(1, columns) : strides.row / kElement;
}

std::string Because(const char* matrix, const Strides& strides) {
  return fmt::format(" ({}: {} bytes from row to row and {} from column to column)", matrix,
                     strides.row, strides.column);
}

std::string LeadingMistake(int parameter, const char* matrix, const Strides& strides, int64_t rows,
                           int64_t columns) {
  if (Leading(strides, rows, columns) >= std::max<int64_t>(1, columns)) return "";
  return fmt::format(" ** On entry to DGEMM  parameter number {:2} had an illegal value",
                     parameter) +
         Because(matrix, strides);
}

std::string StrideMistake(const char* matrix, const Strides& strides, int64_t columns) {
  if (columns <= 1 || strides.column == kElement) return "";
  return "Assertion failed: stride does not match expected value." + Because(matrix, strides);
}

}  // namespace

MultiplyArguments AsMatrices(const Operands& t) {
  return {t.rows,
          t.columns,
          t.inner,
          {t.a, Leading(t.a_strides, t.rows, t.columns)},
          {t.b, Leading(t.b_strides, t.rows, t.inner)},
          {t.c, Leading(t.c_strides, t.inner, t.columns)}};
}

std::string Mistake(const Operands& t) {
  if (t.rows == 0 || t.columns == 0 || t.inner == 0) return "";
  for (const std::string& mistake :
       {LeadingMistake(8, "C", t.c_strides, t.inner, t.columns),
        LeadingMistake(10, "B", t.b_strides, t.rows, t.inner),
        LeadingMistake(13, "A", t.a_strides, t.rows, t.columns),
        StrideMistake("C", t.c_strides, t.columns), StrideMistake("B", t.b_strides, t.inner),
        StrideMistake("A", t.a_strides, t.columns)}) {
    if (!mistake.empty()) return mistake;
  }
  return "";
}

}  // namespace groma::gemm

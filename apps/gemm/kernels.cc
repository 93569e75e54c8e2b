#include "apps/gemm/kernels.h"

#include <algorithm>

#include "apps/gemm/tiles.h"

namespace groma::gemm {
namespace {

template <typename T>
apps::FieldUse UseOf(const Matrix<T>& matrix, const char* region) {
  return {matrix.data, sizeof(T), sizeof(T), region};
}

}  // namespace

std::vector<apps::Kernel> Kernels() {
  return {apps::KernelOf<FillArguments, RunFill>(kFillKernel),
          apps::KernelOf<MultiplyArguments, RunMultiply>(kMultiplyKernel),
          apps::KernelOf<FillArguments, RunRead>(kReadKernel)};
}

void RunFill(const FillArguments& arguments) {
  for (int64_t i = 0; i < arguments.rows * arguments.columns; ++i) FillElement(arguments, i);
}

void RunRead(const FillArguments&) {}

void RunMultiply(const MultiplyArguments& arguments) {
  // A panel of C of this many rows and columns stays in the cache while all rows of B pass by.
  constexpr int64_t kInner = 64;
  constexpr int64_t kColumns = 256;
  const auto& [rows, columns, inner, a, b, c] = arguments;
  for (int64_t k0 = 0; k0 < inner; k0 += kInner) {
    const int64_t k1 = std::min(inner, k0 + kInner);
    for (int64_t j0 = 0; j0 < columns; j0 += kColumns) {
      const int64_t j1 = std::min(columns, j0 + kColumns);
      for (int64_t i = 0; i < rows; ++i) {
        double* const sums = a.data + i * a.leading;
        for (int64_t k = k0; k < k1; ++k) {
          const double factor = b.data[i * b.leading + k];
          const double* const row = c.data + k * c.leading;
          for (int64_t j = j0; j < j1; ++j) sums[j] += factor * row[j];
        }
      }
    }
  }
}

int64_t MultiplyThreads(const MultiplyArguments& arguments) {
  constexpr int64_t kThreads = 128;  // of a block, as KernelModule launches them
  return kThreads * Pieces(arguments.rows, kBlockTile) * Pieces(arguments.columns, kBlockTile);
}

apps::Work PassWork(const char* task, const char* region, const FillArguments& a) {
  apps::Work work(task);
  if (a.rows * a.columns == 0) return work;
  const int64_t stride = std::min(a.to.stride_x, a.to.stride_y);
  work.AddStreamed({{&a.to(a.first_row, a.first_column), stride, sizeof(double), region}},
                   a.rows * a.columns, 1);
  return work;
}

// 2·rows·columns·inner operations. A is cut into squares of 128 x 128, each computed by one block
// of threads that keeps it in registers and streams its 128 rows of B and its 128 columns of C once
// (64 x 64 in Nath, Tomov, Dongarra: "An improved MAGMA GEMM for Fermi GPUs", 2010; tuned libraries
// take 128 on later chips). So A is read and written once, B is read once for every 128 columns of
// A, and C once for every 128 rows. What blocks that run at the same time share in the second-level
// cache is not taken off: in the framebuffer the arithmetic takes longer than this traffic all the
// same, and memory of the host is not cached on the GPU (CUDA C++ Best Practices Guide, Zero Copy).
apps::Work MultiplyWork(const char* task, const MultiplyArguments& arguments) {
  constexpr int64_t kSquare = 128;
  const auto& [rows, columns, inner, a, b, c] = arguments;
  apps::Work work(task);
  if (rows * columns * inner == 0) return work;
  work.AddDoubleFlops(2 * static_cast<double>(rows) * static_cast<double>(columns) *
                      static_cast<double>(inner));
  work.AddStreamed({UseOf(a, "A")}, rows * columns, 2);
  work.AddStreamed({UseOf(b, "B")}, rows * inner, Pieces(columns, kSquare));
  work.AddStreamed({UseOf(c, "C")}, inner * columns, Pieces(rows, kSquare));
  return work;
}

}  // namespace groma::gemm

// The CUDA kernels: one thread an element for the fills; for the multiplication one block of 128
// threads for a tile of A, which takes it in steps of 8 along the common dimension.
#include "apps/gemm/model.h"

namespace groma::gemm {
namespace {

constexpr int kThreads = 128;
constexpr int kStep = 8;     // along the common dimension
constexpr int kRows = 8;     // of A that a thread computes
constexpr int kColumns = 4;  // of A that a thread computes
constexpr int kAcross = kBlockTile / kColumns;
static_assert(kThreads * kRows * kColumns == kBlockTile * kBlockTile);

__device__ int64_t ThreadNumber() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

}  // namespace

extern "C" __global__ void gemm_fill(FillArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.rows * a.columns) FillElement(a, i);
}

/// Stands for a pass over the tile in modelled runs; is not launched in others.
extern "C" __global__ void gemm_read(FillArguments) {}

extern "C" __global__ void gemm_multiply(MultiplyArguments g) {
  __shared__ double left[kStep][kBlockTile];   // of B, by columns
  __shared__ double right[kStep][kBlockTile];  // of C
  const int64_t tiles_across = (g.columns + kBlockTile - 1) / kBlockTile;
  const int64_t row0 = blockIdx.x / tiles_across * kBlockTile;
  const int64_t column0 = blockIdx.x % tiles_across * kBlockTile;
  const int thread = static_cast<int>(threadIdx.x);
  // Columns of one thread lie kAcross apart, so that threads side by side touch elements side by
  // side.
  const int my_row = thread / kAcross * kRows;
  const int my_column = thread % kAcross;
  double sums[kRows][kColumns] = {};
  for (int64_t k0 = 0; k0 < g.inner; k0 += kStep) {
    for (int i = thread; i < kStep * kBlockTile; i += kThreads) {
      const int64_t row = row0 + i / kStep;
      const int64_t k = k0 + i % kStep;
      left[i % kStep][i / kStep] =
          row < g.rows && k < g.inner ? g.b.data[row * g.b.leading + k] : 0;
      const int64_t k_right = k0 + i / kBlockTile;
      const int64_t column = column0 + i % kBlockTile;
      right[i / kBlockTile][i % kBlockTile] =
          k_right < g.inner && column < g.columns ? g.c.data[k_right * g.c.leading + column] : 0;
    }
    __syncthreads();
    for (int k = 0; k < kStep; ++k) {
      for (int i = 0; i < kRows; ++i) {
        for (int j = 0; j < kColumns; ++j) {
          sums[i][j] += left[k][my_row + i] * right[k][my_column + j * kAcross];
        }
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kColumns; ++j) {
      const int64_t row = row0 + my_row + i;
      const int64_t column = column0 + my_column + j * kAcross;
      if (row < g.rows && column < g.columns) g.a.data[row * g.a.leading + column] += sums[i][j];
    }
  }
}

}  // namespace groma::gemm

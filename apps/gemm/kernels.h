// The kernels by name, their host twins, and what each costs.
#pragma once
#include <span>
#include <vector>

#include "apps/common/device.h"
#include "apps/common/work.h"
#include "apps/gemm/model.h"

namespace groma::gemm {

inline constexpr char kFillKernel[] = "gemm_fill";
inline constexpr char kMultiplyKernel[] = "gemm_multiply";
inline constexpr char kReadKernel[] = "gemm_read";

/// The fat binary that nvcc made of kernels.cu; empty when there was no nvcc.
std::span<const unsigned char> KernelImage();

/// Every kernel with its twin, for KernelModule.
std::vector<apps::Kernel> Kernels();

void RunFill(const FillArguments& arguments);
/// Does nothing: only the work of reading is stated, in modelled runs.
void RunRead(const FillArguments& arguments);
void RunMultiply(const MultiplyArguments& arguments);

/// Threads of the multiplication's kernel.
int64_t MultiplyThreads(const MultiplyArguments& arguments);

// The work of one launch. `task` is the task that does it, `region` the matrix's name.
/// Each element of the tile is written or read once, in the order of its layout.
apps::Work PassWork(const char* task, const char* region, const FillArguments& arguments);
apps::Work MultiplyWork(const char* task, const MultiplyArguments& arguments);

}  // namespace groma::gemm

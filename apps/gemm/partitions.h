// The regions, and their partitions: cut once by the top-level task, whatever the number of steps.
#pragma once
#include "apps/gemm/tasks.h"

namespace groma::gemm {

/// The three regions, each with two partitions: by kCompute for the launch of the multiplication,
/// by kPlace for the launches that place the matrix. Under kCompute lie further kCompute partitions
/// for the tasks that the launch leads to: of B and C into blocks of the common dimension, and with
/// Cannon, SUMMA and PUMMA below those into the parts of 2 x 2 GPUs and again into blocks.
struct Matrices {
  Legion::LogicalRegion regions[3];
  Legion::LogicalPartition compute[3], place[3];
};

/// COSMA's grid must be set.
Matrices MakeMatrices(Legion::Context context, Legion::Runtime* runtime, const Options& options);

}  // namespace groma::gemm

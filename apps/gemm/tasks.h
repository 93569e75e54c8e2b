// Tasks, regions and the order of region requirements of the six matrix multiplications. Names,
// orders, privileges and launch domains are the published programs', so that mappings written for
// them apply. Regions "A", "B" and "C" have one field, "vals".
#pragma once
#include "apps/common/variants.h"
#include "apps/gemm/cublas.h"
#include "apps/gemm/kernels.h"
#include "apps/gemm/options.h"
#include "legion.h"

namespace groma::gemm {

enum TaskId : Legion::TaskID {
  kTopLevel = 1000,
  kTacoFill,
  kTacoValidate,
  kInitCublas,
  kTask1 = 10001,  // place A
  kTask2,          // place B
  kTask3,          // place C
  kTask4,          // multiply tiles
  kTask5,          // a GPU's part of a multiplication (Solomonik: a place's)
  kTask6,          // a step of a node
  kTask7,          // a node's part of a multiplication
};

constexpr Legion::FieldID kVals = 0;
constexpr const char* kMatrixNames[] = {"A", "B", "C"};

/// The partition of a region that the multiplication works with, and the one by which it is placed.
enum PartitionColor : Legion::Color { kCompute = 0, kPlace = 1 };

/// What every task variant is registered with.
struct Setup : apps::Setup {
  Cublas* cublas;  // outlives the runtime
  Options options;

  const char* program() const { return NameOf(options.algorithm); }
};

/// Argument of taco_fill, task_1, task_2 and task_3.
struct PlaceArguments {
  int matrix;   // a MatrixId
  bool writes;  // else the task only asks for the tile to be there
};

/// Argument of the other tasks: there is none. (Launches keep the address.)
struct NoArguments {};
inline constexpr NoArguments kNoArguments;

inline Legion::Rect<2> RectOf(const Tile& tile) {
  return {{tile.rows.first, tile.columns.first}, {tile.rows.last, tile.columns.last}};
}

inline Tile TileOf(const Legion::Domain& domain) {
  const Legion::Rect<2> rect = domain.bounds<2, Legion::coord_t>();
  if (rect.empty()) return {};
  return {{rect.lo[0], rect.hi[0]}, {rect.lo[1], rect.hi[1]}};
}

/// The tile that a region requirement of a task names.
inline Tile TileOf(Legion::Context context, Legion::Runtime* runtime,
                   const Legion::RegionRequirement& requirement) {
  return TileOf(runtime->get_index_space_domain(context, requirement.region.get_index_space()));
}

// taco_fill (writes one tile of any matrix), task_1, task_2, task_3 (one tile of A, B, C),
// taco_validate (reads one tile of A; returns its worst error as a part of the error bound, 0
// without --check), init_cublas (no requirement). All leaves; taco_fill and taco_validate on CPUs
// and GPUs, init_cublas on GPUs, the others on GPUs and with --cpu-variants on CPUs.
void RegisterDataTasks(const Setup& setup);

// task_4: A (read-write, or a sum reduction in double precision), read-only B, read-only C. A leaf
// on GPUs, with --cpu-variants on CPUs.
void RegisterMultiplyTask(const Setup& setup);

// Inner tasks. Cannon, SUMMA, PUMMA, all with the requirements of task_4: task_7, on CPUs, launches
// task_6 for each block of its node, one after the other; task_6, on CPUs, launches task_5 over 2 x
// 2 GPUs; task_5, on GPUs, launches task_4 for each of two blocks. Solomonik: task_5, on GPUs,
// launches task_4 for each of its steps.
void RegisterStepTasks(const Setup& setup);

void RegisterTopLevelTask(const Setup& setup);

}  // namespace groma::gemm

// task_4: the multiplication of tiles.
#include <fmt/core.h>

#include "apps/gemm/blas.h"
#include "apps/gemm/dgemm.h"
#include "apps/gemm/tasks.h"
#include "realm/cuda/cuda_module.h"

namespace groma::gemm {
namespace {

using apps::GridOf;
using apps::On;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;
using Sum = Legion::SumReduction<double>;

constexpr char kName[] = "task_4";

[[noreturn]] void Fail(const Setup& setup, const std::string& what) {
  apps::EndRun(fmt::format("{}: {} in {}", setup.program(), what, kName));
}

template <typename T>
T* First(const apps::Grid<T>& grid, const Tile& tile) {
  return tile.size() == 0 ? nullptr : &grid(tile.rows.first, tile.columns.first);
}

Operands OperandsOf(const Task* task, const Regions& regions, Context context, Runtime* runtime) {
  const Tile a = TileOf(context, runtime, task->regions[kA]);
  const Tile b = TileOf(context, runtime, task->regions[kB]);
  const Tile c = TileOf(context, runtime, task->regions[kC]);
  const auto grid_a = task->regions[kA].privilege == LEGION_REDUCE
                          ? apps::ReductionGridOf<Sum>(regions[kA], kVals, RectOf(a))
                          : GridOf<LEGION_READ_WRITE, double>(regions[kA], kVals, RectOf(a));
  const auto grid_b = GridOf<LEGION_READ_ONLY, const double>(regions[kB], kVals, RectOf(b));
  const auto grid_c = GridOf<LEGION_READ_ONLY, const double>(regions[kC], kVals, RectOf(c));
  return {a.rows.size(),
          a.columns.size(),
          b.columns.size(),
          First(grid_a, a),
          First(grid_b, b),
          First(grid_c, c),
          {grid_a.stride_x, grid_a.stride_y},
          {grid_b.stride_x, grid_b.stride_y},
          {grid_c.stride_x, grid_c.stride_y}};
}

template <On on>
void Multiply(const Task* task, const Regions& regions, Context context, Runtime* runtime,
              const Setup& setup) {
  const Operands operands = OperandsOf(task, regions, context, runtime);
  if (operands.rows * operands.columns * operands.inner == 0) return;
  if (const std::string mistake = Mistake(operands); !mistake.empty()) Fail(setup, mistake);
  const MultiplyArguments arguments = AsMatrices(operands);
  if (on == On::kGpu && setup.cublas->loaded()) {
    Realm::Cuda::set_task_ctxsync_required(false);
    if (!setup.cublas->Multiply(arguments, Realm::Cuda::get_task_cuda_stream()))
      Fail(setup, "cublasDgemm failed");
    return;
  }
  apps::Perform<on>(setup, kMultiplyKernel, MultiplyByBlas, arguments, MultiplyThreads(arguments),
                    MultiplyWork(kName, arguments));
}

/// Rows whose elements follow each other. Where the field comes is left open: with one field an
/// array of structures lies the same way. `reduction`: of an instance that sums are reduced into.
Legion::LayoutConstraintID ByRows(bool reduction) {
  Legion::LayoutConstraintRegistrar registrar(Legion::FieldSpace::NO_SPACE, "C_order");
  registrar.add_constraint(
      Legion::OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X}, /*contig=*/false));
  if (reduction) {
    registrar.add_constraint(Legion::SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE,
                                                           LEGION_REDOP_SUM_FLOAT64));
  }
  return Runtime::preregister_layout(registrar);
}

template <On on>
void Register(const Setup& setup) {
  Legion::TaskVariantRegistrar registrar = apps::LeafVariant(kTask4, apps::KindOf(on));
  if (!setup.options.undeclared) {
    const bool sums = FamilyOf(setup.options.algorithm) != Family::kSystolic;
    for (const unsigned matrix : {kA, kB, kC})
      registrar.add_layout_constraint_set(matrix, ByRows(sums && matrix == kA));
  }
  Runtime::preregister_task_variant<Setup, Multiply<on>>(registrar, setup, kName);
}

}  // namespace

void RegisterMultiplyTask(const Setup& setup) {
  if (setup.options.cpu_variants) Register<On::kCpu>(setup);
  if (setup.kernels->usable()) Register<On::kGpu>(setup);
}

}  // namespace groma::gemm

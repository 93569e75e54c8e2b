// The two tasks of a step, each on CPU and GPU.
#include <fmt/core.h>

#include "apps/stencil/kernels.h"
#include "apps/stencil/tasks.h"

namespace groma::stencil {
namespace {

using apps::GridOf;
using apps::On;
using apps::Perform;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

// The region requirements that hold points.
constexpr unsigned kTile = 0;
constexpr unsigned HaloRegion(int side) { return 2 + static_cast<unsigned>(side); }
constexpr unsigned kTimes = 6;

constexpr const char* kPrivate[kSides] = {"private", "private", "private", "private"};
constexpr const char* kHalosIn[kSides] = {"pxm_in", "pxp_in", "pym_in", "pyp_in"};
constexpr const char* kHalosOut[kSides] = {"pxm_out", "pxp_out", "pym_out", "pyp_out"};

/// A kernel from elsewhere takes an address and the distance from row to row, and takes for granted
/// that the elements of a row follow each other.
template <typename T>
void RequireDense(const Setup& setup, const char* task, int64_t tile, const char* region,
                  const Grid<T>& grid, const Box& box) {
  const bool dense =
      grid.stride_x == sizeof(T) && (box.height == 1 || grid.stride_y >= box.width * grid.stride_x);
  if (!setup.foreign_kernel || box.count() == 0 || dense) return;
  apps::EndRun(fmt::format(
      "stencil: Assertion failed: stride does not match expected value. (task {} at ({}), region "
      "'{}': {} bytes from column to column and {} from row to row)",
      task, tile, region, grid.stride_x, grid.stride_y));
}

template <On on>
void Stamp(const Setup& setup, const char* task, int64_t tile, const PhysicalRegion& times,
           TimeField field) {
  apps::Stamp<on>(setup, kStampKernel, task, "p_times", tile, times, field);
}

/// Takes the halos over into the tile and applies the star.
template <On on>
void Stencil(const Task* task, const Regions& regions, Context, Runtime*, const Setup& setup) {
  const auto& step = *static_cast<const StepArguments*>(task->args);
  const Structure structure(step.options);
  const int64_t tile = task->index_point[0];
  if (step.stamp) Stamp<on>(setup, kStencilTask, tile, regions[kTimes], kStart);

  const Box box = structure.Private(tile);
  const auto input = GridOf<LEGION_READ_WRITE, double>(regions[kTile], kInput, RectOf(box));
  const auto output = GridOf<LEGION_READ_WRITE, double>(regions[kTile], kOutput, RectOf(box));
  RequireDense(setup, kStencilTask, tile, "private", input, box);
  RequireDense(setup, kStencilTask, tile, "private", output, box);

  const Box interior = structure.Interior(tile);
  CopyArguments halos{};
  for (int i = 0; i < kSides; ++i) {
    const Box from = structure.In(tile, i);
    if (from.count() == 0) continue;
    const auto halo =
        GridOf<LEGION_READ_ONLY, const double>(regions[HaloRegion(i)], kInput, RectOf(from));
    RequireDense(setup, kStencilTask, tile, kHalosIn[i], halo, from);
    halos.sides[i] = Side::Between(from, halo, structure.Ring(tile, i), input);
  }
  Perform<on>(setup, kCopyKernel, RunCopy, halos, halos.count(),
              CopyWork(kStencilTask, halos, kHalosIn, kPrivate));
  const StarArguments star{interior, input.read_only(), output};
  Perform<on>(setup, kStarKernel, RunStar, star, interior.count(), StarWork(star));
}

/// Increments the tile and leaves its edges where the neighbours find them.
template <On on>
void IncrementTile(const Task* task, const Regions& regions, Context, Runtime*,
                   const Setup& setup) {
  const auto& step = *static_cast<const StepArguments*>(task->args);
  const Structure structure(step.options);
  const int64_t tile = task->index_point[0];
  const Box box = structure.Private(tile);
  const auto input = GridOf<LEGION_READ_WRITE, double>(regions[kTile], kInput, RectOf(box));
  RequireDense(setup, kIncrementTask, tile, "private", input, box);
  const IncrementArguments increment{structure.Exterior(tile), input};
  Perform<on>(setup, kIncrementKernel, RunIncrement, increment, increment.box.count(),
              IncrementWork(increment));

  CopyArguments halos{};
  for (int i = 0; i < kSides; ++i) {
    const Box to = structure.Out(tile, i);
    const auto halo = GridOf<LEGION_READ_WRITE, double>(regions[HaloRegion(i)], kInput, RectOf(to));
    RequireDense(setup, kIncrementTask, tile, kHalosOut[i], halo, to);
    const Box edge = structure.Edge(tile, Opposite(i));
    halos.sides[i] = Side::Between(edge, input.read_only(), to, halo);
  }
  Perform<on>(setup, kCopyKernel, RunCopy, halos, halos.count(),
              CopyWork(kIncrementTask, halos, kPrivate, kHalosOut));
  if (step.stamp) Stamp<on>(setup, kIncrementTask, tile, regions[kTimes], kStop);
}

Legion::LayoutConstraintID FortranOrder() {
  Legion::LayoutConstraintRegistrar registrar(Legion::FieldSpace::NO_SPACE, "SOA F_order");
  registrar.add_constraint(
      Legion::OrderingConstraint({LEGION_DIM_X, LEGION_DIM_Y, LEGION_DIM_F}, /*contig=*/false));
  return Runtime::preregister_layout(registrar);
}

template <void (*body)(const Task*, const Regions&, Context, Runtime*, const Setup&)>
void Register(TaskId id, const char* name, Legion::Processor::Kind kind, const Setup& setup,
              Legion::LayoutConstraintID layout) {
  Legion::TaskVariantRegistrar registrar = apps::LeafVariant(id, kind);
  if (setup.foreign_kernel && setup.declares) {
    registrar.add_layout_constraint_set(kTile, layout);
    for (int i = 0; i < kSides; ++i) registrar.add_layout_constraint_set(HaloRegion(i), layout);
  }
  Runtime::preregister_task_variant<Setup, body>(registrar, setup, name);
}

}  // namespace

void RegisterLoopTasks(const Setup& setup) {
  constexpr auto kCpu = Legion::Processor::LOC_PROC;
  constexpr auto kGpu = Legion::Processor::TOC_PROC;
  const Legion::LayoutConstraintID layout = FortranOrder();
  Register<Stencil<On::kCpu>>(kStencil, kStencilTask, kCpu, setup, layout);
  Register<IncrementTile<On::kCpu>>(kIncrement, kIncrementTask, kCpu, setup, layout);
  if (!setup.kernels->usable()) return;
  Register<Stencil<On::kGpu>>(kStencil, kStencilTask, kGpu, setup, layout);
  Register<IncrementTile<On::kGpu>>(kIncrement, kIncrementTask, kGpu, setup, layout);
}

}  // namespace groma::stencil

// Filling, placing and checking matrices, and cuBLAS's start.
#include "apps/gemm/reference.h"
#include "apps/gemm/tasks.h"

namespace groma::gemm {
namespace {

using apps::GridOf;
using apps::On;
using apps::Perform;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

FillArguments FillOf(int matrix, const Tile& tile, const apps::Grid<double>& grid) {
  return {matrix, tile.rows.first, tile.columns.first, tile.rows.size(), tile.columns.size(), grid};
}

template <On on>
void Fill(const Task* task, const Regions& regions, Context context, Runtime* runtime,
          const Setup& setup) {
  const auto& place = *static_cast<const PlaceArguments*>(task->args);
  if (!place.writes) return;
  const Tile tile = TileOf(context, runtime, task->regions[0]);
  const FillArguments fill = FillOf(
      place.matrix, tile, GridOf<LEGION_WRITE_DISCARD, double>(regions[0], kVals, RectOf(tile)));
  Perform<on>(setup, kFillKernel, RunFill, fill, tile.size(),
              PassWork(task->get_task_name(), kMatrixNames[place.matrix], fill));
}

/// The tile's elements by rows.
template <On on>
std::vector<double> Fetch(const Tile& tile, const apps::Grid<double>& grid) {
  std::vector<double> values(static_cast<size_t>(tile.size()));
  auto* to = values.data();
  const int64_t columns = tile.columns.size();
  // As many elements at once as follow each other.
  const int64_t run = grid.stride_y == sizeof(double) ? columns : 1;
  for (int64_t row = tile.rows.first; row <= tile.rows.last; ++row) {
    for (int64_t column = 0; column < columns; column += run, to += run) {
      const double* const from = &grid(row, tile.columns.first + column);
      const size_t bytes = static_cast<size_t>(run) * sizeof(double);
      if constexpr (on == On::kGpu) {
        apps::CopyToHost(to, from, bytes);
      } else {
        std::copy_n(from, run, to);
      }
    }
  }
  return values;
}

template <On on>
double Validate(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                const Setup& setup) {
  const Tile tile = TileOf(context, runtime, task->regions[0]);
  const auto read = GridOf<LEGION_READ_ONLY, const double>(regions[0], kVals, RectOf(tile));
  const apps::Grid<double> grid = {read.origin, read.stride_x, read.stride_y};
  if (setup.modelled()) {
    const FillArguments pass = FillOf(kA, tile, grid);
    Perform<on>(setup, kReadKernel, RunRead, pass, tile.size(),
                PassWork(task->get_task_name(), kMatrixNames[kA], pass));
    return 0;
  }
  if (!setup.options.check || tile.size() == 0) return 0;
  const int64_t k = setup.options.sizes.k;
  return WorstError(Fetch<on>(tile, grid), Reference(tile, k), k);
}

void InitCublas(const Task*, const Regions&, Context, Runtime*, const Setup& setup) {
  if (!setup.cublas->loaded() || setup.cublas->Prepare()) return;
  apps::EndRun(std::string("error: ") + setup.program() + ": cublasCreate failed");
}

template <On on>
void RegisterFill(TaskId id, const char* name, const Setup& setup) {
  Runtime::preregister_task_variant<Setup, Fill<on>>(apps::LeafVariant(id, apps::KindOf(on)), setup,
                                                     name);
}

template <On on>
void RegisterPlacing(const Setup& setup) {
  RegisterFill<on>(kTask1, "task_1", setup);
  RegisterFill<on>(kTask2, "task_2", setup);
  RegisterFill<on>(kTask3, "task_3", setup);
}

/// What has variants for both kinds of processors.
template <On on>
void RegisterCommon(const Setup& setup) {
  RegisterFill<on>(kTacoFill, "taco_fill", setup);
  Runtime::preregister_task_variant<double, Setup, Validate<on>>(
      apps::LeafVariant(kTacoValidate, apps::KindOf(on)), setup, "taco_validate");
}

}  // namespace

void RegisterDataTasks(const Setup& setup) {
  RegisterCommon<On::kCpu>(setup);
  if (setup.options.cpu_variants) RegisterPlacing<On::kCpu>(setup);
  if (!setup.kernels->usable()) return;
  RegisterCommon<On::kGpu>(setup);
  RegisterPlacing<On::kGpu>(setup);
  Runtime::preregister_task_variant<Setup, InitCublas>(
      apps::LeafVariant(kInitCublas, apps::KindOf(On::kGpu)), setup, "init_cublas");
}

}  // namespace groma::gemm

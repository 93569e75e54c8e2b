// Filling, placing and checking matrices, and cuBLAS's start.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

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
              FillWork(task->get_task_name(), kMatrixNames[place.matrix], fill));
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
    Perform<on>(setup, kReadKernel, RunFill, pass, tile.size(),
                ReadWork(task->get_task_name(), kMatrixNames[kA], pass));
    return 0;
  }
  if (!setup.options.check || tile.size() == 0) return 0;
  const int64_t k = setup.options.sizes.k;
  return WorstError(Fetch<on>(tile, grid), Reference(tile, k), k);
}

void InitCublas(const Task*, const Regions&, Context, Runtime*, const Setup& setup) {
  if (!setup.cublas->loaded() || setup.cublas->Prepare()) return;
  fmt::print(stderr, "error: {}: cublasCreate failed\n", setup.program());
  std::fflush(stderr);
  std::_Exit(1);
}

constexpr auto kCpu = Legion::Processor::LOC_PROC;
constexpr auto kGpu = Legion::Processor::TOC_PROC;

template <On on>
void RegisterFill(TaskId id, const char* name, const Setup& setup) {
  Runtime::preregister_task_variant<Setup, Fill<on>>(
      apps::LeafVariant(id, on == On::kGpu ? kGpu : kCpu), setup, name);
}

}  // namespace

void RegisterDataTasks(const Setup& setup) {
  constexpr std::array kPlaces = {std::pair{kTask1, "task_1"}, std::pair{kTask2, "task_2"},
                                  std::pair{kTask3, "task_3"}};
  RegisterFill<On::kCpu>(kTacoFill, "taco_fill", setup);
  Runtime::preregister_task_variant<double, Setup, Validate<On::kCpu>>(
      apps::LeafVariant(kTacoValidate, kCpu), setup, "taco_validate");
  if (setup.options.cpu_variants) {
    for (const auto& [id, name] : kPlaces) RegisterFill<On::kCpu>(id, name, setup);
  }
  if (!setup.kernels->usable()) return;
  RegisterFill<On::kGpu>(kTacoFill, "taco_fill", setup);
  Runtime::preregister_task_variant<double, Setup, Validate<On::kGpu>>(
      apps::LeafVariant(kTacoValidate, kGpu), setup, "taco_validate");
  for (const auto& [id, name] : kPlaces) RegisterFill<On::kGpu>(id, name, setup);
  Runtime::preregister_task_variant<Setup, InitCublas>(apps::LeafVariant(kInitCublas, kGpu), setup,
                                                       "init_cublas");
}

}  // namespace groma::gemm

// The top-level task: regions and partitions, the multiplications, and the report. May be
// control-replicated: everything here is a function of the options and the machine.
#include <fmt/core.h>

#include "apps/common/launch.h"
#include "apps/gemm/grid.h"
#include "apps/gemm/partitions.h"
#include "apps/gemm/reference.h"
#include "apps/gemm/tasks.h"

namespace groma::gemm {
namespace {

using apps::Over;
using Legion::Context;
using Legion::Future;
using Legion::Runtime;
using Legion::Task;

/// The launches of one program.
class Program {
 public:
  Program(Context context, Runtime* runtime, const Options& options)
      : context_(context),
        runtime_(runtime),
        options_(options),
        matrices_(MakeMatrices(context, runtime, options)) {}

  /// Initial values. As in the published programs, Cannon, SUMMA and PUMMA fill and then place; the
  /// others write where they place.
  void Prepare() {
    const bool fill = FamilyOf(options_.algorithm) == Family::kSystolic;
    for (int matrix = kA; fill && matrix <= kC; ++matrix)
      LaunchPlacing(kTacoFill, matrix, LEGION_WRITE_DISCARD);
    for (int matrix = kA; matrix <= kC; ++matrix)
      LaunchPlacing(Placing(matrix), matrix, fill ? LEGION_READ_ONLY : LEGION_WRITE_DISCARD);
  }

  /// The timed part: the multiplication, and where it ends in reductions the placing of A, which
  /// makes them happen.
  void Multiply() {
    switch (FamilyOf(options_.algorithm)) {
      case Family::kSystolic:
        LaunchMultiplication(kTask7);
        return;
      case Family::kLayers:
        LaunchMultiplication(kTask5);
        break;
      case Family::kCube:
        LaunchMultiplication(kTask4);
        break;
    }
    LaunchPlacing(kTask1, kA, LEGION_READ_ONLY);
  }

  /// The worst error of all tiles as a part of the bound.
  Future Validate() {
    auto validate = Over(Domain(matrices_.place[kA]), kTacoValidate, kNoArguments);
    validate.Uses(matrices_.place[kA], LEGION_READ_ONLY, matrices_.regions[kA], {kVals});
    return runtime_->execute_index_space(context_, validate.launcher(), LEGION_REDOP_MAX_FLOAT64);
  }

 private:
  static TaskId Placing(int matrix) { return static_cast<TaskId>(kTask1 + matrix); }

  Legion::IndexSpace Domain(Legion::LogicalPartition partition) {
    return runtime_->get_index_partition_color_space_name(context_,
                                                          partition.get_index_partition());
  }

  void LaunchPlacing(TaskId task, int matrix, Legion::PrivilegeMode mode) {
    const PlaceArguments arguments{matrix, mode != LEGION_READ_ONLY};
    auto place = Over(Domain(matrices_.place[matrix]), task, arguments);
    place.Uses(matrices_.place[matrix], mode, matrices_.regions[matrix], {kVals});
    runtime_->execute_index_space(context_, place.launcher());
  }

  /// A is read and written, or reduced into when several points of the launch may share a tile.
  /// Exclusive, where the published Johnson and COSMA reduce with simultaneous coherence: then
  /// points that share an instance may run at the same time, and DGEMM does not add atomically.
  void LaunchMultiplication(TaskId task) {
    auto multiply = Over(Domain(matrices_.compute[kA]), task, kNoArguments);
    if (task == kTask7) {
      multiply.Uses(matrices_.compute[kA], LEGION_READ_WRITE, matrices_.regions[kA], {kVals});
    } else {
      multiply.Reduces(matrices_.compute[kA], LEGION_REDOP_SUM_FLOAT64, matrices_.regions[kA],
                       {kVals});
    }
    for (const int matrix : {kB, kC}) {
      multiply.Uses(matrices_.compute[matrix], LEGION_READ_ONLY, matrices_.regions[matrix],
                    {kVals});
    }
    runtime_->execute_index_space(context_, multiply.launcher());
  }

  Context context_;
  Runtime* runtime_;
  Options options_;
  Matrices matrices_;
};

Legion::coord_t Count(Legion::Processor::Kind kind) {
  return static_cast<Legion::coord_t>(
      Legion::Machine::ProcessorQuery(Legion::Machine::get_machine()).only_kind(kind).count());
}

/// Elements that fit into the smallest memory of the kind.
int64_t Room(Legion::Memory::Kind kind) {
  int64_t least = INT64_MAX;
  Legion::Machine::MemoryQuery memories(Legion::Machine::get_machine());
  for (const Legion::Memory memory : memories.only_kind(kind))
    least = std::min(least, static_cast<int64_t>(memory.capacity()));
  return least / static_cast<int64_t>(sizeof(double));
}

/// COSMA's grid when none was told: --pieces tiles, or one a GPU, or a CPU where there is no GPU.
void ChooseGrid(Options& options) {
  if (FamilyOf(options.algorithm) != Family::kCube || options.cube[0] > 0) return;
  const int64_t gpus = Count(Legion::Processor::TOC_PROC);
  const int64_t processors = gpus > 0 ? gpus : Count(Legion::Processor::LOC_PROC);
  const int64_t words =
      gpus > 0 ? Room(Legion::Memory::GPU_FB_MEM) : Room(Legion::Memory::SYSTEM_MEM) / processors;
  const int64_t pieces = options.pieces > 0 ? options.pieces : processors;
  const auto grid = BestGrid(options.sizes, pieces, words / Pieces(pieces, processors));
  std::copy(grid.begin(), grid.end(), options.cube);
}

std::string GridText(const Options& options) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return fmt::format("nodes={}x{} gpus=2x2", options.gx, options.gy);
    case Family::kLayers:
      return fmt::format("places={}x{} layers={} steps={}", options.rpoc, options.rpoc, options.c,
                         options.rpoc3);
    case Family::kCube:
      return fmt::format("grid={}x{}x{}", options.cube[0], options.cube[1], options.cube[2]);
  }
  return "";
}

void InitCublas(Context context, Runtime* runtime) {
  const Legion::coord_t gpus = Count(Legion::Processor::TOC_PROC);
  if (gpus == 0) return;
  auto init = Over(runtime->create_index_space(context, Legion::Rect<1>(0, gpus - 1)), kInitCublas,
                   kNoArguments);
  runtime->execute_index_space(context, init.launcher());
}

/// As the published programs count them: n products and n - 1 sums an element.
double Operations(const Sizes& sizes) {
  return static_cast<double>(sizes.m) * static_cast<double>(sizes.n) *
         (2 * static_cast<double>(sizes.k) - 1);
}

void Report(Context context, Runtime* runtime, const Options& options, const Setup& setup,
            double seconds, double worst) {
  const double gflops =
      seconds > 0 ? static_cast<double>(options.steps) * Operations(options.sizes) * 1e-9 / seconds
                  : 0;
  const size_t nodes = Legion::Machine::get_machine().get_address_space_count();
  const double bound = ErrorBound(options.sizes.k);
  const apps::Report report{setup.program(), gflops,        "GFLOP/s",     seconds,
                            setup.mode,      options.check, worst * bound, bound};
  const std::string text =
      apps::Text(report, fmt::format("On {} nodes achieved GFLOPS per node: {:.6f}.\n", nodes,
                                     gflops / static_cast<double>(nodes)));
  runtime->print_once(context, stdout, text.c_str());
  if (apps::CheckFailed(report)) Runtime::set_return_code(1);
}

void TopLevel(const Task*, const std::vector<Legion::PhysicalRegion>&, Context context,
              Runtime* runtime, const Setup& setup) {
  Options options = setup.options;
  const bool gpus = Count(Legion::Processor::TOC_PROC) > 0 && setup.kernels->usable();
  if (!gpus && !options.cpu_variants) {
    runtime->print_once(context, stderr,
                        "error: task_1 to task_5 run on GPUs, and there is none (or the program "
                        "was built without nvcc): give --cpu-variants\n");
    Runtime::set_return_code(3);
    return;
  }
  ChooseGrid(options);
  runtime->print_once(
      context, stdout,
      fmt::format("{} settings: m={} n={} k={} {} multiplications={} {}\n", setup.program(),
                  options.sizes.m, options.sizes.n, options.sizes.k, GridText(options),
                  options.steps, setup.modelled() ? "modelled" : "functional")
          .c_str());
  if (gpus) InitCublas(context, runtime);
  Program program(context, runtime, options);
  long long nanoseconds = 0;
  for (int64_t step = 0; step <= options.steps; ++step) {
    program.Prepare();
    const auto begin = apps::FenceAndTime(context, runtime, setup.mode).get_result<long long>();
    program.Multiply();
    const auto end = apps::FenceAndTime(context, runtime, setup.mode).get_result<long long>();
    if (step > 0) nanoseconds += end - begin;
  }
  const auto worst = program.Validate().get_result<double>();
  Report(context, runtime, options, setup, static_cast<double>(nanoseconds) * 1e-9, worst);
}

}  // namespace

void RegisterTopLevelTask(const Setup& setup) {
  apps::RegisterTopLevel<Setup, TopLevel>(kTopLevel, setup, "top_level");
}

}  // namespace groma::gemm

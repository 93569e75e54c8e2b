// Reading the options, initial values, timing, checking and reporting.
#include <fmt/core.h>

#include <cstdio>

#include "apps/stencil/reference.h"
#include "apps/stencil/tasks.h"

namespace groma::stencil {
namespace {

using apps::GridOf;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

Options ReadConfig(const Task*, const Regions&, Context, Runtime*, const Setup& setup) {
  const Legion::InputArgs& words = Runtime::get_input_args();
  const Result<Options> parsed =
      ParseOptions(std::vector<std::string>(words.argv + 1, words.argv + words.argc));
  Options options = parsed.value();  // main has refused wrong ones
  options.mode = static_cast<int>(setup.mode);
  fmt::print("stencil settings: grid={}x{} tiles={}x{} radius={} steps={} prune={} init={} {}\n",
             options.nx, options.ny, options.ntx, options.nty, kRadius, options.steps,
             options.prune, options.init, setup.modelled() ? "modelled" : "functional");
  std::fflush(stdout);
  return options;
}

template <typename Body>
void ForEach(const Box& box, const Body& body) {
  for (int64_t y = box.y; y < box.y + box.height; ++y) {
    for (int64_t x = box.x; x < box.x + box.width; ++x) body(x, y);
  }
}

/// A tile's halo towards a neighbour is left open; the first step takes it from the halo regions.
void InitTiles(const Task* task, const Regions& regions, Context, Runtime*, const Setup&) {
  const auto& options = *static_cast<const Options*>(task->args);
  const Structure structure(options);
  const int64_t tile = task->index_point[0];
  const Box whole = structure.Private(tile);
  const auto input = GridOf<LEGION_WRITE_DISCARD, double>(regions[0], kInput, RectOf(whole));
  const auto output = GridOf<LEGION_WRITE_DISCARD, double>(regions[0], kOutput, RectOf(whole));
  ForEach(whole, [&](int64_t x, int64_t y) { input(x, y) = output(x, y) = 0; });
  const auto value = [&](int64_t x, int64_t y) {
    return InitialInput(options, structure.GridX(tile, x), structure.GridY(tile, y));
  };
  ForEach(structure.Exterior(tile), [&](int64_t x, int64_t y) { input(x, y) = value(x, y); });

  for (int i = 0; i < kSides; ++i) {
    const Box part = structure.Out(tile, i);
    const Box edge = structure.Edge(tile, Opposite(i));
    const auto halo = GridOf<LEGION_WRITE_DISCARD, double>(regions[1 + static_cast<unsigned>(i)],
                                                           kInput, RectOf(part));
    ForEach(part, [&](int64_t x, int64_t y) {
      halo(x, y) = value(x - part.x + edge.x, y - part.y + edge.y);
    });
  }
}

/// The largest relative error of a tile's input and output; 0 without --check.
double Check(const Task* task, const Regions& regions, Context, Runtime*, const Setup&) {
  const auto& options = *static_cast<const Options*>(task->args);
  if (!options.check) return 0;
  const Structure structure(options);
  const int64_t tile = task->index_point[0];
  const auto whole = RectOf(structure.Private(tile));
  const auto input = GridOf<LEGION_READ_ONLY, const double>(regions[0], kInput, whole);
  const auto output = GridOf<LEGION_READ_ONLY, const double>(regions[0], kOutput, whole);
  const State expected = Reference(options, options.all_steps());
  const auto at = [&](int64_t x, int64_t y) {
    return static_cast<size_t>(structure.GridY(tile, y) * options.nx + structure.GridX(tile, x));
  };
  Difference inputs;
  Difference outputs;
  ForEach(structure.Exterior(tile),
          [&](int64_t x, int64_t y) { inputs.Add(input(x, y), expected.input[at(x, y)]); });
  ForEach(structure.Interior(tile),
          [&](int64_t x, int64_t y) { outputs.Add(output(x, y), expected.output[at(x, y)]); });
  return std::max(inputs.relative(), outputs.relative());
}

double GetElapsed(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  return apps::ElapsedSeconds(task, regions[0], context, runtime, kStart, kStop, setup.mode,
                              "stencil");
}

/// Futures: seconds, and the largest relative error.
void PrintTime(const Task* task, const Regions&, Context, Runtime*, const Setup& setup) {
  if (task->index_point[0] != 0) return;
  const auto& options = *static_cast<const Options*>(task->args);
  const auto seconds = task->futures[0].get_result<double>();
  const auto error = task->futures[1].get_result<double>();
  const auto inner = static_cast<double>((options.nx - 2 * kRadius) * (options.ny - 2 * kRadius));
  const double operations = static_cast<double>(options.steps) * inner * kCountedFlops;
  const double gflops = seconds > 0 ? operations * 1e-9 / seconds : 0;
  const apps::Report report{"stencil",  gflops,        "GFLOP/s", seconds,
                            setup.mode, options.check, error,     kTolerance};
  fmt::print("{}", apps::Text(report, fmt::format("GFLOPS = {:7.3f} GFLOPS\n", gflops)));
  std::fflush(stdout);
  if (apps::CheckFailed(report)) Runtime::set_return_code(1);
}

Legion::TaskVariantRegistrar Leaf(TaskId id) {
  return apps::LeafVariant(id, Legion::Processor::LOC_PROC);
}

}  // namespace

void RegisterSummaryTasks(const Setup& setup) {
  Runtime::preregister_task_variant<Options, Setup, ReadConfig>(Leaf(kReadConfig), setup,
                                                                "read_config");
  Runtime::preregister_task_variant<Setup, InitTiles>(Leaf(kInitTiles), setup, "init_tiles");
  Runtime::preregister_task_variant<double, Setup, Check>(Leaf(kCheck), setup, "check");
  Runtime::preregister_task_variant<double, Setup, GetElapsed>(Leaf(kGetElapsed), setup,
                                                               "get_elapsed");
  Runtime::preregister_task_variant<Setup, PrintTime>(Leaf(kPrintTime), setup, "print_time");
}

}  // namespace groma::stencil

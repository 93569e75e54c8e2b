// The top-level task: regions, partitions, and the steps. May be control-replicated: everything
// here is a function of the options.
#include "apps/common/launch.h"
#include "apps/stencil/tasks.h"

namespace groma::stencil {
namespace {

using apps::NamedField;
using apps::Once;
using apps::Over;
using Legion::Context;
using Legion::FieldID;
using Legion::IndexSpace;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Runtime;
using Legion::Task;

struct Regions {
  Options options;
  IndexSpace tiles;
  LogicalRegion points, times;
  LogicalRegion halos[kSides];  // xm, xp, ym, yp
  LogicalPartition p_private, p_interior, p_exterior, p_times;
  LogicalPartition in[kSides], out[kSides];
};

constexpr const char* kHaloNames[kSides] = {"xm", "xp", "ym", "yp"};
constexpr const char* kInNames[kSides] = {"pxm_in", "pxp_in", "pym_in", "pyp_in"};
constexpr const char* kOutNames[kSides] = {"pxm_out", "pxp_out", "pym_out", "pyp_out"};

/// The partition that a task makes of a region.
LogicalPartition PartitionBy(Context context, Runtime* runtime, const Regions& r, TaskId task,
                             const char* name, LogicalRegion region, int64_t shift = 0) {
  const PartitionArguments arguments{r.options, r.tiles, shift};
  auto launch = Once(task, arguments);
  launch.Uses(region, LEGION_NO_ACCESS, region, {});
  const auto partition =
      runtime->execute_task(context, launch.launcher()).get_result<Legion::IndexPartition>();
  return apps::NamePartition(context, runtime, name, region, partition);
}

Regions BuildRegions(Context context, Runtime* runtime, const Options& options) {
  const Structure structure(options);
  const std::vector<NamedField> fields = {{kInput, sizeof(double), "input"},
                                          {kOutput, sizeof(double), "output"}};
  const auto make = [&](const char* name, const Box& box) {
    return apps::MakeRegion(context, runtime, name,
                            runtime->create_index_space(context, RectOf(box)), fields);
  };
  Regions r{.options = options};
  r.tiles = runtime->create_index_space(context, Legion::Rect<1>(0, options.tiles() - 1));
  r.points = make("points", structure.Points());
  r.times = apps::MakeRegion(
      context, runtime, "times",
      runtime->create_index_space(context, Legion::Rect<1>(0, options.tiles() - 1)),
      {{kStart, sizeof(int64_t), "start"}, {kStop, sizeof(int64_t), "stop"}});
  const auto partition = [&](TaskId task, const char* name, LogicalRegion region, int64_t shift) {
    return PartitionBy(context, runtime, r, task, name, region, shift);
  };
  r.p_private = partition(kMakePrivatePartition, "private", r.points, 0);
  r.p_interior = partition(kMakeInteriorPartition, "interior", r.points, 0);
  r.p_exterior = partition(kMakeExteriorPartition, "exterior", r.points, 0);
  for (int i = 0; i < kSides; ++i) {
    r.halos[i] = make(kHaloNames[i], structure.HaloRegion(HaloOf(i)));
    const TaskId task = HaloOf(i) == Halo::kX ? kGhostXPartition : kGhostYPartition;
    r.in[i] = partition(task, kInNames[i], r.halos[i], Shift(i));
    r.out[i] = partition(task, kOutNames[i], r.halos[i], 0);
  }
  const Legion::IndexPartition slots =
      runtime->create_equal_partition(context, r.times.get_index_space(), r.tiles);
  r.p_times = apps::NamePartition(context, runtime, "p_times", r.times, slots);
  return r;
}

/// Initial values. In modelled runs the points, nearly all of the data, have none: nobody reads
/// them, and the runtime would fill and touch real memory. The stencil asks for no warning about
/// that.
void Initialize(Context context, Runtime* runtime, const Regions& r, bool modelled) {
  const std::vector<NamedField> stamps = {{kStart, sizeof(int64_t), "start"},
                                          {kStop, sizeof(int64_t), "stop"}};
  apps::FillWithZeros(context, runtime, r.times, stamps);
  if (modelled) {
    for (const LogicalRegion halo : r.halos)
      apps::FillWithZeros(context, runtime, halo, {{kInput, sizeof(double), "input"}});
    return;
  }
  auto init = Over(r.tiles, kInitTiles, r.options);
  init.Uses(r.p_private, LEGION_WRITE_DISCARD, r.points, {kInput, kOutput});
  for (int i = 0; i < kSides; ++i) init.Uses(r.out[i], LEGION_WRITE_DISCARD, r.halos[i], {kInput});
  runtime->execute_index_space(context, init.launcher());
}

void RunStep(Context context, Runtime* runtime, const Regions& r, bool modelled, bool first_timed,
             bool last_timed) {
  const std::vector<FieldID> stamps = {kStart, kStop};
  const StepArguments stencil_arguments{r.options, first_timed};
  auto stencil = Over(r.tiles, kStencil, stencil_arguments);
  stencil.Uses(r.p_private, LEGION_READ_WRITE, r.points, {kInput, kOutput})
      .Uses(r.p_interior, LEGION_NO_ACCESS, r.points, {});
  for (int i = 0; i < kSides; ++i) stencil.Uses(r.in[i], LEGION_READ_ONLY, r.halos[i], {kInput});
  stencil.Uses(r.p_times, LEGION_READ_WRITE, r.times, stamps);
  if (modelled)
    stencil.launcher().region_requirements.front().add_flags(LEGION_SUPPRESS_WARNINGS_FLAG);
  runtime->execute_index_space(context, stencil.launcher());

  const StepArguments increment_arguments{r.options, last_timed};
  auto increment = Over(r.tiles, kIncrement, increment_arguments);
  increment.Uses(r.p_private, LEGION_READ_WRITE, r.points, {kInput})
      .Uses(r.p_exterior, LEGION_NO_ACCESS, r.points, {});
  for (int i = 0; i < kSides; ++i)
    increment.Uses(r.out[i], LEGION_READ_WRITE, r.halos[i], {kInput});
  increment.Uses(r.p_times, LEGION_READ_WRITE, r.times, stamps);
  runtime->execute_index_space(context, increment.launcher());
}

/// In modelled runs there are no values to check, and the runtime would bring as much real memory
/// to the CPUs as the program has: the tasks are launched without access.
Legion::Future CheckTiles(Context context, Runtime* runtime, const Regions& r, bool modelled) {
  auto check = Over(r.tiles, kCheck, r.options);
  if (modelled) {
    check.Uses(r.p_private, LEGION_NO_ACCESS, r.points, {});
  } else {
    check.Uses(r.p_private, LEGION_READ_ONLY, r.points, {kInput, kOutput});
  }
  check.Uses(r.p_interior, LEGION_NO_ACCESS, r.points, {});
  return runtime->execute_index_space(context, check.launcher(), LEGION_REDOP_MAX_FLOAT64);
}

void TopLevel(const Task*, const std::vector<Legion::PhysicalRegion>&, Context context,
              Runtime* runtime, const Setup& setup) {
  constexpr Legion::TraceID kTrace = 1;
  Legion::TaskLauncher config(kReadConfig, Legion::UntypedBuffer());
  const auto options = runtime->execute_task(context, config).get_result<Options>();
  const Regions r = BuildRegions(context, runtime, options);
  Initialize(context, runtime, r, setup.modelled());

  const int64_t steps = options.all_steps();
  Legion::Future begin;
  Legion::Future end;
  for (int64_t step = 0; step < steps; ++step) {
    const bool first_timed = step == options.prune;
    const bool last_timed = step == steps - options.prune - 1;
    if (first_timed) begin = apps::FenceAndTime(context, runtime, setup.mode);
    runtime->begin_trace(context, kTrace);
    RunStep(context, runtime, r, setup.modelled(), first_timed, last_timed);
    runtime->end_trace(context, kTrace);
    if (last_timed) end = apps::FenceAndTime(context, runtime, setup.mode);
  }

  const Legion::Future error = CheckTiles(context, runtime, r, setup.modelled());
  auto elapsed = Once(kGetElapsed, r.options);
  elapsed.Uses(r.times, LEGION_READ_ONLY, r.times, {kStart, kStop});
  elapsed.launcher().add_future(begin);
  elapsed.launcher().add_future(end);
  const Legion::Future seconds = runtime->execute_task(context, elapsed.launcher());
  auto print = Over(r.tiles, kPrintTime, r.options);
  print.launcher().add_future(seconds);
  print.launcher().add_future(error);
  runtime->execute_index_space(context, print.launcher());
}

}  // namespace

void RegisterTopLevelTask(const Setup& setup) {
  apps::RegisterTopLevel<Setup, TopLevel>(kTopLevel, setup);
}

}  // namespace groma::stencil

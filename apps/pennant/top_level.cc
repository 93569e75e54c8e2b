// The top-level task: the mesh and the cycles. May be control-replicated: everything here is a
// function of the options, and of what continue_simulation says.
#include "apps/pennant/mesh.h"

namespace groma::pennant {
namespace {

using Legion::Context;
using Legion::Future;
using Legion::Runtime;
using Legion::Task;

constexpr auto kRead = LEGION_READ_ONLY;
constexpr auto kWrite = LEGION_READ_WRITE;
constexpr auto kNone = LEGION_NO_ACCESS;

class Simulation {
 public:
  Simulation(Context context, Runtime* runtime, const Setup& setup)
      : context_(context),
        runtime_(runtime),
        setup_(setup),
        mesh_(BuildMesh(context, runtime, setup.options)) {}

  /// First values of all fields, then points and pointers, then everything that follows from them.
  /// All fields together and first: so an instance that is made for them serves every task.
  void Initialize() {
    Execute(Launch(mesh_, kInitFields)
                .Zones(LEGION_WRITE_DISCARD, AllZoneFields())
                .Private(LEGION_WRITE_DISCARD, AllPointFields())
                .Shared(LEGION_WRITE_DISCARD, AllPointFields())
                .Sides(LEGION_WRITE_DISCARD, AllSideFields()));
    const Fields points = FieldsOf({kPx}, {kHasBcx, kHasBcy});
    Execute(Launch(mesh_, kInitializeTopology)
                .Zones(kWrite, {kZnump})
                .Private(kWrite, points)
                .Shared(kWrite, points)
                .Ghost(kNone, {})
                .Sides(kWrite, WithPointers(Pointers::kBoth, {kMapss3, kMapss4})));
    Execute(Launch(mesh_, kInitPointers)
                .Zones(kNone, {})
                .Private(kNone, {})
                .Ghost(kNone, {})
                .Sides(kWrite, {kMapsp1, kMapsp1In, kMapsp2, kMapsp2In}));
    Execute(Launch(mesh_, kInitMeshZones).Zones(kWrite, FieldsOf({kZx}, {kZarea, kZvol})));
    Legion::TaskLauncher verify(kVerifyCalcVolumesFull, Legion::UntypedBuffer());
    verify.add_future(LaunchGeometry(context_, runtime_, mesh_));
    runtime_->execute_task(context_, verify);
    Execute(Launch(mesh_, kInitSideFracs)
                .Zones(kRead, {kZarea})
                .Private(kNone, {})
                .Ghost(kNone, {})
                .Sides(kRead, {kMapsz, kSarea})
                .Sides(kWrite, {kSmf}));
    Execute(Launch(mesh_, kInitHydro)
                .Zones(kRead, FieldsOf({kZx}, {kZvol}))
                .Zones(kWrite, {kZm, kZr, kZe, kZetot, kZwrate}));
    for (const bool shared : {false, true}) {
      Execute(Launch(mesh_, kInitRadialVelocity)
                  .Points(shared, kRead, FieldsOf({kPx}))
                  .Points(shared, kWrite, FieldsOf({kPu})));
    }
  }

  void Run() {
    constexpr Legion::TraceID kTrace = 1;
    const Options& options = setup_.options;
    Future clock = Future::from_value(Clock{});
    Future allowed = Future::from_value(0.0);
    int64_t cycle = 0;
    for (; Continues(clock, cycle); ++cycle) {
      if (cycle == options.prune) begin_ = FenceAndTime();
      // The first cycle brings what CPUs wrote to where tasks read it. A trace that had recorded
      // these copies would repeat them.
      const bool traced = cycle > 0;
      if (traced) runtime_->begin_trace(context_, kTrace);
      Legion::TaskLauncher global(kCalcGlobalDt, Legion::UntypedBuffer());
      global.add_future(clock);
      global.add_future(allowed);
      clock = runtime_->execute_task(context_, global);
      allowed = RunCycle(context_, runtime_, mesh_, clock);
      if (traced) runtime_->end_trace(context_, kTrace);
      if (cycle == options.prune + options.cycles - 1) EndTiming(cycle + 1);
      if (options.check) Check(cycle + 1, clock);
    }
    // A problem may end before its cycles do.
    if (cycle <= options.prune) begin_ = FenceAndTime();
    if (cycle < options.prune + options.cycles) EndTiming(std::max(cycle, options.prune));
  }

  void Report() {
    const int64_t cycles = timed_;
    Legion::TaskLauncher summary(kPrintSummary, Legion::UntypedBuffer(&cycles, sizeof(cycles)));
    summary.add_future(begin_);
    summary.add_future(end_);
    for (const Future& errors : errors_) summary.add_future(errors);
    runtime_->execute_task(context_, summary);
  }

 private:
  void Execute(Launch launch) { runtime_->execute_index_space(context_, launch.launcher()); }
  Future FenceAndTime() { return apps::FenceAndTime(context_, runtime_, setup_.mode); }

  bool Continues(const Future& clock, int64_t cycle) {
    Legion::TaskLauncher next(kContinueSimulation, Legion::UntypedBuffer(&cycle, sizeof(cycle)));
    next.add_future(clock);
    return runtime_->execute_task(context_, next).get_result<bool>(/*silence_warnings=*/true);
  }

  void EndTiming(int64_t cycles) {
    end_ = FenceAndTime();
    timed_ = cycles - setup_.options.prune;
  }

  /// After `cycles` cycles, of which the last had `clock`.
  void Check(int64_t cycles, const Future& clock) {
    auto check = apps::Once(kCheckCycle, cycles);
    check.Uses(mesh_.rz_all, kRead, mesh_.rz_all, {kZr, kZe, kZp, kZvol, kZm, kZetot, kZw})
        .Uses(mesh_.rp_all, kRead, mesh_.rp_all, FieldsOf({kPx, kPxp, kPu0, kPu}, {kPmaswt}))
        .Uses(mesh_.rs_all, kRead, mesh_.rs_all, FieldsOf({kSfp, kSft}, {kSmf}));
    check.launcher().add_future(clock);
    errors_.push_back(runtime_->execute_task(context_, check.launcher()));
  }

  Context context_;
  Runtime* runtime_;
  const Setup& setup_;
  Mesh mesh_;
  Future begin_, end_;
  int64_t timed_ = 0;
  std::vector<Future> errors_;
};

void TopLevel(const Task*, const std::vector<Legion::PhysicalRegion>&, Context context,
              Runtime* runtime, const Setup& setup) {
  runtime->execute_task(context, Legion::TaskLauncher(kReadInput, Legion::UntypedBuffer()));
  Simulation simulation(context, runtime, setup);
  simulation.Initialize();
  simulation.Run();
  simulation.Report();
}

}  // namespace

void RegisterTopLevelTask(const Setup& setup) {
  apps::RegisterTopLevel<Setup, TopLevel>(kTopLevel, setup);
}

}  // namespace groma::pennant

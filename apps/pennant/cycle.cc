// What a cycle launches, in the published program's order.
#include "apps/pennant/mesh.h"

namespace groma::pennant {
namespace {

using Legion::Context;
using Legion::Future;
using Legion::Runtime;

constexpr auto kRead = LEGION_READ_ONLY;
constexpr auto kWrite = LEGION_READ_WRITE;
constexpr auto kNone = LEGION_NO_ACCESS;

/// The launches of one cycle in order.
class Cycle {
 public:
  Cycle(Context context, Runtime* runtime, const Mesh& mesh, Future clock)
      : context_(context), runtime_(runtime), mesh_(mesh), clock_(std::move(clock)) {}

  Launch Task(TaskId task) { return {mesh_, task}; }
  /// A task that needs the time step.
  Launch TimedTask(TaskId task) {
    Launch launch(mesh_, task);
    launch.Reads(clock_);
    return launch;
  }
  void Execute(Launch launch) { runtime_->execute_index_space(context_, launch.launcher()); }

  void Begin() {
    for (const bool shared : {false, true}) {
      Execute(Task(kInitStepPoints).Points(shared, kWrite, FieldsOf({kPf}, {kPmaswt})));
    }
    Execute(Task(kInitStepZones).Zones(kRead, {kZvol}).Zones(kWrite, {kZvol0}));
    for (const bool shared : {false, true}) {
      Execute(TimedTask(kAdvPosHalf)
                  .Points(shared, kRead, FieldsOf({kPx, kPu}))
                  .Points(shared, kWrite, FieldsOf({kPx0, kPxp, kPu0})));
    }
  }

  void GeometryAtHalf() {
    Execute(Task(kCalcCenters)
                .Zones(kRead, {kZnump})
                .Zones(kWrite, FieldsOf({kZxp}))
                .Private(kRead, FieldsOf({kPxp}))
                .Ghost(kRead, FieldsOf({kPxp}))
                .Sides(kRead, WithPointers(Pointers::kBoth, {}))
                .Sides(kWrite, FieldsOf({kExp})));
    Execute(Task(kCalcVolumes)
                .Zones(kRead, FieldsOf({kZxp}, {kZnump}))
                .Zones(kWrite, {kZareap, kZvolp})
                .Private(kRead, FieldsOf({kPxp}))
                .Ghost(kRead, FieldsOf({kPxp}))
                .Sides(kRead, WithPointers(Pointers::kBoth, {}))
                .Sides(kWrite, {kSareap, kElen}));
    Execute(Task(kCalcCharLen)
                .Zones(kRead, {kZnump})
                .Zones(kWrite, {kZdl})
                .Private(kNone, {})
                .Ghost(kNone, {})
                .Sides(kRead, {kMapsz, kSareap, kElen}));
  }

  void StateAtHalf() {
    Execute(Task(kCalcRhoHalf).Zones(kRead, {kZvolp, kZm}).Zones(kWrite, {kZrp}));
    Execute(Task(kSumPointMass)
                .Zones(kRead, {kZareap, kZrp})
                .Private(kWrite, {kPmaswt})
                .SumsIntoGhost({kPmaswt})
                .Sides(kRead, WithPointers(Pointers::kFirst, {kMapss3, kSmf})));
    Execute(TimedTask(kCalcStateAtHalf)
                .Zones(kRead, {kZvol0, kZvolp, kZm, kZr, kZe, kZwrate})
                .Zones(kWrite, {kZp, kZss}));
    Execute(Task(kCalcForcePgasTts)
                .Zones(kRead, FieldsOf({kZxp}, {kZareap, kZrp, kZp, kZss}))
                .Private(kNone, {})
                .Ghost(kNone, {})
                .Sides(kRead, FieldsOf({kExp}, {kMapsz, kSareap, kSmf}))
                .Sides(kWrite, FieldsOf({kSfp, kSft})));
  }

  void Viscosity() {
    Execute(Task(kQcsZoneCenterVelocity)
                .Zones(kRead, {kZnump})
                .Zones(kWrite, FieldsOf({kZuc}))
                .Private(kRead, FieldsOf({kPu}))
                .Ghost(kRead, FieldsOf({kPu}))
                .Sides(kRead, WithPointers(Pointers::kFirst, {})));
    Execute(Task(kQcsCornerDivergence)
                .Zones(kRead, FieldsOf({kZxp, kZuc}))
                .Private(kRead, FieldsOf({kPxp, kPu}))
                .Ghost(kRead, FieldsOf({kPxp, kPu}))
                .Sides(kRead, WithPointers(Pointers::kBoth, FieldsOf({kExp}, {kMapss3, kElen})))
                .Sides(kWrite, {kCarea, kCevol, kCdu, kCdiv, kCcos}));
    Execute(Task(kQcsQcnForce)
                .Zones(kRead, {kZrp, kZss})
                .Private(kRead, FieldsOf({kPu}))
                .Ghost(kRead, FieldsOf({kPu}))
                .Sides(kRead, WithPointers(Pointers::kBoth, {kMapss3, kElen, kCevol, kCdu, kCdiv}))
                .Sides(kWrite, FieldsOf({kCqe1, kCqe2})));
    Execute(Task(kQcsForce)
                .Zones(kNone, {})
                .Private(kNone, {})
                .Ghost(kNone, {})
                .Sides(kRead, FieldsOf({kCqe1, kCqe2}, {kMapss4, kElen, kCarea, kCcos}))
                .Sides(kWrite, FieldsOf({kSfq})));
    Execute(Task(kQcsVelDiff)
                .Zones(kRead, {kZss})
                .Zones(kWrite, {kZdu, kZ0tmp})
                .Private(kRead, FieldsOf({kPxp, kPu}))
                .Ghost(kRead, FieldsOf({kPxp, kPu}))
                .Sides(kRead, WithPointers(Pointers::kBoth, {kElen})));
  }

  void MovePoints() {
    Execute(Task(kSumPointForce)
                .Zones(kRead, {kZnump})
                .Private(kWrite, FieldsOf({kPf}))
                .SumsIntoGhost(FieldsOf({kPf}))
                .Sides(kRead, WithPointers(Pointers::kFirst, FieldsOf({kSft, kSfq}, {kMapss3}))));
    for (const bool shared : {false, true}) {
      Execute(Task(kApplyBoundaryConditions)
                  .Points(shared, kRead, {kHasBcx, kHasBcy})
                  .Points(shared, kWrite, FieldsOf({kPu0, kPf})));
    }
    for (const bool shared : {false, true}) {
      Execute(TimedTask(kAdvPosFull)
                  .Points(shared, kRead, FieldsOf({kPx0, kPu0, kPf}, {kPmaswt}))
                  .Points(shared, kWrite, FieldsOf({kPx, kPu})));
    }
  }

  Future End() {
    LaunchGeometry(context_, runtime_, mesh_);
    Execute(TimedTask(kCalcWork)
                .Zones(kRead, {kZnump})
                .Zones(kWrite, {kZetot, kZw})
                .Private(kRead, FieldsOf({kPxp, kPu0, kPu}))
                .Ghost(kRead, FieldsOf({kPxp, kPu0, kPu}))
                .Sides(kRead, WithPointers(Pointers::kBoth, FieldsOf({kSfp, kSfq}))));
    Execute(TimedTask(kCalcWorkRateEnergyRhoFull)
                .Zones(kRead, {kZvol0, kZvol, kZm, kZetot, kZw, kZp})
                .Zones(kWrite, {kZr, kZe, kZwrate}));
    Launch step = TimedTask(kCalcDtHydro);
    step.Zones(kRead, {kZvol0, kZvol, kZdl, kZss, kZdu});
    return runtime_->execute_index_space(context_, step.launcher(), LEGION_REDOP_MIN_FLOAT64);
  }

 private:
  Context context_;
  Runtime* runtime_;
  const Mesh& mesh_;
  Future clock_;
};

}  // namespace

Future LaunchGeometry(Context context, Runtime* runtime, const Mesh& mesh) {
  Launch centers(mesh, kCalcCentersFull);
  centers.Zones(kRead, {kZnump})
      .Zones(kWrite, FieldsOf({kZx}))
      .Private(kRead, FieldsOf({kPx}))
      .Ghost(kRead, FieldsOf({kPx}))
      .Sides(kRead, WithPointers(Pointers::kBoth, {}))
      .Sides(kWrite, FieldsOf({kEx}));
  runtime->execute_index_space(context, centers.launcher());
  Launch volumes(mesh, kCalcVolumesFull);
  volumes.Zones(kRead, FieldsOf({kZx}, {kZnump}))
      .Zones(kWrite, {kZarea, kZvol})
      .Private(kRead, FieldsOf({kPx}))
      .Ghost(kRead, FieldsOf({kPx}))
      .Sides(kRead, WithPointers(Pointers::kBoth, {}))
      .Sides(kWrite, {kSarea});
  return runtime->execute_index_space(context, volumes.launcher(), LEGION_REDOP_SUM_INT64);
}

Future RunCycle(Context context, Runtime* runtime, const Mesh& mesh, const Future& clock) {
  Cycle cycle(context, runtime, mesh, clock);
  cycle.Begin();
  cycle.GeometryAtHalf();
  cycle.StateAtHalf();
  cycle.Viscosity();
  cycle.MovePoints();
  return cycle.End();
}

}  // namespace groma::pennant

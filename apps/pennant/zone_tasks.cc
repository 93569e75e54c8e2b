// The tasks of zones, each on CPU and GPU.
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using apps::On;
using Legion::Context;
using Legion::Runtime;
using Legion::Task;

template <On on>
void InitMeshZonesOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                     const Setup& setup) {
  const View view(task, regions, context, runtime);
  const InitMeshZones body{view.Elements(0), view.VectorOut(0, kZx), view.Out(0, kZarea),
                           view.Out(0, kZvol)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 0), body));
}

template <On on>
void InitHydroOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                 const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Problem problem = ProblemOf(setup.options);
  const InitHydro body{.range = view.Elements(1),
                       .width = problem.part_width,
                       .height = problem.part_height,
                       .densities = {problem.density, problem.part_density},
                       .energies = {problem.energy, problem.part_energy},
                       .centre = view.VectorIn(0, kZx),
                       .volume = view.In(0, kZvol),
                       .mass = view.Out(1, kZm),
                       .density = view.Out(1, kZr),
                       .energy = view.Out(1, kZe),
                       .total_energy = view.Out(1, kZetot),
                       .heating = view.Out(1, kZwrate)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 1), body));
}

template <On on>
void InitStepZonesOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                     const Setup& setup) {
  const View view(task, regions, context, runtime);
  const InitStepZones body{view.Elements(1), view.In(0, kZvol), view.Out(1, kZvol0)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 1), body));
}

template <On on>
void CalcRhoHalfOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                   const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcRhoHalf body{view.Elements(1), view.In(0, kZvolp), view.In(0, kZm), view.Out(1, kZrp)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 1), body));
}

template <On on>
void CalcStateAtHalfOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                       const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcStateAtHalf body{.range = view.Elements(1),
                             .dt = view.Step(),
                             .gamma = ProblemOf(setup.options).gamma,
                             .volume_before = view.In(0, kZvol0),
                             .volume_half = view.In(0, kZvolp),
                             .mass = view.In(0, kZm),
                             .density = view.In(0, kZr),
                             .energy = view.In(0, kZe),
                             .heating = view.In(0, kZwrate),
                             .pressure = view.Out(1, kZp),
                             .sound_speed = view.Out(1, kZss)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 1), body));
}

template <On on>
void CalcWorkRateEnergyRhoFullOf(const Task* task, const Regions& regions, Context context,
                                 Runtime* runtime, const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcWorkRateEnergyRhoFull body{.range = view.Elements(1),
                                       .dt = view.Step(),
                                       .volume_before = view.In(0, kZvol0),
                                       .volume = view.In(0, kZvol),
                                       .mass = view.In(0, kZm),
                                       .total_energy = view.In(0, kZetot),
                                       .work = view.In(0, kZw),
                                       .pressure = view.In(0, kZp),
                                       .density = view.Out(1, kZr),
                                       .energy = view.Out(1, kZe),
                                       .heating = view.Out(1, kZwrate)};
  Perform<on>(setup, body, WorkOf(view.task(), ZonesOf(view, 1), body));
}

/// `minimum` begins with the value that stands where there are no zones, and in modelled runs.
template <On on>
void DtHydro(const View& view, const Setup& setup, Doubles minimum) {
  constexpr int64_t kMostThreads = 65536;
  const Problem problem = ProblemOf(setup.options);
  const Range zones = view.Elements(0);
  const int64_t threads = std::min(zones.count, kMostThreads);
  const CalcDtHydro body{.range = zones,
                         .threads = threads,
                         .dt = view.Step(),
                         .courant = problem.courant,
                         .volume_change = problem.volume_change,
                         .volume_before = view.In(0, kZvol0),
                         .volume = view.In(0, kZvol),
                         .length = view.In(0, kZdl),
                         .sound_speed = view.In(0, kZss),
                         .viscous_speed = view.In(0, kZdu),
                         .minimum = minimum};
  apps::Perform<on>(setup, CalcDtHydro::kKernel, Run<CalcDtHydro>, body, threads,
                    WorkOf(view.task(), ZonesOf(view, 0), body));
}

/// Modelled runs compute no time steps: theirs stays the first one.
double StepUnlessComputed(const Setup& setup) {
  return setup.modelled() ? ProblemOf(setup.options).first_step : 1e99;
}

double CalcDtHydroOnCpu(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                        const Setup& setup) {
  const View view(task, regions, context, runtime);
  double minimum = StepUnlessComputed(setup);
  DtHydro<On::kCpu>(view, setup, apps::MakeField(&minimum, sizeof(double), 0));
  return minimum;
}

/// The value is in memory that the GPU sees, and is read when the kernel has ended.
Legion::DeferredValue<double> CalcDtHydroOnGpu(const Task* task, const Regions& regions,
                                               Context context, Runtime* runtime,
                                               const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Legion::DeferredValue<double> minimum(StepUnlessComputed(setup));
  DtHydro<On::kGpu>(view, setup, apps::MakeField(minimum.ptr(), sizeof(double), 0));
  return minimum;
}

void RegisterDtHydro(const Setup& setup) {
  constexpr char kName[] = "calc_dt_hydro";
  Runtime::preregister_task_variant<double, Setup, CalcDtHydroOnCpu>(
      apps::LeafVariant(kCalcDtHydro, apps::KindOf(On::kCpu)), setup, kName);
  if (!setup.kernels->usable()) return;
  Runtime::preregister_task_variant<Legion::DeferredValue<double>, Setup, CalcDtHydroOnGpu>(
      LeafVariantWithValue(kCalcDtHydro), setup, kName);
}

}  // namespace

void RegisterZoneTasks(const Setup& setup) {
  Register<InitMeshZonesOf<On::kCpu>, InitMeshZonesOf<On::kGpu>>(kInitMeshZones, "init_mesh_zones",
                                                                 setup);
  Register<InitHydroOf<On::kCpu>, InitHydroOf<On::kGpu>>(kInitHydro, "init_hydro", setup);
  Register<InitStepZonesOf<On::kCpu>, InitStepZonesOf<On::kGpu>>(kInitStepZones, "init_step_zones",
                                                                 setup);
  Register<CalcRhoHalfOf<On::kCpu>, CalcRhoHalfOf<On::kGpu>>(kCalcRhoHalf, "calc_rho_half", setup);
  Register<CalcStateAtHalfOf<On::kCpu>, CalcStateAtHalfOf<On::kGpu>>(kCalcStateAtHalf,
                                                                     "calc_state_at_half", setup);
  Register<CalcWorkRateEnergyRhoFullOf<On::kCpu>, CalcWorkRateEnergyRhoFullOf<On::kGpu>>(
      kCalcWorkRateEnergyRhoFull, "calc_work_rate_energy_rho_full", setup);
  RegisterDtHydro(setup);
}

}  // namespace groma::pennant

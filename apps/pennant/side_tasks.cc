// The tasks of sides but for the viscosity's, each on CPU and GPU.
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using apps::On;
using Legion::Context;
using Legion::Runtime;
using Legion::Task;

/// At half the time step and at its end, the same tasks work on other fields.
struct GeometryFields {
  Legion::FieldID position, zone_centre, edge_centre, zone_area, zone_volume, side_area;
};
constexpr GeometryFields kHalf = {kPxp, kZxp, kExp, kZareap, kZvolp, kSareap};
constexpr GeometryFields kFull = {kPx, kZx, kEx, kZarea, kZvol, kSarea};

template <On on, const GeometryFields& fields>
void CalcCentersOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                   const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcCenters body{.zone_of = view.Zones(4),
                         .ends = view.Ends(4),
                         .position = view.Points(2, fields.position),
                         .points = view.In<uint8_t>(0, kZnump),
                         .zone_centre = view.VectorOut(1, fields.zone_centre),
                         .edge_centre = view.VectorOut(5, fields.edge_centre)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

/// `tangled` counts sides that are turned inside out.
template <On on, const GeometryFields& fields>
void Volumes(const View& view, const Setup& setup, Field<int64_t> tangled) {
  constexpr bool kLengths = &fields == &kHalf;
  CalcVolumes body{.zone_of = view.Zones(4),
                   .ends = view.Ends(4),
                   .position = view.Points(2, fields.position),
                   .zone_centre = view.VectorIn(0, fields.zone_centre),
                   .zone_area = view.Out(1, fields.zone_area),
                   .zone_volume = view.Out(1, fields.zone_volume),
                   .side_area = view.Out(5, fields.side_area),
                   .lengths = kLengths,
                   .edge_length = {},
                   .tangled = tangled};
  if (kLengths) body.edge_length = view.Out(5, kElen);
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

template <const GeometryFields& fields>
int64_t CalcVolumesOnCpu(const Task* task, const Regions& regions, Context context,
                         Runtime* runtime, const Setup& setup) {
  const View view(task, regions, context, runtime);
  int64_t tangled = 0;
  Volumes<On::kCpu, fields>(view, setup, apps::MakeField(&tangled, sizeof(tangled), 0));
  return tangled;
}

template <const GeometryFields& fields>
Legion::DeferredValue<int64_t> CalcVolumesOnGpu(const Task* task, const Regions& regions,
                                                Context context, Runtime* runtime,
                                                const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Legion::DeferredValue<int64_t> tangled(0);
  Volumes<On::kGpu, fields>(view, setup, apps::MakeField(tangled.ptr(), sizeof(int64_t), 0));
  return tangled;
}

template <On on>
void InitSideFracsOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                     const Setup& setup) {
  const View view(task, regions, context, runtime);
  const InitSideFracs body{view.Zones(3), view.In(0, kZarea), view.In(3, kSarea),
                           view.Out(4, kSmf)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void CalcCharLenOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                   const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcCharLen body{view.Zones(4), view.In<uint8_t>(0, kZnump), view.In(4, kSareap),
                         view.In(4, kElen), view.Out(1, kZdl)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

template <On on>
void SumPointMassOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                    const Setup& setup) {
  const View view(task, regions, context, runtime);
  const SumPointMass body{.zone_of = view.Zones(3),
                          .first = view.In<int64_t>(3, kMapsp1),
                          .before = view.In<int64_t>(3, kMapss3),
                          .first_in = view.In<uint8_t>(3, kMapsp1In),
                          .fraction = view.In(3, kSmf),
                          .zone_area = view.In(0, kZareap),
                          .density_half = view.In(0, kZrp),
                          .mass = {view.Out(1, kPmaswt), view.Sum(2, kPmaswt)}};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void CalcForcePgasTtsOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                        const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Problem problem = ProblemOf(setup.options);
  const CalcForcePgasTts body{.zone_of = view.Zones(3),
                              .subzonal = problem.subzonal,
                              .least_sound_speed = problem.least_sound_speed,
                              .zone_centre = view.VectorIn(0, kZxp),
                              .zone_area = view.In(0, kZareap),
                              .density_half = view.In(0, kZrp),
                              .pressure = view.In(0, kZp),
                              .sound_speed = view.In(0, kZss),
                              .side_area = view.In(3, kSareap),
                              .fraction = view.In(3, kSmf),
                              .edge_centre = view.VectorIn(3, kExp),
                              .pressure_force = view.VectorOut(4, kSfp),
                              .force = view.VectorOut(4, kSft)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void SumPointForceOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                     const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Vectors ghost{view.Sum(2, kPf), view.Sum(2, kPf + 1)};
  const SumPointForce body{.zone_of = view.Zones(3),
                           .first = view.In<int64_t>(3, kMapsp1),
                           .before = view.In<int64_t>(3, kMapss3),
                           .first_in = view.In<uint8_t>(3, kMapsp1In),
                           .force = view.VectorIn(3, kSft),
                           .viscous_force = view.VectorIn(3, kSfq),
                           .sum = {view.VectorOut(1, kPf), ghost}};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void CalcWorkOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                const Setup& setup) {
  const View view(task, regions, context, runtime);
  const CalcWork body{.zone_of = view.Zones(4),
                      .dt = view.Step(),
                      .ends = view.Ends(4),
                      .position_half = view.Points(2, kPxp),
                      .velocity_before = view.Points(2, kPu0),
                      .velocity = view.Points(2, kPu),
                      .pressure_force = view.VectorIn(4, kSfp),
                      .viscous_force = view.VectorIn(4, kSfq),
                      .total_energy = view.Out(1, kZetot),
                      .work = view.Out(1, kZw)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

template <const GeometryFields& fields>
void RegisterVolumes(TaskId id, const char* name, const Setup& setup) {
  Runtime::preregister_task_variant<int64_t, Setup, CalcVolumesOnCpu<fields>>(
      apps::LeafVariant(id, apps::KindOf(On::kCpu)), setup, name);
  if (!setup.kernels->usable()) return;
  Runtime::preregister_task_variant<Legion::DeferredValue<int64_t>, Setup,
                                    CalcVolumesOnGpu<fields>>(LeafVariantWithValue(id), setup,
                                                              name);
}

}  // namespace

void RegisterSideTasks(const Setup& setup) {
  Register<CalcCentersOf<On::kCpu, kHalf>, CalcCentersOf<On::kGpu, kHalf>>(kCalcCenters,
                                                                           "calc_centers", setup);
  Register<CalcCentersOf<On::kCpu, kFull>, CalcCentersOf<On::kGpu, kFull>>(
      kCalcCentersFull, "calc_centers_full", setup);
  RegisterVolumes<kHalf>(kCalcVolumes, "calc_volumes", setup);
  RegisterVolumes<kFull>(kCalcVolumesFull, "calc_volumes_full", setup);
  Register<InitSideFracsOf<On::kCpu>, InitSideFracsOf<On::kGpu>>(kInitSideFracs, "init_side_fracs",
                                                                 setup);
  Register<CalcCharLenOf<On::kCpu>, CalcCharLenOf<On::kGpu>>(kCalcCharLen, "calc_char_len", setup);
  Register<SumPointMassOf<On::kCpu>, SumPointMassOf<On::kGpu>>(kSumPointMass, "sum_point_mass",
                                                               setup);
  Register<CalcForcePgasTtsOf<On::kCpu>, CalcForcePgasTtsOf<On::kGpu>>(
      kCalcForcePgasTts, "calc_force_pgas_tts", setup);
  Register<SumPointForceOf<On::kCpu>, SumPointForceOf<On::kGpu>>(kSumPointForce, "sum_point_force",
                                                                 setup);
  Register<CalcWorkOf<On::kCpu>, CalcWorkOf<On::kGpu>>(kCalcWork, "calc_work", setup);
}

}  // namespace groma::pennant

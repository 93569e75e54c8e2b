// The tasks of the artificial viscosity, each on CPU and GPU.
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using apps::On;
using Legion::Context;
using Legion::Runtime;
using Legion::Task;

template <On on>
void ZoneCenterVelocity(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                        const Setup& setup) {
  const View view(task, regions, context, runtime);
  SideEnds ends;  // only where sides begin
  ends.first = view.In<int64_t>(4, kMapsp1);
  ends.first_in = view.In<uint8_t>(4, kMapsp1In);
  const QcsZoneCenterVelocity body{view.Zones(4), ends, view.Points(2, kPu),
                                   view.In<uint8_t>(0, kZnump), view.VectorOut(1, kZuc)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

template <On on>
void CornerDivergence(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                      const Setup& setup) {
  const View view(task, regions, context, runtime);
  const QcsCornerDivergence body{.zone_of = view.Zones(3),
                                 .ends = view.Ends(3),
                                 .before = view.In<int64_t>(3, kMapss3),
                                 .position = view.Points(1, kPxp),
                                 .velocity = view.Points(1, kPu),
                                 .zone_centre = view.VectorIn(0, kZxp),
                                 .centre_velocity = view.VectorIn(0, kZuc),
                                 .edge_centre = view.VectorIn(3, kExp),
                                 .edge_length = view.In(3, kElen),
                                 .area = view.Out(4, kCarea),
                                 .extent = view.Out(4, kCevol),
                                 .jump = view.Out(4, kCdu),
                                 .divergence = view.Out(4, kCdiv),
                                 .cosine = view.Out(4, kCcos)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void QcnForce(const Task* task, const Regions& regions, Context context, Runtime* runtime,
              const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Problem problem = ProblemOf(setup.options);
  const QcsQcnForce body{.zone_of = view.Zones(3),
                         .linear = problem.linear,
                         .quadratic = problem.quadratic,
                         .gamma = problem.viscous_gamma,
                         .ends = view.Ends(3),
                         .before = view.In<int64_t>(3, kMapss3),
                         .velocity = view.Points(1, kPu),
                         .density_half = view.In(0, kZrp),
                         .sound_speed = view.In(0, kZss),
                         .edge_length = view.In(3, kElen),
                         .extent = view.In(3, kCevol),
                         .jump = view.In(3, kCdu),
                         .divergence = view.In(3, kCdiv),
                         .stress_in = view.VectorOut(4, kCqe1),
                         .stress_out = view.VectorOut(4, kCqe2)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void Force(const Task* task, const Regions& regions, Context context, Runtime* runtime,
           const Setup& setup) {
  const View view(task, regions, context, runtime);
  const QcsForce body{.range = view.Elements(3),
                      .after = view.In<int64_t>(3, kMapss4),
                      .edge_length = view.In(3, kElen),
                      .area = view.In(3, kCarea),
                      .cosine = view.In(3, kCcos),
                      .stress_in = view.VectorIn(3, kCqe1),
                      .stress_out = view.VectorIn(3, kCqe2),
                      .force = view.VectorOut(4, kSfq)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 0, 1, 3), body));
}

template <On on>
void VelDiff(const Task* task, const Regions& regions, Context context, Runtime* runtime,
             const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Problem problem = ProblemOf(setup.options);
  const QcsVelDiff body{.zone_of = view.Zones(4),
                        .linear = problem.linear,
                        .quadratic = problem.quadratic,
                        .ends = view.Ends(4),
                        .position = view.Points(2, kPxp),
                        .velocity = view.Points(2, kPu),
                        .sound_speed = view.In(0, kZss),
                        .edge_length = view.In(4, kElen),
                        .speed = view.Out(1, kZdu),
                        .fastest_edge = view.Out(1, kZ0tmp)};
  Perform<on>(setup, body, WorkOf(view.task(), PieceOf<on>(view, setup, 1, 2, 4), body));
}

}  // namespace

void RegisterViscosityTasks(const Setup& setup) {
  Register<ZoneCenterVelocity<On::kCpu>, ZoneCenterVelocity<On::kGpu>>(
      kQcsZoneCenterVelocity, "qcs_zone_center_velocity", setup);
  Register<CornerDivergence<On::kCpu>, CornerDivergence<On::kGpu>>(kQcsCornerDivergence,
                                                                   "qcs_corner_divergence", setup);
  Register<QcnForce<On::kCpu>, QcnForce<On::kGpu>>(kQcsQcnForce, "qcs_qcn_force", setup);
  Register<Force<On::kCpu>, Force<On::kGpu>>(kQcsForce, "qcs_force", setup);
  Register<VelDiff<On::kCpu>, VelDiff<On::kGpu>>(kQcsVelDiff, "qcs_vel_diff", setup);
}

}  // namespace groma::pennant

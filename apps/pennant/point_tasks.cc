// The tasks of points, each on CPU and GPU.
#include "apps/pennant/view.h"

namespace groma::pennant {
namespace {

using apps::On;
using Legion::Context;
using Legion::Runtime;
using Legion::Task;

/// The points of a requirement, by the partition that they are of.
Part PointsOf(const View& view, const Setup& setup, unsigned requirement) {
  const Range range = view.Elements(requirement);
  const Structure structure(setup.options);
  const bool shared = structure.Locate(range.first) == Location::kGhost;
  return {shared ? "rp_all_shared_p" : "rp_all_private_p", range};
}

template <On on>
void InitRadialVelocityOf(const Task* task, const Regions& regions, Context context,
                          Runtime* runtime, const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part points = PointsOf(view, setup, 0);
  const InitRadialVelocity body{points.range, ProblemOf(setup.options).radial_velocity,
                                view.VectorIn(0, kPx), view.VectorOut(1, kPu)};
  Perform<on>(setup, body, WorkOf(view.task(), points, body));
}

template <On on>
void InitStepPointsOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                      const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part points = PointsOf(view, setup, 0);
  const InitStepPoints body{points.range, view.VectorOut(0, kPf), view.Out(0, kPmaswt)};
  Perform<on>(setup, body, WorkOf(view.task(), points, body));
}

template <On on>
void AdvPosHalfOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part points = PointsOf(view, setup, 0);
  const AdvPosHalf body{.range = points.range,
                        .dt = view.Step(),
                        .position = view.VectorIn(0, kPx),
                        .velocity = view.VectorIn(0, kPu),
                        .position_before = view.VectorOut(1, kPx0),
                        .position_half = view.VectorOut(1, kPxp),
                        .velocity_before = view.VectorOut(1, kPu0)};
  Perform<on>(setup, body, WorkOf(view.task(), points, body));
}

template <On on>
void ApplyBoundaryConditionsOf(const Task* task, const Regions& regions, Context context,
                               Runtime* runtime, const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part points = PointsOf(view, setup, 0);
  const ApplyBoundaryConditions body{points.range, view.In<uint8_t>(0, kHasBcx),
                                     view.In<uint8_t>(0, kHasBcy), view.VectorOut(1, kPu0),
                                     view.VectorOut(1, kPf)};
  Perform<on>(setup, body, WorkOf(view.task(), points, body));
}

template <On on>
void AdvPosFullOf(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  const View view(task, regions, context, runtime);
  const Part points = PointsOf(view, setup, 0);
  const AdvPosFull body{.range = points.range,
                        .dt = view.Step(),
                        .position_before = view.VectorIn(0, kPx0),
                        .velocity_before = view.VectorIn(0, kPu0),
                        .force = view.VectorIn(0, kPf),
                        .mass = view.In(0, kPmaswt),
                        .position = view.VectorOut(1, kPx),
                        .velocity = view.VectorOut(1, kPu)};
  Perform<on>(setup, body, WorkOf(view.task(), points, body));
}

}  // namespace

void RegisterPointTasks(const Setup& setup) {
  Register<InitRadialVelocityOf<On::kCpu>, InitRadialVelocityOf<On::kGpu>>(
      kInitRadialVelocity, "init_radial_velocity", setup);
  Register<InitStepPointsOf<On::kCpu>, InitStepPointsOf<On::kGpu>>(kInitStepPoints,
                                                                   "init_step_points", setup);
  Register<AdvPosHalfOf<On::kCpu>, AdvPosHalfOf<On::kGpu>>(kAdvPosHalf, "adv_pos_half", setup);
  Register<ApplyBoundaryConditionsOf<On::kCpu>, ApplyBoundaryConditionsOf<On::kGpu>>(
      kApplyBoundaryConditions, "apply_boundary_conditions", setup);
  Register<AdvPosFullOf<On::kCpu>, AdvPosFullOf<On::kGpu>>(kAdvPosFull, "adv_pos_full", setup);
}

}  // namespace groma::pennant

// What tasks do with each point. Every structure is a kernel's parameter; calling it with an
// element's number does that element.
#pragma once
#include "apps/pennant/model.h"

namespace groma::pennant {

struct InitRadialVelocity {
  static constexpr char kKernel[] = "pennant_init_radial_velocity";
  Range range;
  double speed;
  VectorsIn position;
  Vectors velocity;
  GROMA_HOST_DEVICE void operator()(int64_t p) const {
    const Vector x = position[p];
    const double radius = Length(x);
    velocity.Set(p, radius > 0 ? (speed / radius) * x : Vector{0, 0});
  }
};

struct InitStepPoints {
  static constexpr char kKernel[] = "pennant_init_step_points";
  Range range;
  Vectors force;
  Doubles mass;
  GROMA_HOST_DEVICE void operator()(int64_t p) const {
    force.Set(p, {0, 0});
    mass[p] = 0;
  }
};

/// Keeps the state at the beginning of a cycle and moves points for half a step.
struct AdvPosHalf {
  static constexpr char kKernel[] = "pennant_adv_pos_half";
  Range range;
  double dt;
  VectorsIn position, velocity;
  Vectors position_before, position_half, velocity_before;
  GROMA_HOST_DEVICE void operator()(int64_t p) const {
    const Vector x = position[p];
    const Vector u = velocity[p];
    position_before.Set(p, x);
    velocity_before.Set(p, u);
    position_half.Set(p, x + (0.5 * dt) * u);
  }
};

/// Points on the mesh's outer edges do not move through them.
struct ApplyBoundaryConditions {
  static constexpr char kKernel[] = "pennant_apply_boundary_conditions";
  Range range;
  Field<const uint8_t> fixed_x, fixed_y;
  Vectors velocity_before, force;
  GROMA_HOST_DEVICE void operator()(int64_t p) const {
    if (fixed_x[p] != 0) velocity_before.x[p] = force.x[p] = 0;
    if (fixed_y[p] != 0) velocity_before.y[p] = force.y[p] = 0;
  }
};

struct AdvPosFull {
  static constexpr char kKernel[] = "pennant_adv_pos_full";
  Range range;
  double dt;
  VectorsIn position_before, velocity_before, force;
  DoublesIn mass;
  Vectors position, velocity;
  GROMA_HOST_DEVICE void operator()(int64_t p) const {
    const Vector u0 = velocity_before[p];
    const Vector u = u0 + (dt / fmax(mass[p], kTiny)) * force[p];
    velocity.Set(p, u);
    position.Set(p, position_before[p] + (0.5 * dt) * (u0 + u));
  }
};

}  // namespace groma::pennant

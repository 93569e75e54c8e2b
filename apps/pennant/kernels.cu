// The CUDA kernels: one thread an element around the bodies of the *_kernels.h.
#include "apps/pennant/point_kernels.h"
#include "apps/pennant/side_kernels.h"
#include "apps/pennant/viscosity_kernels.h"
#include "apps/pennant/zero_kernel.h"
#include "apps/pennant/zone_kernels.h"

namespace groma::pennant {
namespace {

__device__ int64_t ThreadNumber() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

template <typename Body>
__device__ void Apply(const Body& body, const Range& elements) {
  const int64_t i = ThreadNumber();
  if (i < elements.count) body(elements.first + i);
}

/// Devices before compute capability 6.0 have no atomic addition in double precision.
__device__ void Add(double* to, double value) {
#if __CUDA_ARCH__ >= 600
  atomicAdd(to, value);
#else
  auto* const bits = reinterpret_cast<unsigned long long*>(to);
  unsigned long long seen = *bits;
  unsigned long long expected;
  do {
    expected = seen;
    const double sum = __longlong_as_double(static_cast<long long>(expected)) + value;
    seen = atomicCAS(bits, expected, static_cast<unsigned long long>(__double_as_longlong(sum)));
  } while (seen != expected);
#endif
}

struct AddToPoint {
  __device__ void operator()(bool, const Doubles& to, int64_t point, double value) const {
    Add(&to[point], value);
  }
};

template <typename Body>
__device__ void ApplySum(const Body& body) {
  const int64_t i = ThreadNumber();
  if (i < body.zone_of.sides.count) body.Do(body.zone_of.sides.first + i, AddToPoint{});
}

}  // namespace

// What is extern "C" cannot be a template.
#define GROMA_KERNEL(Body, name, elements) \
  extern "C" __global__ void pennant_##name(Body body) { Apply(body, body.elements); }

GROMA_KERNEL(ZeroField, zero_field, range)
GROMA_KERNEL(InitRadialVelocity, init_radial_velocity, range)
GROMA_KERNEL(InitStepPoints, init_step_points, range)
GROMA_KERNEL(AdvPosHalf, adv_pos_half, range)
GROMA_KERNEL(ApplyBoundaryConditions, apply_boundary_conditions, range)
GROMA_KERNEL(AdvPosFull, adv_pos_full, range)
GROMA_KERNEL(InitMeshZones, init_mesh_zones, range)
GROMA_KERNEL(InitHydro, init_hydro, range)
GROMA_KERNEL(InitStepZones, init_step_zones, range)
GROMA_KERNEL(CalcRhoHalf, calc_rho_half, range)
GROMA_KERNEL(CalcStateAtHalf, calc_state_at_half, range)
GROMA_KERNEL(CalcWorkRateEnergyRhoFull, calc_work_rate_energy_rho_full, range)
GROMA_KERNEL(CalcCenters, calc_centers, zone_of.sides)
GROMA_KERNEL(InitSideFracs, init_side_fracs, zone_of.sides)
GROMA_KERNEL(CalcCharLen, calc_char_len, zone_of.sides)
GROMA_KERNEL(CalcForcePgasTts, calc_force_pgas_tts, zone_of.sides)
GROMA_KERNEL(CalcWork, calc_work, zone_of.sides)
GROMA_KERNEL(QcsZoneCenterVelocity, qcs_zone_center_velocity, zone_of.sides)
GROMA_KERNEL(QcsCornerDivergence, qcs_corner_divergence, zone_of.sides)
GROMA_KERNEL(QcsQcnForce, qcs_qcn_force, zone_of.sides)
GROMA_KERNEL(QcsForce, qcs_force, range)
GROMA_KERNEL(QcsVelDiff, qcs_vel_diff, zone_of.sides)
#undef GROMA_KERNEL

extern "C" __global__ void pennant_sum_point_mass(SumPointMass body) { ApplySum(body); }
extern "C" __global__ void pennant_sum_point_force(SumPointForce body) { ApplySum(body); }

extern "C" __global__ void pennant_calc_volumes(CalcVolumes body) {
  const int64_t i = ThreadNumber();
  if (i >= body.zone_of.sides.count) return;
  body.Do(body.zone_of.sides.first + i, [](int64_t& tangled) {
    atomicAdd(reinterpret_cast<unsigned long long*>(&tangled), 1ULL);
  });
}

/// Each block finds its smallest value, and one thread of it the smallest of all.
extern "C" __global__ void pennant_calc_dt_hydro(CalcDtHydro body) {
  constexpr int kMostThreads = 1024;
  __shared__ double values[kMostThreads];
  const int64_t i = ThreadNumber();
  values[threadIdx.x] = i < body.threads ? body.Smallest(i) : 1e99;
  for (unsigned distance = blockDim.x / 2; distance > 0; distance /= 2) {
    __syncthreads();
    if (threadIdx.x < distance) {
      values[threadIdx.x] = fmin(values[threadIdx.x], values[threadIdx.x + distance]);
    }
  }
  if (threadIdx.x != 0) return;
  // Positive numbers are in the order of their bits.
  atomicMin(reinterpret_cast<unsigned long long*>(&body.minimum[0]),
            static_cast<unsigned long long>(__double_as_longlong(values[0])));
}

}  // namespace groma::pennant

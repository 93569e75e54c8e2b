#include "apps/pennant/kernels.h"

namespace groma::pennant {
namespace {

template <typename... Bodies>
std::vector<apps::Kernel> AllOf() {
  return {apps::KernelOf<Bodies, Run<Bodies>>(Bodies::kKernel)...};
}

}  // namespace

std::vector<apps::Kernel> Kernels() {
  return AllOf<ZeroField, InitRadialVelocity, InitStepPoints, AdvPosHalf, ApplyBoundaryConditions,
               AdvPosFull, InitMeshZones, InitHydro, InitStepZones, CalcRhoHalf, CalcStateAtHalf,
               CalcWorkRateEnergyRhoFull, CalcDtHydro, CalcCenters, CalcVolumes, InitSideFracs,
               CalcCharLen, SumPointMass, CalcForcePgasTts, SumPointForce, CalcWork,
               QcsZoneCenterVelocity, QcsCornerDivergence, QcsQcnForce, QcsForce, QcsVelDiff>();
}

}  // namespace groma::pennant

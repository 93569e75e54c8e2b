// The CUDA kernels: one thread a wire or a node around the bodies of model.h.
#include "apps/circuit/model.h"
#include "apps/common/stamp.h"

namespace groma::circuit {
namespace {

__device__ int64_t ThreadNumber() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

}  // namespace

extern "C" __global__ void circuit_currents(CurrentsArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.count) UpdateWire(a, a.first + i);
}

extern "C" __global__ void circuit_charge(ChargeArguments a) {
  const int64_t i = ThreadNumber();
  if (i >= a.count) return;
  MoveCharge(a, a.first + i, [&a](int region, int64_t node, float charge) {
    atomicAdd(&a.charge[region][node], charge);
  });
}

extern "C" __global__ void circuit_voltages(VoltageArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.count[0]) {
    UpdateNode(a, 0, a.first[0] + i);
  } else if (i < a.count[0] + a.count[1]) {
    UpdateNode(a, 1, a.first[1] + i - a.count[0]);
  }
}

extern "C" __global__ void circuit_stamp(apps::StampArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.count) StampElement(a, i);
}

}  // namespace groma::circuit

// The CUDA kernels: one thread a point around the bodies of model.h, neighbours along x.
#include "apps/common/stamp.h"
#include "apps/stencil/model.h"

namespace groma::stencil {
namespace {

__device__ int64_t ThreadNumber() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

}  // namespace

extern "C" __global__ void stencil_star(StarArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.box.count()) ApplyStar(a, a.box.x + i % a.box.width, a.box.y + i / a.box.width);
}

extern "C" __global__ void stencil_increment(IncrementArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.box.count()) Increment(a, a.box.x + i % a.box.width, a.box.y + i / a.box.width);
}

extern "C" __global__ void stencil_copy(CopyArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.count()) CopyPoint(a, i);
}

extern "C" __global__ void stencil_stamp(apps::StampArguments a) {
  const int64_t i = ThreadNumber();
  if (i < a.count) StampElement(a, i);
}

}  // namespace groma::stencil

// Realm's reductions into framebuffers. A Legion that was built with CUDA brings their kernels
// through the CUDA runtime library, which does not start on virtual GPUs; here they run by the
// operator's own functions for CPUs.
#pragma once
#include <cstddef>
#include <optional>

#include "vgpu/device/driver.h"

namespace groma::vgpu::cuda {

/// One of the four kernels of a reduction operator.
struct ReductionKernel {
  void (*on_host)(void* left, size_t left_stride, const void* right, size_t right_stride,
                  size_t count, const void* user_data);
  const void* user_data;
  size_t left_bytes, right_bytes;  // sizes of elements
};

/// What a launch of such a kernel asks for. `parameters` or else `packed` holds address and stride
/// of the left side, the same of the right side, and the number of elements.
struct ReductionLaunch {
  void* left;
  size_t left_stride;
  const void* right;
  size_t right_stride;
  size_t count;
};
std::optional<ReductionLaunch> DecodeReduction(void** parameters, const void* packed);

/// Per element, both sides are read and the left one is written.
groma::Status LaunchReduction(Driver& driver, StreamId stream, int gpu, const std::string& name,
                              const ReductionKernel& kernel, const ReductionLaunch& launch);

}  // namespace groma::vgpu::cuda

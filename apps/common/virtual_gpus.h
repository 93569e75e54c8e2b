// groma's virtual GPUs, when they are in the process.
#pragma once
#include <cstdint>

#include "vgpu/groma_vgpu.h"

namespace groma::apps {

/// Entry points of the virtual GPUs; all null when another driver is loaded, or none.
struct VirtualGpus {
  int (*modelled)() = nullptr;
  int64_t (*now)() = nullptr;
  void (*register_kernel)(const char*, groma_vgpu_twin, int, const int*) = nullptr;
  void (*next_work)(const groma_vgpu_work*) = nullptr;
  void (*cpu_work)(const groma_vgpu_work*) = nullptr;

  bool present() const { return register_kernel != nullptr; }
};
VirtualGpus FindVirtualGpus();

}  // namespace groma::apps

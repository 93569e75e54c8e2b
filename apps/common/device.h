// The device side of a benchmark program: the CUDA driver API found at run time (the program links
// neither the driver nor the CUDA runtime), and groma's virtual GPUs when they are in the process.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "apps/common/virtual_gpus.h"
#include "apps/common/work.h"
#include "vgpu/groma_vgpu.h"

namespace groma::apps {

struct Kernel {
  std::string name;
  groma_vgpu_twin twin;  // the same work on the host
  std::vector<int> parameter_bytes;
};

/// A kernel with its only parameter.
template <typename Arguments, void (*Run)(const Arguments&)>
Kernel KernelOf(const char* name) {
  return {name,
          [](const groma_vgpu_launch* launch) {
            Run(*static_cast<const Arguments*>(launch->parameters[0]));
          },
          {static_cast<int>(sizeof(Arguments))}};
}

/// A CUDA module with its kernels, loaded into each device's context on first use. Thread safe. A
/// device error ends the program with a message that names call and kernel.
class KernelModule {
 public:
  /// `image`: what nvcc made (a fat binary), empty when the program was built without a toolkit;
  /// must outlive the module. Registers the kernels' host twins when virtual GPUs are present.
  KernelModule(std::span<const unsigned char> image, const std::vector<Kernel>& kernels);

  /// Whether kernels can run at all: there is an image, or the GPUs are virtual.
  bool usable() const;

  /// Launches a kernel on Realm's stream of the calling GPU task, one thread for each of `count`
  /// elements; nothing for 0. `parameters` point to the kernel's parameters, copied before this
  /// returns. The task needs no synchronisation of its own.
  void Launch(const std::string& kernel, int64_t count, std::vector<void*> parameters,
              const Work& work);

 private:
  void* Function(const std::string& kernel);

  std::span<const unsigned char> image_;
  VirtualGpus virtual_gpus_;
  std::mutex mutex_;
  std::map<void*, void*> modules_;                            // by context
  std::map<std::pair<void*, std::string>, void*> functions_;  // by context and kernel
};

/// Copies from a device (or from host memory that it sees) to the host, and waits. To be called by
/// a GPU task; an error ends the program.
void CopyToHost(void* host, const void* device, size_t bytes);

}  // namespace groma::apps

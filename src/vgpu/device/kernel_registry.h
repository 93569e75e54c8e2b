// The kernels that a program registered with their host twins.
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "vgpu/groma_vgpu.h"

namespace groma::vgpu {

struct RegisteredKernel {
  groma_vgpu_twin twin = nullptr;
  std::vector<size_t> parameter_bytes;
};

/// Thread safe.
class KernelRegistry {
 public:
  /// A second registration of a name replaces the first.
  void Register(const std::string& name, RegisteredKernel kernel);
  std::optional<RegisteredKernel> Find(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, RegisteredKernel> kernels_;
};

/// The call of a twin with copies of the parameters (`parameters[i]` is read now, with the
/// registered sizes). `shape.parameters` is ignored.
std::function<void()> BindTwin(const RegisteredKernel& kernel, const groma_vgpu_launch& shape,
                               void** parameters);

}  // namespace groma::vgpu

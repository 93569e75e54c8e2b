#include "vgpu/device/kernel_registry.h"

#include <cstring>
#include <utility>

namespace groma::vgpu {
namespace {

// Parameters may be of any type up to the alignment that the language knows.
constexpr size_t kAlignment = alignof(std::max_align_t);

}  // namespace

void KernelRegistry::Register(const std::string& name, RegisteredKernel kernel) {
  const std::lock_guard lock(mutex_);
  kernels_[name] = std::move(kernel);
}

std::optional<RegisteredKernel> KernelRegistry::Find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = kernels_.find(name);
  if (found == kernels_.end()) return std::nullopt;
  return found->second;
}

std::function<void()> BindTwin(const RegisteredKernel& kernel, const groma_vgpu_launch& shape,
                               void** parameters) {
  std::vector<size_t> offsets;
  size_t total = 0;
  for (const size_t bytes : kernel.parameter_bytes) {
    offsets.push_back(total);
    total += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  std::vector<std::max_align_t> values(total / sizeof(std::max_align_t) + 1);
  auto* const bytes = reinterpret_cast<std::byte*>(values.data());
  for (size_t i = 0; i < offsets.size(); ++i) {
    std::memcpy(bytes + offsets[i], parameters[i], kernel.parameter_bytes[i]);
  }
  return [twin = kernel.twin, launch = shape, offsets = std::move(offsets),
          values = std::move(values)]() mutable {
    std::vector<void*> pointers;
    for (const size_t offset : offsets) {
      pointers.push_back(reinterpret_cast<std::byte*>(values.data()) + offset);
    }
    launch.parameters = pointers.data();
    twin(&launch);
  };
}

}  // namespace groma::vgpu

#include "vgpu/entry/reductions.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

/// Realm::ReductionOpUntyped as declared in realm/redop.h (Realm 25, built with CUDA). An
/// operator's identity and user data lie behind it, in the same object.
struct ReductionOperator {
  size_t bytes;  // of the whole object
  size_t left_bytes, right_bytes, user_data_bytes;
  void* identity;
  void* user_data;
  decltype(ReductionKernel::on_host) on_host[4];  // apply and fold, each exclusive and not
  void* on_device[4];                             // the CUDA runtime's names of the kernels
  void* launch;
  void* find_function;
};

/// Only operators with all parts are taken over; others have no kernels on real GPUs either.
bool IsComplete(const ReductionOperator& op) {
  if (op.bytes < sizeof(ReductionOperator) || op.find_function == nullptr) return false;
  for (int i = 0; i < 4; ++i) {
    if (op.on_host[i] == nullptr || op.on_device[i] == nullptr) return false;
  }
  return true;
}

void Move(void** pointer, const void* from, void* to) {
  if (*pointer != nullptr) {
    *pointer =
        static_cast<char*>(to) + (static_cast<char*>(*pointer) - static_cast<const char*>(from));
  }
}

/// Stands for cudaGetFuncBySymbol: our names of kernels are the functions themselves.
int FindFunction(void** function, void* name) {
  *function = name;
  return 0;
}

/// A copy of the operator whose kernels are ours. Never freed: Realm may keep it until the process
/// ends.
const void* WithOurKernels(int id, const ReductionOperator& op) {
  void* const memory = std::malloc(op.bytes);
  if (memory == nullptr) return &op;
  std::memcpy(memory, &op, op.bytes);
  auto* const ours = static_cast<ReductionOperator*>(memory);
  Move(&ours->identity, &op, memory);
  Move(&ours->user_data, &op, memory);
  constexpr const char* kNames[] = {"apply", "apply atomically", "fold", "fold atomically"};
  for (int i = 0; i < 4; ++i) {
    FunctionObject* const function =
        Process::Get().FunctionNamed(fmt::format("reduction {}: {}", id, kNames[i]));
    function->reduction = {ours->on_host[i], ours->user_data, ours->left_bytes, ours->right_bytes};
    ours->on_device[i] = function;
  }
  ours->find_function = reinterpret_cast<void*>(&FindFunction);
  return memory;
}

}  // namespace

std::optional<ReductionLaunch> DecodeReduction(void** parameters, const void* packed) {
  ReductionLaunch launch;
  if (packed != nullptr) {
    std::memcpy(&launch, packed, sizeof launch);
    return launch;
  }
  if (parameters == nullptr) return std::nullopt;
  std::memcpy(&launch.left, parameters[0], sizeof launch.left);
  std::memcpy(&launch.left_stride, parameters[1], sizeof launch.left_stride);
  std::memcpy(&launch.right, parameters[2], sizeof launch.right);
  std::memcpy(&launch.right_stride, parameters[3], sizeof launch.right_stride);
  std::memcpy(&launch.count, parameters[4], sizeof launch.count);
  return launch;
}

groma::Status LaunchReduction(Driver& driver, StreamId stream, int gpu, const std::string& name,
                              const ReductionKernel& kernel, const ReductionLaunch& launch) {
  const auto count = static_cast<int64_t>(launch.count);
  const auto use = [&](const void* address, size_t bytes, size_t stride, int64_t passes) {
    ArgumentUse argument;
    argument.address = address;
    argument.work.element_bytes = static_cast<int64_t>(bytes);
    argument.work.stride_bytes = static_cast<int64_t>(stride);
    argument.work.streamed = count * passes;
    return argument;
  };
  WorkUse work;
  work.arguments = {use(launch.left, kernel.left_bytes, launch.left_stride, 2),
                    use(launch.right, kernel.right_bytes, launch.right_stride, 1)};
  std::function<void()> twin;
  if (!driver.modelled()) {
    twin = [kernel, launch] {
      kernel.on_host(launch.left, launch.left_stride, launch.right, launch.right_stride,
                     launch.count, kernel.user_data);
    };
  }
  return driver.LaunchKernel(stream, gpu, name, work, std::move(twin));
}

}  // namespace groma::vgpu::cuda

extern "C" {

/// bool Realm::Runtime::register_reduction(Event&, ReductionOpID, const ReductionOpUntyped*), taken
/// over when this library is preloaded.
GROMA_EXPORT bool
_ZN5Realm7Runtime18register_reductionERNS_5EventEiPKNS_18ReductionOpUntypedE(  // NOLINT
    void* runtime, void* event, int id, const void* op) {
  using Register = bool (*)(void*, void*, int, const void*);
  static const auto real = reinterpret_cast<Register>(dlsym(
      RTLD_NEXT, "_ZN5Realm7Runtime18register_reductionERNS_5EventEiPKNS_18ReductionOpUntypedE"));
  const auto& known = *static_cast<const groma::vgpu::cuda::ReductionOperator*>(op);
  const bool ours = groma::vgpu::cuda::Process::Get().initialized() != nullptr &&
                    groma::vgpu::cuda::IsComplete(known);
  return real(runtime, event, id, ours ? groma::vgpu::cuda::WithOurKernels(id, known) : op);
}

}  // extern "C"

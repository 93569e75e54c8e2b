// What a program may say to the virtual GPUs (groma_vgpu.h).
#include <cstdlib>
#include <cstring>

#include "vgpu/entry/entry_points.h"
#include "vgpu/groma_vgpu.h"

namespace groma::vgpu::cuda {
namespace {

WorkUse ToWorkUse(const groma_vgpu_work& work) {
  WorkUse use;
  use.single_flops = work.single_flops;
  use.double_flops = work.double_flops;
  if (work.task != nullptr) use.task = work.task;
  for (int i = 0; i < work.argument_count; ++i) {
    const groma_vgpu_argument& from = work.arguments[i];
    ArgumentUse argument;
    argument.address = from.address;
    argument.work.element_bytes = from.element_bytes;
    argument.work.streamed = from.streamed;
    argument.work.stride_bytes = from.stride_bytes;
    argument.work.fields_together = from.fields_together;
    argument.work.scattered = from.scattered;
    argument.work.atomics = from.atomics;
    if (from.region != nullptr) argument.region = from.region;
    use.arguments.push_back(argument);
  }
  return use;
}

}  // namespace
}  // namespace groma::vgpu::cuda

using groma::Nanoseconds;
using groma::vgpu::Driver;
using groma::vgpu::Operation;
using groma::vgpu::cuda::CurrentThread;
using groma::vgpu::cuda::Process;

extern "C" {

GROMA_EXPORT int groma_vgpu_modelled(void) {
  const Driver* driver = Process::Get().driver();
  return driver != nullptr && driver->modelled() ? 1 : 0;
}

GROMA_EXPORT int64_t groma_vgpu_now(void) {
  Driver* driver = Process::Get().driver();
  return driver != nullptr ? driver->timeline().Now().count : 0;
}

GROMA_EXPORT void groma_vgpu_register_kernel(const char* name, groma_vgpu_twin twin,
                                             int parameter_count, const int* parameter_bytes) {
  if (name == nullptr || twin == nullptr || parameter_count < 0) return;
  groma::vgpu::RegisteredKernel kernel;
  kernel.twin = twin;
  for (int i = 0; i < parameter_count; ++i) {
    kernel.parameter_bytes.push_back(static_cast<size_t>(parameter_bytes[i]));
  }
  Process::Get().kernels().Register(name, std::move(kernel));
}

GROMA_EXPORT void groma_vgpu_next_work(const groma_vgpu_work* work) {
  if (work == nullptr) return;
  CurrentThread().next_work = groma::vgpu::cuda::ToWorkUse(*work);
}

GROMA_EXPORT void groma_vgpu_cpu_work(const groma_vgpu_work* work) {
  Driver* driver = Process::Get().driver();
  if (driver == nullptr || work == nullptr || !driver->modelled()) return;
  driver->RunOnCpu(groma::vgpu::cuda::ToWorkUse(*work));
}

GROMA_EXPORT void groma_vgpu_wait(int64_t nanoseconds) {
  Driver* driver = Process::Get().driver();
  if (driver == nullptr || nanoseconds <= 0 || !driver->modelled()) return;
  Operation operation;
  operation.alone = Nanoseconds{nanoseconds};
  driver->timeline().Run(std::move(operation));
}

GROMA_EXPORT void groma_vgpu_runtime_work(int64_t nanoseconds, void (*done)(void*),
                                          void* argument) {
  Driver* driver = Process::Get().driver();
  std::function<void()> perform;
  if (done != nullptr) perform = [done, argument] { done(argument); };
  if (driver != nullptr && nanoseconds > 0 && driver->modelled())
    driver->DoRuntimeWork(Nanoseconds{nanoseconds}, std::move(perform));
  else if (perform)
    perform();
}

GROMA_EXPORT void groma_vgpu_declare_real_wait(int begin) {
  Driver* driver = Process::Get().driver();
  if (driver != nullptr) driver->timeline().DeclareRealWait(begin != 0);
}

}  // extern "C"

#include "apps/common/device.h"

#include <dlfcn.h>

#include "apps/common/run.h"
#include "legion.h"
#include "realm/cuda/cuda_module.h"

namespace groma::apps {
namespace {

constexpr int kBlock = 128;  // threads of a block

/// The handful of driver functions that a launch needs, as the CUDA driver API declares them.
struct Driver {
  int (*context)(void** context) = nullptr;
  int (*load)(void** module, const void* image) = nullptr;
  int (*function)(void** function, void* module, const char* name) = nullptr;
  int (*launch)(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                unsigned block_y, unsigned block_z, unsigned shared_bytes, void* stream,
                void** parameters, void** extra) = nullptr;
  int (*copy_to_host)(void* host, uint64_t device, size_t bytes) = nullptr;
  int (*error_name)(int error, const char** name) = nullptr;
};

template <typename Function>
void Find(const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

const Driver& TheDriver() {
  static const Driver driver = [] {
    Driver found;
    Find("cuCtxGetCurrent", found.context);
    Find("cuModuleLoadData", found.load);
    Find("cuModuleGetFunction", found.function);
    Find("cuLaunchKernel", found.launch);
    Find("cuMemcpyDtoH_v2", found.copy_to_host);
    Find("cuGetErrorName", found.error_name);
    return found;
  }();
  return driver;
}

[[noreturn]] void Fail(const std::string& what) { EndRun("error: " + what); }

void Require(int error, const std::string& call) {
  if (error == 0) return;
  const char* name = nullptr;
  if (TheDriver().error_name != nullptr) TheDriver().error_name(error, &name);
  Fail(call + " answered " + (name != nullptr ? name : std::to_string(error)));
}

void Require(int error, const char* call, const std::string& kernel) {
  Require(error, std::string(call) + " for kernel " + kernel);
}

}  // namespace

KernelModule::KernelModule(std::span<const unsigned char> image, const std::vector<Kernel>& kernels)
    : image_(image), virtual_gpus_(FindVirtualGpus()) {
  if (!virtual_gpus_.present()) return;
  for (const Kernel& kernel : kernels) {
    virtual_gpus_.register_kernel(kernel.name.c_str(), kernel.twin,
                                  static_cast<int>(kernel.parameter_bytes.size()),
                                  kernel.parameter_bytes.data());
  }
}

bool KernelModule::usable() const { return virtual_gpus_.present() || !image_.empty(); }

void* KernelModule::Function(const std::string& kernel) {
  const Driver& driver = TheDriver();
  if (driver.launch == nullptr || driver.load == nullptr || driver.function == nullptr ||
      driver.context == nullptr) {
    Fail(
        "the CUDA driver in this process has no cuModuleLoadData, cuModuleGetFunction, "
        "cuLaunchKernel or cuCtxGetCurrent");
  }
  void* context = nullptr;
  Require(driver.context(&context), "cuCtxGetCurrent", kernel);
  const std::lock_guard lock(mutex_);
  void*& function = functions_[{context, kernel}];
  if (function != nullptr) return function;
  void*& module = modules_[context];
  if (module == nullptr) {
    static const char no_image[1] = {};
    const void* image = image_.empty() ? static_cast<const void*>(no_image) : image_.data();
    Require(driver.load(&module, image), "cuModuleLoadData", kernel);
  }
  Require(driver.function(&function, module, kernel.c_str()), "cuModuleGetFunction", kernel);
  return function;
}

void KernelModule::Launch(const std::string& kernel, int64_t count, std::vector<void*> parameters,
                          const Work& work) {
  Realm::Cuda::set_task_ctxsync_required(false);
  if (count == 0) return;
  void* const function = Function(kernel);
  if (virtual_gpus_.next_work != nullptr) {
    const groma_vgpu_work statement = work.Statement();
    virtual_gpus_.next_work(&statement);
  }
  const auto blocks = static_cast<unsigned>((count + kBlock - 1) / kBlock);
  Require(TheDriver().launch(function, blocks, 1, 1, kBlock, 1, 1, 0,
                             Realm::Cuda::get_task_cuda_stream(), parameters.data(), nullptr),
          "cuLaunchKernel", kernel);
}

void CopyToHost(void* host, const void* device, size_t bytes) {
  if (TheDriver().copy_to_host == nullptr)
    Fail("the CUDA driver in this process has no cuMemcpyDtoH");
  Require(TheDriver().copy_to_host(host, reinterpret_cast<uint64_t>(device), bytes),
          "cuMemcpyDtoH");
}

}  // namespace groma::apps

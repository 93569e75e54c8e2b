// Modules, functions and kernel launches.
#include <fmt/format.h>

#include <cstdio>
#include <cstring>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

// What the occupancy calls answer: a full device of the generic kind that device_entry.cc shows.
constexpr int kBlockSize = 1024;
constexpr int kMultiprocessors = 56;
constexpr int kThreadsPerMultiprocessor = 2048;

Status Load(ModuleObject** module, const void* image) {
  return EnterOnGpu([&](Driver&, int gpu) {
    if (module == nullptr) return kInvalidValue;
    if (image == nullptr) return kInvalidImage;
    *module = Process::Get().MakeModule(gpu);
    return kSuccess;
  });
}

// Values from the `extra` array of a launch: a packed buffer of all parameters.
const void* PackedParameters(void** extra) {
  for (void** entry = extra; entry != nullptr; entry += 2) {
    const auto key = reinterpret_cast<uintptr_t>(entry[0]);
    if (key == kLaunchParameterBuffer) return entry[1];
    if (key != kLaunchParameterBufferSize) break;
  }
  return nullptr;
}

void LaunchRealm(Driver& driver, StreamId stream, int gpu, const FunctionObject& function,
                 void** parameters, void** extra) {
  const void* structure = parameters != nullptr ? parameters[0] : PackedParameters(extra);
  if (structure == nullptr) EndRun(fmt::format("kernel '{}' without parameters", function.name));
  auto work = DecodeRealmLaunch(*function.realm, structure);
  if (!work) {
    EndRun(
        fmt::format("Realm's kernel '{}' cannot be run: {}", function.name, work.error().message));
  }
  driver.LaunchRealmKernel(stream, gpu, function.name, *std::move(work));
}

void LaunchReductionOf(Driver& driver, StreamId stream, int gpu, const FunctionObject& function,
                       void** parameters, void** extra) {
  const auto launch = DecodeReduction(parameters, PackedParameters(extra));
  if (!launch) EndRun(fmt::format("kernel '{}' without parameters", function.name));
  if (auto ok = LaunchReduction(driver, stream, gpu, function.name, *function.reduction, *launch);
      !ok) {
    EndRun(ok.error().message);
  }
}

WorkUse TakeStatedWork(const Driver& driver, const std::string& name) {
  auto& stated = CurrentThread().next_work;
  if (stated) {
    WorkUse work = std::move(*stated);
    stated.reset();
    return work;
  }
  if (driver.modelled() && Process::Get().FirstMention(name)) {
    const std::string line = fmt::format(
        "groma: warning: kernel '{}' is launched without stating its work "
        "(groma_vgpu_next_work): only its launch takes time\n",
        name);
    std::fputs(line.c_str(), stderr);
  }
  return {};
}

void LaunchRegistered(Driver& driver, StreamId stream, int gpu, const FunctionObject& function,
                      const groma_vgpu_launch& shape, void** parameters) {
  const auto kernel = Process::Get().kernels().Find(function.name);
  if (!kernel) {
    EndRun(fmt::format(
        "kernel '{}' has no host twin: virtual GPUs run a program's kernel only after "
        "groma_vgpu_register_kernel(\"{}\", …). Run the program on real GPUs, or use its CPU "
        "variants.",
        function.name, function.name));
  }
  if (parameters == nullptr && !kernel->parameter_bytes.empty()) {
    EndRun(
        fmt::format("kernel '{}' is launched with packed parameters (`extra`), which virtual "
                    "GPUs do not take: pass an array of pointers",
                    function.name));
  }
  const WorkUse work = TakeStatedWork(driver, function.name);
  std::function<void()> twin;
  if (!driver.modelled()) twin = BindTwin(*kernel, shape, parameters);
  if (auto ok = driver.LaunchKernel(stream, gpu, function.name, work, std::move(twin)); !ok) {
    EndRun(ok.error().message);
  }
}

}  // namespace

extern "C" {

Status cuModuleLoad(ModuleObject** module, const char* path) { return Load(module, path); }

// Images are not looked at: kernels are known by name.
Status cuModuleLoadData(ModuleObject** module, const void* image) { return Load(module, image); }

Status cuModuleLoadDataEx(ModuleObject** module, const void* image, unsigned, int*, void**) {
  return Load(module, image);
}

Status cuModuleLoadFatBinary(ModuleObject** module, const void* image) {
  return Load(module, image);
}

Status cuModuleUnload(ModuleObject*) {
  return Enter([](Driver&) { return kSuccess; });
}

// Every name is found; launching one that is neither Realm's nor registered ends the run.
Status cuModuleGetFunction(FunctionObject** function, ModuleObject* module, const char* name) {
  return Enter([&](Driver&) {
    if (function == nullptr || name == nullptr) return kInvalidValue;
    if (module == nullptr) return kInvalidHandle;
    *function = Process::Get().FunctionNamed(name);
    return kSuccess;
  });
}

Status cuModuleGetGlobal_v2(DevicePointer*, size_t*, ModuleObject*, const char*) {
  return Enter([](Driver&) { return kNotFound; });
}

Status cuFuncGetAttribute(int* value, FunctionAttribute attribute, FunctionObject* function) {
  return Enter([&](Driver&) {
    if (value == nullptr || function == nullptr) return kInvalidValue;
    switch (attribute) {
      case kFunctionMaxThreadsPerBlock:
        *value = kBlockSize;
        return kSuccess;
      case kFunctionRegisters:
        *value = 32;
        return kSuccess;
      case kFunctionPtxVersion:
      case kFunctionBinaryVersion:
        *value = 60;
        return kSuccess;
      case kFunctionMaxDynamicSharedBytes:
        *value = 49152;
        return kSuccess;
    }
    *value = 0;
    return kSuccess;
  });
}

Status cuFuncSetAttribute(FunctionObject*, FunctionAttribute, int) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuFuncSetCacheConfig(FunctionObject*, int) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuFuncSetSharedMemConfig(FunctionObject*, int) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, FunctionObject*, int block_size,
                                                   size_t) {
  return Enter([&](Driver&) {
    if (blocks == nullptr || block_size <= 0) return kInvalidValue;
    *blocks = kThreadsPerMultiprocessor / block_size;
    return kSuccess;
  });
}

Status cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, FunctionObject* function,
                                                            int block_size, size_t dynamic_bytes,
                                                            unsigned) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, block_size, dynamic_bytes);
}

Status cuOccupancyMaxPotentialBlockSize(int* grid, int* block, FunctionObject*, BlockToDynamicBytes,
                                        size_t, int block_limit) {
  return Enter([&](Driver&) {
    if (grid == nullptr || block == nullptr) return kInvalidValue;
    *block = block_limit > 0 && block_limit < kBlockSize ? block_limit : kBlockSize;
    *grid = kMultiprocessors * (kThreadsPerMultiprocessor / *block);
    return kSuccess;
  });
}

Status cuOccupancyMaxPotentialBlockSizeWithFlags(int* grid, int* block, FunctionObject* function,
                                                 BlockToDynamicBytes dynamic_bytes,
                                                 size_t dynamic_limit, int block_limit, unsigned) {
  return cuOccupancyMaxPotentialBlockSize(grid, block, function, dynamic_bytes, dynamic_limit,
                                          block_limit);
}

Status cuLaunchKernel(FunctionObject* function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                      unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                      StreamObject* stream, void** parameters, void** extra) {
  return EnterOnStream(stream, [&](Driver& driver, int gpu, StreamId id) {
    if (function == nullptr) return kInvalidHandle;
    if (grid_x == 0 || grid_y == 0 || grid_z == 0 || block_x == 0 || block_y == 0 || block_z == 0) {
      return kInvalidValue;
    }
    if (function->realm) {
      LaunchRealm(driver, id, gpu, *function, parameters, extra);
    } else if (function->reduction) {
      LaunchReductionOf(driver, id, gpu, *function, parameters, extra);
    } else {
      const groma_vgpu_launch shape = {
          {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes, nullptr};
      LaunchRegistered(driver, id, gpu, *function, shape, parameters);
    }
    return kSuccess;
  });
}

Status cuLaunchCooperativeKernel(FunctionObject* function, unsigned grid_x, unsigned grid_y,
                                 unsigned grid_z, unsigned block_x, unsigned block_y,
                                 unsigned block_z, unsigned shared_bytes, StreamObject* stream,
                                 void** parameters) {
  return cuLaunchKernel(function, grid_x, grid_y, grid_z, block_x, block_y, block_z, shared_bytes,
                        stream, parameters, nullptr);
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

// Start-up, devices and contexts.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

constexpr int kDriverVersion = 13000;

bool IsDevice(const Driver& driver, Device device) { return device >= 0 && device < driver.gpus(); }

template <class Body>
Status EnterDevice(Device device, Body&& body) {
  return Enter(
      [&](Driver& driver) { return IsDevice(driver, device) ? body(driver) : kInvalidDevice; });
}

// The figures that programs read and that no machine description gives are those of a generic
// 64-lane device of compute capability 6.0; they decide grid shapes, never time.
int Attribute(const Driver& driver, DeviceAttribute attribute, Device device) {
  constexpr int kBusWidthBits = 4096;
  switch (attribute) {
    case kMaxThreadsPerBlock:
    case kMaxBlockDimX:
    case kMaxBlockDimY:
      return 1024;
    case kMaxBlockDimZ:
      return 64;
    case kMaxGridDimX:
      return 2147483647;
    case kMaxGridDimY:
    case kMaxGridDimZ:
    case kTotalConstantMemory:
    case kMaxRegistersPerBlock:
    case kMaxRegistersPerMultiprocessor:
      return attribute == kMaxGridDimY || attribute == kMaxGridDimZ ? 65535 : 65536;
    case kMaxSharedMemoryPerBlock:
    case kMaxSharedMemoryPerBlockOptin:
      return 49152;
    case kWarpSize:
    case kMaxBlocksPerMultiprocessor:
      return 32;
    case kMaxPitch:
      return 2147483647;
    case kMultiprocessorCount:
      return 56;
    case kMaxThreadsPerMultiprocessor:
      return 2048;
    case kAsyncEngineCount:
      return 2;
    case kCanMapHostMemory:
    case kConcurrentKernels:
    case kUnifiedAddressing:
    case kStreamPrioritiesSupported:
    case kManagedMemory:
    case kCanUseHostPointerForRegisteredMemory:
    case kHostRegisterSupported:
      return 1;
    case kPciBusId:
      return device + 1;
    case kPciDeviceId:
    case kComputeCapabilityMinor:
      return 0;
    case kComputeCapabilityMajor:
      return 6;
    case kGlobalMemoryBusWidth:
      return kBusWidthBits;
    case kMemoryClockRate:
      // In kHz, such that twice the clock times the width is the described bandwidth.
      return static_cast<int>(driver.machine().gpu.framebuffer_bandwidth.rate /
                              (2.0 * kBusWidthBits / 8) / 1000);
  }
  return 0;
}

}  // namespace

extern "C" {

Status cuInit(unsigned flags) {
  if (flags != 0) return kInvalidValue;
  return Process::Get().Initialize() ? kSuccess : kNoDevice;
}

Status cuDriverGetVersion(int* version) {
  if (version == nullptr) return kInvalidValue;
  *version = kDriverVersion;
  return kSuccess;
}

Status cuDeviceGetCount(int* count) {
  return Enter([&](Driver& driver) {
    *count = driver.gpus();
    return kSuccess;
  });
}

Status cuDeviceGet(Device* device, int ordinal) {
  return EnterDevice(ordinal, [&](Driver&) {
    *device = ordinal;
    return kSuccess;
  });
}

Status cuDeviceGetName(char* name, int length, Device device) {
  return EnterDevice(device, [&](Driver& driver) {
    if (name == nullptr || length <= 0) return kInvalidValue;
    std::snprintf(name, static_cast<size_t>(length), "%s", driver.machine().gpu.name.c_str());
    return kSuccess;
  });
}

Status cuDeviceGetUuid(Uuid* uuid, Device device) {
  return EnterDevice(device, [&](Driver&) {
    std::memset(uuid->bytes, 0, sizeof uuid->bytes);
    std::memcpy(uuid->bytes, "groma", 5);
    uuid->bytes[15] = static_cast<char>(device + 1);
    return kSuccess;
  });
}

Status cuDeviceGetUuid_v2(Uuid* uuid, Device device) { return cuDeviceGetUuid(uuid, device); }

Status cuDeviceTotalMem_v2(size_t* bytes, Device device) {
  return EnterDevice(device, [&](Driver& driver) {
    *bytes = static_cast<size_t>(driver.memory().framebuffer().count);
    return kSuccess;
  });
}

Status cuDeviceGetAttribute(int* value, DeviceAttribute attribute, Device device) {
  return EnterDevice(device, [&](Driver& driver) {
    *value = Attribute(driver, attribute, device);
    return kSuccess;
  });
}

Status cuDeviceCanAccessPeer(int* can, Device device, Device peer) {
  return EnterDevice(device, [&](Driver& driver) {
    if (!IsDevice(driver, peer)) return kInvalidDevice;
    *can = driver.ArePeers(device, peer) ? 1 : 0;
    return kSuccess;
  });
}

Status cuDeviceGetPCIBusId(char* text, int length, Device device) {
  return EnterDevice(device, [&](Driver&) {
    if (text == nullptr || length <= 0) return kInvalidValue;
    std::snprintf(text, static_cast<size_t>(length), "0000:%02x:00.0", device + 1);
    return kSuccess;
  });
}

Status cuDevicePrimaryCtxRetain(ContextObject** context, Device device) {
  return EnterDevice(device, [&](Driver&) {
    *context = Process::Get().PrimaryContext(device);
    return kSuccess;
  });
}

Status cuDevicePrimaryCtxRelease_v2(Device device) {
  return EnterDevice(device, [](Driver&) { return kSuccess; });
}

Status cuDevicePrimaryCtxSetFlags_v2(Device device, unsigned) {
  return EnterDevice(device, [](Driver&) { return kSuccess; });
}

Status cuDevicePrimaryCtxGetState(Device device, unsigned* flags, int* active) {
  return EnterDevice(device, [&](Driver&) {
    if (flags != nullptr) *flags = 0;
    if (active != nullptr) *active = 1;
    return kSuccess;
  });
}

Status cuCtxPushCurrent_v2(ContextObject* context) {
  return Enter([&](Driver&) {
    if (context == nullptr) return kInvalidContext;
    CurrentThread().contexts.push_back(context);
    return kSuccess;
  });
}

Status cuCtxPopCurrent_v2(ContextObject** context) {
  return Enter([&](Driver&) {
    auto& contexts = CurrentThread().contexts;
    if (contexts.empty()) return kInvalidContext;
    if (context != nullptr) *context = contexts.back();
    contexts.pop_back();
    return kSuccess;
  });
}

Status cuCtxGetCurrent(ContextObject** context) {
  return Enter([&](Driver&) {
    const auto& contexts = CurrentThread().contexts;
    *context = contexts.empty() ? nullptr : contexts.back();
    return kSuccess;
  });
}

Status cuCtxSetCurrent(ContextObject* context) {
  return Enter([&](Driver&) {
    auto& contexts = CurrentThread().contexts;
    if (!contexts.empty()) contexts.pop_back();
    if (context != nullptr) contexts.push_back(context);
    return kSuccess;
  });
}

Status cuCtxGetDevice(Device* device) {
  return EnterOnGpu([&](Driver&, int gpu) {
    *device = gpu;
    return kSuccess;
  });
}

Status cuCtxGetDevice_v2(Device* device, ContextObject* context) {
  if (context == nullptr) return cuCtxGetDevice(device);
  return Enter([&](Driver&) {
    *device = context->gpu;
    return kSuccess;
  });
}

Status cuCtxGetFlags(unsigned* flags) {
  return EnterOnGpu([&](Driver&, int) {
    *flags = 0;
    return kSuccess;
  });
}

// Limits concern device-side stacks and heaps, which virtual GPUs do not have.
Status cuCtxGetLimit(size_t* value, int) {
  return EnterOnGpu([&](Driver&, int) {
    *value = 0;
    return kSuccess;
  });
}

Status cuCtxSetLimit(int, size_t) {
  return EnterOnGpu([](Driver&, int) { return kSuccess; });
}

Status cuCtxSetCacheConfig(int) {
  return EnterOnGpu([](Driver&, int) { return kSuccess; });
}

Status cuCtxSetSharedMemConfig(int) {
  return EnterOnGpu([](Driver&, int) { return kSuccess; });
}

Status cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return EnterOnGpu([&](Driver&, int) {
    if (least != nullptr) *least = 0;
    if (greatest != nullptr) *greatest = -1;
    return kSuccess;
  });
}

Status cuCtxEnablePeerAccess(ContextObject* peer, unsigned) {
  return EnterOnGpu([&](Driver& driver, int gpu) {
    if (peer == nullptr) return kInvalidContext;
    return driver.ArePeers(gpu, peer->gpu) ? kSuccess : kPeerAccessUnsupported;
  });
}

Status cuCtxSynchronize() {
  return EnterOnGpu([](Driver& driver, int gpu) {
    driver.timeline().SynchronizeDevice(gpu);
    return kSuccess;
  });
}

Status cuCtxSynchronize_v2(ContextObject* context) {
  if (context == nullptr) return cuCtxSynchronize();
  return Enter([&](Driver& driver) {
    driver.timeline().SynchronizeDevice(context->gpu);
    return kSuccess;
  });
}

// The event stands for all that was given to the device before: a stream of its own waits for
// every other one.
Status cuCtxRecordEvent(ContextObject* context, EventObject* event) {
  return Enter([&](Driver& driver) {
    Process& process = Process::Get();
    if (!process.Has(event)) return kInvalidHandle;
    const int gpu = context != nullptr ? context->gpu : CurrentGpu();
    if (gpu < 0) return kInvalidContext;
    Timeline& timeline = driver.timeline();
    const StreamId join = driver.JoinStream(gpu);
    for (const StreamId stream : process.StreamsOf(gpu)) {
      const EventId reached = timeline.CreateEvent();
      timeline.Record(reached, stream);
      timeline.WaitEvent(join, reached);
      timeline.DestroyEvent(reached);
    }
    timeline.Record(event->id, join);
    return kSuccess;
  });
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

// Memory: allocation, registration, addresses, virtual-memory management.
#include <cstring>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

constexpr size_t kGranularity = size_t{2} << 20;

Bytes ToBytes(size_t bytes) { return {static_cast<int64_t>(bytes)}; }

// Sizes beyond any machine would overflow the arithmetic behind.
bool IsAbsurd(size_t bytes) { return bytes > (size_t{1} << 46); }

Status ToPointer(std::optional<uintptr_t> address, DevicePointer* pointer) {
  if (!address) return kOutOfMemory;
  *pointer = *address;
  return kSuccess;
}

Status AllocateHost(void** pointer, size_t bytes) {
  return Enter([&](Driver& driver) {
    if (pointer == nullptr || bytes == 0) return kInvalidValue;
    if (IsAbsurd(bytes)) return kOutOfMemory;
    const auto address = driver.memory().AllocateHost(ToBytes(bytes));
    if (!address) return kOutOfMemory;
    *pointer = reinterpret_cast<void*>(*address);
    return kSuccess;
  });
}

const void* AsAddress(DevicePointer pointer) { return reinterpret_cast<const void*>(pointer); }

// Freeing waits for the work that may still use the memory, as the real call does.
Status Free(Driver& driver, DevicePointer pointer) {
  if (pointer == 0) return kSuccess;
  const Location location = driver.memory().Locate(AsAddress(pointer));
  for (int gpu = 0; gpu < driver.gpus(); ++gpu) {
    if (location.gpu < 0 || location.gpu == gpu) driver.timeline().SynchronizeDevice(gpu);
  }
  return driver.memory().Free(pointer) ? kSuccess : kInvalidValue;
}

template <class T>
void Put(void* data, T value) {
  std::memcpy(data, &value, sizeof value);
}

Status PutAttribute(void* data, PointerAttribute attribute, DevicePointer pointer,
                    const Location& location) {
  const bool on_device = location.kind == Location::Kind::kDevice;
  switch (attribute) {
    case kPointerContext:
      Put<void*>(data, on_device ? Process::Get().PrimaryContext(location.gpu) : nullptr);
      return kSuccess;
    case kPointerMemoryType:
      Put<uint32_t>(data, on_device ? kDevice : kHost);
      return kSuccess;
    case kPointerDevicePointer:
      Put<DevicePointer>(data, pointer);
      return kSuccess;
    case kPointerHostPointer:
      if (on_device) return kInvalidValue;
      Put<uint64_t>(data, pointer);
      return kSuccess;
    case kPointerIsManaged:
      Put<uint32_t>(data, location.kind == Location::Kind::kManaged ? 1 : 0);
      return kSuccess;
    case kPointerDeviceOrdinal:
      Put<int32_t>(data, on_device ? location.gpu : -2);
      return kSuccess;
    case kPointerIsIpcCapable:
      Put<bool>(data, false);
      return kSuccess;
    case kPointerRangeStart:
      Put<uint64_t>(data, location.base);
      return kSuccess;
    case kPointerRangeSize:
      Put<uint64_t>(data, static_cast<uint64_t>(location.size.count));
      return kSuccess;
    case kPointerMapped:
      Put<bool>(data, true);
      return kSuccess;
  }
  return kInvalidValue;
}

}  // namespace

extern "C" {

Status cuMemAlloc_v2(DevicePointer* pointer, size_t bytes) {
  return EnterOnGpu([&](Driver& driver, int gpu) {
    if (pointer == nullptr || bytes == 0) return kInvalidValue;
    if (IsAbsurd(bytes)) return kOutOfMemory;
    return ToPointer(driver.memory().AllocateDevice(gpu, ToBytes(bytes)), pointer);
  });
}

Status cuMemAllocManaged(DevicePointer* pointer, size_t bytes, unsigned) {
  return EnterOnGpu([&](Driver& driver, int) {
    if (pointer == nullptr || bytes == 0) return kInvalidValue;
    if (IsAbsurd(bytes)) return kOutOfMemory;
    return ToPointer(driver.memory().AllocateHost(ToBytes(bytes), Location::Kind::kManaged),
                     pointer);
  });
}

Status cuMemFree_v2(DevicePointer pointer) {
  return Enter([&](Driver& driver) { return Free(driver, pointer); });
}

Status cuMemAllocHost_v2(void** pointer, size_t bytes) { return AllocateHost(pointer, bytes); }

Status cuMemHostAlloc(void** pointer, size_t bytes, unsigned) {
  return AllocateHost(pointer, bytes);
}

Status cuMemFreeHost(void* pointer) {
  return Enter(
      [&](Driver& driver) { return Free(driver, reinterpret_cast<DevicePointer>(pointer)); });
}

Status cuMemHostGetDevicePointer_v2(DevicePointer* device, void* host, unsigned) {
  return Enter([&](Driver& driver) {
    const auto kind = driver.memory().Locate(host).kind;
    if (kind == Location::Kind::kUnregistered || kind == Location::Kind::kDevice) {
      return kInvalidValue;
    }
    *device = reinterpret_cast<DevicePointer>(host);
    return kSuccess;
  });
}

Status cuMemHostRegister_v2(void* pointer, size_t bytes, unsigned) {
  return Enter([&](Driver& driver) {
    if (pointer == nullptr || bytes == 0 || IsAbsurd(bytes)) return kInvalidValue;
    return driver.memory().Register(reinterpret_cast<uintptr_t>(pointer), ToBytes(bytes))
               ? kSuccess
               : kHostMemoryAlreadyRegistered;
  });
}

Status cuMemHostUnregister(void* pointer) {
  return Enter([&](Driver& driver) {
    return driver.memory().Unregister(reinterpret_cast<uintptr_t>(pointer))
               ? kSuccess
               : kHostMemoryNotRegistered;
  });
}

Status cuMemGetInfo_v2(size_t* free, size_t* total) {
  return EnterOnGpu([&](Driver& driver, int gpu) {
    if (free != nullptr) *free = static_cast<size_t>(driver.memory().FreeOn(gpu).count);
    if (total != nullptr) *total = static_cast<size_t>(driver.memory().framebuffer().count);
    return kSuccess;
  });
}

Status cuMemGetAddressRange_v2(DevicePointer* base, size_t* size, DevicePointer pointer) {
  return Enter([&](Driver& driver) {
    const Location location = driver.memory().Locate(AsAddress(pointer));
    if (location.kind == Location::Kind::kUnregistered) return kNotFound;
    if (base != nullptr) *base = location.base;
    if (size != nullptr) *size = static_cast<size_t>(location.size.count);
    return kSuccess;
  });
}

Status cuPointerGetAttribute(void* data, PointerAttribute attribute, DevicePointer pointer) {
  return cuPointerGetAttributes(1, &attribute, &data, pointer);
}

Status cuPointerGetAttributes(unsigned count, PointerAttribute* attributes, void** data,
                              DevicePointer pointer) {
  return Enter([&](Driver& driver) {
    const Location location = driver.memory().Locate(AsAddress(pointer));
    if (location.kind == Location::Kind::kUnregistered) return kInvalidValue;
    for (unsigned i = 0; i < count; ++i) {
      const Status status = PutAttribute(data[i], attributes[i], pointer, location);
      if (status != kSuccess) return status;
    }
    return kSuccess;
  });
}

// Managed memory stays on the host: advice and prefetching change nothing.
Status cuMemAdvise(DevicePointer, size_t, int, Device) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuMemAdvise_v2(DevicePointer, size_t, int, MemoryLocation) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuMemPrefetchAsync(DevicePointer, size_t, Device, StreamObject*) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuMemPrefetchAsync_v2(DevicePointer, size_t, MemoryLocation, unsigned, StreamObject*) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuMemGetAllocationGranularity(size_t* granularity, const AllocationProperties*, int) {
  return Enter([&](Driver&) {
    *granularity = kGranularity;
    return kSuccess;
  });
}

Status cuMemCreate(BlockHandle* block, size_t bytes, const AllocationProperties* properties,
                   uint64_t) {
  return Enter([&](Driver& driver) {
    if (block == nullptr || properties == nullptr || bytes == 0 || bytes % kGranularity != 0) {
      return kInvalidValue;
    }
    if (IsAbsurd(bytes)) return kOutOfMemory;
    int gpu = -1;
    if (properties->location.type == kLocationDevice) {
      gpu = properties->location.id;
      if (gpu < 0 || gpu >= driver.gpus()) return kInvalidDevice;
    }
    const auto made = driver.memory().CreateBlock(gpu, ToBytes(bytes));
    if (!made) return kOutOfMemory;
    *block = *made;
    return kSuccess;
  });
}

Status cuMemRelease(BlockHandle block) {
  return Enter([&](Driver& driver) {
    return driver.memory().ReleaseBlock(block) ? kSuccess : kInvalidValue;
  });
}

Status cuMemAddressReserve(DevicePointer* pointer, size_t bytes, size_t alignment, DevicePointer,
                           uint64_t) {
  return Enter([&](Driver& driver) {
    const bool is_power = (alignment & (alignment - 1)) == 0;
    if (pointer == nullptr || bytes == 0 || bytes % kGranularity != 0 || !is_power) {
      return kInvalidValue;
    }
    if (IsAbsurd(bytes) || IsAbsurd(alignment)) return kOutOfMemory;
    const size_t aligned = alignment > kGranularity ? alignment : kGranularity;
    return ToPointer(driver.memory().Reserve(ToBytes(bytes), static_cast<int64_t>(aligned)),
                     pointer);
  });
}

Status cuMemAddressFree(DevicePointer pointer, size_t bytes) {
  return Enter([&](Driver& driver) {
    return driver.memory().FreeReservation(pointer, ToBytes(bytes)) ? kSuccess : kInvalidValue;
  });
}

Status cuMemMap(DevicePointer pointer, size_t bytes, size_t offset, BlockHandle block, uint64_t) {
  return Enter([&](Driver& driver) {
    if (IsAbsurd(bytes) || IsAbsurd(offset)) return kInvalidValue;
    return driver.memory().Map(pointer, ToBytes(bytes), static_cast<int64_t>(offset), block)
               ? kSuccess
               : kInvalidValue;
  });
}

Status cuMemUnmap(DevicePointer pointer, size_t bytes) {
  return Enter([&](Driver& driver) {
    return driver.memory().Unmap(pointer, ToBytes(bytes)) ? kSuccess : kInvalidValue;
  });
}

// Mappings can be accessed from the start.
Status cuMemSetAccess(DevicePointer, size_t, const AccessDescription*, size_t) {
  return Enter([](Driver&) { return kSuccess; });
}

Status cuMemGetAllocationPropertiesFromHandle(AllocationProperties* properties, BlockHandle block) {
  return Enter([&](Driver& driver) {
    const auto gpu = driver.memory().GpuOfBlock(block);
    if (!gpu || properties == nullptr) return kInvalidValue;
    *properties = {};
    properties->type = 1;  // pinned
    properties->location = {*gpu >= 0 ? kLocationDevice : kLocationHost, *gpu >= 0 ? *gpu : 0};
    return kSuccess;
  });
}

Status cuMemExportToShareableHandle(void*, BlockHandle, int, uint64_t) {
  return Enter([](Driver&) { return kNotSupported; });
}

Status cuMemImportFromShareableHandle(BlockHandle*, void*, int) {
  return Enter([](Driver&) { return kNotSupported; });
}

// Realm takes a handle of every framebuffer and treats a refusal as fatal; nobody can open it.
Status cuIpcGetMemHandle(IpcMemoryHandle* handle, DevicePointer pointer) {
  return Enter([&](Driver& driver) {
    if (driver.memory().Locate(AsAddress(pointer)).kind != Location::Kind::kDevice) {
      return kInvalidValue;
    }
    std::memset(handle->reserved, 0, sizeof handle->reserved);
    std::memcpy(handle->reserved, &pointer, sizeof pointer);
    return kSuccess;
  });
}

Status cuIpcOpenMemHandle_v2(DevicePointer*, IpcMemoryHandle, unsigned) {
  return Enter([](Driver&) { return kNotSupported; });
}

Status cuIpcCloseMemHandle(DevicePointer) {
  return Enter([](Driver&) { return kInvalidValue; });
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

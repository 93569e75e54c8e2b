// The part of the CUDA driver ABI that the virtual GPUs answer to: types and values as the driver
// API defines them (checked against a toolkit's cuda.h by cuda_types_test.cc where one is
// installed). Declared here so that nothing of a toolkit is needed to build.
#pragma once
#include <cstddef>
#include <cstdint>

namespace groma::vgpu::cuda {

/// CUresult.
enum Status : int32_t {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kPeerAccessUnsupported = 217,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kPeerAccessAlreadyEnabled = 704,
  kHostMemoryAlreadyRegistered = 712,
  kHostMemoryNotRegistered = 713,
  kNotSupported = 801,
  kUnknown = 999,
};

using DevicePointer = unsigned long long;  // CUdeviceptr
using Device = int;                        // CUdevice
using BlockHandle = unsigned long long;    // CUmemGenericAllocationHandle

/// CUdevice_attribute: those that are answered with something else than 0.
enum DeviceAttribute : int32_t {
  kMaxThreadsPerBlock = 1,
  kMaxBlockDimX = 2,
  kMaxBlockDimY = 3,
  kMaxBlockDimZ = 4,
  kMaxGridDimX = 5,
  kMaxGridDimY = 6,
  kMaxGridDimZ = 7,
  kMaxSharedMemoryPerBlock = 8,
  kTotalConstantMemory = 9,
  kWarpSize = 10,
  kMaxPitch = 11,
  kMaxRegistersPerBlock = 12,
  kMultiprocessorCount = 16,
  kCanMapHostMemory = 19,
  kConcurrentKernels = 31,
  kPciBusId = 33,
  kPciDeviceId = 34,
  kMemoryClockRate = 36,
  kGlobalMemoryBusWidth = 37,
  kMaxThreadsPerMultiprocessor = 39,
  kAsyncEngineCount = 40,
  kUnifiedAddressing = 41,
  kComputeCapabilityMajor = 75,
  kComputeCapabilityMinor = 76,
  kStreamPrioritiesSupported = 78,
  kMaxRegistersPerMultiprocessor = 82,
  kManagedMemory = 83,
  kCanUseHostPointerForRegisteredMemory = 91,
  kMaxSharedMemoryPerBlockOptin = 97,
  kHostRegisterSupported = 99,
  kMaxBlocksPerMultiprocessor = 106,
};

/// CUfunction_attribute: those that are answered with something else than 0.
enum FunctionAttribute : int32_t {
  kFunctionMaxThreadsPerBlock = 0,
  kFunctionRegisters = 4,
  kFunctionPtxVersion = 5,
  kFunctionBinaryVersion = 6,
  kFunctionMaxDynamicSharedBytes = 8,
};

/// CUmemorytype.
enum MemoryType : uint32_t { kHost = 1, kDevice = 2, kArray = 3, kUnified = 4 };

/// CUpointer_attribute.
enum PointerAttribute : int32_t {
  kPointerContext = 1,
  kPointerMemoryType = 2,
  kPointerDevicePointer = 3,
  kPointerHostPointer = 4,
  kPointerIsManaged = 8,
  kPointerDeviceOrdinal = 9,
  kPointerIsIpcCapable = 10,
  kPointerRangeStart = 11,
  kPointerRangeSize = 12,
  kPointerMapped = 13,
};

/// CUmemLocationType.
enum LocationType : int32_t {
  kLocationInvalid = 0,
  kLocationDevice = 1,
  kLocationHost = 2,
  kLocationHostNuma = 3,
  kLocationHostNumaCurrent = 4,
};

/// CUmemLocation.
struct MemoryLocation {
  LocationType type;
  int id;
};

/// CUmemAllocationProp.
struct AllocationProperties {
  int32_t type;
  int32_t requested_handle_types;
  MemoryLocation location;
  void* win32_handle_metadata;
  unsigned char compression_type;
  unsigned char gpu_direct_rdma_capable;
  unsigned short usage;
  unsigned char reserved[4];
};

/// CUmemAccessDesc.
struct AccessDescription {
  MemoryLocation location;
  int32_t flags;
};

/// CUDA_MEMCPY2D_v2.
struct Copy2D {
  size_t source_x_bytes;
  size_t source_y;
  MemoryType source_type;
  const void* source_host;
  DevicePointer source_device;
  void* source_array;
  size_t source_pitch;
  size_t target_x_bytes;
  size_t target_y;
  MemoryType target_type;
  void* target_host;
  DevicePointer target_device;
  void* target_array;
  size_t target_pitch;
  size_t width_bytes;
  size_t height;
};

/// CUDA_MEMCPY3D_v2.
struct Copy3D {
  size_t source_x_bytes;
  size_t source_y;
  size_t source_z;
  size_t source_lod;
  MemoryType source_type;
  const void* source_host;
  DevicePointer source_device;
  void* source_array;
  void* reserved0;
  size_t source_pitch;
  size_t source_height;
  size_t target_x_bytes;
  size_t target_y;
  size_t target_z;
  size_t target_lod;
  MemoryType target_type;
  void* target_host;
  DevicePointer target_device;
  void* target_array;
  void* reserved1;
  size_t target_pitch;
  size_t target_height;
  size_t width_bytes;
  size_t height;
  size_t depth;
};

/// CUuuid and CUipcMemHandle.
struct Uuid {
  char bytes[16];
};
struct IpcMemoryHandle {
  char reserved[64];
};

/// Special values of CUstream: the legacy default stream and the calling thread's.
inline constexpr uintptr_t kLegacyStream = 1;
inline constexpr uintptr_t kPerThreadStream = 2;

/// CU_MEM_ATTACH…/CU_STREAM_… flags are accepted and ignored; launches with `extra` use these keys.
inline constexpr uintptr_t kLaunchParameterEnd = 0;
inline constexpr uintptr_t kLaunchParameterBuffer = 1;
inline constexpr uintptr_t kLaunchParameterBufferSize = 2;

/// CUdriverProcAddressQueryResult.
enum SymbolStatus : int32_t { kSymbolFound = 0, kSymbolNotFound = 1 };

}  // namespace groma::vgpu::cuda

// Our declarations of the driver ABI against a toolkit's header. Only built where there is one.
#include "vgpu/entry/cuda_types.h"

#include <cuda.h>
#include <gtest/gtest.h>

#include <cstddef>

namespace groma::vgpu::cuda {
namespace {

TEST(CudaTypes, StatusValuesAreTheAbis) {
  EXPECT_EQ(int{kSuccess}, CUDA_SUCCESS);
  EXPECT_EQ(int{kInvalidValue}, CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(int{kOutOfMemory}, CUDA_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(int{kNotInitialized}, CUDA_ERROR_NOT_INITIALIZED);
  EXPECT_EQ(int{kNoDevice}, CUDA_ERROR_NO_DEVICE);
  EXPECT_EQ(int{kInvalidDevice}, CUDA_ERROR_INVALID_DEVICE);
  EXPECT_EQ(int{kInvalidImage}, CUDA_ERROR_INVALID_IMAGE);
  EXPECT_EQ(int{kInvalidContext}, CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(int{kPeerAccessUnsupported}, CUDA_ERROR_PEER_ACCESS_UNSUPPORTED);
  EXPECT_EQ(int{kInvalidHandle}, CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(int{kNotFound}, CUDA_ERROR_NOT_FOUND);
  EXPECT_EQ(int{kNotReady}, CUDA_ERROR_NOT_READY);
  EXPECT_EQ(int{kPeerAccessAlreadyEnabled}, CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED);
  EXPECT_EQ(int{kHostMemoryAlreadyRegistered}, CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
  EXPECT_EQ(int{kHostMemoryNotRegistered}, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
  EXPECT_EQ(int{kNotSupported}, CUDA_ERROR_NOT_SUPPORTED);
  EXPECT_EQ(int{kUnknown}, CUDA_ERROR_UNKNOWN);
}

TEST(CudaTypes, AttributeValuesAreTheAbis) {
#define EXPECT_ATTRIBUTE(ours, theirs) EXPECT_EQ(int{ours}, CU_DEVICE_ATTRIBUTE_##theirs)
  EXPECT_ATTRIBUTE(kMaxThreadsPerBlock, MAX_THREADS_PER_BLOCK);
  EXPECT_ATTRIBUTE(kMaxBlockDimX, MAX_BLOCK_DIM_X);
  EXPECT_ATTRIBUTE(kMaxBlockDimY, MAX_BLOCK_DIM_Y);
  EXPECT_ATTRIBUTE(kMaxBlockDimZ, MAX_BLOCK_DIM_Z);
  EXPECT_ATTRIBUTE(kMaxGridDimX, MAX_GRID_DIM_X);
  EXPECT_ATTRIBUTE(kMaxGridDimY, MAX_GRID_DIM_Y);
  EXPECT_ATTRIBUTE(kMaxGridDimZ, MAX_GRID_DIM_Z);
  EXPECT_ATTRIBUTE(kMaxSharedMemoryPerBlock, MAX_SHARED_MEMORY_PER_BLOCK);
  EXPECT_ATTRIBUTE(kTotalConstantMemory, TOTAL_CONSTANT_MEMORY);
  EXPECT_ATTRIBUTE(kWarpSize, WARP_SIZE);
  EXPECT_ATTRIBUTE(kMaxPitch, MAX_PITCH);
  EXPECT_ATTRIBUTE(kMaxRegistersPerBlock, MAX_REGISTERS_PER_BLOCK);
  EXPECT_ATTRIBUTE(kMultiprocessorCount, MULTIPROCESSOR_COUNT);
  EXPECT_ATTRIBUTE(kCanMapHostMemory, CAN_MAP_HOST_MEMORY);
  EXPECT_ATTRIBUTE(kConcurrentKernels, CONCURRENT_KERNELS);
  EXPECT_ATTRIBUTE(kPciBusId, PCI_BUS_ID);
  EXPECT_ATTRIBUTE(kPciDeviceId, PCI_DEVICE_ID);
  EXPECT_ATTRIBUTE(kMemoryClockRate, MEMORY_CLOCK_RATE);
  EXPECT_ATTRIBUTE(kGlobalMemoryBusWidth, GLOBAL_MEMORY_BUS_WIDTH);
  EXPECT_ATTRIBUTE(kMaxThreadsPerMultiprocessor, MAX_THREADS_PER_MULTIPROCESSOR);
  EXPECT_ATTRIBUTE(kAsyncEngineCount, ASYNC_ENGINE_COUNT);
  EXPECT_ATTRIBUTE(kUnifiedAddressing, UNIFIED_ADDRESSING);
  EXPECT_ATTRIBUTE(kComputeCapabilityMajor, COMPUTE_CAPABILITY_MAJOR);
  EXPECT_ATTRIBUTE(kComputeCapabilityMinor, COMPUTE_CAPABILITY_MINOR);
  EXPECT_ATTRIBUTE(kStreamPrioritiesSupported, STREAM_PRIORITIES_SUPPORTED);
  EXPECT_ATTRIBUTE(kMaxRegistersPerMultiprocessor, MAX_REGISTERS_PER_MULTIPROCESSOR);
  EXPECT_ATTRIBUTE(kManagedMemory, MANAGED_MEMORY);
  EXPECT_ATTRIBUTE(kCanUseHostPointerForRegisteredMemory, CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM);
  EXPECT_ATTRIBUTE(kMaxSharedMemoryPerBlockOptin, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  EXPECT_ATTRIBUTE(kHostRegisterSupported, HOST_REGISTER_SUPPORTED);
  EXPECT_ATTRIBUTE(kMaxBlocksPerMultiprocessor, MAX_BLOCKS_PER_MULTIPROCESSOR);
#undef EXPECT_ATTRIBUTE
  EXPECT_EQ(int{kFunctionMaxThreadsPerBlock}, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
  EXPECT_EQ(int{kFunctionRegisters}, CU_FUNC_ATTRIBUTE_NUM_REGS);
  EXPECT_EQ(int{kFunctionPtxVersion}, CU_FUNC_ATTRIBUTE_PTX_VERSION);
  EXPECT_EQ(int{kFunctionBinaryVersion}, CU_FUNC_ATTRIBUTE_BINARY_VERSION);
  EXPECT_EQ(int{kFunctionMaxDynamicSharedBytes}, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
  EXPECT_EQ(int{kPointerContext}, CU_POINTER_ATTRIBUTE_CONTEXT);
  EXPECT_EQ(int{kPointerMemoryType}, CU_POINTER_ATTRIBUTE_MEMORY_TYPE);
  EXPECT_EQ(int{kPointerDevicePointer}, CU_POINTER_ATTRIBUTE_DEVICE_POINTER);
  EXPECT_EQ(int{kPointerHostPointer}, CU_POINTER_ATTRIBUTE_HOST_POINTER);
  EXPECT_EQ(int{kPointerIsManaged}, CU_POINTER_ATTRIBUTE_IS_MANAGED);
  EXPECT_EQ(int{kPointerDeviceOrdinal}, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL);
  EXPECT_EQ(int{kPointerIsIpcCapable}, CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE);
  EXPECT_EQ(int{kPointerRangeStart}, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR);
  EXPECT_EQ(int{kPointerRangeSize}, CU_POINTER_ATTRIBUTE_RANGE_SIZE);
  EXPECT_EQ(int{kPointerMapped}, CU_POINTER_ATTRIBUTE_MAPPED);
}

TEST(CudaTypes, OtherConstantsAreTheAbis) {
  EXPECT_EQ(unsigned{kHost}, CU_MEMORYTYPE_HOST);
  EXPECT_EQ(unsigned{kDevice}, CU_MEMORYTYPE_DEVICE);
  EXPECT_EQ(unsigned{kArray}, CU_MEMORYTYPE_ARRAY);
  EXPECT_EQ(unsigned{kUnified}, CU_MEMORYTYPE_UNIFIED);
  EXPECT_EQ(int{kLocationDevice}, CU_MEM_LOCATION_TYPE_DEVICE);
  EXPECT_EQ(int{kLocationHost}, CU_MEM_LOCATION_TYPE_HOST);
  EXPECT_EQ(int{kLocationHostNuma}, CU_MEM_LOCATION_TYPE_HOST_NUMA);
  EXPECT_EQ(int{kLocationHostNumaCurrent}, CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT);
  EXPECT_EQ(int{kSymbolFound}, CU_GET_PROC_ADDRESS_SUCCESS);
  EXPECT_EQ(int{kSymbolNotFound}, CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
  EXPECT_EQ(reinterpret_cast<void*>(kLegacyStream), static_cast<void*>(CU_STREAM_LEGACY));
  EXPECT_EQ(reinterpret_cast<void*>(kPerThreadStream), static_cast<void*>(CU_STREAM_PER_THREAD));
  EXPECT_EQ(kLaunchParameterEnd, uintptr_t{CU_LAUNCH_PARAM_END_AS_INT});
  EXPECT_EQ(kLaunchParameterBuffer, uintptr_t{CU_LAUNCH_PARAM_BUFFER_POINTER_AS_INT});
  EXPECT_EQ(kLaunchParameterBufferSize, uintptr_t{CU_LAUNCH_PARAM_BUFFER_SIZE_AS_INT});
}

#define EXPECT_FIELD(ours, member, theirs, their_member) \
  EXPECT_EQ(offsetof(ours, member), offsetof(theirs, their_member)) << #member

TEST(CudaTypes, CopyStructuresHaveTheAbisLayout) {
  EXPECT_EQ(sizeof(Copy2D), sizeof(CUDA_MEMCPY2D));
  EXPECT_FIELD(Copy2D, source_type, CUDA_MEMCPY2D, srcMemoryType);
  EXPECT_FIELD(Copy2D, source_host, CUDA_MEMCPY2D, srcHost);
  EXPECT_FIELD(Copy2D, source_device, CUDA_MEMCPY2D, srcDevice);
  EXPECT_FIELD(Copy2D, source_pitch, CUDA_MEMCPY2D, srcPitch);
  EXPECT_FIELD(Copy2D, target_x_bytes, CUDA_MEMCPY2D, dstXInBytes);
  EXPECT_FIELD(Copy2D, target_device, CUDA_MEMCPY2D, dstDevice);
  EXPECT_FIELD(Copy2D, target_pitch, CUDA_MEMCPY2D, dstPitch);
  EXPECT_FIELD(Copy2D, width_bytes, CUDA_MEMCPY2D, WidthInBytes);
  EXPECT_FIELD(Copy2D, height, CUDA_MEMCPY2D, Height);

  EXPECT_EQ(sizeof(Copy3D), sizeof(CUDA_MEMCPY3D));
  EXPECT_FIELD(Copy3D, source_z, CUDA_MEMCPY3D, srcZ);
  EXPECT_FIELD(Copy3D, source_type, CUDA_MEMCPY3D, srcMemoryType);
  EXPECT_FIELD(Copy3D, source_device, CUDA_MEMCPY3D, srcDevice);
  EXPECT_FIELD(Copy3D, source_pitch, CUDA_MEMCPY3D, srcPitch);
  EXPECT_FIELD(Copy3D, source_height, CUDA_MEMCPY3D, srcHeight);
  EXPECT_FIELD(Copy3D, target_x_bytes, CUDA_MEMCPY3D, dstXInBytes);
  EXPECT_FIELD(Copy3D, target_type, CUDA_MEMCPY3D, dstMemoryType);
  EXPECT_FIELD(Copy3D, target_device, CUDA_MEMCPY3D, dstDevice);
  EXPECT_FIELD(Copy3D, target_pitch, CUDA_MEMCPY3D, dstPitch);
  EXPECT_FIELD(Copy3D, target_height, CUDA_MEMCPY3D, dstHeight);
  EXPECT_FIELD(Copy3D, depth, CUDA_MEMCPY3D, Depth);
}

TEST(CudaTypes, MemoryStructuresHaveTheAbisLayout) {
  EXPECT_EQ(sizeof(DevicePointer), sizeof(CUdeviceptr));
  EXPECT_EQ(sizeof(BlockHandle), sizeof(CUmemGenericAllocationHandle));
  EXPECT_EQ(sizeof(Uuid), sizeof(CUuuid));
  EXPECT_EQ(sizeof(IpcMemoryHandle), sizeof(CUipcMemHandle));
  EXPECT_EQ(sizeof(MemoryLocation), sizeof(CUmemLocation));
  EXPECT_EQ(sizeof(AccessDescription), sizeof(CUmemAccessDesc));
  EXPECT_EQ(sizeof(AllocationProperties), sizeof(CUmemAllocationProp));
  EXPECT_FIELD(AllocationProperties, requested_handle_types, CUmemAllocationProp,
               requestedHandleTypes);
  EXPECT_FIELD(AllocationProperties, location, CUmemAllocationProp, location);
  EXPECT_FIELD(AllocationProperties, win32_handle_metadata, CUmemAllocationProp,
               win32HandleMetaData);
  EXPECT_FIELD(AllocationProperties, compression_type, CUmemAllocationProp,
               allocFlags.compressionType);
  EXPECT_FIELD(AllocationProperties, usage, CUmemAllocationProp, allocFlags.usage);
}

}  // namespace
}  // namespace groma::vgpu::cuda

// The entry points of the driver API that the virtual GPUs have, with the C names and signatures of
// the ABI. What each does is NVIDIA's documentation of the CUDA driver API; where the virtual GPUs
// differ, the definition says so.
#pragma once
#include <cstddef>
#include <cstdint>

#include "vgpu/entry/cuda_types.h"
#include "vgpu/entry/process.h"

#define GROMA_EXPORT __attribute__((visibility("default")))

namespace groma::vgpu::cuda {

using StreamCallback = void (*)(StreamObject* stream, Status status, void* data);
using HostFunction = void (*)(void* data);
using BlockToDynamicBytes = size_t (*)(int block_size);

extern "C" {
// Errors, start-up, entry points by name.
GROMA_EXPORT Status cuGetErrorName(Status error, const char** text);
GROMA_EXPORT Status cuGetErrorString(Status error, const char** text);
GROMA_EXPORT Status cuInit(unsigned flags);
GROMA_EXPORT Status cuDriverGetVersion(int* version);
GROMA_EXPORT Status cuGetProcAddress(const char* name, void** function, int version,
                                     uint64_t flags);
GROMA_EXPORT Status cuGetProcAddress_v2(const char* name, void** function, int version,
                                        uint64_t flags, SymbolStatus* found);

// Devices.
GROMA_EXPORT Status cuDeviceGetCount(int* count);
GROMA_EXPORT Status cuDeviceGet(Device* device, int ordinal);
GROMA_EXPORT Status cuDeviceGetName(char* name, int length, Device device);
GROMA_EXPORT Status cuDeviceGetUuid(Uuid* uuid, Device device);
GROMA_EXPORT Status cuDeviceGetUuid_v2(Uuid* uuid, Device device);
GROMA_EXPORT Status cuDeviceTotalMem_v2(size_t* bytes, Device device);
GROMA_EXPORT Status cuDeviceGetAttribute(int* value, DeviceAttribute attribute, Device device);
GROMA_EXPORT Status cuDeviceCanAccessPeer(int* can, Device device, Device peer);
GROMA_EXPORT Status cuDeviceGetPCIBusId(char* text, int length, Device device);

// Contexts.
GROMA_EXPORT Status cuDevicePrimaryCtxRetain(ContextObject** context, Device device);
GROMA_EXPORT Status cuDevicePrimaryCtxRelease_v2(Device device);
GROMA_EXPORT Status cuDevicePrimaryCtxSetFlags_v2(Device device, unsigned flags);
GROMA_EXPORT Status cuDevicePrimaryCtxGetState(Device device, unsigned* flags, int* active);
GROMA_EXPORT Status cuCtxPushCurrent_v2(ContextObject* context);
GROMA_EXPORT Status cuCtxPopCurrent_v2(ContextObject** context);
GROMA_EXPORT Status cuCtxGetCurrent(ContextObject** context);
GROMA_EXPORT Status cuCtxSetCurrent(ContextObject* context);
GROMA_EXPORT Status cuCtxGetDevice(Device* device);
GROMA_EXPORT Status cuCtxGetDevice_v2(Device* device, ContextObject* context);
GROMA_EXPORT Status cuCtxGetFlags(unsigned* flags);
GROMA_EXPORT Status cuCtxGetLimit(size_t* value, int limit);
GROMA_EXPORT Status cuCtxSetLimit(int limit, size_t value);
GROMA_EXPORT Status cuCtxSetCacheConfig(int config);
GROMA_EXPORT Status cuCtxSetSharedMemConfig(int config);
GROMA_EXPORT Status cuCtxGetStreamPriorityRange(int* least, int* greatest);
GROMA_EXPORT Status cuCtxEnablePeerAccess(ContextObject* peer, unsigned flags);
GROMA_EXPORT Status cuCtxSynchronize();
GROMA_EXPORT Status cuCtxSynchronize_v2(ContextObject* context);
GROMA_EXPORT Status cuCtxRecordEvent(ContextObject* context, EventObject* event);

// Memory.
GROMA_EXPORT Status cuMemAlloc_v2(DevicePointer* pointer, size_t bytes);
GROMA_EXPORT Status cuMemAllocManaged(DevicePointer* pointer, size_t bytes, unsigned flags);
GROMA_EXPORT Status cuMemFree_v2(DevicePointer pointer);
GROMA_EXPORT Status cuMemAllocHost_v2(void** pointer, size_t bytes);
GROMA_EXPORT Status cuMemHostAlloc(void** pointer, size_t bytes, unsigned flags);
GROMA_EXPORT Status cuMemFreeHost(void* pointer);
GROMA_EXPORT Status cuMemHostGetDevicePointer_v2(DevicePointer* device, void* host, unsigned flags);
GROMA_EXPORT Status cuMemHostRegister_v2(void* pointer, size_t bytes, unsigned flags);
GROMA_EXPORT Status cuMemHostUnregister(void* pointer);
GROMA_EXPORT Status cuMemGetInfo_v2(size_t* free, size_t* total);
GROMA_EXPORT Status cuMemGetAddressRange_v2(DevicePointer* base, size_t* size,
                                            DevicePointer pointer);
GROMA_EXPORT Status cuPointerGetAttribute(void* data, PointerAttribute attribute,
                                          DevicePointer pointer);
GROMA_EXPORT Status cuPointerGetAttributes(unsigned count, PointerAttribute* attributes,
                                           void** data, DevicePointer pointer);
GROMA_EXPORT Status cuMemAdvise(DevicePointer pointer, size_t bytes, int advice, Device device);
GROMA_EXPORT Status cuMemAdvise_v2(DevicePointer pointer, size_t bytes, int advice,
                                   MemoryLocation location);
GROMA_EXPORT Status cuMemPrefetchAsync(DevicePointer pointer, size_t bytes, Device device,
                                       StreamObject* stream);
GROMA_EXPORT Status cuMemPrefetchAsync_v2(DevicePointer pointer, size_t bytes,
                                          MemoryLocation location, unsigned flags,
                                          StreamObject* stream);
GROMA_EXPORT Status cuMemGetAllocationGranularity(size_t* granularity,
                                                  const AllocationProperties* properties,
                                                  int option);
GROMA_EXPORT Status cuMemCreate(BlockHandle* block, size_t bytes,
                                const AllocationProperties* properties, uint64_t flags);
GROMA_EXPORT Status cuMemRelease(BlockHandle block);
GROMA_EXPORT Status cuMemAddressReserve(DevicePointer* pointer, size_t bytes, size_t alignment,
                                        DevicePointer hint, uint64_t flags);
GROMA_EXPORT Status cuMemAddressFree(DevicePointer pointer, size_t bytes);
GROMA_EXPORT Status cuMemMap(DevicePointer pointer, size_t bytes, size_t offset, BlockHandle block,
                             uint64_t flags);
GROMA_EXPORT Status cuMemUnmap(DevicePointer pointer, size_t bytes);
GROMA_EXPORT Status cuMemSetAccess(DevicePointer pointer, size_t bytes,
                                   const AccessDescription* access, size_t count);
GROMA_EXPORT Status cuMemGetAllocationPropertiesFromHandle(AllocationProperties* properties,
                                                           BlockHandle block);
GROMA_EXPORT Status cuMemExportToShareableHandle(void* handle, BlockHandle block, int type,
                                                 uint64_t flags);
GROMA_EXPORT Status cuMemImportFromShareableHandle(BlockHandle* block, void* handle, int type);
GROMA_EXPORT Status cuIpcGetMemHandle(IpcMemoryHandle* handle, DevicePointer pointer);
GROMA_EXPORT Status cuIpcOpenMemHandle_v2(DevicePointer* pointer, IpcMemoryHandle handle,
                                          unsigned flags);
GROMA_EXPORT Status cuIpcCloseMemHandle(DevicePointer pointer);

// Copies and fills.
GROMA_EXPORT Status cuMemcpy(DevicePointer target, DevicePointer source, size_t bytes);
GROMA_EXPORT Status cuMemcpyAsync(DevicePointer target, DevicePointer source, size_t bytes,
                                  StreamObject* stream);
GROMA_EXPORT Status cuMemcpyHtoD_v2(DevicePointer target, const void* source, size_t bytes);
GROMA_EXPORT Status cuMemcpyDtoH_v2(void* target, DevicePointer source, size_t bytes);
GROMA_EXPORT Status cuMemcpyDtoD_v2(DevicePointer target, DevicePointer source, size_t bytes);
GROMA_EXPORT Status cuMemcpyHtoDAsync_v2(DevicePointer target, const void* source, size_t bytes,
                                         StreamObject* stream);
GROMA_EXPORT Status cuMemcpyDtoHAsync_v2(void* target, DevicePointer source, size_t bytes,
                                         StreamObject* stream);
GROMA_EXPORT Status cuMemcpyDtoDAsync_v2(DevicePointer target, DevicePointer source, size_t bytes,
                                         StreamObject* stream);
GROMA_EXPORT Status cuMemcpyPeerAsync(DevicePointer target, ContextObject* target_context,
                                      DevicePointer source, ContextObject* source_context,
                                      size_t bytes, StreamObject* stream);
GROMA_EXPORT Status cuMemcpy2D_v2(const Copy2D* copy);
GROMA_EXPORT Status cuMemcpy2DAsync_v2(const Copy2D* copy, StreamObject* stream);
GROMA_EXPORT Status cuMemcpy3D_v2(const Copy3D* copy);
GROMA_EXPORT Status cuMemcpy3DAsync_v2(const Copy3D* copy, StreamObject* stream);
GROMA_EXPORT Status cuMemsetD8_v2(DevicePointer target, unsigned char value, size_t count);
GROMA_EXPORT Status cuMemsetD16_v2(DevicePointer target, unsigned short value, size_t count);
GROMA_EXPORT Status cuMemsetD32_v2(DevicePointer target, unsigned value, size_t count);
GROMA_EXPORT Status cuMemsetD8Async(DevicePointer target, unsigned char value, size_t count,
                                    StreamObject* stream);
GROMA_EXPORT Status cuMemsetD16Async(DevicePointer target, unsigned short value, size_t count,
                                     StreamObject* stream);
GROMA_EXPORT Status cuMemsetD32Async(DevicePointer target, unsigned value, size_t count,
                                     StreamObject* stream);
GROMA_EXPORT Status cuMemsetD2D8Async(DevicePointer target, size_t pitch, unsigned char value,
                                      size_t width, size_t height, StreamObject* stream);
GROMA_EXPORT Status cuMemsetD2D16Async(DevicePointer target, size_t pitch, unsigned short value,
                                       size_t width, size_t height, StreamObject* stream);
GROMA_EXPORT Status cuMemsetD2D32Async(DevicePointer target, size_t pitch, unsigned value,
                                       size_t width, size_t height, StreamObject* stream);

// Streams and events.
GROMA_EXPORT Status cuStreamCreate(StreamObject** stream, unsigned flags);
GROMA_EXPORT Status cuStreamCreateWithPriority(StreamObject** stream, unsigned flags, int priority);
GROMA_EXPORT Status cuStreamDestroy_v2(StreamObject* stream);
GROMA_EXPORT Status cuStreamGetPriority(StreamObject* stream, int* priority);
GROMA_EXPORT Status cuStreamGetFlags(StreamObject* stream, unsigned* flags);
GROMA_EXPORT Status cuStreamGetCtx(StreamObject* stream, ContextObject** context);
GROMA_EXPORT Status cuStreamSynchronize(StreamObject* stream);
GROMA_EXPORT Status cuStreamQuery(StreamObject* stream);
GROMA_EXPORT Status cuStreamWaitEvent(StreamObject* stream, EventObject* event, unsigned flags);
GROMA_EXPORT Status cuStreamAddCallback(StreamObject* stream, StreamCallback callback, void* data,
                                        unsigned flags);
GROMA_EXPORT Status cuLaunchHostFunc(StreamObject* stream, HostFunction function, void* data);
GROMA_EXPORT Status cuEventCreate(EventObject** event, unsigned flags);
GROMA_EXPORT Status cuEventDestroy_v2(EventObject* event);
GROMA_EXPORT Status cuEventRecord(EventObject* event, StreamObject* stream);
GROMA_EXPORT Status cuEventQuery(EventObject* event);
GROMA_EXPORT Status cuEventSynchronize(EventObject* event);
GROMA_EXPORT Status cuEventElapsedTime(float* milliseconds, EventObject* start, EventObject* end);
GROMA_EXPORT Status cuEventElapsedTime_v2(float* milliseconds, EventObject* start,
                                          EventObject* end);

// Modules and kernels.
GROMA_EXPORT Status cuModuleLoad(ModuleObject** module, const char* path);
GROMA_EXPORT Status cuModuleLoadData(ModuleObject** module, const void* image);
GROMA_EXPORT Status cuModuleLoadDataEx(ModuleObject** module, const void* image, unsigned count,
                                       int* options, void** values);
GROMA_EXPORT Status cuModuleLoadFatBinary(ModuleObject** module, const void* image);
GROMA_EXPORT Status cuModuleUnload(ModuleObject* module);
GROMA_EXPORT Status cuModuleGetFunction(FunctionObject** function, ModuleObject* module,
                                        const char* name);
GROMA_EXPORT Status cuModuleGetGlobal_v2(DevicePointer* pointer, size_t* bytes,
                                         ModuleObject* module, const char* name);
GROMA_EXPORT Status cuFuncGetAttribute(int* value, FunctionAttribute attribute,
                                       FunctionObject* function);
GROMA_EXPORT Status cuFuncSetAttribute(FunctionObject* function, FunctionAttribute attribute,
                                       int value);
GROMA_EXPORT Status cuFuncSetCacheConfig(FunctionObject* function, int config);
GROMA_EXPORT Status cuFuncSetSharedMemConfig(FunctionObject* function, int config);
GROMA_EXPORT Status cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks,
                                                                FunctionObject* function,
                                                                int block_size,
                                                                size_t dynamic_bytes);
GROMA_EXPORT Status cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
    int* blocks, FunctionObject* function, int block_size, size_t dynamic_bytes, unsigned flags);
GROMA_EXPORT Status cuOccupancyMaxPotentialBlockSize(int* grid, int* block,
                                                     FunctionObject* function,
                                                     BlockToDynamicBytes dynamic_bytes,
                                                     size_t dynamic_limit, int block_limit);
GROMA_EXPORT Status cuOccupancyMaxPotentialBlockSizeWithFlags(int* grid, int* block,
                                                              FunctionObject* function,
                                                              BlockToDynamicBytes dynamic_bytes,
                                                              size_t dynamic_limit, int block_limit,
                                                              unsigned flags);
GROMA_EXPORT Status cuLaunchKernel(FunctionObject* function, unsigned grid_x, unsigned grid_y,
                                   unsigned grid_z, unsigned block_x, unsigned block_y,
                                   unsigned block_z, unsigned shared_bytes, StreamObject* stream,
                                   void** parameters, void** extra);
GROMA_EXPORT Status cuLaunchCooperativeKernel(FunctionObject* function, unsigned grid_x,
                                              unsigned grid_y, unsigned grid_z, unsigned block_x,
                                              unsigned block_y, unsigned block_z,
                                              unsigned shared_bytes, StreamObject* stream,
                                              void** parameters);
}  // extern "C"

/// The address of the entry point of that name: the newest that a program built for `version` (such
/// as 12080) may be given; also by its exported name ("cuMemAlloc_v2"). nullptr when it is missing.
void* FindEntryPoint(const char* name, int version);

/// A function that ends the run, naming `name`, when it is called.
void* MissingEntryPoint(const char* name);

}  // namespace groma::vgpu::cuda

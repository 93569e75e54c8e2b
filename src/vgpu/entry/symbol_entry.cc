// Entry points by name, and what happens with those that are missing.
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

struct EntryPoint {
  std::string_view name;      // as cuGetProcAddress is asked
  int version;                // of CUDA that brought this signature
  std::string_view exported;  // the exported symbol
  void* address;
};

#define ENTRY_AS(name, version, function) \
  EntryPoint { #name, version, #function, reinterpret_cast < void*>(&(function)) }
#define ENTRY(name, version) ENTRY_AS(name, version, name)

// The versions are those of the toolkit's cudaTypedefs.h. Signatures of before CUDA 3.2 (32-bit
// sizes) are not here: no 64-bit program asks for them.
const EntryPoint kEntryPoints[] = {
    ENTRY(cuGetErrorName, 6000),
    ENTRY(cuGetErrorString, 6000),
    ENTRY(cuInit, 2000),
    ENTRY(cuDriverGetVersion, 2020),
    ENTRY(cuGetProcAddress, 11030),
    ENTRY_AS(cuGetProcAddress, 12000, cuGetProcAddress_v2),
    ENTRY(cuDeviceGetCount, 2000),
    ENTRY(cuDeviceGet, 2000),
    ENTRY(cuDeviceGetName, 2000),
    ENTRY(cuDeviceGetUuid, 9020),
    ENTRY_AS(cuDeviceGetUuid, 11040, cuDeviceGetUuid_v2),
    ENTRY_AS(cuDeviceTotalMem, 3020, cuDeviceTotalMem_v2),
    ENTRY(cuDeviceGetAttribute, 2000),
    ENTRY(cuDeviceCanAccessPeer, 4000),
    ENTRY(cuDeviceGetPCIBusId, 4010),
    ENTRY(cuDevicePrimaryCtxRetain, 7000),
    ENTRY_AS(cuDevicePrimaryCtxRelease, 7000, cuDevicePrimaryCtxRelease_v2),
    ENTRY_AS(cuDevicePrimaryCtxSetFlags, 7000, cuDevicePrimaryCtxSetFlags_v2),
    ENTRY(cuDevicePrimaryCtxGetState, 7000),
    ENTRY_AS(cuCtxPushCurrent, 4000, cuCtxPushCurrent_v2),
    ENTRY_AS(cuCtxPopCurrent, 4000, cuCtxPopCurrent_v2),
    ENTRY(cuCtxGetCurrent, 4000),
    ENTRY(cuCtxSetCurrent, 4000),
    ENTRY(cuCtxGetDevice, 2000),
    ENTRY_AS(cuCtxGetDevice, 13000, cuCtxGetDevice_v2),
    ENTRY(cuCtxGetFlags, 7000),
    ENTRY(cuCtxGetLimit, 3010),
    ENTRY(cuCtxSetLimit, 3010),
    ENTRY(cuCtxSetCacheConfig, 3020),
    ENTRY(cuCtxSetSharedMemConfig, 4020),
    ENTRY(cuCtxGetStreamPriorityRange, 5050),
    ENTRY(cuCtxEnablePeerAccess, 4000),
    ENTRY(cuCtxSynchronize, 2000),
    ENTRY_AS(cuCtxSynchronize, 13000, cuCtxSynchronize_v2),
    ENTRY(cuCtxRecordEvent, 12050),
    ENTRY_AS(cuMemAlloc, 3020, cuMemAlloc_v2),
    ENTRY(cuMemAllocManaged, 6000),
    ENTRY_AS(cuMemFree, 3020, cuMemFree_v2),
    ENTRY_AS(cuMemAllocHost, 3020, cuMemAllocHost_v2),
    ENTRY(cuMemHostAlloc, 2020),
    ENTRY(cuMemFreeHost, 2000),
    ENTRY_AS(cuMemHostGetDevicePointer, 3020, cuMemHostGetDevicePointer_v2),
    ENTRY_AS(cuMemHostRegister, 4000, cuMemHostRegister_v2),
    ENTRY(cuMemHostUnregister, 4000),
    ENTRY_AS(cuMemGetInfo, 3020, cuMemGetInfo_v2),
    ENTRY_AS(cuMemGetAddressRange, 3020, cuMemGetAddressRange_v2),
    ENTRY(cuPointerGetAttribute, 4000),
    ENTRY(cuPointerGetAttributes, 7000),
    ENTRY(cuMemAdvise, 8000),
    ENTRY_AS(cuMemAdvise, 12020, cuMemAdvise_v2),
    ENTRY(cuMemPrefetchAsync, 8000),
    ENTRY_AS(cuMemPrefetchAsync, 12020, cuMemPrefetchAsync_v2),
    ENTRY(cuMemGetAllocationGranularity, 10020),
    ENTRY(cuMemCreate, 10020),
    ENTRY(cuMemRelease, 10020),
    ENTRY(cuMemAddressReserve, 10020),
    ENTRY(cuMemAddressFree, 10020),
    ENTRY(cuMemMap, 10020),
    ENTRY(cuMemUnmap, 10020),
    ENTRY(cuMemSetAccess, 10020),
    ENTRY(cuMemGetAllocationPropertiesFromHandle, 10020),
    ENTRY(cuMemExportToShareableHandle, 10020),
    ENTRY(cuMemImportFromShareableHandle, 10020),
    ENTRY(cuIpcGetMemHandle, 4010),
    ENTRY_AS(cuIpcOpenMemHandle, 4010, cuIpcOpenMemHandle_v2),
    ENTRY(cuIpcCloseMemHandle, 4010),
    ENTRY(cuMemcpy, 4000),
    ENTRY(cuMemcpyAsync, 4000),
    ENTRY_AS(cuMemcpyHtoD, 3020, cuMemcpyHtoD_v2),
    ENTRY_AS(cuMemcpyDtoH, 3020, cuMemcpyDtoH_v2),
    ENTRY_AS(cuMemcpyDtoD, 3020, cuMemcpyDtoD_v2),
    ENTRY_AS(cuMemcpyHtoDAsync, 3020, cuMemcpyHtoDAsync_v2),
    ENTRY_AS(cuMemcpyDtoHAsync, 3020, cuMemcpyDtoHAsync_v2),
    ENTRY_AS(cuMemcpyDtoDAsync, 3020, cuMemcpyDtoDAsync_v2),
    ENTRY(cuMemcpyPeerAsync, 4000),
    ENTRY_AS(cuMemcpy2D, 3020, cuMemcpy2D_v2),
    ENTRY_AS(cuMemcpy2DAsync, 3020, cuMemcpy2DAsync_v2),
    ENTRY_AS(cuMemcpy3D, 3020, cuMemcpy3D_v2),
    ENTRY_AS(cuMemcpy3DAsync, 3020, cuMemcpy3DAsync_v2),
    ENTRY_AS(cuMemsetD8, 3020, cuMemsetD8_v2),
    ENTRY_AS(cuMemsetD16, 3020, cuMemsetD16_v2),
    ENTRY_AS(cuMemsetD32, 3020, cuMemsetD32_v2),
    ENTRY(cuMemsetD8Async, 3020),
    ENTRY(cuMemsetD16Async, 3020),
    ENTRY(cuMemsetD32Async, 3020),
    ENTRY(cuMemsetD2D8Async, 3020),
    ENTRY(cuMemsetD2D16Async, 3020),
    ENTRY(cuMemsetD2D32Async, 3020),
    ENTRY(cuStreamCreate, 2000),
    ENTRY(cuStreamCreateWithPriority, 5050),
    ENTRY_AS(cuStreamDestroy, 4000, cuStreamDestroy_v2),
    ENTRY(cuStreamGetPriority, 5050),
    ENTRY(cuStreamGetFlags, 5050),
    ENTRY(cuStreamGetCtx, 9020),
    ENTRY(cuStreamSynchronize, 2000),
    ENTRY(cuStreamQuery, 2000),
    ENTRY(cuStreamWaitEvent, 3020),
    ENTRY(cuStreamAddCallback, 5000),
    ENTRY(cuLaunchHostFunc, 10000),
    ENTRY(cuEventCreate, 2000),
    ENTRY_AS(cuEventDestroy, 4000, cuEventDestroy_v2),
    ENTRY(cuEventRecord, 2000),
    ENTRY(cuEventQuery, 2000),
    ENTRY(cuEventSynchronize, 2000),
    ENTRY(cuEventElapsedTime, 2000),
    ENTRY_AS(cuEventElapsedTime, 12080, cuEventElapsedTime_v2),
    ENTRY(cuModuleLoad, 2000),
    ENTRY(cuModuleLoadData, 2000),
    ENTRY(cuModuleLoadDataEx, 2010),
    ENTRY(cuModuleLoadFatBinary, 2000),
    ENTRY(cuModuleUnload, 2000),
    ENTRY(cuModuleGetFunction, 2000),
    ENTRY_AS(cuModuleGetGlobal, 3020, cuModuleGetGlobal_v2),
    ENTRY(cuFuncGetAttribute, 2020),
    ENTRY(cuFuncSetAttribute, 9000),
    ENTRY(cuFuncSetCacheConfig, 3000),
    ENTRY(cuFuncSetSharedMemConfig, 4020),
    ENTRY(cuOccupancyMaxActiveBlocksPerMultiprocessor, 6050),
    ENTRY(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, 7000),
    ENTRY(cuOccupancyMaxPotentialBlockSize, 6050),
    ENTRY(cuOccupancyMaxPotentialBlockSizeWithFlags, 7000),
    ENTRY(cuLaunchKernel, 4000),
    ENTRY(cuLaunchCooperativeKernel, 9000),
};
#undef ENTRY
#undef ENTRY_AS

// ---- Missing entry points ----------------------------------------------------------------------
// A caller passes arguments that we know nothing of, so each missing name needs a function of its
// own.

constexpr size_t kMaxMissing = 1024;

struct MissingNames {
  std::mutex mutex;
  std::vector<std::string> names;
};

MissingNames& Missing() {
  static MissingNames* const missing = new MissingNames;  // leaked: callable until the very end
  return *missing;
}

[[noreturn]] void EndOnMissing(const std::string& name) {
  if (name == "cuGetExportTable") {
    EndRun(
        "the program uses the CUDA runtime library (cudart), which does not start on virtual GPUs. "
        "Run it on real GPUs, launch its kernels through the CUDA driver API, or use its CPU "
        "variants.");
  }
  EndRun(fmt::format("the program calls {}, which the virtual GPUs do not have", name));
}

template <size_t kIndex>
Status CallMissing() {
  std::string name;
  {
    const std::lock_guard lock(Missing().mutex);
    name = Missing().names[kIndex];
  }
  EndOnMissing(name);
}

template <size_t... kIndices>
constexpr auto MakeTrampolines(std::index_sequence<kIndices...>) {
  return std::array<Status (*)(), sizeof...(kIndices)>{&CallMissing<kIndices>...};
}
constexpr auto kTrampolines = MakeTrampolines(std::make_index_sequence<kMaxMissing>());

}  // namespace

void* FindEntryPoint(const char* name, int version) {
  const EntryPoint* best = nullptr;
  for (const EntryPoint& entry : kEntryPoints) {
    if (entry.exported == name && entry.exported != entry.name) return entry.address;
    if (entry.name != name || entry.version > version) continue;
    if (best == nullptr || entry.version > best->version) best = &entry;
  }
  return best == nullptr ? nullptr : best->address;
}

void* MissingEntryPoint(const char* name) {
  MissingNames& missing = Missing();
  const std::lock_guard lock(missing.mutex);
  for (size_t i = 0; i < missing.names.size(); ++i) {
    if (missing.names[i] == name) return reinterpret_cast<void*>(kTrampolines[i]);
  }
  if (missing.names.size() == kMaxMissing) EndOnMissing(name);
  missing.names.emplace_back(name);
  return reinterpret_cast<void*>(kTrampolines[missing.names.size() - 1]);
}

extern "C" {

Status cuGetProcAddress_v2(const char* name, void** function, int version, uint64_t,
                           SymbolStatus* found) {
  if (name == nullptr || function == nullptr) return kInvalidValue;
  *function = FindEntryPoint(name, version);
  if (*function == nullptr) *function = MissingEntryPoint(name);
  if (found != nullptr) *found = kSymbolFound;
  return kSuccess;
}

Status cuGetProcAddress(const char* name, void** function, int version, uint64_t flags) {
  return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

// Names and texts of the errors that the virtual GPUs answer with.
#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

struct ErrorText {
  Status status;
  const char* name;
  const char* text;
};

constexpr ErrorText kErrors[] = {
    {kSuccess, "CUDA_SUCCESS", "no error"},
    {kInvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {kNotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {kNoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {kInvalidImage, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {kPeerAccessUnsupported, "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED",
     "peer access is not supported between these two devices"},
    {kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {kNotFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {kNotReady, "CUDA_ERROR_NOT_READY", "device not ready"},
    {kPeerAccessAlreadyEnabled, "CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED",
     "peer access is already enabled"},
    {kHostMemoryAlreadyRegistered, "CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED",
     "part or all of the requested memory range is already mapped"},
    {kHostMemoryNotRegistered, "CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED",
     "pointer does not correspond to a registered memory region"},
    {kNotSupported, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {kUnknown, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

const ErrorText* Find(Status status) {
  for (const ErrorText& error : kErrors) {
    if (error.status == status) return &error;
  }
  return nullptr;
}

}  // namespace

extern "C" {

Status cuGetErrorName(Status error, const char** text) {
  const ErrorText* found = Find(error);
  if (text != nullptr) *text = found != nullptr ? found->name : nullptr;
  return found != nullptr ? kSuccess : kInvalidValue;
}

Status cuGetErrorString(Status error, const char** text) {
  const ErrorText* found = Find(error);
  if (text != nullptr) *text = found != nullptr ? found->text : nullptr;
  return found != nullptr ? kSuccess : kInvalidValue;
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

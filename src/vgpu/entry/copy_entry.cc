// Copies and fills.
#include <cstring>
#include <memory>

#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

std::byte* AsBytes(DevicePointer pointer) { return reinterpret_cast<std::byte*>(pointer); }
const std::byte* AsBytes(const void* pointer) { return static_cast<const std::byte*>(pointer); }

bool IsPageable(const Driver& driver, const std::byte* address) {
  return const_cast<Driver&>(driver).memory().Locate(address).kind == Location::Kind::kUnregistered;
}

// Memory that no device knows is staged by the real driver before the call returns, so the program
// may use it again at once; here the call waits for the copy.
Status Submit(Driver& driver, StreamId stream, const StridedCopy& copy, bool wait) {
  if (copy.Total().count == 0) return kSuccess;
  if (copy.source == nullptr || copy.target == nullptr) return kInvalidValue;
  wait = wait || IsPageable(driver, copy.source) || IsPageable(driver, copy.target);
  driver.Copy(stream, copy);
  if (wait) driver.timeline().Synchronize(stream);
  return kSuccess;
}

StridedCopy Linear(const void* source, void* target, size_t bytes) {
  const auto width = static_cast<int64_t>(bytes);
  return {.source = static_cast<const std::byte*>(source),
          .target = static_cast<std::byte*>(target),
          .width = width,
          .source_pitch = width,
          .source_slice = width,
          .target_pitch = width,
          .target_slice = width};
}

Status CopyLinear(const void* source, void* target, size_t bytes, StreamObject* stream, bool wait) {
  return EnterOnStream(stream, [&](Driver& driver, int, StreamId id) {
    return Submit(driver, id, Linear(source, target, bytes), wait);
  });
}

void* AsTarget(DevicePointer pointer) { return reinterpret_cast<void*>(pointer); }

// One side of a rectangular copy.
struct Side {
  MemoryType type;
  const void* host;
  DevicePointer device;
  size_t x, y, z, pitch, height;
};

// Where its first byte lies; nullptr for CUDA arrays, which the virtual GPUs do not have.
const std::byte* Start(const Side& side) {
  if (side.type == kArray) return nullptr;
  const std::byte* base = side.type == kHost ? AsBytes(side.host) : AsBytes(side.device);
  return base + side.x + (side.y + side.z * side.height) * side.pitch;
}

Status CopyBox(const Side& source, const Side& target, size_t width, size_t height, size_t depth,
               StreamObject* stream, bool wait) {
  return EnterOnStream(stream, [&](Driver& driver, int, StreamId id) {
    if (source.type == kArray || target.type == kArray) return kNotSupported;
    const auto signed_size = [](size_t value) { return static_cast<int64_t>(value); };
    const StridedCopy copy = {.source = Start(source),
                              .target = const_cast<std::byte*>(Start(target)),
                              .width = signed_size(width),
                              .height = signed_size(height),
                              .depth = signed_size(depth),
                              .source_pitch = signed_size(source.pitch),
                              .source_slice = signed_size(source.pitch * source.height),
                              .target_pitch = signed_size(target.pitch),
                              .target_slice = signed_size(target.pitch * target.height)};
    if ((height > 1 || depth > 1) && (source.pitch < width || target.pitch < width)) {
      return kInvalidValue;
    }
    return Submit(driver, id, copy, wait);
  });
}

Status CopyRectangle(const Copy2D* copy, StreamObject* stream, bool wait) {
  if (copy == nullptr) return kInvalidValue;
  const Side source = {copy->source_type,    copy->source_host, copy->source_device,
                       copy->source_x_bytes, copy->source_y,    0,
                       copy->source_pitch,   copy->height};
  const Side target = {copy->target_type,    copy->target_host, copy->target_device,
                       copy->target_x_bytes, copy->target_y,    0,
                       copy->target_pitch,   copy->height};
  return CopyBox(source, target, copy->width_bytes, copy->height, 1, stream, wait);
}

Status CopyCuboid(const Copy3D* copy, StreamObject* stream, bool wait) {
  if (copy == nullptr) return kInvalidValue;
  const Side source = {copy->source_type,    copy->source_host,  copy->source_device,
                       copy->source_x_bytes, copy->source_y,     copy->source_z,
                       copy->source_pitch,   copy->source_height};
  const Side target = {copy->target_type,    copy->target_host,  copy->target_device,
                       copy->target_x_bytes, copy->target_y,     copy->target_z,
                       copy->target_pitch,   copy->target_height};
  return CopyBox(source, target, copy->width_bytes, copy->height, copy->depth, stream, wait);
}

template <class T>
Status Set(DevicePointer target, size_t pitch, T value, size_t width, size_t height,
           StreamObject* stream, bool wait) {
  return EnterOnStream(stream, [&](Driver& driver, int gpu, StreamId id) {
    if (width == 0 || height == 0) return kSuccess;
    if (target == 0 || target % sizeof(T) != 0) return kInvalidValue;
    StridedFill fill;
    fill.target = AsBytes(target);
    fill.width = static_cast<int64_t>(width * sizeof(T));
    fill.height = static_cast<int64_t>(height);
    fill.pitch = static_cast<int64_t>(pitch);
    fill.value_bytes = sizeof(T);
    std::memcpy(fill.value.data(), &value, sizeof value);
    driver.Fill(id, gpu, fill);
    if (wait) driver.timeline().Synchronize(id);
    return kSuccess;
  });
}

}  // namespace

extern "C" {

Status cuMemcpy(DevicePointer target, DevicePointer source, size_t bytes) {
  return CopyLinear(AsBytes(source), AsTarget(target), bytes, nullptr, true);
}

Status cuMemcpyAsync(DevicePointer target, DevicePointer source, size_t bytes,
                     StreamObject* stream) {
  return CopyLinear(AsBytes(source), AsTarget(target), bytes, stream, false);
}

Status cuMemcpyHtoD_v2(DevicePointer target, const void* source, size_t bytes) {
  return CopyLinear(source, AsTarget(target), bytes, nullptr, true);
}

Status cuMemcpyDtoH_v2(void* target, DevicePointer source, size_t bytes) {
  return CopyLinear(AsBytes(source), target, bytes, nullptr, true);
}

Status cuMemcpyDtoD_v2(DevicePointer target, DevicePointer source, size_t bytes) {
  return CopyLinear(AsBytes(source), AsTarget(target), bytes, nullptr, true);
}

Status cuMemcpyHtoDAsync_v2(DevicePointer target, const void* source, size_t bytes,
                            StreamObject* stream) {
  return CopyLinear(source, AsTarget(target), bytes, stream, false);
}

Status cuMemcpyDtoHAsync_v2(void* target, DevicePointer source, size_t bytes,
                            StreamObject* stream) {
  return CopyLinear(AsBytes(source), target, bytes, stream, false);
}

Status cuMemcpyDtoDAsync_v2(DevicePointer target, DevicePointer source, size_t bytes,
                            StreamObject* stream) {
  return CopyLinear(AsBytes(source), AsTarget(target), bytes, stream, false);
}

Status cuMemcpyPeerAsync(DevicePointer target, ContextObject*, DevicePointer source, ContextObject*,
                         size_t bytes, StreamObject* stream) {
  return CopyLinear(AsBytes(source), AsTarget(target), bytes, stream, false);
}

Status cuMemcpy2D_v2(const Copy2D* copy) { return CopyRectangle(copy, nullptr, true); }

Status cuMemcpy2DAsync_v2(const Copy2D* copy, StreamObject* stream) {
  return CopyRectangle(copy, stream, false);
}

Status cuMemcpy3D_v2(const Copy3D* copy) { return CopyCuboid(copy, nullptr, true); }

Status cuMemcpy3DAsync_v2(const Copy3D* copy, StreamObject* stream) {
  return CopyCuboid(copy, stream, false);
}

Status cuMemsetD8_v2(DevicePointer target, unsigned char value, size_t count) {
  return Set(target, 0, value, count, 1, nullptr, true);
}

Status cuMemsetD16_v2(DevicePointer target, unsigned short value, size_t count) {
  return Set(target, 0, value, count, 1, nullptr, true);
}

Status cuMemsetD32_v2(DevicePointer target, unsigned value, size_t count) {
  return Set(target, 0, value, count, 1, nullptr, true);
}

Status cuMemsetD8Async(DevicePointer target, unsigned char value, size_t count,
                       StreamObject* stream) {
  return Set(target, 0, value, count, 1, stream, false);
}

Status cuMemsetD16Async(DevicePointer target, unsigned short value, size_t count,
                        StreamObject* stream) {
  return Set(target, 0, value, count, 1, stream, false);
}

Status cuMemsetD32Async(DevicePointer target, unsigned value, size_t count, StreamObject* stream) {
  return Set(target, 0, value, count, 1, stream, false);
}

Status cuMemsetD2D8Async(DevicePointer target, size_t pitch, unsigned char value, size_t width,
                         size_t height, StreamObject* stream) {
  return Set(target, pitch, value, width, height, stream, false);
}

Status cuMemsetD2D16Async(DevicePointer target, size_t pitch, unsigned short value, size_t width,
                          size_t height, StreamObject* stream) {
  return Set(target, pitch, value, width, height, stream, false);
}

Status cuMemsetD2D32Async(DevicePointer target, size_t pitch, unsigned value, size_t width,
                          size_t height, StreamObject* stream) {
  return Set(target, pitch, value, width, height, stream, false);
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

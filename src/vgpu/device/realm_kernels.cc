#include "vgpu/device/realm_kernels.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace groma::vgpu {
namespace {

// ---- Names -------------------------------------------------------------------------------------

bool Skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<int> TakeElementBytes(std::string_view& text) {
  for (const int bits : {128, 16, 32, 64, 8}) {
    if (Skip(text, std::to_string(bits))) return bits / 8;
  }
  return std::nullopt;
}

// "2D_" → 2.
std::optional<int> TakeDimensions(std::string_view& text) {
  for (const int dimensions : {1, 2, 3}) {
    if (Skip(text, fmt::format("{}D_", dimensions))) return dimensions;
  }
  return std::nullopt;
}

// ---- Parameter structures ----------------------------------------------------------------------
// Layouts of Realm's cuda_memcpy.h with Offset_t = size_t. A kernel's parameters end at 4 KiB.

constexpr size_t kParameterLimit = 4096;
constexpr size_t kWord = 8;

// AffineCopyPair<N>: source (N−1 strides, address), target (the same), N extents, volume.
constexpr size_t CopyPairWords(size_t n) { return 3 * n + 1; }
constexpr size_t MaxCopyPairs(size_t n) {
  return (kParameterLimit - 2) / (CopyPairWords(n) * kWord);
}
// AffineFillRect<N>: N−1 strides, volume, N extents, address.
constexpr size_t FillRectWords(size_t n) { return 2 * n + 1; }
constexpr size_t MaxFillRects(size_t n) {
  return (kParameterLimit - 20) / (FillRectWords(n) * kWord);
}
constexpr size_t kFillCountOffset = 16;
constexpr size_t kFillRectsOffset = 24;

class Reader {
 public:
  explicit Reader(const void* data) : data_(static_cast<const std::byte*>(data)) {}
  void SeekTo(size_t offset) { offset_ = offset; }
  uint64_t Word() { return Take<uint64_t>(); }
  uint16_t Half() { return Take<uint16_t>(); }
  void Copy(std::byte* to, size_t count) {
    std::memcpy(to, data_ + offset_, count);
    offset_ += count;
  }

 private:
  template <class T>
  T Take() {
    T value;
    Copy(reinterpret_cast<std::byte*>(&value), sizeof value);
    return value;
  }
  const std::byte* data_;
  size_t offset_ = 0;
};

constexpr uint64_t kTooLarge = uint64_t{1} << 47;  // beyond any user address on x86-64

// The shape of one rectangle in elements: extents, strides of the outer dimensions (the stride of
// the third counts in units of the second's), as the kernels use them.
struct Shape {
  std::array<uint64_t, 3> extents = {1, 1, 1};
  std::array<uint64_t, 2> strides = {0, 0};
};

Error Impossible(std::string_view what) {
  return Error{
      fmt::format("{} cannot be: this Realm has another parameter layout than the one "
                  "known (Realm 25.6)",
                  what)};
}

// The kernels take the last dimension's extent from the volume alone.
Status FitVolume(int dimensions, uint64_t volume, std::array<uint64_t, 3>& extents) {
  if (volume >= kTooLarge) return Impossible(fmt::format("a volume of {}", volume));
  uint64_t inner = 1;
  for (int d = 0; d + 1 < dimensions; ++d) {
    if (extents[static_cast<size_t>(d)] == 0 || extents[static_cast<size_t>(d)] > volume) {
      return Impossible(fmt::format("an extent of {} in a volume of {}",
                                    extents[static_cast<size_t>(d)], volume));
    }
    inner *= extents[static_cast<size_t>(d)];
    if (inner > volume) return Impossible(fmt::format("rows of {} in {}", inner, volume));
  }
  if (inner == 0 || volume % inner != 0) {
    return Impossible(fmt::format("a volume of {} over rows of {}", volume, inner));
  }
  extents[static_cast<size_t>(dimensions - 1)] = volume / inner;
  return Done{};
}

Status CheckAddress(uint64_t address) {
  if (address == 0 || address >= kTooLarge)
    return Impossible(fmt::format("address {:#x}", address));
  return Done{};
}

int64_t Signed(uint64_t value) { return static_cast<int64_t>(value); }

std::byte* Pointer(uint64_t address) { return reinterpret_cast<std::byte*>(address); }

// ---- One decoder a family ----------------------------------------------------------------------

Result<std::vector<RealmWork>> DecodeCopyBatch(const RealmKernel& kernel, Reader reader) {
  const auto n = static_cast<size_t>(kernel.dimensions);
  reader.SeekTo(MaxCopyPairs(n) * CopyPairWords(n) * kWord);
  const size_t count = reader.Half();
  if (count > MaxCopyPairs(n)) return Impossible(fmt::format("a batch of {} rectangles", count));
  std::vector<RealmWork> work;
  work.reserve(count);
  reader.SeekTo(0);
  for (size_t i = 0; i < count; ++i) {
    Shape source, target;
    for (size_t d = 0; d + 1 < n; ++d) source.strides[d] = reader.Word();
    const uint64_t source_address = reader.Word();
    for (size_t d = 0; d + 1 < n; ++d) target.strides[d] = reader.Word();
    const uint64_t target_address = reader.Word();
    for (size_t d = 0; d < n; ++d) source.extents[d] = reader.Word();
    const uint64_t volume = reader.Word();
    if (volume == 0) continue;
    if (auto ok = FitVolume(kernel.dimensions, volume, source.extents); !ok) return ok.error();
    if (auto ok = CheckAddress(source_address); !ok) return ok.error();
    if (auto ok = CheckAddress(target_address); !ok) return ok.error();
    const int64_t element = kernel.element_bytes;
    work.emplace_back(
        StridedCopy{.source = Pointer(source_address),
                    .target = Pointer(target_address),
                    .width = Signed(source.extents[0]) * element,
                    .height = Signed(source.extents[1]),
                    .depth = Signed(source.extents[2]),
                    .source_pitch = Signed(source.strides[0]) * element,
                    .source_slice = Signed(source.strides[0] * source.strides[1]) * element,
                    .target_pitch = Signed(target.strides[0]) * element,
                    .target_slice = Signed(target.strides[0] * target.strides[1]) * element});
  }
  return work;
}

Result<std::vector<RealmWork>> DecodeFillBatch(const RealmKernel& kernel, Reader reader) {
  const auto n = static_cast<size_t>(kernel.dimensions);
  StridedFill fill;
  reader.Copy(fill.value.data(), fill.value.size());
  fill.value_bytes = kernel.element_bytes;
  reader.SeekTo(kFillCountOffset);
  const size_t count = reader.Half();
  if (count > MaxFillRects(n)) return Impossible(fmt::format("a batch of {} rectangles", count));
  std::vector<RealmWork> work;
  work.reserve(count);
  reader.SeekTo(kFillRectsOffset);
  for (size_t i = 0; i < count; ++i) {
    Shape shape;
    for (size_t d = 0; d + 1 < n; ++d) shape.strides[d] = reader.Word();
    const uint64_t volume = reader.Word();
    for (size_t d = 0; d < n; ++d) shape.extents[d] = reader.Word();
    const uint64_t address = reader.Word();
    if (volume == 0) continue;
    if (auto ok = FitVolume(kernel.dimensions, volume, shape.extents); !ok) return ok.error();
    if (auto ok = CheckAddress(address); !ok) return ok.error();
    const int64_t element = kernel.element_bytes;
    fill.target = Pointer(address);
    fill.width = Signed(shape.extents[0]) * element;
    fill.height = Signed(shape.extents[1]);
    fill.depth = Signed(shape.extents[2]);
    fill.pitch = Signed(shape.strides[0]) * element;
    fill.slice = Signed(shape.strides[0] * shape.strides[1]) * element;
    work.emplace_back(fill);
  }
  return work;
}

// Extents and strides count elements of the kernel; the value is the first `fill_elem_size` bytes
// of the rectangle.
Result<std::vector<RealmWork>> DecodeFillLarge(const RealmKernel& kernel, Reader reader) {
  const auto n = static_cast<size_t>(kernel.dimensions);
  Shape shape;
  for (size_t d = 0; d < n; ++d) shape.extents[d] = reader.Word();
  for (size_t d = 0; d + 1 < n; ++d) shape.strides[d] = reader.Word();
  const uint64_t volume = reader.Word();
  const uint64_t value_bytes = reader.Word();
  const uint64_t address = reader.Word();
  if (volume == 0) return std::vector<RealmWork>{};
  if (auto ok = FitVolume(kernel.dimensions, volume, shape.extents); !ok) return ok.error();
  if (auto ok = CheckAddress(address); !ok) return ok.error();
  const int64_t element = kernel.element_bytes;
  const int64_t width = Signed(shape.extents[0]) * element;
  if (value_bytes == 0 || Signed(value_bytes) > width || width % Signed(value_bytes) != 0) {
    return Impossible(fmt::format("a value of {} bytes in rows of {}", value_bytes, width));
  }
  return std::vector<RealmWork>{
      StridedFill{.target = Pointer(address),
                  .width = width,
                  .height = Signed(shape.extents[1]),
                  .depth = Signed(shape.extents[2]),
                  .pitch = Signed(shape.strides[0]) * element,
                  .slice = Signed(shape.strides[0] * shape.strides[1]) * element,
                  .value_bytes = Signed(value_bytes),
                  .value_in_place = true}};
}

// MemcpyTransposeInfo: all figures are bytes or counts, whatever the kernel's element is.
Result<std::vector<RealmWork>> DecodeTranspose(Reader reader) {
  std::array<uint64_t, 3> extents;
  for (uint64_t& extent : extents) extent = reader.Word();
  std::array<uint64_t, 4> strides;
  for (uint64_t& stride : strides) stride = reader.Word();
  reader.Word();  // tile size: how the work is cut, not what it is
  const uint64_t target = reader.Word();
  const uint64_t source = reader.Word();
  uint64_t volume = 1;
  for (const uint64_t extent : extents) {
    if (extent >= kTooLarge || (volume *= extent) >= kTooLarge) {
      return Impossible(fmt::format("an extent of {}", extent));
    }
  }
  if (auto ok = CheckAddress(source); !ok) return ok.error();
  if (auto ok = CheckAddress(target); !ok) return ok.error();
  return std::vector<RealmWork>{StridedCopy{.source = Pointer(source),
                                            .target = Pointer(target),
                                            .width = Signed(extents[0]),
                                            .height = Signed(extents[1]),
                                            .depth = Signed(extents[2]),
                                            .source_pitch = Signed(strides[0]),
                                            .source_slice = Signed(strides[1]),
                                            .target_pitch = Signed(strides[2]),
                                            .target_slice = Signed(strides[3])}};
}

// MemcpyIndirectInfo<3>, whatever the kernel's dimension is.
Result<std::vector<RealmWork>> DecodeIndirect(const RealmKernel& kernel, Reader reader) {
  IndirectCopy copy;
  copy.dimensions = kernel.dimensions;
  copy.index_bytes = kernel.index_bytes;
  copy.count = Signed(reader.Word());
  copy.element_bytes = Signed(reader.Word());
  for (int64_t& stride : copy.source_strides) stride = Signed(reader.Word());
  for (int64_t& stride : copy.target_strides) stride = Signed(reader.Word());
  copy.source_index = Pointer(reader.Word());
  copy.target_index = Pointer(reader.Word());
  const uint64_t source = reader.Word();
  const uint64_t target = reader.Word();
  const auto limit = Signed(kTooLarge);
  if (copy.count < 0 || copy.count >= limit || copy.element_bytes <= 0 ||
      copy.element_bytes >= limit || copy.element_bytes % kernel.element_bytes != 0) {
    return Impossible(fmt::format("{} elements of {} bytes", copy.count, copy.element_bytes));
  }
  if (auto ok = CheckAddress(source); !ok) return ok.error();
  if (auto ok = CheckAddress(target); !ok) return ok.error();
  copy.source = Pointer(source);
  copy.target = Pointer(target);
  return std::vector<RealmWork>{copy};
}

int64_t Coordinate(const std::byte* index, int64_t i, int bytes) {
  if (bytes == 4) {
    int32_t value;
    std::memcpy(&value, index + i * 4, sizeof value);
    return value;
  }
  int64_t value;
  std::memcpy(&value, index + i * 8, sizeof value);
  return value;
}

int64_t ElementOf(const IndirectCopy& copy, const std::byte* index, const int64_t (&strides)[3],
                  int64_t i) {
  if (index == nullptr) return i;
  int64_t element = 0;
  for (int d = 0; d < copy.dimensions; ++d) {
    element += Coordinate(index, i * copy.dimensions + d, copy.index_bytes) * strides[d];
  }
  return element;
}

}  // namespace

std::optional<RealmKernel> ParseRealmKernel(std::string_view name) {
  RealmKernel kernel;
  using Family = RealmKernel::Family;
  if (Skip(name, "memcpy_transpose")) {
    kernel.family = Family::kTranspose;
    kernel.dimensions = 3;
    const auto element = TakeElementBytes(name);
    if (!element || !name.empty()) return std::nullopt;
    kernel.element_bytes = *element;
    return kernel;
  }
  if (Skip(name, "memcpy_affine_batch")) {
    kernel.family = Family::kCopyBatch;
  } else if (Skip(name, "fill_affine_batch")) {
    kernel.family = Family::kFillBatch;
  } else if (Skip(name, "fill_affine_large")) {
    kernel.family = Family::kFillLarge;
  } else if (Skip(name, "memcpy_indirect")) {
    kernel.family = Family::kIndirect;
  } else {
    return std::nullopt;
  }
  const auto dimensions = TakeDimensions(name);
  if (!dimensions) return std::nullopt;
  const auto element = TakeElementBytes(name);
  if (!element) return std::nullopt;
  kernel.dimensions = *dimensions;
  kernel.element_bytes = *element;
  if (kernel.family == Family::kIndirect) {
    kernel.index_bytes = Skip(name, "32") ? 4 : Skip(name, "64") ? 8 : 0;
    if (kernel.index_bytes == 0) return std::nullopt;
  }
  if (!name.empty()) return std::nullopt;
  return kernel;
}

void Perform(const IndirectCopy& copy) {
  for (int64_t i = 0; i < copy.count; ++i) {
    const int64_t from = ElementOf(copy, copy.source_index, copy.source_strides, i);
    const int64_t to = ElementOf(copy, copy.target_index, copy.target_strides, i);
    std::memcpy(copy.target + to * copy.element_bytes, copy.source + from * copy.element_bytes,
                static_cast<size_t>(copy.element_bytes));
  }
}

Result<std::vector<RealmWork>> DecodeRealmLaunch(const RealmKernel& kernel,
                                                 const void* parameters) {
  const Reader reader(parameters);
  switch (kernel.family) {
    case RealmKernel::Family::kCopyBatch:
      return DecodeCopyBatch(kernel, reader);
    case RealmKernel::Family::kFillBatch:
      return DecodeFillBatch(kernel, reader);
    case RealmKernel::Family::kFillLarge:
      return DecodeFillLarge(kernel, reader);
    case RealmKernel::Family::kTranspose:
      return DecodeTranspose(reader);
    case RealmKernel::Family::kIndirect:
      return DecodeIndirect(kernel, reader);
  }
  return Impossible("this kernel's family");
}

}  // namespace groma::vgpu

// The copy and fill kernels that Realm brings along. Realm asks for them by name and passes one
// parameter structure each, whose layout is public in its header cuda_memcpy.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/quantities.h"
#include "base/result.h"
#include "vgpu/device/strided.h"

namespace groma::vgpu {

/// One of Realm's kernels, as its name says it.
struct RealmKernel {
  enum class Family { kCopyBatch, kFillBatch, kFillLarge, kTranspose, kIndirect };
  Family family = Family::kCopyBatch;
  int dimensions = 1;     // 1 to 3 (3 for kTranspose)
  int element_bytes = 1;  // 1, 2, 4, 8 or 16: what the kernel moves at a time
  int index_bytes = 0;    // of kIndirect: 4 or 8, the size of one coordinate
};

/// "memcpy_affine_batch2D_64", "fill_affine_batch1D_8", "fill_affine_large3D_128",
/// "memcpy_transpose32", "memcpy_indirect3D_1664" (16-bit data, 64-bit coordinates); nullopt for
/// any other name.
std::optional<RealmKernel> ParseRealmKernel(std::string_view name);

/// Copies `count` elements of `element_bytes` bytes; element i is taken from (put at) the place
/// that i names, or that the i-th point of the side's index array names when it has one: the sum of
/// coordinate × stride, in elements.
struct IndirectCopy {
  int64_t count = 0;
  int64_t element_bytes = 0;
  int dimensions = 1;
  int index_bytes = 8;
  int64_t source_strides[3] = {};
  int64_t target_strides[3] = {};
  const std::byte* source_index = nullptr;  // nullptr: none
  const std::byte* target_index = nullptr;
  const std::byte* source = nullptr;
  std::byte* target = nullptr;

  Bytes Total() const { return {count * element_bytes}; }
};
void Perform(const IndirectCopy& copy);

/// What one launch does.
using RealmWork = std::variant<StridedCopy, StridedFill, IndirectCopy>;

/// Reads a launch's parameter structure (all of it that the kernel uses must be readable). An error
/// says which figure cannot be: the program's Realm then has another layout than the one known
/// here.
Result<std::vector<RealmWork>> DecodeRealmLaunch(const RealmKernel& kernel, const void* parameters);

}  // namespace groma::vgpu

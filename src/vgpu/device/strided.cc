#include "vgpu/device/strided.h"

#include <cstring>

namespace groma::vgpu {
namespace {

// `value` may be the beginning of the row itself.
void FillRow(std::byte* row, int64_t width, const std::byte* value, int64_t value_bytes) {
  if (width <= 0) return;
  if (value_bytes == 1) {
    std::memset(row, static_cast<int>(*value), static_cast<size_t>(width));
    return;
  }
  int64_t done = value_bytes < width ? value_bytes : width;
  std::memmove(row, value, static_cast<size_t>(done));
  while (done < width) {
    const int64_t next = done < width - done ? done : width - done;
    std::memcpy(row + done, row, static_cast<size_t>(next));
    done += next;
  }
}

}  // namespace

void Perform(const StridedCopy& copy) {
  const auto width = static_cast<size_t>(copy.width);
  for (int64_t z = 0; z < copy.depth; ++z) {
    for (int64_t y = 0; y < copy.height; ++y) {
      std::memmove(copy.target + z * copy.target_slice + y * copy.target_pitch,
                   copy.source + z * copy.source_slice + y * copy.source_pitch, width);
    }
  }
}

void Perform(const StridedFill& fill) {
  const std::byte* value = fill.value_in_place ? fill.target : fill.value.data();
  for (int64_t z = 0; z < fill.depth; ++z) {
    for (int64_t y = 0; y < fill.height; ++y) {
      FillRow(fill.target + z * fill.slice + y * fill.pitch, fill.width, value, fill.value_bytes);
    }
  }
}

Runs RunsOf(int64_t width, int64_t height, int64_t depth, int64_t pitch, int64_t slice) {
  int64_t run = width;
  if (height > 1) {
    if (pitch != run) return {run, pitch};
    run *= height;
  }
  if (depth > 1) {
    if (slice != run) return {run, slice};
    run *= depth;
  }
  return {run, run};
}

}  // namespace groma::vgpu

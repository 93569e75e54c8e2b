// Copies and fills of up to three dimensions, as the copy engines and Realm's kernels do them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/quantities.h"

namespace groma::vgpu {

/// `depth` slices of `height` rows of `width` bytes. A pitch is the distance between rows, a slice
/// the distance between slices, in bytes.
struct StridedCopy {
  const std::byte* source = nullptr;
  std::byte* target = nullptr;
  int64_t width = 0;
  int64_t height = 1;
  int64_t depth = 1;
  int64_t source_pitch = 0;
  int64_t source_slice = 0;
  int64_t target_pitch = 0;
  int64_t target_slice = 0;

  Bytes Total() const { return {width * height * depth}; }
};

/// The same shape filled with a repeated value of `value_bytes` bytes; `width` is a multiple of it.
/// The value is `value`, or what lies at `target` when the fill is performed (`value_in_place`).
struct StridedFill {
  std::byte* target = nullptr;
  int64_t width = 0;
  int64_t height = 1;
  int64_t depth = 1;
  int64_t pitch = 0;
  int64_t slice = 0;
  std::array<std::byte, 16> value = {};
  int64_t value_bytes = 1;
  bool value_in_place = false;

  Bytes Total() const { return {width * height * depth}; }
};

/// Does it, row by row in ascending order. Rows of a copy may overlap their own source.
void Perform(const StridedCopy& copy);
void Perform(const StridedFill& fill);

/// How many bytes follow each other without a gap, and how far apart such runs begin (the run's
/// length itself when all is one run), on one side of a copy.
struct Runs {
  int64_t run = 0;
  int64_t distance = 0;
};
Runs RunsOf(int64_t width, int64_t height, int64_t depth, int64_t pitch, int64_t slice);

}  // namespace groma::vgpu

// The work that a kernel or a CPU task states before it runs: operations, and how each argument is
// used. Only virtual GPUs read it.
#pragma once
#include <cstdint>
#include <vector>

#include "apps/common/field.h"
#include "vgpu/groma_vgpu.h"

namespace groma::apps {

/// One field of an instance, as far as costs go.
struct FieldUse {
  const void* address;  // of the first element used
  int64_t stride;
  int64_t bytes;
  const char* region;  // its name, for reports; null when unknown
};

template <typename T>
FieldUse UseOf(const Field<T>& field, int64_t first, const char* region = nullptr) {
  return {&field[first], field.stride, static_cast<int64_t>(sizeof(T)), region};
}

/// A grid's elements from (x, y) on, in the order of x or of y.
enum class Along { kX, kY };
template <typename T>
FieldUse UseOf(const Grid<T>& grid, int64_t x, int64_t y, Along along,
               const char* region = nullptr) {
  return {&grid(x, y), along == Along::kX ? grid.stride_x : grid.stride_y,
          static_cast<int64_t>(sizeof(T)), region};
}

/// Collects a statement of work. Totals are over the whole launch.
class Work {
 public:
  /// `task` does the work, for reports; null: the kernel's name stands for it. A static text.
  explicit Work(const char* task = nullptr) : task_(task) {}

  void AddSingleFlops(double flops) { single_flops_ += flops; }
  void AddDoubleFlops(double flops) { double_flops_ += flops; }

  /// `count` elements of each field are used in order, `passes` times (a read and a write are two).
  /// Fields that lie interleaved in one instance are used together and share what is moved.
  void AddStreamed(const std::vector<FieldUse>& fields, int64_t count, int64_t passes);

  /// `count` elements of the field are used in no order.
  void AddScattered(const FieldUse& field, int64_t count);

  /// `count` atomic updates of elements of the field.
  void AddAtomics(const FieldUse& field, int64_t count);

  /// The statement for the driver; points into this object.
  groma_vgpu_work Statement() const;

 private:
  const char* task_;
  double single_flops_ = 0;
  double double_flops_ = 0;
  std::vector<groma_vgpu_argument> arguments_;
};

}  // namespace groma::apps

// A field of an instance as kernels see it: an address and strides, whatever the instance's
// layout. Shared by host code and CUDA device code: no Legion, no standard library beyond
// fixed-size integers.
#pragma once
#include <stdint.h>

#ifdef __CUDACC__
#define GROMA_HOST_DEVICE __host__ __device__
#else
#define GROMA_HOST_DEVICE
#endif

namespace groma::apps {

/// Elements of type T; element `i` (in the numbering of the whole region) lies at
/// `origin + i * stride`. `origin` is the place of element 0, which the instance itself need not
/// hold. Does not own.
template <typename T>
struct Field {
  uint64_t origin = 0;
  int64_t stride = 0;

  GROMA_HOST_DEVICE T& operator[](int64_t i) const {
    // Element 0 may lie outside the instance, where a pointer would be none.
    return *reinterpret_cast<T*>(  // NOLINT(performance-no-int-to-ptr)
        origin + static_cast<uint64_t>(i * stride));
  }
};

/// The field whose element `first` lies at `address`.
template <typename T>
Field<T> MakeField(T* address, int64_t stride, int64_t first) {
  return {reinterpret_cast<uint64_t>(address) - static_cast<uint64_t>(first * stride), stride};
}

/// The same in two dimensions: element (x, y) lies at `origin + x * stride_x + y * stride_y`.
template <typename T>
struct Grid {
  uint64_t origin = 0;
  int64_t stride_x = 0, stride_y = 0;

  GROMA_HOST_DEVICE T& operator()(int64_t x, int64_t y) const {
    return *reinterpret_cast<T*>(  // NOLINT(performance-no-int-to-ptr)
        origin + static_cast<uint64_t>(x * stride_x + y * stride_y));
  }
  /// For readers of what another may write.
  GROMA_HOST_DEVICE Grid<const T> read_only() const { return {origin, stride_x, stride_y}; }
};

/// The grid whose element (first_x, first_y) lies at `address`.
template <typename T>
Grid<T> MakeGrid(T* address, int64_t stride_x, int64_t stride_y, int64_t first_x, int64_t first_y) {
  return {reinterpret_cast<uint64_t>(address) -
              static_cast<uint64_t>(first_x * stride_x + first_y * stride_y),
          stride_x, stride_y};
}

}  // namespace groma::apps

// A field of an instance as kernels see it: an address and a stride, whatever the instance's
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

}  // namespace groma::apps

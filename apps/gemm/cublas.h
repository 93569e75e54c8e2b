// cuBLAS, when a real GPU is there and the library can be loaded: the program links neither it nor
// the CUDA runtime that it needs.
#pragma once
#include <map>
#include <mutex>

#include "apps/gemm/model.h"

namespace groma::gemm {

/// Thread safe. One in a process; handles are made on first use and never given back.
class Cublas {
 public:
  /// Loads the library; not for virtual GPUs, which the CUDA runtime does not know.
  Cublas();

  bool loaded() const { return multiply_ != nullptr; }

  /// Makes the handle for the calling thread's current CUDA context. False when cuBLAS refuses.
  bool Prepare() { return Handle() != nullptr; }

  /// A += B·C on `stream`, a CUstream. False when cuBLAS refuses.
  bool Multiply(const MultiplyArguments& arguments, void* stream);

 private:
  void* Handle();

  int (*create_)(void** handle) = nullptr;
  int (*set_stream_)(void* handle, void* stream) = nullptr;
  int (*multiply_)(void* handle, int transpose_a, int transpose_b, int m, int n, int k,
                   const double* alpha, const double* a, int lda, const double* b, int ldb,
                   const double* beta, double* c, int ldc) = nullptr;
  int (*context_)(void** context) = nullptr;
  std::mutex mutex_;                // also keeps a handle's stream and call together
  std::map<void*, void*> handles_;  // by context
};

}  // namespace groma::gemm

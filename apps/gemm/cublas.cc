#include "apps/gemm/cublas.h"

#include <dlfcn.h>

#include "apps/common/virtual_gpus.h"

namespace groma::gemm {
namespace {

void* Load() {
  for (const char* name :
       {"libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"}) {
    if (void* const library = dlopen(name, RTLD_NOW | RTLD_LOCAL); library != nullptr)
      return library;
  }
  return nullptr;
}

template <typename Function>
void Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

Cublas::Cublas() {
  if (apps::FindVirtualGpus().present()) return;
  void* const library = Load();
  if (library == nullptr) return;
  Find(RTLD_DEFAULT, "cuCtxGetCurrent", context_);
  Find(library, "cublasCreate_v2", create_);
  Find(library, "cublasSetStream_v2", set_stream_);
  if (context_ == nullptr || create_ == nullptr || set_stream_ == nullptr) return;
  Find(library, "cublasDgemm_v2", multiply_);
}

void* Cublas::Handle() {
  void* context = nullptr;
  if (!loaded() || context_(&context) != 0 || context == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  void*& handle = handles_[context];
  if (handle == nullptr && create_(&handle) != 0) handle = nullptr;
  return handle;
}

bool Cublas::Multiply(const MultiplyArguments& g, void* stream) {
  void* const handle = Handle();
  if (handle == nullptr) return false;
  constexpr int kAsItIs = 0;  // CUBLAS_OP_N
  const double one = 1;
  const auto number = [](int64_t value) { return static_cast<int>(value); };
  const std::lock_guard lock(mutex_);
  // By columns, as blas.h says: the transposed product.
  return set_stream_(handle, stream) == 0 &&
         multiply_(handle, kAsItIs, kAsItIs, number(g.columns), number(g.rows), number(g.inner),
                   &one, g.c.data, number(g.c.leading), g.b.data, number(g.b.leading), &one,
                   g.a.data, number(g.a.leading)) == 0;
}

}  // namespace groma::gemm

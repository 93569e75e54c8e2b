#include "apps/gemm/dgemm.h"

#include <cblas.h>

namespace groma::gemm {

void KeepBlasToItsCaller() { openblas_set_num_threads(1); }

void MultiplyByBlas(const MultiplyArguments& g) {
  const auto number = [](int64_t value) { return static_cast<blasint>(value); };
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, number(g.rows), number(g.columns),
              number(g.inner), 1, g.b.data, number(g.b.leading), g.c.data, number(g.c.leading), 1,
              g.a.data, number(g.a.leading));
}

}  // namespace groma::gemm

// DGEMM on CPUs: OpenBLAS.
#pragma once
#include "apps/gemm/model.h"

namespace groma::gemm {

/// Makes each call of OpenBLAS compute on its caller's thread alone, as Legion has given the
/// processors to tasks. For a library that was built with threads; the serial one has no others.
void KeepBlasToItsCaller();

/// A += B·C. Thread safe. Sizes and leading dimensions fit into an int.
void MultiplyByBlas(const MultiplyArguments& arguments);

}  // namespace groma::gemm

// The experts' mappings of the six multiplications as one mapper in C++.
#pragma once
#include "apps/gemm/algorithm.h"

namespace groma::gemm {

/// Makes Legion ask the expert's mapper instead of its default one. Before Runtime::start.
void RegisterExpertMapper(Algorithm algorithm);

}  // namespace groma::gemm

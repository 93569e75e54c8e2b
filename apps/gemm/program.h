// What the main functions of the six programs call.
#pragma once
#include "apps/gemm/algorithm.h"

namespace groma::gemm {

/// Runs the program; returns its exit code.
int Run(Algorithm algorithm, int argc, char** argv);

}  // namespace groma::gemm

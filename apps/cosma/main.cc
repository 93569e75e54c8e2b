// The COSMA benchmark (README.md).
#include "apps/gemm/program.h"

int main(int argc, char** argv) {
  return groma::gemm::Run(groma::gemm::Algorithm::kCosma, argc, argv);
}

// The Johnson benchmark (README.md).
#include "apps/gemm/program.h"

int main(int argc, char** argv) {
  return groma::gemm::Run(groma::gemm::Algorithm::kJohnson, argc, argv);
}

// The PUMMA benchmark (README.md).
#include "apps/gemm/program.h"

int main(int argc, char** argv) {
  return groma::gemm::Run(groma::gemm::Algorithm::kPumma, argc, argv);
}

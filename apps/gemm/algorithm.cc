#include "apps/gemm/algorithm.h"

#include <array>

namespace groma::gemm {

const char* NameOf(Algorithm algorithm) {
  constexpr std::array kNames = {"cannon", "summa", "pumma", "johnson", "solomonik", "cosma"};
  return kNames[static_cast<size_t>(algorithm)];
}

Family FamilyOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kJohnson:
    case Algorithm::kCosma:
      return Family::kCube;
    case Algorithm::kSolomonik:
      return Family::kLayers;
    default:
      return Family::kSystolic;
  }
}

int64_t NodeBlock(Algorithm algorithm, int64_t row, int64_t column, int64_t step, int64_t steps) {
  switch (algorithm) {
    case Algorithm::kSumma:
      return step;
    case Algorithm::kPumma:
      return (row + step) % steps;
    default:
      return (row + column + step) % steps;
  }
}

int64_t GpuBlock(Algorithm algorithm, int64_t row, int64_t column, int64_t step, int64_t steps) {
  return algorithm == Algorithm::kCannon ? (row + column + step) % steps : step;
}

}  // namespace groma::gemm

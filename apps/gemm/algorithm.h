// The six algorithms, and which block of the common dimension each multiplies when. All compute
// A += B·C with A of m x n, B of m x k and C of k x n elements.
#pragma once
#include <cstdint>
#include <string>

namespace groma::gemm {

enum class Algorithm : int { kCannon, kSumma, kPumma, kJohnson, kSolomonik, kCosma };

/// The program's name: "cannon", …
const char* NameOf(Algorithm algorithm);

/// What launches the multiplications of tiles.
enum class Family {
  kSystolic,  // Cannon, SUMMA, PUMMA: tiles of A stay, blocks of B and C come step by step
  kLayers,    // Solomonik: the same in layers, each with a part of the common dimension
  kCube,      // Johnson, COSMA: all multiplications at once, sums reduced into A
};
Family FamilyOf(Algorithm algorithm);

/// Which of `steps` blocks of the common dimension the tile of A at (row, column) of the grid of
/// nodes meets in step `step`. Over the steps every block comes once.
///   Cannon   (row + column + step) mod steps: B moves left and C up, and no two tiles of a row
///            use the same block of B at once
///   PUMMA    (row + step) mod steps: the tiles of a row use the same block of B, those of a column
///            different blocks of C
///   SUMMA    step: all tiles use the same block
/// Solomonik's layers go as Cannon does, each over the blocks of its own part.
int64_t NodeBlock(Algorithm algorithm, int64_t row, int64_t column, int64_t step, int64_t steps);

/// GPUs of a node in each direction of the grid of Cannon, SUMMA and PUMMA.
constexpr int64_t kGpusAcross = 2;

/// The same on the grid of GPUs within a node: shifted by Cannon alone.
int64_t GpuBlock(Algorithm algorithm, int64_t row, int64_t column, int64_t step, int64_t steps);

}  // namespace groma::gemm

// The command line of the six matrix multiplications.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/common/options.h"
#include "apps/gemm/algorithm.h"
#include "apps/gemm/tiles.h"
#include "base/result.h"

namespace groma::gemm {

/// Sizes, grids and switches; names are the published programs'. Copied as bytes.
struct Options : apps::CommonOptions {
  Algorithm algorithm = Algorithm::kCannon;
  Sizes sizes{64, 64, 64};      // -n for all three; -m, -k
  int64_t steps = 10;           // --steps: timed multiplications
  int64_t gx = 1, gy = 1;       // Cannon, SUMMA, PUMMA: -gx, -gy: grid of nodes
  int64_t rpoc = 2, c = 1;      // Solomonik: -rpoc: rows and columns of a layer; -c: layers
  int64_t rpoc3 = 2;            // Solomonik: -rpoc3: steps of a layer
  int64_t cube[3] = {0, 0, 0};  // Johnson: -gdim (2); COSMA: -gx, -gy, -gz (0: derived)
  int64_t pieces = 0;           // COSMA: --pieces: tiles of the derived grid (0: one a GPU)
  bool cpu_variants = false;    // --cpu-variants
  bool undeclared = false;      // --undeclared
  bool expert_mapper = false;   // --expert-mapper
};

/// Words after the program's name; options of Legion and Realm among them are passed over. Every
/// mistake is in the one error.
Result<Options> ParseOptions(Algorithm algorithm, const std::vector<std::string>& words);

std::string HelpText(Algorithm algorithm);

}  // namespace groma::gemm

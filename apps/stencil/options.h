// The command line of the Stencil benchmark.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/common/options.h"
#include "base/result.h"

namespace groma::stencil {

/// Sizes and switches; names are the published program's. Copied between tasks as bytes.
struct Options : apps::CommonOptions {
  int64_t nx = 12, ny = 12;     // -nx, -ny: points of the grid
  int64_t ntx = 2, nty = 2;     // -ntx, -nty: tiles in each direction
  int64_t steps = 10;           // -tsteps: timed steps
  int64_t prune = 0;            // -tprune: steps before and after the timed ones
  int64_t init = 1000;          // -init: the input of point (0, 0)
  bool foreign_kernel = false;  // --foreign-kernel
  bool undeclared = false;      // --undeclared
  bool expert_mapper = false;   // --expert-mapper

  int64_t tiles() const { return ntx * nty; }
  int64_t all_steps() const { return steps + 2 * prune; }
};

/// Words after the program's name; options of Legion and Realm among them are passed over. Every
/// mistake is in the one error.
Result<Options> ParseOptions(const std::vector<std::string>& words);

std::string HelpText();

}  // namespace groma::stencil

#include "apps/gemm/options.h"

#include <fmt/core.h>

#include <algorithm>

namespace groma::gemm {
namespace {

constexpr int64_t kMostElements = 10'000'000;  // of a row or a column
constexpr int64_t kMostTiles = 1000;           // in one direction

/// Where -n goes before -m and -k say otherwise, and -gdim for all directions of the cube.
struct Shorthands {
  int64_t n = 64, m = 0, k = 0;
  int64_t gdim = 2;
};

std::vector<apps::NumberOption> GridOptions(Options& options, Shorthands& shorthands) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return {{"-gx", &options.gx, 1, kMostTiles}, {"-gy", &options.gy, 1, kMostTiles}};
    case Family::kLayers:
      return {{"-rpoc", &options.rpoc, 1, kMostTiles},
              {"-c", &options.c, 1, kMostTiles},
              {"-rpoc3", &options.rpoc3, 1, kMostTiles}};
    case Family::kCube:
      if (options.algorithm == Algorithm::kJohnson)
        return {{"-gdim", &shorthands.gdim, 1, kMostTiles}};
      return {{"-gx", &options.cube[0], 1, kMostTiles},
              {"-gy", &options.cube[1], 1, kMostTiles},
              {"-gz", &options.cube[2], 1, kMostTiles}};
  }
  return {};
}

std::string GridHelp(Algorithm algorithm) {
  switch (FamilyOf(algorithm)) {
    case Family::kSystolic:
      return "  -gx N -gy N  grid of nodes, rows and columns; each has 2 x 2 GPUs (1 x 1)\n";
    case Family::kLayers:
      return "  -rpoc N      rows and columns of the grid of a layer (2)\n"
             "  -c N         layers, each with a part of the common dimension (1)\n"
             "  -rpoc3 N     steps of a layer (2)\n";
    case Family::kCube:
      if (algorithm == Algorithm::kJohnson)
        return "  -gdim N      the cube's tiles in each direction (2)\n";
      return "  -gx N -gy N -gz N\n"
             "               grid over rows, columns and the common dimension; without it the grid "
             "of\n"
             "               as many tiles as there are GPUs that moves least and fits their "
             "memory\n";
  }
  return "";
}

}  // namespace

Result<Options> ParseOptions(Algorithm algorithm, const std::vector<std::string>& words) {
  Options options;
  options.algorithm = algorithm;
  Shorthands shorthands;
  std::vector<apps::NumberOption> numbers = GridOptions(options, shorthands);
  numbers.insert(numbers.end(), {{"-n", &shorthands.n, 1, kMostElements},
                                 {"-m", &shorthands.m, 1, kMostElements},
                                 {"-k", &shorthands.k, 1, kMostElements},
                                 {"--steps", &options.steps, 1, 1'000'000}});
  std::string mistakes = apps::ReadOptions(
      words, numbers,
      {{"--cpu-variants", &options.cpu_variants}, {"--undeclared", &options.undeclared}}, options);
  options.sizes = {shorthands.m > 0 ? shorthands.m : shorthands.n, shorthands.n,
                   shorthands.k > 0 ? shorthands.k : shorthands.n};
  if (algorithm == Algorithm::kJohnson) {
    for (int64_t& tiles : options.cube) tiles = shorthands.gdim;
  }
  const auto told = std::count_if(options.cube, options.cube + 3, [](int64_t t) { return t > 0; });
  if (told != 0 && told != 3) {
    mistakes += "-gx, -gy and -gz go together: give all three, or none\n";
  }
  if (mistakes.empty()) return options;
  mistakes.pop_back();
  return Error{mistakes};
}

std::string HelpText(Algorithm algorithm) {
  return fmt::format(
             "{}: multiplies two matrices in double precision, A = B·C\n\n"
             "  -n N         rows and columns of the matrices (64)\n"
             "  -m N -k N    rows of A and B, and the common dimension (as -n)\n",
             NameOf(algorithm)) +
         GridHelp(algorithm) +
         "  --steps N    timed multiplications, after one that is not (10)\n"
         "  --cpu-variants\n"
         "               task_1 to task_5 have variants for CPUs too (the published program has "
         "them\n"
         "               for GPUs alone)\n"
         "  --undeclared task_4 without the layouts that it takes: without this its variants are\n"
         "               registered for C_order; with it a task that gets another layout ends the "
         "run\n" +
         apps::CommonHelp();
}

}  // namespace groma::gemm

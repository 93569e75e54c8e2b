#include "apps/gemm/options.h"

#include <fmt/core.h>

#include <algorithm>

namespace groma::gemm {
namespace {

constexpr int64_t kMostElements = 10'000'000;  // of a row or a column
constexpr int64_t kMostTiles = 1000;           // in one direction
constexpr int64_t kMostPieces = 10'000;

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
      return "  -gx N -gy N grid of nodes, rows and columns; each has 2 x 2 GPUs (1 x 1)\n";
    case Family::kLayers:
      return "  -rpoc N     rows and columns of the grid of a layer (2)\n"
             "  -c N        layers, each with a part of the common dimension (1)\n"
             "  -rpoc3 N    steps of a layer (2)\n";
    case Family::kCube:
      break;
  }
  if (algorithm == Algorithm::kJohnson)
    return "  -gdim N     the cube's tiles in each direction (2)\n";
  return "  -gx N -gy N -gz N\n"
         "              grid over rows, columns and the common dimension; without it the one of\n"
         "              --pieces tiles (as many as there are GPUs) that moves least and fits "
         "their\n"
         "              memory\n";
}

Status CutIntoNodes(int64_t pieces, Options& options) {
  constexpr int64_t kGpus = kGpusAcross * kGpusAcross;
  if (pieces % kGpus != 0) return Error{"each node has 2 x 2 GPUs: take a multiple of 4"};
  options.gx = apps::RowsOfSquarest(pieces / kGpus);
  options.gy = pieces / kGpus / options.gx;
  return Done{};
}

/// As few layers as leave square ones, with as many steps as rows, as published.
Status CutIntoLayers(int64_t pieces, Options& options) {
  for (int64_t layers = 1; layers <= pieces; ++layers) {
    const int64_t rows = pieces % layers == 0 ? apps::RowsOfSquarest(pieces / layers) : 0;
    if (rows * rows * layers != pieces) continue;
    options.c = layers;
    options.rpoc = options.rpoc3 = rows;
    break;
  }
  return Done{};
}

Status CutIntoCube(int64_t pieces, int64_t& gdim) {
  int64_t side = 1;
  while (side * side * side < pieces) ++side;
  if (side * side * side != pieces) {
    return Error{"the pieces form a cube: take the cube of a whole number, as 8 or 27"};
  }
  gdim = side;
  return Done{};
}

/// The grid of as many multiplications as work at the same time.
Status SetPieces(int64_t pieces, Options& options, Shorthands& shorthands) {
  switch (FamilyOf(options.algorithm)) {
    case Family::kSystolic:
      return CutIntoNodes(pieces, options);
    case Family::kLayers:
      return CutIntoLayers(pieces, options);
    case Family::kCube:
      break;
  }
  if (options.algorithm == Algorithm::kJohnson) return CutIntoCube(pieces, shorthands.gdim);
  std::fill_n(options.cube, 3, 0);
  options.pieces = pieces;
  return Done{};
}

std::string PiecesHelp(Algorithm algorithm) {
  switch (FamilyOf(algorithm)) {
    case Family::kSystolic:
      return "tiles of A: a multiple of 4, as each node has 2 x 2 GPUs (-gx, -gy)";
    case Family::kLayers:
      return "places of all layers together (-rpoc, -c, -rpoc3)";
    case Family::kCube:
      break;
  }
  return algorithm == Algorithm::kJohnson ? "places of the cube: a cube itself, as 8 or 27 (-gdim)"
                                          : "places of the grid, which is derived (-gx, -gy, -gz)";
}

}  // namespace

Result<Options> ParseOptions(Algorithm algorithm, const std::vector<std::string>& words) {
  Options options;
  options.algorithm = algorithm;
  Shorthands shorthands;
  std::vector<apps::NumberOption> numbers = GridOptions(options, shorthands);
  numbers.insert(numbers.end(), {{"-n", &shorthands.n, 1, kMostElements},
                                 {"-m", &shorthands.m, 1, kMostElements},
                                 {"-k", &shorthands.k, 1, kMostElements}});
  const apps::Scale scale = {.size = apps::StandsFor(&shorthands.n, 1, kMostElements),
                             .steps = apps::StandsFor(&options.steps, 1, 1'000'000),
                             .pieces = {1, kMostPieces, [&](int64_t pieces) -> Status {
                                          return SetPieces(pieces, options, shorthands);
                                        }}};
  std::string mistakes = apps::ReadOptions(words, scale, numbers,
                                           {{"--cpu-variants", &options.cpu_variants},
                                            {"--undeclared", &options.undeclared},
                                            {"--expert-mapper", &options.expert_mapper}},
                                           options);
  options.sizes = {shorthands.m > 0 ? shorthands.m : shorthands.n, shorthands.n,
                   shorthands.k > 0 ? shorthands.k : shorthands.n};
  if (algorithm == Algorithm::kJohnson) {
    for (int64_t& tiles : options.cube) tiles = shorthands.gdim;
  }
  const auto told = std::count_if(options.cube, options.cube + 3, [](int64_t t) { return t > 0; });
  if (told != 0 && told != 3) {
    mistakes += "-gx, -gy and -gz go together: give all three, or none\n";
  }
  return apps::Unless(mistakes, options);
}

std::string HelpText(Algorithm algorithm) {
  return apps::HelpText(
      NameOf(algorithm), "multiplies two matrices in double precision, A = B·C",
      {.size = "rows and columns of the matrices (-n)",
       .steps = "timed multiplications, after one that is not (10)",
       .pieces = PiecesHelp(algorithm)},
      "  -n N        rows and columns of the matrices (64)\n"
      "  -m N -k N   rows of A and B, and the common dimension (as -n)\n" +
          GridHelp(algorithm) +
          "  --cpu-variants\n"
          "              task_1 to task_5 have variants for CPUs too, task_4's with OpenBLAS (the\n"
          "              published program has them for GPUs alone)\n"
          "  --undeclared\n"
          "              task_4 without the layouts that it takes: without this its variants are\n"
          "              registered for C_order; with it a task that gets another layout ends the\n"
          "              run\n"
          "  --expert-mapper\n"
          "              the expert's mapper (apps/gemm/expert.cc) instead of Legion's default\n"
          "              one\n");
}

}  // namespace groma::gemm

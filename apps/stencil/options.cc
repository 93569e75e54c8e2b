#include "apps/stencil/options.h"

#include <fmt/core.h>

#include "apps/stencil/model.h"

namespace groma::stencil {
namespace {

/// The halos of a tile come from its direct neighbours, so tiles are at least as wide as the halo.
std::string TooManyTiles(const char* points_word, int64_t points, const char* tiles_word,
                         int64_t tiles) {
  if ((points - 2 * kRadius) / tiles >= kRadius) return "";
  return fmt::format("{} {} has no room for {} {}: each needs {} points, and {} at either edge\n",
                     points_word, points, tiles_word, tiles, kRadius, kRadius);
}

}  // namespace

Result<Options> ParseOptions(const std::vector<std::string>& words) {
  constexpr int64_t kMostPoints = 1'000'000;
  constexpr int64_t kMostTiles = 10'000;
  constexpr int64_t kMostSteps = 1'000'000;
  Options options;
  const apps::Scale scale = {.size = {3 * kRadius, kMostPoints,
                                      [&](int64_t points) -> Status {
                                        options.nx = options.ny = points;
                                        return Done{};
                                      }},
                             .steps = apps::StandsFor(&options.steps, 1, kMostSteps),
                             .pieces = {1, kMostTiles, [&](int64_t tiles) -> Status {
                                          options.nty = apps::RowsOfSquarest(tiles);
                                          options.ntx = tiles / options.nty;
                                          return Done{};
                                        }}};
  std::string mistakes = apps::ReadOptions(words, scale,
                                           {{"-nx", &options.nx, 3 * kRadius, kMostPoints},
                                            {"-ny", &options.ny, 3 * kRadius, kMostPoints},
                                            {"-ntx", &options.ntx, 1, kMostTiles},
                                            {"-nty", &options.nty, 1, kMostTiles},
                                            {"-tsteps", &options.steps, 1, kMostSteps},
                                            {"-tprune", &options.prune, 0, 1'000'000},
                                            {"-init", &options.init, 0, 1'000'000}},
                                           {{"--foreign-kernel", &options.foreign_kernel},
                                            {"--undeclared", &options.undeclared},
                                            {"--expert-mapper", &options.expert_mapper}},
                                           options);
  mistakes += TooManyTiles("-nx", options.nx, "-ntx", options.ntx);
  mistakes += TooManyTiles("-ny", options.ny, "-nty", options.nty);
  if (options.undeclared && !options.foreign_kernel) {
    mistakes += "--undeclared says how --foreign-kernel is registered: give both\n";
  }
  return apps::Unless(mistakes, options);
}

std::string HelpText() {
  return apps::HelpText(
      "stencil", "applies a star-shaped stencil of radius 2 to a 2-D grid",
      {.size = "points of the grid in each direction (-nx N -ny N)",
       .steps = "timed steps (-tsteps)",
       .pieces = "tiles, in a grid as square as can be (-ntx, -nty)"},
      "  -nx N -ny N    points of the grid (12 x 12)\n"
      "  -ntx N -nty N  tiles in each direction; a tile is one point of every index launch\n"
      "                 (2 x 2)\n"
      "  -tsteps N      timed steps (10)\n"
      "  -tprune N      steps before the timed ones, and as many after them (0)\n"
      "  -init N        the input of point (0, 0) (1000)\n"
      "  --foreign-kernel\n"
      "                 stencil and increment as kernels from elsewhere, which take an address\n"
      "                 and a leading dimension: their variants are registered for SOA F_order\n"
      "  --undeclared   with --foreign-kernel: without declaring that; a task that gets another\n"
      "                 layout ends the run\n"
      "  --expert-mapper\n"
      "                 the expert's mapper (expert.cc) instead of Legion's default one\n");
}

}  // namespace groma::stencil

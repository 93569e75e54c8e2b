#include "apps/pennant/options.h"

#include <fmt/core.h>

namespace groma::pennant {
namespace {

/// Columns and rows of pieces with the shortest cut through the mesh; 0 where none fits.
void ArrangePieces(Options& options) {
  int64_t shortest = INT64_MAX;
  for (int64_t columns = 1; columns <= options.pieces; ++columns) {
    const int64_t rows = options.pieces / columns;
    if (columns * rows != options.pieces) continue;
    if (columns > options.zones_x || rows > options.zones_y) continue;
    const int64_t cut = (columns - 1) * options.zones_y + (rows - 1) * options.zones_x;
    if (cut >= shortest) continue;
    shortest = cut;
    options.pieces_x = columns;
    options.pieces_y = rows;
  }
}

/// Fills in what -numpcx and -numpcy leave open. Returns a mistake, or nothing.
std::string CompletePieces(Options& options) {
  if (options.pieces_x == 0 && options.pieces_y == 0) {
    ArrangePieces(options);
  } else if (options.pieces_x == 0) {
    options.pieces_x = options.pieces / options.pieces_y;
  } else if (options.pieces_y == 0) {
    options.pieces_y = options.pieces / options.pieces_x;
  }
  if (options.pieces_x * options.pieces_y != options.pieces) {
    return fmt::format("-npieces {} is not -numpcx {} times -numpcy {}\n", options.pieces,
                       options.pieces_x, options.pieces_y);
  }
  if (options.pieces_x > options.zones_x || options.pieces_y > options.zones_y) {
    return fmt::format("{} x {} zones have no room for {} x {} pieces: each needs a zone\n",
                       options.zones_x, options.zones_y, options.pieces_x, options.pieces_y);
  }
  return "";
}

}  // namespace

Result<Options> ParseOptions(const std::vector<std::string>& words) {
  constexpr int64_t kMostZones = 10'000'000;  // in one direction
  constexpr int64_t kMostPieces = 100'000;
  constexpr int64_t kMostCycles = 1'000'000;
  constexpr int64_t kShape = 18;  // rows for each column of the published mesh: a tube 9 times as
                                  // long as wide, of zones twice as wide as high
  Options options;
  const apps::Scale scale = {.size = {1, kMostZones / kShape,
                                      [&](int64_t zones) -> Status {
                                        options.zones_x = zones;
                                        options.zones_y = kShape * zones;
                                        return Done{};
                                      }},
                             .steps = apps::StandsFor(&options.cycles, 1, kMostCycles),
                             .pieces = apps::StandsFor(&options.pieces, 1, kMostPieces)};
  std::string mistakes = apps::ReadOptions(words, scale,
                                           {{"-nzx", &options.zones_x, 1, kMostZones},
                                            {"-nzy", &options.zones_y, 1, kMostZones},
                                            {"-npieces", &options.pieces, 1, kMostPieces},
                                            {"-numpcx", &options.pieces_x, 0, kMostPieces},
                                            {"-numpcy", &options.pieces_y, 0, kMostPieces},
                                            {"-cstop", &options.cycles, 1, kMostCycles},
                                            {"-prune", &options.prune, 0, 1'000'000},
                                            {"-seq_init", &options.sequential, 0, 0},
                                            {"-par_init", &options.parallel, 1, 1}},
                                           {{"--sedov", &options.sedov},
                                            {"--noh", &options.noh},
                                            {"--expert-mapper", &options.expert_mapper}},
                                           options);
  if (options.sedov && options.noh) mistakes += "--sedov and --noh are two problems: give one\n";
  if (mistakes.empty()) mistakes = CompletePieces(options);
  return apps::Unless(mistakes, options);
}

std::string HelpText() {
  return apps::HelpText(
      "pennant", "Lagrangian hydrodynamics on an unstructured mesh",
      {.size = "zones across the mesh, with 18 times as many along it (-nzx N -nzy 18N)",
       .steps = "timed cycles (-cstop)",
       .pieces = "pieces (-npieces)"},
      "  -nzx N -nzy N  zones of the mesh in each direction (10 x 180)\n"
      "  -npieces N     pieces; a piece is one point of every index launch (4)\n"
      "  -numpcx N -numpcy N\n"
      "                 columns and rows of pieces (0: those with the shortest cut)\n"
      "  -cstop N       timed cycles (10)\n"
      "  -prune N       cycles before the timed ones, and as many after them (0)\n"
      "  --sedov        a blast from a corner, in place of Leblanc's shock tube\n"
      "  --noh          a collapse towards a corner, in place of Leblanc's shock tube\n"
      "  -seq_init 0 -par_init 1\n"
      "                 the pieces make the mesh; no other values\n"
      "  --expert-mapper\n"
      "                 the expert's mapper (expert.cc) instead of Legion's default one\n");
}

}  // namespace groma::pennant

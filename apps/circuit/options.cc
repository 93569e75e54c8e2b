#include "apps/circuit/options.h"

#include <fmt/core.h>

namespace groma::circuit {

Result<Options> ParseOptions(const std::vector<std::string>& words) {
  constexpr int64_t kMostNodes = 1'000'000'000;  // of a piece
  constexpr int64_t kMostLoops = 1'000'000;
  constexpr int64_t kMostPieces = 1'000'000;
  constexpr int64_t kWiresPerNode = 4;  // as at the published size
  Options options;
  const apps::Scale scale = {.size = {2, kMostNodes / kWiresPerNode,
                                      [&](int64_t nodes) -> Status {
                                        options.nodes_per_piece = nodes;
                                        options.wires_per_piece = kWiresPerNode * nodes;
                                        return Done{};
                                      }},
                             .steps = apps::StandsFor(&options.loops, 1, kMostLoops),
                             .pieces = apps::StandsFor(&options.pieces, 1, kMostPieces)};
  std::string mistakes =
      apps::ReadOptions(words, scale,
                        {{"-l", &options.loops, 1, kMostLoops},
                         {"-p", &options.pieces, 1, kMostPieces},
                         {"-pps", &options.pieces_per_superpiece, 1, kMostPieces},
                         {"-npp", &options.nodes_per_piece, 2, kMostNodes},
                         {"-wpp", &options.wires_per_piece, 1, kMostNodes},
                         {"-pct", &options.percent_in_piece, 0, 100},
                         {"-s", &options.seed, 0, INT64_MAX},
                         {"-i", &options.steps, 1, 1'000'000'000},
                         {"-prune", &options.prune, 0, 1'000'000}},
                        {{"--expert-mapper", &options.expert_mapper}}, options);
  if (options.pieces % options.pieces_per_superpiece != 0) {
    mistakes += fmt::format("-pps {} does not divide -p {}: superpieces have equally many pieces\n",
                            options.pieces_per_superpiece, options.pieces);
  }
  return apps::Unless(mistakes, options);
}

std::string HelpText() {
  return apps::HelpText(
      "circuit", "simulates currents and voltages in an electrical circuit",
      {.size = "nodes in a piece, with four wires each (-npp N -wpp 4N)",
       .steps = "timed loops (-l)",
       .pieces = "pieces (-p)"},
      "  -npp N      nodes in a piece (4)\n"
      "  -wpp N      wires in a piece (8)\n"
      "  -p N        pieces (4)\n"
      "  -pps N      pieces in a superpiece: one point of every index launch (1)\n"
      "  -l N        timed loops (5)\n"
      "  -prune N    loops before the timed ones, and as many after them (0)\n"
      "  -i N        iterations of the wire model in one loop (10000)\n"
      "  -pct N      percent of the wires that stay in their piece (80)\n"
      "  -s N        seed of the circuit (12345)\n"
      "  --expert-mapper\n"
      "              the expert's mapper (expert.cc) instead of Legion's default one\n");
}

}  // namespace groma::circuit

#include "apps/circuit/options.h"

#include <fmt/core.h>

namespace groma::circuit {

Result<Options> ParseOptions(const std::vector<std::string>& words) {
  Options options;
  std::string mistakes = apps::ReadOptions(words,
                                           {{"-l", &options.loops, 1, 1'000'000},
                                            {"-p", &options.pieces, 1, 1'000'000},
                                            {"-pps", &options.pieces_per_superpiece, 1, 1'000'000},
                                            {"-npp", &options.nodes_per_piece, 2, 1'000'000'000},
                                            {"-wpp", &options.wires_per_piece, 1, 1'000'000'000},
                                            {"-pct", &options.percent_in_piece, 0, 100},
                                            {"-s", &options.seed, 0, INT64_MAX},
                                            {"-i", &options.steps, 1, 1'000'000'000},
                                            {"-prune", &options.prune, 0, 1'000'000}},
                                           {}, options);
  if (options.pieces % options.pieces_per_superpiece != 0) {
    mistakes += fmt::format("-pps {} does not divide -p {}: superpieces have equally many pieces\n",
                            options.pieces_per_superpiece, options.pieces);
  }
  if (mistakes.empty()) return options;
  mistakes.pop_back();
  return Error{mistakes};
}

std::string HelpText() {
  return std::string("circuit: simulates currents and voltages in an electrical circuit\n\n") +
         "  -npp N    nodes in a piece (4)\n"
         "  -wpp N    wires in a piece (8)\n"
         "  -p N      pieces (4)\n"
         "  -pps N    pieces in a superpiece: one point of every index launch (1)\n"
         "  -l N      timed loops (5)\n"
         "  -prune N  loops before the timed ones, and as many after them (0)\n"
         "  -i N      iterations of the wire model in one loop (10000)\n"
         "  -pct N    percent of the wires that stay in their piece (80)\n"
         "  -s N      seed of the circuit (12345)\n" +
         apps::CommonHelp();
}

}  // namespace groma::circuit

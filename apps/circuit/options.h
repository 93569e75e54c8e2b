// The command line of the Circuit benchmark.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/common/options.h"
#include "base/result.h"

namespace groma::circuit {

/// Sizes and switches; names and defaults are the published program's. Copied between tasks as
/// bytes.
struct Options : apps::CommonOptions {
  int64_t loops = 5;                  // -l
  int64_t pieces = 4;                 // -p
  int64_t pieces_per_superpiece = 1;  // -pps
  int64_t nodes_per_piece = 4;        // -npp
  int64_t wires_per_piece = 8;        // -wpp
  int64_t percent_in_piece = 80;      // -pct: wires with both ends in their own piece
  int64_t seed = 12345;               // -s
  int64_t steps = 10000;              // -i: iterations of the wire model in one loop
  int64_t prune = 0;                  // -prune: loops before and after the timed ones
  bool expert_mapper = false;         // --expert-mapper

  int64_t superpieces() const { return pieces / pieces_per_superpiece; }
  /// 1 % of a piece's nodes, rounded up, are shared with other pieces.
  int64_t shared_per_piece() const { return (nodes_per_piece + 99) / 100; }
  int64_t private_per_piece() const { return nodes_per_piece - shared_per_piece(); }
  int64_t nodes() const { return pieces * nodes_per_piece; }
  int64_t wires() const { return pieces * wires_per_piece; }
};

/// Words after the program's name; options of Legion and Realm among them are passed over. Every
/// mistake is in the one error.
Result<Options> ParseOptions(const std::vector<std::string>& words);

std::string HelpText();

}  // namespace groma::circuit

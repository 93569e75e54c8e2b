// The command line of the Pennant benchmark.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/common/options.h"
#include "base/result.h"

namespace groma::pennant {

/// Sizes and switches; names are the published program's, but for the mesh, which it reads from a
/// file. Copied between tasks as bytes.
struct Options : apps::CommonOptions {
  int64_t zones_x = 10;    // -nzx
  int64_t zones_y = 180;   // -nzy
  int64_t pieces = 4;      // -npieces
  int64_t pieces_x = 0;    // -numpcx; never 0 once parsed
  int64_t pieces_y = 0;    // -numpcy; never 0 once parsed
  int64_t cycles = 10;     // -cstop: timed cycles
  int64_t prune = 0;       // -prune: cycles before and after the timed ones
  int64_t sequential = 0;  // -seq_init: of the published program, which can also make the mesh in
  int64_t parallel = 1;    // -par_init: one task; here the pieces make it
  bool sedov = false;      // --sedov
  bool noh = false;        // --noh
  bool expert_mapper = false;  // --expert-mapper

  int64_t zones() const { return zones_x * zones_y; }
  int64_t points() const { return (zones_x + 1) * (zones_y + 1); }
  int64_t all_cycles() const { return cycles + 2 * prune; }
};

/// Words after the program's name; options of Legion and Realm among them are passed over. Every
/// mistake is in the one error.
Result<Options> ParseOptions(const std::vector<std::string>& words);

std::string HelpText();

}  // namespace groma::pennant

// The whole simulation once more, serial and in double precision, written from the equations and
// not from the tasks: what functional runs are compared with.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "apps/circuit/structure.h"

namespace groma::circuit {

/// The state after a run: node voltages by node, currents and inner voltages by wire (10 and 9
/// each).
struct State {
  std::vector<double> node_voltage;
  std::vector<double> current;
  std::vector<double> voltage;
};

/// `loops` loops from the initial values.
State Reference(const Options& options, int64_t loops);

/// Largest difference of the three quantities, each relative to that quantity's largest magnitude
/// in `expected`; infinite when a value is not finite or sizes differ.
double RelativeError(const State& computed, const State& expected);

/// Single precision and another order of sums stay well below this; a lost charge does not.
constexpr double kTolerance = 1e-4;

}  // namespace groma::circuit

// The whole computation once more, serial, on one array without tiles and halos, written from the
// equations and not from the tasks: what functional runs are compared with.
#pragma once
#include <cstdint>
#include <vector>

#include "apps/stencil/options.h"

namespace groma::stencil {

/// Input and output of the nx × ny points after a run, row by row.
struct State {
  std::vector<double> input, output;
};

/// `steps` steps from the initial values. `nx · ny · 16` bytes, and `nx · ny · steps` in time.
State Reference(const Options& options, int64_t steps);

/// Collects the largest difference from expected values, relative to the largest magnitude among
/// those.
class Difference {
 public:
  void Add(double computed, double expected);
  /// Infinite when a computed value was not finite.
  double relative() const;

 private:
  double largest_ = 0;
  double scale_ = 0;
};

/// Sums in another order stay well below this; a halo that is one step old does not.
constexpr double kTolerance = 1e-10;

}  // namespace groma::stencil

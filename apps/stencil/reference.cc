#include "apps/stencil/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/stencil/structure.h"

namespace groma::stencil {

State Reference(const Options& options, int64_t steps) {
  constexpr int64_t kReach = 2;
  const int64_t nx = options.nx;
  const int64_t ny = options.ny;
  State state;
  for (int64_t y = 0; y < ny; ++y) {
    for (int64_t x = 0; x < nx; ++x) state.input.push_back(InitialInput(options, x, y));
  }
  state.output.assign(state.input.size(), 0);
  const auto in = [&](int64_t x, int64_t y) {
    return state.input[static_cast<size_t>(y * nx + x)];
  };
  for (int64_t step = 0; step < steps; ++step) {
    for (int64_t y = kReach; y < ny - kReach; ++y) {
      for (int64_t x = kReach; x < nx - kReach; ++x) {
        double& out = state.output[static_cast<size_t>(y * nx + x)];
        out += (in(x + 1, y) - in(x - 1, y)) / 4 + (in(x + 2, y) - in(x - 2, y)) / 8;
        out += (in(x, y + 1) - in(x, y - 1)) / 4 + (in(x, y + 2) - in(x, y - 2)) / 8;
      }
    }
    for (double& value : state.input) value += 1;
  }
  return state;
}

void Difference::Add(double computed, double expected) {
  const double difference = std::abs(computed - expected);
  largest_ = std::isfinite(difference) ? std::max(largest_, difference)
                                       : std::numeric_limits<double>::infinity();
  scale_ = std::max(scale_, std::abs(expected));
}

double Difference::relative() const { return largest_ == 0 ? 0 : largest_ / scale_; }

}  // namespace groma::stencil

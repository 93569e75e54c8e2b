// The whole simulation once more, serial, zone by zone on a grid without pieces, sides and ghosts,
// written from the equations and not from the tasks: what functional runs are compared with.
#pragma once
#include <complex>
#include <cstdint>
#include <vector>

#include "apps/pennant/options.h"
#include "apps/pennant/problem.h"

namespace groma::pennant {

/// Points and zones row by row. A complex number is a place or a velocity in the plane.
struct State {
  std::vector<std::complex<double>> position, velocity;         // of points
  std::vector<double> density, energy, pressure, volume, mass;  // of zones; energy per mass
  double time = 0;
  double step = 0;  // the last time step
};

class Reference {
 public:
  explicit Reference(const Options& options);

  /// One cycle; nothing once the problem's end is reached.
  void Step();
  bool ended() const { return state_.time >= problem_.end; }
  const State& state() const { return state_; }

  /// Conserved in exact arithmetic: mass always; energy where no subzonal pressure works (its work
  /// is not taken from the zones) and points keep their distance from the axis.
  double TotalMass() const;
  double TotalEnergy() const;

 private:
  using Complex = std::complex<double>;
  struct Gas {
    double density = 0, pressure = 0, sound_speed = 0;
  };
  struct Zone;  // what a step works out for a zone
  size_t Point(int64_t x, int64_t y) const;
  std::vector<size_t> Corners(size_t zone) const;
  double NextStep() const;
  Zone AtHalfStep(size_t zone, const std::vector<Complex>& half) const;
  Gas GasAtHalfStep(size_t zone, double volume) const;
  /// Returns the points' mean velocities.
  std::vector<Complex> MovePoints(const std::vector<Zone>& zones);
  /// `half`: the points' places at half the step; `mean`: their mean velocities.
  void UpdateZones(const std::vector<Zone>& zones, const std::vector<Complex>& half,
                   const std::vector<Complex>& mean);

  Options options_;
  Problem problem_;
  State state_;
  double recommended_ = 0;                      // largest next step by the last one's zones
  std::vector<double> internal_, heating_;      // zones: energy, and its rate beside compression
  std::vector<std::vector<double>> fractions_;  // of a zone's mass, by side
};

/// Rounding in another order stays below this; a lost force or a ghost that is one step old does
/// not.
constexpr double kTolerance = 1e-9;

}  // namespace groma::pennant

// Compares each cycle of a functional run with the reference, and with what must be conserved.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>

#include "apps/pennant/kernels.h"
#include "apps/pennant/options.h"
#include "apps/pennant/reference.h"

namespace groma::pennant {

/// The fields to compare, over the whole regions, and of the last cycle what it did.
struct Results {
  VectorsIn position, velocity;                       // points
  DoublesIn density, energy, pressure, volume, mass;  // zones; energy per mass
  DoublesIn total_energy;                             // zones
  DoublesIn mass_fraction;                            // sides
  double step = 0;                                    // of time
  VectorsIn half_position, velocity_before;           // points; the latter with what walls take
  DoublesIn point_mass;                               // weighted by area
  DoublesIn work;                                     // zones: energy that they gain
  VectorsIn pressure_force, inner_force;              // sides; with that of subzonal pressures
};

/// Largest errors, each relative to the largest expected magnitude of its quantity; infinite when a
/// value is not finite.
struct Errors {
  double reference = 0;         // from the reference hydro, of any quantity
  double mass = 0, energy = 0;  // of the totals, from those of the initial state
  double balance = 0;           // energy that the last cycle made or lost, of all energy
  /// Of those that must vanish but for rounding: the sum of energies is conserved in the shock tube
  /// alone, the balance of each cycle always.
  double worst(const Options& options) const;
};

/// Safe from any thread. Runs the reference along with the program: cheap when cycles are asked for
/// in order.
class Checker {
 public:
  explicit Checker(const Options& options) : options_(options) {}

  /// Of the state after `cycles` cycles.
  Errors Compare(int64_t cycles, const Results& results);

 private:
  /// The reference after `cycles` cycles. With mutex_ held.
  const Reference& After(int64_t cycles);

  Options options_;
  std::mutex mutex_;
  std::optional<Reference> reference_;  // made when it is first needed: as large as the mesh
  int64_t cycles_ = 0;                  // of the reference
  double mass_ = 0, energy_ = 0;        // of the initial state
};

}  // namespace groma::pennant

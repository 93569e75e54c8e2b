// Compares each cycle of a functional run with the reference, and with what must be conserved.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>

#include "apps/pennant/kernels.h"
#include "apps/pennant/options.h"
#include "apps/pennant/reference.h"

namespace groma::pennant {

/// The fields to compare, over the whole regions.
struct Results {
  VectorsIn position, velocity;                       // points
  DoublesIn density, energy, pressure, volume, mass;  // zones; energy per mass
  DoublesIn total_energy;                             // zones
  DoublesIn mass_fraction;                            // sides
};

/// Largest errors, each relative to the largest expected magnitude of its quantity; infinite when a
/// value is not finite.
struct Errors {
  double reference = 0;         // from the reference hydro, of any quantity
  double mass = 0, energy = 0;  // of the totals, from those of the initial state
  /// Of those that must vanish but for rounding: energy is conserved in the shock tube alone.
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

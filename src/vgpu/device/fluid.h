// Operations as fluids: how far each has come, and when the next one ends, when they share
// resources. No threads and no clock of its own: time is what the caller advances to.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/quantities.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

/// The fraction of its speed alone at which each operation goes, given what each uses.
///
/// A resource's capacity is 1. Users that need less than a fair part of a resource get what they
/// need; the others share the rest equally (max-min fairness by used share). At most 1 each; an
/// operation without uses gets 1. Deterministic; quadratic in the number of operations.
std::vector<double> FairRates(int resources, const std::vector<const std::vector<Use>*>& uses);

/// Which operation: the order in which operations that end at the same time are released.
struct OperationKey {
  int gpu = -1;
  uint64_t stream = 0;
  uint64_t sequence = 0;
  auto operator<=>(const OperationKey&) const = default;
};

/// What a resource did so far.
struct ResourceUse {
  Nanoseconds busy;    // at least one operation used it
  double used_ns = 0;  // integral of the used share over time
};

class Fluid {
 public:
  explicit Fluid(int resources) : resource_uses_(resources) {}

  Nanoseconds now() const { return now_; }

  /// Starts an operation now. One that takes no time has ended at once.
  void Start(const OperationKey& key, Nanoseconds latency, Nanoseconds alone,
             std::vector<Use> uses);

  /// When something next changes: an operation ends or finishes its latency. None when nothing
  /// runs. Never before now.
  std::optional<Nanoseconds> Next() const;

  /// Moves to `time`, which must not lie behind Next().
  void AdvanceTo(Nanoseconds time);

  /// Operations that have ended and were not taken yet, in order; they use nothing any more.
  bool HasEnded() const { return !ended_.empty(); }
  OperationKey TakeEnded();

  /// Whether nothing runs and nothing waits to be taken.
  bool Idle() const { return active_.empty() && ended_.empty(); }

  const std::vector<ResourceUse>& resource_uses() const { return resource_uses_; }

 private:
  struct Active {
    Nanoseconds latency_end;
    double remaining;  // nanoseconds of work at full speed
    double rate;       // 0 while in its latency
    Nanoseconds end;   // of the latency, or of the work at the current rate
    std::vector<Use> uses;
  };

  void Settle();  // what is due now: latencies over, operations ended
  void ComputeRates();

  Nanoseconds now_;
  std::map<OperationKey, Active> active_;
  std::set<OperationKey> ended_;
  std::vector<ResourceUse> resource_uses_;
};

}  // namespace groma::vgpu

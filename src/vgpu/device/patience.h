// How long a run may stay restless before it is ended, and who is to blame.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "vgpu/device/quiet.h"

namespace groma::vgpu {

/// Follows the threads that keep the process awake. Honest work takes long on a crowded machine,
/// and the runtime's analysis may run ahead for seconds; but its threads wait for each other now
/// and then. So patience ends when one thread has used a processor for the limit without a single
/// wait, when all threads have used processors for five times the limit and none of it was quiet
/// for ten times the limit, or after a hundred times the limit in any case.
class Patience {
 public:
  explicit Patience(double limit_seconds) : limit_(limit_seconds) {}

  /// The process was quiet: all is forgotten.
  void Quiet();

  /// It was awake, and `thread` was seen so (0: not known). `cpu_seconds`: what all threads have
  /// used so far. "" while there is patience left, else what kept the process awake.
  std::string Awake(int thread, double cpu_seconds);

 private:
  using Clock = std::chrono::steady_clock;
  bool HasSpun(int thread, double* seconds);
  std::string Blame(int thread, double seconds) const;

  double limit_;
  bool awake_ = false;
  Clock::time_point since_;
  Clock::time_point checked_;
  double cpu_since_ = 0;
  int64_t looks_ = 0;
  std::map<int, int64_t> awake_looks_;
  std::map<int, ThreadEffort> suspects_;  // when first seen, or when last seen to get on
};

}  // namespace groma::vgpu

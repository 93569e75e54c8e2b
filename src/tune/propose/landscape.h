// For tests: a program that costs what a formula says, so that the best mapping is known.
#pragma once
#include <string>

#include "base/result.h"
#include "eval/outcome.h"
#include "tune/propose/proposer.h"

namespace groma::tune {

/// Two index tasks `near` and `far` with CPU and GPU variants over the regions `own` and `shared`,
/// a CPU-only task `tell`, a single task `solve` launched by `top`; on one node of four GPUs.
Problem LandscapeProblem();

/// Every decision multiplies the time by a factor of its own, so that the best of each makes the
/// best of all:
/// - near on CPU × 3, far on GPU × 1.5 (far is faster on CPUs)
/// - own on GPU in ZCMEM × 2; shared on GPU in FBMEM × 1.4 (shared is better in zero copy)
/// - SOA × 1.1 for own (AOS is better)
/// - near dealt out in blocks × 1.2 (cyclic is better)
struct Landscape {
  Problem problem = LandscapeProblem();
  bool tells = true;    // the outcome has a breakdown
  double jitter = 0;    // relative, added to every throughput
  double base = 100.0;  // throughput when every decision is the best

  /// What the mapping gives. Texts with errors are mapping errors; kAos of everything on CPUs
  /// fails.
  Result<eval::Outcome> Evaluate(const std::string& mapping) const;
};

/// The worst legal start: everything as it should not be.
std::string WorstStart();

}  // namespace groma::tune

// Which failures are worth another attempt, and after how long: a pure function.
#pragma once
#include <cstdint>
#include <optional>

#include "llm/provider.h"

namespace groma::llm {

struct RetryPolicy {
  int attempts = 5;            // in all
  double first_wait = 1;       // seconds; doubles with each attempt
  double longest_wait = 30;    // seconds, of the doubling
  double longest_asked = 300;  // a server that asks for a longer rest is given up
  uint64_t seed = 1;           // of the jitter; should differ between processes
};

/// Busy servers, broken connections and time-outs; nothing else.
bool IsWorthRetrying(FailureKind kind);

/// Seconds to wait after `made` attempts (≥ 1), the last of which ended so; nothing: give up. The
/// wait is first_wait · 2^(made−1), at most longest_wait, of which the jitter takes up to a half;
/// where the server said how long to wait, that, and up to a tenth more by the jitter, if it is
/// longer.
std::optional<double> WaitBeforeNext(const RetryPolicy& policy, int made, const Failure& last);

}  // namespace groma::llm

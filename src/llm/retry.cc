#include "llm/retry.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace groma::llm {
namespace {

/// In [0, 1), the same for the same arguments.
double Jitter(uint64_t seed, int made) {
  std::seed_seq mixed{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                      static_cast<uint32_t>(made)};
  std::mt19937_64 generator(mixed);
  return std::ldexp(static_cast<double>(generator() >> 11), -53);
}

}  // namespace

bool IsWorthRetrying(FailureKind kind) {
  return kind == FailureKind::kBusy || kind == FailureKind::kConnection ||
         kind == FailureKind::kTimeout;
}

std::optional<double> WaitBeforeNext(const RetryPolicy& policy, int made, const Failure& last) {
  if (!IsWorthRetrying(last.kind) || made >= policy.attempts) return std::nullopt;
  if (last.retry_after > policy.longest_asked) return std::nullopt;
  const double jitter = Jitter(policy.seed, made);
  const double doubled = std::min(std::ldexp(policy.first_wait, made - 1), policy.longest_wait);
  return std::max(doubled * (1 - jitter / 2), last.retry_after * (1 + jitter / 10));
}

}  // namespace groma::llm

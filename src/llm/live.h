// A live provider: a service with retries, under a budget, with every exchange recorded.
#pragma once
#include <functional>
#include <memory>

#include "base/result.h"
#include "llm/budget.h"
#include "llm/clock.h"
#include "llm/exchange.h"
#include "llm/retry.h"
#include "llm/service.h"

namespace groma::llm {

struct LiveOptions {
  RetryPolicy retry;
  double timeout_seconds = 300;  // of one attempt
  /// Called with each exchange before its answer is given; when it fails, so does the call
  /// (kNotRecorded): an answer that a replay would not know must not be used.
  std::function<Status(const Exchange&)> record;
};

/// Asks the service: as often as the policy says, each attempt only when the budget allows it, none
/// longer than the budget has seconds left.
class LiveProvider : public Provider {
 public:
  /// `budget` and `clock` are the caller's and must outlive this.
  LiveProvider(std::unique_ptr<Service> service, Budget* budget, Clock* clock, LiveOptions options);

  Answer Ask(const Request& request) override;

 private:
  Answer Attempts(const Request& clean);

  std::unique_ptr<Service> service_;
  Budget* budget_;
  Clock* clock_;
  LiveOptions options_;
};

}  // namespace groma::llm

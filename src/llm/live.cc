#include "llm/live.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/process.h"

namespace groma::llm {
namespace {

Spent Difference(const Spent& now, const Spent& before) {
  return {now.attempts - before.attempts, now.prompt_tokens - before.prompt_tokens,
          now.completion_tokens - before.completion_tokens, now.seconds - before.seconds,
          now.cost - before.cost};
}

// The last failure, once there are no more attempts.
Failure GivenUp(const RetryPolicy& policy, int made, Failure last) {
  if (IsWorthRetrying(last.kind) && last.retry_after > policy.longest_asked)
    last.message +=
        fmt::format(" (it asks for {:.0f} s of rest: come back then)", last.retry_after);
  else if (made > 1)
    last.message += fmt::format(" (given up after {} attempts)", made);
  return last;
}

}  // namespace

LiveProvider::LiveProvider(std::unique_ptr<Service> service, Budget* budget, Clock* clock,
                           LiveOptions options)
    : service_(std::move(service)), budget_(budget), clock_(clock), options_(std::move(options)) {
  CHECK(service_ && budget_ && clock_);
}

Answer LiveProvider::Attempts(const Request& clean) {
  std::optional<Failure> last;
  double wait = 0;
  for (int made = 0;;) {
    if (Interrupted() != 0) return Failure{FailureKind::kCancelled, "interrupted"};
    if (std::optional<std::string> refusal = budget_->Refusal(clean)) {
      if (last) *refusal += fmt::format("; the attempt before failed: {}", last->message);
      return Failure{FailureKind::kBudget, *refusal};
    }
    const double timeout = std::min(options_.timeout_seconds,
                                    budget_->SecondsLeft().value_or(options_.timeout_seconds));
    const double start = clock_->Now();
    Answer answer = service_->Call(clean, timeout);
    budget_->Tell(clean, answer, wait + clock_->Now() - start);
    ++made;
    if (std::holds_alternative<Reply>(answer)) return answer;
    last = std::get<Failure>(answer);
    const std::optional<double> next = WaitBeforeNext(options_.retry, made, *last);
    if (!next) return GivenUp(options_.retry, made, *last);
    wait = *next;
    if (const std::optional<double> left = budget_->SecondsLeft(); left && wait >= *left)
      return Failure{
          FailureKind::kBudget,
          fmt::format("--max-seconds leaves {:.1f} s, too few for another attempt in {:.1f} s; the "
                      "last one failed: {}",
                      *left, wait, last->message)};
    if (!clock_->Wait(wait)) return Failure{FailureKind::kCancelled, "interrupted"};
  }
}

Answer LiveProvider::Ask(const Request& request) {
  Exchange exchange;
  exchange.provider = service_->name();
  exchange.model = service_->model();
  exchange.request = Cleaned(request, service_->keys());
  exchange.started_ms = clock_->UnixMilliseconds();
  const double start = clock_->Now();
  const Spent before = budget_->spent();
  exchange.answer = Attempts(exchange.request);
  exchange.spent = Difference(budget_->spent(), before);
  const double seconds = clock_->Now() - start;
  const int attempts = static_cast<int>(exchange.spent.attempts);
  std::visit(
      [&](auto& answer) {
        answer.seconds = seconds;
        answer.attempts = attempts;
      },
      exchange.answer);
  // The next call's jitter is another one.
  ++options_.retry.seed;
  if (!options_.record) return exchange.answer;
  if (Status recorded = options_.record(exchange); !recorded)
    return Failure{FailureKind::kNotRecorded,
                   fmt::format("the exchange could not be recorded, so its answer is not used: {}",
                               recorded.error().message)};
  return exchange.answer;
}

}  // namespace groma::llm

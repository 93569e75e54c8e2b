#include "llm/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace groma::llm {
namespace {

constexpr double kMillion = 1e6;

bool IsAmount(double value) { return std::isfinite(value) && value >= 0; }

}  // namespace

Result<Budget> Budget::Make(const Limits& limits, const std::optional<Prices>& prices) {
  if (limits.max_cost && !IsAmount(*limits.max_cost))
    return Error{"--max-cost must be an amount of money, 0 or more"};
  if (limits.max_tokens && *limits.max_tokens < 0) return Error{"--max-tokens must be 0 or more"};
  if (limits.max_seconds && !IsAmount(*limits.max_seconds))
    return Error{"--max-seconds must be a number of seconds, 0 or more"};
  if (prices && (!IsAmount(prices->prompt) || !IsAmount(prices->completion)))
    return Error{
        "--price-in and --price-out must be amounts of money for a million tokens, 0 or more"};
  if (limits.max_cost && !prices)
    return Error{
        "--max-cost needs the model's prices: give --price-in and --price-out, money for a "
        "million tokens of prompts and of replies (the provider's price list has them), or limit "
        "--max-tokens instead"};
  return Budget(limits, prices);
}

int64_t Budget::MostPromptTokens(const Request& request) const {
  const int64_t bytes = PromptBytes(request);
  return std::max(EstimateTokens(bytes),
                  static_cast<int64_t>(std::ceil(tokens_per_byte_ * static_cast<double>(bytes))));
}

std::optional<std::string> Budget::Refusal(const Request& request) const {
  const int64_t prompt = MostPromptTokens(request);
  const int64_t completion = request.settings.max_tokens;
  const int64_t used = spent_.prompt_tokens + spent_.completion_tokens;
  if (limits_.max_tokens && used + prompt + completion > *limits_.max_tokens)
    return fmt::format(
        "--max-tokens {} is reached: {} are used, and the next call may take {} (a prompt "
        "of about {} and a reply of up to {})",
        *limits_.max_tokens, used, prompt + completion, prompt, completion);
  if (const std::optional<double> next = Cost(prompt, completion);
      limits_.max_cost && spent_.cost + *next > *limits_.max_cost)
    return fmt::format(
        "--max-cost {:g} is reached: {:.6g} is spent, and the next call may take {:.6g}",
        *limits_.max_cost, spent_.cost, *next);
  if (limits_.max_seconds && spent_.seconds >= *limits_.max_seconds)
    return fmt::format("--max-seconds {:g} is reached: calls took {:.1f} s", *limits_.max_seconds,
                       spent_.seconds);
  return std::nullopt;
}

std::optional<double> Budget::SecondsLeft() const {
  if (!limits_.max_seconds) return std::nullopt;
  return std::max(0.0, *limits_.max_seconds - spent_.seconds);
}

void Budget::Tell(const Request& request, const Answer& answer, double seconds) {
  Spent used;
  used.attempts = 1;
  used.seconds = seconds;
  if (const Reply* reply = std::get_if<Reply>(&answer)) {
    used.prompt_tokens = reply->prompt_tokens;
    used.completion_tokens = reply->completion_tokens;
    if (const int64_t bytes = PromptBytes(request); reply->counted && bytes > 0)
      tokens_per_byte_ = std::max(
          tokens_per_byte_, static_cast<double>(reply->prompt_tokens) / static_cast<double>(bytes));
  } else if (std::get<Failure>(answer).may_cost) {
    used.prompt_tokens = MostPromptTokens(request);
    used.completion_tokens = request.settings.max_tokens;
  }
  used.cost = Cost(used.prompt_tokens, used.completion_tokens).value_or(0);
  Add(used);
}

void Budget::Add(const Spent& earlier) {
  spent_.attempts += earlier.attempts;
  spent_.prompt_tokens += earlier.prompt_tokens;
  spent_.completion_tokens += earlier.completion_tokens;
  spent_.seconds += earlier.seconds;
  spent_.cost += earlier.cost;
}

std::optional<double> Budget::Cost(int64_t prompt_tokens, int64_t completion_tokens) const {
  if (!prices_) return std::nullopt;
  return (static_cast<double>(prompt_tokens) * prices_->prompt +
          static_cast<double>(completion_tokens) * prices_->completion) /
         kMillion;
}

}  // namespace groma::llm

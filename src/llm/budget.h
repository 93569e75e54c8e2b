// What a language model may cost: asked before each call, told after it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "llm/provider.h"

namespace groma::llm {

/// Money per million tokens, in whatever currency --max-cost is. None are built in: they change.
struct Prices {
  double prompt = 0, completion = 0;
};

/// What is not set is not limited.
struct Limits {
  std::optional<double> max_cost;     // money
  std::optional<int64_t> max_tokens;  // of prompts and replies
  std::optional<double> max_seconds;  // of calls and the waits between them
};

/// What was used. Tokens of attempts that failed although the model may have worked are counted as
/// the most that it can have been.
struct Spent {
  int64_t attempts = 0;
  int64_t prompt_tokens = 0, completion_tokens = 0;
  double seconds = 0;
  double cost = 0;  // 0 without prices
};

/// Keeps count. Whatever a call costs is less than what Refusal counted with, as long as the model
/// reads no more tokens from a prompt than estimated: from the largest ratio of tokens to bytes
/// that any counted reply has shown, and at least one token in 3 bytes.
class Budget {
 public:
  /// An error for a limit or a price that is negative or no number, and for max_cost without
  /// prices.
  static Result<Budget> Make(const Limits& limits, const std::optional<Prices>& prices);

  /// Why the next call may not be made, with the limit, what is spent and what the call may take;
  /// nothing when it may.
  std::optional<std::string> Refusal(const Request& request) const;

  /// Seconds that are left; nothing: no limit.
  std::optional<double> SecondsLeft() const;

  /// One attempt and how it ended. `seconds`: with the wait before it.
  void Tell(const Request& request, const Answer& answer, double seconds);

  /// Spending of an earlier process, read back from its exchanges.
  void Add(const Spent& earlier);

  /// Money for that many tokens; nothing without prices.
  std::optional<double> Cost(int64_t prompt_tokens, int64_t completion_tokens) const;

  const Spent& spent() const { return spent_; }

 private:
  Budget(const Limits& limits, const std::optional<Prices>& prices)
      : limits_(limits), prices_(prices) {}
  int64_t MostPromptTokens(const Request& request) const;

  Limits limits_;
  std::optional<Prices> prices_;
  Spent spent_;
  double tokens_per_byte_ = 0;  // largest seen
};

}  // namespace groma::llm

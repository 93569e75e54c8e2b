// Feedback as text, at each level.
#include <fmt/format.h>

#include <cmath>

#include "base/check.h"
#include "base/quantities.h"
#include "guide/feedback.h"

namespace groma::guide {

std::string_view ToString(FeedbackLevel level) {
  switch (level) {
    case FeedbackLevel::kNone:
      return "none";
    case FeedbackLevel::kExecution:
      return "execution";
    case FeedbackLevel::kExplain:
      return "explain";
    case FeedbackLevel::kSuggest:
      return "suggest";
    case FeedbackLevel::kAttribution:
      return "attribution";
  }
  CHECK(false, "unknown feedback level");
}

std::optional<FeedbackLevel> FeedbackLevelOf(std::string_view name) {
  for (const FeedbackLevel level : kFeedbackLevels)
    if (ToString(level) == name) return level;
  return std::nullopt;
}

std::string ToString(const Cost& cost) {
  return fmt::format(
      "{:.0f} % ({}) {}: {}", 100 * cost.share,
      ToString(Nanoseconds{std::llround(cost.seconds * 1e9)}),
      cost.line == 0 ? "no statement" : fmt::format("`{}` (line {})", cost.statement, cost.line),
      cost.what);
}

std::string Render(const Feedback& feedback, FeedbackLevel level, std::string_view score,
                   size_t most_costs) {
  if (level == FeedbackLevel::kNone) return std::string(score);
  std::string text = feedback.raw;
  if (level >= FeedbackLevel::kExplain && !feedback.explain.empty())
    text += "\nExplanation: " + feedback.explain;
  if (level >= FeedbackLevel::kSuggest && !feedback.suggest.empty())
    text += "\nSuggestion: " + feedback.suggest;
  if (level >= FeedbackLevel::kAttribution && !feedback.costs.empty()) {
    text += "\nWhat the statements cost:";
    for (size_t i = 0; i < feedback.costs.size() && i < most_costs; ++i)
      text += "\n- " + ToString(feedback.costs[i]);
  }
  return text;
}

}  // namespace groma::guide

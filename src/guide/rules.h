// The rules: what an outcome shows → what it means and what to change. They are data:
// rules.toml, which is built in, and files of a user's own (docs/autoguide.md).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eval/outcome.h"
#include "eval/pattern.h"
#include "guide/feedback.h"

namespace groma::guide {

/// A line matches when it contains `text` and, where there is one, `expression` is found in it.
struct LinePattern {
  std::string text;
  std::optional<eval::Pattern> expression;
};

/// "gpu_busy < 50 %", "flops known". On a metric that is not known only `unknown` holds.
struct Condition {
  enum class Test { kLess, kAtMost, kMore, kAtLeast, kEqual, kKnown, kUnknown };
  size_t metric = 0;  // of MetricInfos()
  Test test = Test::kKnown;
  double value = 0;
};

struct Rule {
  std::string id;        // unique in its file: "index-out-of-bound"
  std::string group;     // `case`: "A3.6"; of several rules of one case the first that holds speaks
  bool shipped = false;  // of rules.toml, not of a user's file
  std::vector<eval::OutcomeStatus> statuses;  // any of them; never empty
  std::vector<LinePattern> match;             // any of them; none: the text does not matter
  std::vector<Condition> when;                // all of them
  // Texts with places: {1} to {9} are the groups of the expression, {gpu_busy} a metric.
  std::string explain, suggest;
  std::vector<Action> actions;
  bool last = false;  // the file says that it is a last resort

  /// Speaks only where no other rule does, the first of them alone: one that says so, and one with
  /// a status alone.
  bool IsLastResort() const { return last || (match.empty() && when.empty()); }
};

/// The rules of a file. An error has a line for each mistake, with line and column; then nothing of
/// the file is used.
Result<std::vector<Rule>> ParseRules(std::string_view text, const std::string& name);
Result<std::vector<Rule>> ReadRules(const std::filesystem::path& file);

/// rules.toml, more specific rules first. Immutable.
const std::vector<Rule>& ShippedRules();
/// Its text.
std::string_view ShippedRulesText();

}  // namespace groma::guide

#include "guide/guide.h"

#include <fmt/format.h>

#include <algorithm>

#include "guide/advice.h"
#include "guide/attribution.h"
#include "guide/match.h"

namespace groma::guide {
namespace {

using eval::OutcomeStatus;

constexpr size_t kMostRaw = 4000;   // characters of raw text that are passed on
constexpr size_t kMostAdvice = 6;   // sentences; the rest would drown them
constexpr size_t kMostMatches = 4;  // rules told of one failure

/// `text` as it is, or its first part with a mark where it was cut.
std::string Capped(const std::string& text) {
  if (text.size() <= kMostRaw) return text;
  return text.substr(0, kMostRaw) + "\n… (cut)";
}

/// Appends a line unless it is there already.
void AddLine(std::string& text, const std::string& line) {
  if (line.empty() || text.find(line) != std::string::npos) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::string_view Heading(OutcomeStatus status) {
  switch (status) {
    case OutcomeStatus::kOk:
      return "Performance Metric";
    case OutcomeStatus::kMappingError:
      return "Mapping Error";
    case OutcomeStatus::kOutOfMemory:
      return "Out of Memory";
    case OutcomeStatus::kWrongResult:
      return "Wrong Result";
    case OutcomeStatus::kTimeout:
      return "Time-out";
    case OutcomeStatus::kRuntimeError:
    case OutcomeStatus::kCrashed:
      return "Execution Error";
  }
  return "Execution Error";
}

/// What a rule says, where nothing said it yet.
void AddMatch(const Match& match, Feedback& feedback) {
  AddLine(feedback.explain, match.explain);
  AddLine(feedback.suggest, match.suggest);
  feedback.rules.push_back(match.rule->group);
  for (const Action& action : match.actions)
    if (std::find(feedback.actions.begin(), feedback.actions.end(), action) ==
        feedback.actions.end())
      feedback.actions.push_back(action);
}

void AddGivenUp(const Matches& matches, Feedback& feedback) {
  for (const std::string& id : matches.given_up)
    AddLine(feedback.explain,
            fmt::format("The rule '{}' was given up: its regex tries too many ways of matching. "
                        "Begin it with a fixed word, and repeat no group that repeats.",
                        id));
}

Matches RulesFor(const eval::Outcome& outcome, const Context& context, std::string text) {
  static const std::vector<Rule> none;
  return MatchRules(context.own_rules == nullptr ? none : *context.own_rules,
                    {outcome.status, std::move(text), MetricsOf(outcome, context)});
}

Feedback ExplainFailure(const eval::Outcome& outcome, const Context& context) {
  const Matches matches = RulesFor(
      outcome, context, outcome.diagnostics + "\n" + outcome.reason + "\n" + outcome.output);
  Feedback feedback;
  for (size_t i = 0; i < matches.found.size() && i < kMostMatches; ++i)
    AddMatch(matches.found[i], feedback);
  AddGivenUp(matches, feedback);
  // The library's diagnostics say it best; else the line that a rule knew; else the last words.
  std::string raw = outcome.diagnostics;
  if (raw.empty() && !matches.found.empty()) raw = matches.found.front().line;
  if (raw.empty()) raw = outcome.reason;
  feedback.raw = fmt::format("{}: {}", Heading(outcome.status), Capped(raw));
  return feedback;
}

std::string Metric(const eval::Outcome& outcome) {
  std::string raw;
  if (!outcome.unit.empty() && outcome.unit != "1/s")
    AddLine(raw, fmt::format("Performance Metric: Achieved throughput = {:.5g} {}",
                             outcome.throughput, outcome.unit));
  AddLine(raw, fmt::format("Performance Metric: Execution time is {:.4g}s.", outcome.seconds));
  return raw;
}

Feedback ExplainSuccess(const eval::Outcome& outcome, const Context& context) {
  Feedback feedback;
  feedback.raw = Metric(outcome);
  if (!outcome.time_valid) {
    feedback.explain = "The time cannot be trusted: " + outcome.reason;
    feedback.rules.emplace_back("time-not-valid");
  }
  AddLine(feedback.explain, Capped(outcome.diagnostics));
  const Matches matches =
      RulesFor(outcome, context, feedback.raw + "\n" + outcome.diagnostics + "\n" + outcome.output);
  for (const Match& match : matches.found)
    if (!match.rule->shipped) AddMatch(match, feedback);
  std::vector<Advice> advice = Advise(outcome, context);
  if (advice.size() > kMostAdvice) advice.resize(kMostAdvice);
  for (const Advice& one : advice) {
    AddLine(feedback.suggest, one.sentence);
    feedback.rules.push_back(one.rule);
    feedback.actions.insert(feedback.actions.end(), one.actions.begin(), one.actions.end());
  }
  for (const Match& match : matches.found)
    if (match.rule->shipped) AddMatch(match, feedback);
  AddGivenUp(matches, feedback);
  feedback.costs = Attribute(outcome, context);
  return feedback;
}

}  // namespace

Feedback Explain(const eval::Outcome& outcome, const Context& context) {
  return outcome.status == OutcomeStatus::kOk ? ExplainSuccess(outcome, context)
                                              : ExplainFailure(outcome, context);
}

}  // namespace groma::guide

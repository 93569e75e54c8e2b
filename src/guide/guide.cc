#include "guide/guide.h"

#include <fmt/format.h>

#include <algorithm>

#include "guide/advice.h"
#include "guide/rules.h"

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

/// What is said of a failure that no rule knows.
struct Fallback {
  std::string_view rule, explain, suggest;
};

Fallback FallbackFor(OutcomeStatus status) {
  switch (status) {
    case OutcomeStatus::kMappingError:
      return {"mapping-error", "", "Mend the statement that the message points at."};
    case OutcomeStatus::kOutOfMemory:
      return {
          "out-of-memory", "A memory has no room for what the mapping puts into it.",
          "Give large regions a second memory to spill to (Region * * GPU FBMEM,ZCMEM;), spread "
          "the points over more processors, or collect what is only read (CollectMemory)."};
    case OutcomeStatus::kWrongResult:
      return {"wrong-result",
              "The program ended and its own check says that the result is wrong. Programs that "
              "assume a layout compute nonsense with another.",
              "Undo the last Layout statement; try SOA C_order."};
    case OutcomeStatus::kTimeout:
      return {"timeout", "The program did not end within its time limit.",
              "Move slow tasks to GPUs; leave out InstanceLimit statements, which can keep tasks "
              "waiting for each other."};
    case OutcomeStatus::kCrashed:
      return {
          "crashed",
          "The process died without a message, as the runtime does when a mapper's answer makes "
          "no sense to it.",
          "Undo the last change; look first at layouts that the task's code does not expect."};
    default:
      return {"failed", "", "Undo the last change."};
  }
}

std::vector<Action> FallbackActions(OutcomeStatus status) {
  switch (status) {
    case OutcomeStatus::kOutOfMemory:
      return {{.kind = ActionKind::kMoveRegion,
               .task = "*",
               .region = "*",
               .processor = "GPU",
               .memories = {"FBMEM", "ZCMEM"}},
              {.kind = ActionKind::kSpreadPoints, .task = "*"}};
    case OutcomeStatus::kWrongResult:
      return {{.kind = ActionKind::kSetLayout,
               .task = "*",
               .region = "*",
               .processor = "*",
               .layout = "SOA C_order"}};
    case OutcomeStatus::kTimeout:
      return {{.kind = ActionKind::kDropInstanceLimit, .task = "*"},
              {.kind = ActionKind::kMoveTask, .task = "*", .processors = {"GPU", "CPU"}}};
    default:
      return {};
  }
}

Feedback ExplainFailure(const eval::Outcome& outcome) {
  const std::string text = outcome.diagnostics + "\n" + outcome.reason + "\n" + outcome.output;
  std::vector<Match> matches = MatchRules(text);
  if (matches.size() > kMostMatches) matches.resize(kMostMatches);

  Feedback feedback;
  for (const Match& match : matches) {
    AddLine(feedback.explain, match.explain);
    AddLine(feedback.suggest, match.suggest);
    feedback.rules.push_back(match.id);
    for (const Action& action : match.actions)
      if (std::find(feedback.actions.begin(), feedback.actions.end(), action) ==
          feedback.actions.end())
        feedback.actions.push_back(action);
  }
  if (matches.empty()) {
    const Fallback fallback = FallbackFor(outcome.status);
    feedback.explain = fallback.explain;
    feedback.suggest = fallback.suggest;
    feedback.rules.emplace_back(fallback.rule);
    feedback.actions = FallbackActions(outcome.status);
  }
  // The library's diagnostics say it best; else the line that a rule knew; else the last words.
  std::string raw = outcome.diagnostics;
  if (raw.empty() && !matches.empty()) raw = matches.front().line;
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

bool HasPlacementToChange(const Context& context) {
  if (context.machine != nullptr && context.machine->processors.gpu * context.machine->nodes <= 1 &&
      context.machine->processors.cpu * context.machine->nodes <= 1)
    return false;
  return context.app == nullptr ||
         std::any_of(context.app->tasks.begin(), context.app->tasks.end(),
                     [](const app::Task& task) { return task.index_launched; });
}

Feedback ExplainSuccess(const eval::Outcome& outcome, const Context& context) {
  Feedback feedback;
  feedback.raw = Metric(outcome);
  if (!outcome.time_valid) {
    feedback.explain = "The time cannot be trusted: " + outcome.reason;
    feedback.rules.emplace_back("time-not-valid");
  }
  AddLine(feedback.explain, Capped(outcome.diagnostics));
  std::vector<Advice> advice = Advise(outcome, context);
  if (advice.size() > kMostAdvice) advice.resize(kMostAdvice);
  for (const Advice& one : advice) {
    AddLine(feedback.suggest, one.sentence);
    feedback.rules.push_back(one.rule);
    feedback.actions.insert(feedback.actions.end(), one.actions.begin(), one.actions.end());
  }
  if (outcome.breakdown.tasks.empty() && outcome.unit.find("FLOP") == std::string::npos) {
    AddLine(feedback.suggest, "Move more tasks to GPU to reduce execution time.");
    feedback.rules.emplace_back("A3.8");
  } else if (HasPlacementToChange(context)) {
    AddLine(feedback.suggest,
            "Try using different IndexTaskMap or SingleTaskMap statements to maximize throughput.");
    feedback.rules.emplace_back("A3.9");
    feedback.actions.push_back({.kind = ActionKind::kChangeIndexMap, .task = "*"});
  }
  return feedback;
}

}  // namespace

Feedback Explain(const eval::Outcome& outcome, const Context& context) {
  return outcome.status == OutcomeStatus::kOk ? ExplainSuccess(outcome, context)
                                              : ExplainFailure(outcome);
}

}  // namespace groma::guide

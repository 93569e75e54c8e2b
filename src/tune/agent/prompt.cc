#include "tune/agent/prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "mapping/check_text.h"
#include "tune/agent/texts.h"

namespace groma::tune {
namespace {

constexpr size_t kMostFindings = 10;

struct Shipped {
  const char* file;
  std::string_view text;
  std::string Templates::*member;
  std::array<std::string_view, 6> places;  // empty ones behind the last
};

const std::array<Shipped, 4>& All() {
  static const std::array<Shipped, 4> kAll = {
      {{"system.md",
        texts::kSystem,
        &Templates::system,
        {"objective", "machine", "application", "language"}},
       {"trace.md",
        texts::kTrace,
        &Templates::trace,
        {"iteration", "inputs", "segments", "score", "feedback", "best"}},
       {"opro.md",
        texts::kOpro,
        &Templates::opro,
        {"iteration", "history", "segments", "feedback"}},
       {"unreadable.md", texts::kUnreadable, &Templates::unreadable, {"problem"}}}};
  return kAll;
}

/// The first {{name}} of the text that the template has no value for.
std::string UnknownPlace(const std::string& text, const Shipped& shipped) {
  for (size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const size_t end = text.find("}}", at);
    if (end == std::string::npos) break;
    const std::string name = text.substr(at + 2, end - at - 2);
    if (name.empty() ||
        std::find(shipped.places.begin(), shipped.places.end(), name) == shipped.places.end())
      return name;
  }
  return {};
}

// ---- what is known, as text ----

std::string MachineText(const machine::Description& machine) {
  std::string text = fmt::format("{} node{}, each with {} CPU processors (memory SYSMEM, {})",
                                 machine.nodes, machine.nodes == 1 ? "" : "s",
                                 machine.processors.cpu, groma::ToString(machine.host.memory));
  if (machine.processors.omp > 0)
    text += fmt::format(" and {} OpenMP processors", machine.processors.omp);
  if (machine.processors.gpu > 0)
    text += fmt::format(
        " and {} GPUs ({}: FBMEM of {} on each; ZCMEM, {} of host memory that GPUs reach over "
        "their "
        "host link)",
        machine.processors.gpu, machine.gpu.name, groma::ToString(machine.gpu.framebuffer),
        groma::ToString(machine.host.zero_copy_memory));
  return text + ".";
}

std::string Fenced(const std::string& text) {
  return fmt::format("```\n{}{}```\n", text, text.empty() || text.ends_with('\n') ? "" : "\n");
}

/// The score of an outcome in one line.
std::string ScoreOf(const eval::Outcome& outcome) {
  if (Level(outcome) == 0) return fmt::format("0 ({})", eval::ToString(outcome.status));
  return fmt::format("{:.5g} {}", outcome.throughput, outcome.unit);
}

std::string NameOf(const Evaluation& evaluation) {
  return evaluation.iteration == 0 ? "the start"
                                   : fmt::format("iteration {}", evaluation.iteration);
}

/// What check says of the mapping, below the decision that each finding is in.
std::string CheckedText(const std::string& mapping, const Problem& problem) {
  const auto source = std::make_shared<const SourceFile>("mapping", mapping);
  const mapping::CheckedText checked =
      mapping::CheckText(source, &problem.machine, &problem.app, kMostFindings);
  const Composed composed = Compose(Split(mapping));
  std::map<Decision, std::string> found;
  for (const Diagnostic& diagnostic : checked.diagnostics)
    if (diagnostic.severity == Severity::kError)
      found[composed.At(source->PositionOf(diagnostic.span.begin).line)] +=
          Render(diagnostic, *source, false);
  std::string text = "The mapping was not run, since it would fail:\n";
  for (const auto& [decision, findings] : found)
    text += fmt::format("{}:\n{}", ToString(decision), Fenced(findings));
  return text;
}

std::string FeedbackText(const Evaluation& evaluation, const Problem& problem,
                         FeedbackLevel level) {
  if (evaluation.source == Source::kCheck) return CheckedText(evaluation.mapping, problem);
  return guide::Render(evaluation.feedback, level, ScoreOf(evaluation.outcome));
}

std::string InputsText(const Problem& problem) {
  return fmt::format(
      "tasks:\n{}regions (tasks: position name < name of what it is part of):\n{}"
      "index_tasks:\n{}single_tasks:\n{}",
      InputsOf(Decision::kTask, problem), InputsOf(Decision::kRegion, problem),
      InputsOf(Decision::kIndexTaskMap, problem), InputsOf(Decision::kSingleTaskMap, problem));
}

/// What a decision was in earlier iterations, the latest first, each text once.
std::string Earlier(Decision decision, const History& history) {
  constexpr size_t kMost = 3;
  std::vector<std::string> seen = {Split(history.back().mapping)[decision]};
  std::string text;
  for (size_t i = history.size() - 1; i-- > 0 && seen.size() <= kMost;) {
    const std::string segment = Split(history[i].mapping)[decision];
    if (std::find(seen.begin(), seen.end(), segment) != seen.end()) continue;
    seen.push_back(segment);
    text += fmt::format("before ({}, score {}):\n{}", NameOf(history[i]),
                        ScoreOf(history[i].outcome), Fenced(segment));
  }
  return text;
}

std::string SegmentsText(const std::string& mapping) {
  const Agent agent = Split(mapping);
  std::string text;
  for (const Decision decision : kAllDecisions)
    text += fmt::format("{}:\n{}", ToString(decision), Fenced(agent[decision]));
  return text;
}

std::string SegmentsWithHistory(const History& history) {
  const Agent agent = Split(history.back().mapping);
  std::string text;
  for (const Decision decision : kAllDecisions)
    text += fmt::format("{}:\n{}{}", ToString(decision), Fenced(agent[decision]),
                        Earlier(decision, history));
  return text;
}

std::string BestText(const History& history) {
  const int best = FastestOf(history);
  if (best < 0) return "No mapping has run yet.";
  const Evaluation& one = history[static_cast<size_t>(best)];
  if (one.iteration == history.back().iteration) return "This is the best mapping so far.";
  return fmt::format("The best mapping so far is that of {}, with {}:\n{}", NameOf(one),
                     ScoreOf(one.outcome), SegmentsText(one.mapping));
}

/// The best few and the last, the worst first, as OPRO's prompts have them.
std::string HistoryText(const History& history) {
  constexpr size_t kMost = 8;
  std::vector<size_t> order(history.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return Level(history[a].outcome) < Level(history[b].outcome);
  });
  if (order.size() > kMost) order.erase(order.begin(), order.end() - kMost);
  std::string text;
  for (const size_t i : order)
    text += fmt::format("{}, score {}:\n{}", NameOf(history[i]), ScoreOf(history[i].outcome),
                        Fenced(history[i].mapping));
  return text;
}

}  // namespace

Templates ShippedTemplates() {
  Templates templates;
  for (const Shipped& shipped : All()) templates.*shipped.member = shipped.text;
  return templates;
}

Result<Templates> ReadTemplates(const std::filesystem::path& folder) {
  Templates templates = ShippedTemplates();
  for (const Shipped& shipped : All()) {
    const std::filesystem::path file = folder / shipped.file;
    if (!std::filesystem::exists(file)) continue;
    Result<std::string> text = ReadFile(file);
    if (!text) return text.error();
    if (const std::string unknown = UnknownPlace(*text, shipped); !unknown.empty())
      return Error{fmt::format("{} has the place {{{{{}}}}}, which nothing is known for",
                               file.string(), unknown)};
    templates.*shipped.member = std::move(*text);
  }
  return templates;
}

std::string Fill(const std::string& text, const std::map<std::string, std::string>& values) {
  std::string filled;
  size_t from = 0;
  for (size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", from)) {
    const size_t end = text.find("}}", at);
    if (end == std::string::npos) break;
    filled += text.substr(from, at - from);
    const auto value = values.find(text.substr(at + 2, end - at - 2));
    filled += value == values.end() ? text.substr(at, end + 2 - at) : value->second;
    from = end + 2;
  }
  return filled + text.substr(from);
}

std::string SystemPrompt(const Templates& templates, const Problem& problem,
                         const std::string& objective) {
  return Fill(templates.system, {{"objective", objective},
                                 {"machine", MachineText(problem.machine)},
                                 {"application", InputsText(problem)},
                                 {"language", std::string(texts::kLanguage)}});
}

std::string TracePrompt(const Templates& templates, const Problem& problem, const History& history,
                        FeedbackLevel level) {
  const Evaluation& last = history.back();
  return Fill(templates.trace, {{"iteration", std::to_string(last.iteration)},
                                {"inputs", InputsText(problem)},
                                {"segments", SegmentsWithHistory(history)},
                                {"score", ScoreOf(last.outcome)},
                                {"feedback", FeedbackText(last, problem, level)},
                                {"best", BestText(history)}});
}

std::string OproPrompt(const Templates& templates, const Problem& problem, const History& history,
                       FeedbackLevel level) {
  const auto best = static_cast<size_t>(std::max(0, FastestOf(history)));
  return Fill(templates.opro, {{"iteration", std::to_string(history[best].iteration)},
                               {"history", HistoryText(history)},
                               {"segments", SegmentsText(history[best].mapping)},
                               {"feedback", FeedbackText(history.back(), problem, level)}});
}

}  // namespace groma::tune

// AutoGuide's actions as moves.
#include <fmt/format.h>

#include <algorithm>

#include "lang/lang.h"
#include "tune/propose/moves.h"
#include "tune/space/functions.h"

namespace groma::tune {
namespace {

using guide::Action;
using guide::ActionKind;

std::string OrStar(const std::string& name) { return name.empty() ? "*" : name; }

/// Why, for the statement's comment and for the report.
std::string Reason(const Action& action) {
  std::string reason = guide::InWords(action);
  if (!action.reason.empty()) reason += fmt::format(", since {}", action.reason);
  return reason;
}

/// The comment behind the statement needs no repetition of the statement.
std::string Comment(const Action& action) {
  return action.reason.empty() ? "as AutoGuide suggested" : action.reason;
}

const app::Task* Known(const Problem& problem, const std::string& task) {
  return problem.app.FindTask(task);
}

bool MoveTask(const Action& action, const Problem& problem, Decisions& result) {
  if (action.processors.empty()) return false;
  const app::Task* task = Known(problem, action.task);
  if (task == nullptr) {
    if (action.task != "*") return false;
    result.SetTask("*", action.processors, Comment(action));
    return true;
  }
  std::vector<std::string> kinds;
  for (const std::string& name : action.processors)
    if (const auto kind = ParseProcessorKind(name);
        kind && HasVariant(*task, *kind) && HasProcessor(problem, *kind))
      kinds.push_back(name);
  if (kinds.empty()) return false;
  result.SetTask(action.task, kinds, Comment(action));
  // Its maps are over the processors that it leaves.
  result.DropMaps(action.task);
  result.DropUnused();
  return true;
}

bool MoveRegion(const Action& action, const Problem& problem, Decisions& result) {
  if (action.memories.empty()) return false;
  const std::string task = OrStar(action.task), region = OrStar(action.region),
                    processor = OrStar(action.processor);
  // A framebuffer statement for a task without a GPU variant would change nothing.
  const app::Task* known = Known(problem, task);
  const auto kind = ParseProcessorKind(processor);
  if (known != nullptr && kind && !HasVariant(*known, *kind)) return false;
  result.SetRegion(task, region, processor, action.memories, Comment(action));
  if (task != "*") return true;
  for (const app::Task& one : problem.app.tasks) {
    const bool uses =
        region == "*" ||
        std::any_of(one.arguments.begin(), one.arguments.end(), [&](const app::Argument& argument) {
          return !argument.names.empty() && argument.names.front() == region;
        });
    // Statements that name the task outrank this one.
    const bool named =
        std::any_of(result.regions.begin(), result.regions.end(),
                    [&](const RegionDecision& there) { return there.task == one.name; });
    if (uses && named && region != "*")
      result.SetRegion(one.name, region, processor, action.memories, Comment(action));
  }
  return true;
}

/// Every index that a return statement of the function gives its machine space gets `% size`.
bool WrapIndices(Definition& definition) {
  const SourceFile source("function.map", definition.text);
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(source, sink);
  if (tree.statements.size() != 1) return false;
  const auto* function = std::get_if<lang::tree::Function>(&tree.statements[0].node);
  if (function == nullptr) return false;
  std::vector<std::pair<Span, std::string>> edits;
  const auto text_of = [&](Span span) {
    return definition.text.substr(span.begin, span.end - span.begin);
  };
  for (const lang::tree::BodyStatement& statement : function->body) {
    const auto* result = std::get_if<lang::tree::Return>(&statement.node);
    if (result == nullptr || result->value == nullptr) continue;
    const auto* index = std::get_if<lang::tree::Index>(&result->value->node);
    if (index == nullptr || !std::holds_alternative<lang::tree::Reference>(index->object->node))
      continue;
    const std::string space = text_of(index->object->span);
    for (size_t d = 0; d < index->elements.size(); ++d) {
      const lang::tree::Element& element = index->elements[d];
      if (element.IsStar()) continue;
      const std::string size =
          element.spread ? space + ".size" : fmt::format("{}.size[{}]", space, d);
      const std::string value = text_of(element.value->span);
      if (value.ends_with("% " + size)) continue;
      edits.emplace_back(element.span, fmt::format("{}({}) % {}", element.spread ? "*(" : "", value,
                                                   size + (element.spread ? ")" : "")));
    }
  }
  std::sort(edits.begin(), edits.end(),
            [](const auto& a, const auto& b) { return a.first.begin > b.first.begin; });
  for (const auto& [span, text] : edits)
    definition.text.replace(span.begin, span.end - span.begin, text);
  return !edits.empty();
}

bool WrapIndex(const Action& action, Decisions& result) {
  bool changed = false;
  for (const MapDecision& map : result.maps) {
    if (!action.task.empty() && action.task != "*" && map.task != action.task && map.task != "*" &&
        !ParseProcessorKind(map.task))
      continue;
    for (Definition& definition : result.definitions)
      if (definition.name == map.function) changed |= WrapIndices(definition);
  }
  return changed;
}

/// Every index launch gets the named way of placing its points.
bool Place(const Action& action, const Problem& problem, std::string_view placing_prefix,
           Decisions& result) {
  bool changed = false;
  for (const app::Task& task : problem.app.tasks) {
    if (!task.index_launched || task.domains.empty()) continue;
    if (!action.task.empty() && action.task != "*" && action.task != task.name) continue;
    const bool on_gpu =
        HasVariant(task, ProcessorKind::kGpu) && HasProcessor(problem, ProcessorKind::kGpu);
    const ProcessorKind kind = on_gpu ? ProcessorKind::kGpu : ProcessorKind::kCpu;
    for (const Placing& placing :
         IndexPlacings(task.domains.front().size(), machine::Shape(problem.machine).nodes())) {
      if (!placing.name.starts_with(placing_prefix)) continue;
      result.SetMap(true, task.name, Define(result, placing, kind), Comment(action));
      changed = true;
      break;
    }
  }
  result.DropUnused();
  return changed;
}

bool Apply(const Action& action, const Problem& problem, Decisions& result) {
  switch (action.kind) {
    case ActionKind::kMoveTask:
      return MoveTask(action, problem, result);
    case ActionKind::kMoveRegion:
      return MoveRegion(action, problem, result);
    case ActionKind::kSetLayout:
      if (action.layout.empty()) return false;
      result.SetLayout(OrStar(action.task), OrStar(action.region), OrStar(action.processor),
                       action.layout, Comment(action));
      return true;
    case ActionKind::kSetInstanceLimit:
      result.SetLimit(OrStar(action.task), std::max<int64_t>(1, action.value), Comment(action));
      return true;
    case ActionKind::kDropInstanceLimit:
      result.DropLimit(OrStar(action.task));
      return true;
    case ActionKind::kCollectMemory:
      result.SetCollect(OrStar(action.task), OrStar(action.region), Comment(action));
      return true;
    case ActionKind::kWrapIndex:
      return WrapIndex(action, result);
    case ActionKind::kDropMap:
      result.DropMaps(OrStar(action.task));
      result.DropUnused();
      return true;
    case ActionKind::kSpreadPoints:
      return Place(action, problem, "cyclic", result);
    case ActionKind::kChangeIndexMap:  // which one is left to the systematic search
    case ActionKind::kAddMachineGlobal:
    case ActionKind::kDropColon:
    case ActionKind::kDefineFunction:
      // What does not parse or check has been left out when the text was read: see FromText.
      return false;
  }
  return false;
}

}  // namespace

std::optional<Move> FromAction(const guide::Action& action, const Decisions& decisions,
                               const Problem& problem) {
  Move move;
  move.slot = fmt::format("{} {} {} {}", guide::ToString(action.kind), action.task, action.region,
                          action.processor);
  move.value = guide::ToString(action);
  move.family = Family::kRepair;
  move.reason = Reason(action);
  move.weight = action.seconds;
  move.result = decisions;
  if (!Apply(action, problem, move.result)) return std::nullopt;
  return move;
}

}  // namespace groma::tune

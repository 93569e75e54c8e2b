#include "guide/feedback.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"

namespace groma::guide {
namespace {

std::string OrStar(const std::string& name) { return name.empty() ? "*" : name; }

std::string OnWhichTask(const std::string& task) {
  return task.empty() || task == "*" ? "all index tasks" : task;
}

/// "FBMEM (else ZCMEM)".
std::string FirstElse(const std::vector<std::string>& choices) {
  if (choices.empty()) return "";
  std::string text = choices.front();
  if (choices.size() > 1)
    text += fmt::format(" (else {})", fmt::join(choices.begin() + 1, choices.end(), ", "));
  return text;
}

}  // namespace

std::string_view ToString(ActionKind kind) {
  switch (kind) {
    case ActionKind::kMoveTask:
      return "MoveTask";
    case ActionKind::kMoveRegion:
      return "MoveRegion";
    case ActionKind::kSetLayout:
      return "SetLayout";
    case ActionKind::kSetInstanceLimit:
      return "SetInstanceLimit";
    case ActionKind::kDropInstanceLimit:
      return "DropInstanceLimit";
    case ActionKind::kCollectMemory:
      return "CollectMemory";
    case ActionKind::kWrapIndex:
      return "WrapIndex";
    case ActionKind::kAddMachineGlobal:
      return "AddMachineGlobal";
    case ActionKind::kDropMap:
      return "DropMap";
    case ActionKind::kChangeIndexMap:
      return "ChangeIndexMap";
    case ActionKind::kSpreadPoints:
      return "SpreadPoints";
    case ActionKind::kDropColon:
      return "DropColon";
    case ActionKind::kDefineFunction:
      return "DefineFunction";
  }
  CHECK(false, "unknown action kind");
}

std::optional<ActionKind> ActionKindOf(std::string_view name) {
  for (const ActionKind kind : kActionKinds)
    if (ToString(kind) == name) return kind;
  return std::nullopt;
}

std::string ToString(const Action& action) {
  switch (action.kind) {
    case ActionKind::kMoveTask:
      return fmt::format("Task {} {};", OrStar(action.task), fmt::join(action.processors, ","));
    case ActionKind::kMoveRegion:
      return fmt::format("Region {} {} {} {};", OrStar(action.task), OrStar(action.region),
                         OrStar(action.processor), fmt::join(action.memories, ","));
    case ActionKind::kSetLayout:
      return fmt::format("Layout {} {} {} {};", OrStar(action.task), OrStar(action.region),
                         OrStar(action.processor), action.layout);
    case ActionKind::kSetInstanceLimit:
      return fmt::format("InstanceLimit {} {};", OrStar(action.task), action.value);
    case ActionKind::kDropInstanceLimit:
      return fmt::format("without InstanceLimit for {}", OrStar(action.task));
    case ActionKind::kCollectMemory:
      return fmt::format("CollectMemory {} {};", OrStar(action.task), OrStar(action.region));
    case ActionKind::kWrapIndex:
      if (action.name.empty()) return "indices that end with % size[d]";
      return fmt::format("indices of {0} that end with % {0}.size[d]", action.name);
    case ActionKind::kAddMachineGlobal:
      return fmt::format("{} = Machine({});", action.name, action.processor);
    case ActionKind::kDropMap:
      return fmt::format("without IndexTaskMap and SingleTaskMap for {}", OrStar(action.task));
    case ActionKind::kChangeIndexMap:
      return fmt::format("another IndexTaskMap for {}", OnWhichTask(action.task));
    case ActionKind::kSpreadPoints:
      return fmt::format("an IndexTaskMap that spreads {} over every processor",
                         OnWhichTask(action.task));
    case ActionKind::kDropColon:
      return "no ':' in function definitions";
    case ActionKind::kDefineFunction:
      return fmt::format("def {}(Task task) {{ … }}", action.name);
  }
  CHECK(false, "unknown action kind");
}

std::string InWords(const Action& action) {
  const bool every_region = action.region.empty() || action.region == "*";
  const bool every_task = action.task.empty() || action.task == "*";
  const bool position =
      !every_region && action.region.find_first_not_of("0123456789") == std::string::npos;
  std::string data = every_region ? "every region"
                     : position   ? "argument " + action.region
                                  : action.region;
  if (!every_task) data += " of " + action.task;
  switch (action.kind) {
    case ActionKind::kMoveTask:
      return fmt::format("{} on {}", every_task ? "every task" : action.task,
                         FirstElse(action.processors));
    case ActionKind::kMoveRegion:
      return fmt::format("{} in {}{}", data, FirstElse(action.memories),
                         action.processor.empty() || action.processor == "*"
                             ? ""
                             : fmt::format(" for {}s", action.processor));
    case ActionKind::kSetLayout:
      return fmt::format("{} laid out {}", data, action.layout);
    case ActionKind::kSetInstanceLimit:
      return fmt::format("at most {} of {} at a time", action.value,
                         every_task ? "each task" : action.task);
    case ActionKind::kDropInstanceLimit:
      return fmt::format("no InstanceLimit for {}", every_task ? "any task" : action.task);
    case ActionKind::kCollectMemory:
      return fmt::format("{} given back as soon as it has been read", data);
    default:
      return ToString(action);
  }
}

}  // namespace groma::guide

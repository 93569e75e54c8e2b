// The agent before it has seen anything, and what its decisions are about.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>
#include <vector>

#include "mapping/new_mapping.h"
#include "tune/agent/agent.h"
#include "tune/space/choices.h"

namespace groma::tune {
namespace {

/// Draws that are the same everywhere.
class Draws {
 public:
  explicit Draws(uint64_t seed) : generator_(seed) {}
  template <class List>
  const auto& From(const List& list) {
    return list[static_cast<size_t>(generator_() % list.size())];
  }

 private:
  std::mt19937_64 generator_;
};

std::vector<const app::Task*> DecidedTasks(const Problem& problem) {
  std::vector<const app::Task*> tasks;
  for (const app::Task& task : problem.app.tasks)
    if (IsDecided(problem, task)) tasks.push_back(&task);
  return tasks;
}

/// The nearest names of what tasks with a variant for that kind use, each once, in order.
std::vector<std::string> RegionsOn(const Problem& problem, ProcessorKind kind) {
  std::vector<std::string> names;
  for (const app::Task* task : DecidedTasks(problem)) {
    if (!HasVariant(*task, kind)) continue;
    for (const app::Argument& argument : task->arguments) {
      if (!NeedsInstance(argument) || argument.names.empty()) continue;
      const std::string name = mapping::WrittenName(argument.names.front());
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
    }
  }
  return names;
}

std::string TaskStatements(const Problem& problem, Draws& draws) {
  std::vector<std::string_view> all;
  for (const ProcessorKind kind : ProcessorsOf(machine::Shape(problem.machine)))
    all.push_back(groma::ToString(kind));
  std::string text = fmt::format("Task * {};", fmt::join(all, ","));
  for (const app::Task* task : DecidedTasks(problem)) {
    const std::vector<ProcessorKind> kinds = ProcessorChoices(problem, *task);
    if (kinds.size() < 2) continue;
    text += fmt::format("\nTask {} {};", mapping::WrittenName(task->name),
                        groma::ToString(draws.From(kinds)));
  }
  return text;
}

std::string RegionStatements(const Problem& problem, Draws& draws) {
  const machine::Shape shape(problem.machine);
  std::string text;
  for (const ProcessorKind kind : ProcessorsOf(shape)) {
    std::vector<std::vector<std::string>> memories = MemoryChoices(shape, kind);
    std::erase_if(memories, [](const auto& list) { return list.size() != 1; });
    if (memories.empty()) continue;
    const std::string name(groma::ToString(kind));
    text += fmt::format("{}Region * * {} {};", text.empty() ? "" : "\n", name,
                        memories.front().front());
    if (memories.size() < 2 || kind == ProcessorKind::kCpu) continue;
    for (const std::string& region : RegionsOn(problem, kind))
      text += fmt::format("\nRegion * {} {} {};", region, name, draws.From(memories).front());
  }
  return text;
}

std::string LayoutStatement(Draws& draws) {
  const std::string_view structure = draws.From(kStructures);
  const std::string_view order = draws.From(kOrders);
  return fmt::format("Layout * * * {} {} {};", structure, order, draws.From(kAlignments));
}

std::string LaunchesOf(const app::Task& task) {
  std::vector<std::string> domains;
  for (const std::vector<int64_t>& extents : task.domains)
    domains.push_back(fmt::format("({})", fmt::join(extents, ",")));
  return fmt::format("{}: launch domains {}", task.name, fmt::join(domains, ", "));
}

std::string TaskInput(const Problem& problem, const app::Task& task) {
  std::vector<std::string_view> kinds;
  for (const ProcessorKind kind : ProcessorChoices(problem, task))
    kinds.push_back(groma::ToString(kind));
  return fmt::format("{}: variants for {}", task.name, fmt::join(kinds, ", "));
}

std::string RegionInputs(const Problem& problem) {
  std::string text;
  for (const app::Task* task : DecidedTasks(problem)) {
    std::string regions;
    for (size_t i = 0; i < task->arguments.size(); ++i) {
      const app::Argument& argument = task->arguments[i];
      if (!NeedsInstance(argument)) continue;
      regions +=
          fmt::format("{}{} {}", regions.empty() ? "" : "; ", i,
                      argument.names.empty() ? "(no name)"
                                             : fmt::format("{}", fmt::join(argument.names, " < ")));
    }
    if (!regions.empty()) text += fmt::format("{}: {}\n", task->name, regions);
  }
  return text;
}

}  // namespace

Agent SeededAgent(const Problem& problem, uint64_t seed) {
  Draws draws(seed);
  Agent agent;
  agent[Decision::kTask] = TaskStatements(problem, draws);
  agent[Decision::kRegion] = RegionStatements(problem, draws);
  agent[Decision::kLayout] = LayoutStatement(draws);
  return agent;
}

std::string InputsOf(Decision decision, const Problem& problem) {
  if (decision == Decision::kLayout) return {};
  if (decision == Decision::kRegion) return RegionInputs(problem);
  std::string text;
  for (const app::Task* task : DecidedTasks(problem)) {
    const bool launched = !task->parents.empty();
    switch (decision) {
      case Decision::kTask:
        text += TaskInput(problem, *task) + "\n";
        break;
      case Decision::kInstanceLimit:
        if (launched) text += task->name + "\n";
        break;
      case Decision::kIndexTaskMap:
        if (launched && task->index_launched) text += LaunchesOf(*task) + "\n";
        break;
      case Decision::kSingleTaskMap:
        if (launched && task->single_launched) text += task->name + "\n";
        break;
      default:
        break;
    }
  }
  return text;
}

}  // namespace groma::tune

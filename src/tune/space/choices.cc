#include "tune/space/choices.h"

#include <algorithm>
#include <iterator>

#include "mapping/new_mapping.h"

namespace groma::tune {

std::vector<ProcessorKind> ProcessorsOf(const machine::Shape& shape) {
  std::vector<ProcessorKind> kinds;
  for (const ProcessorKind kind : {ProcessorKind::kGpu, ProcessorKind::kOmp, ProcessorKind::kCpu})
    if (shape.ProcessorsPerNode(kind) > 0) kinds.push_back(kind);
  return kinds;
}

std::vector<ProcessorKind> ProcessorChoices(const Problem& problem, const app::Task& task) {
  std::vector<ProcessorKind> kinds = ProcessorsOf(machine::Shape(problem.machine));
  std::erase_if(kinds, [&](ProcessorKind kind) { return !HasVariant(task, kind); });
  return kinds;
}

std::vector<std::vector<std::string>> MemoriesOf(const machine::Shape& shape) {
  static const std::vector<std::vector<std::string>> kLists = {
      {"FBMEM", "ZCMEM"}, {"FBMEM"}, {"SOCKMEM"}, {"SYSMEM"}, {"ZCMEM"}};
  std::vector<std::vector<std::string>> choices;
  std::copy_if(kLists.begin(), kLists.end(), std::back_inserter(choices), [&](const auto& list) {
    return std::all_of(list.begin(), list.end(), [&](const std::string& memory) {
      return shape.Has(*ParseMemoryKind(memory));
    });
  });
  return choices;
}

bool SeesAll(const machine::Shape& shape, ProcessorKind kind,
             const std::vector<std::string>& memories) {
  return std::all_of(memories.begin(), memories.end(), [&](const std::string& memory) {
    return shape.Sees(kind, *ParseMemoryKind(memory));
  });
}

std::vector<std::vector<std::string>> MemoryChoices(const machine::Shape& shape,
                                                    ProcessorKind kind) {
  std::vector<std::vector<std::string>> choices = MemoriesOf(shape);
  std::erase_if(choices, [&](const auto& list) { return !SeesAll(shape, kind, list); });
  return choices;
}

bool NeedsInstance(const app::Argument& argument) {
  return argument.privilege != app::Privilege::kNoAccess;
}

bool CanBeCollected(const app::Argument& argument) {
  return argument.privilege == app::Privilege::kReadOnly;
}

bool IsDecided(const Problem& problem, const app::Task& task) {
  return task.launches > 0 && !mapping::WrittenName(task.name).empty() &&
         !ProcessorChoices(problem, task).empty();
}

std::string StatementName(const app::Task& task, size_t argument) {
  const std::vector<std::string>& names = task.arguments[argument].names;
  if (names.empty() || mapping::WrittenName(names.front()).empty()) return std::to_string(argument);
  for (size_t i = 0; i < task.arguments.size(); ++i) {
    const std::vector<std::string>& others = task.arguments[i].names;
    if (i != argument && std::find(others.begin(), others.end(), names.front()) != others.end())
      return std::to_string(argument);
  }
  return names.front();
}

}  // namespace groma::tune

#include "mapping/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "mapping/evaluate.h"

namespace groma::mapping {
namespace {

using lang::TaskSelector;

constexpr int kNameRank = 1'000'000;  // of the nearest name; an ancestor's is less by its distance

int TaskRank(const TaskSelector& selector, std::string_view task) {
  switch (selector.form) {
    case TaskSelector::Form::kAny:
      return 0;
    case TaskSelector::Form::kKind:
      return 1;
    case TaskSelector::Form::kName:
      return selector.name == task ? 2 : -1;
  }
  return -1;
}

/// The candidates among the statements of one keyword, best first.
template <class Statement>
std::vector<Candidate<Statement>> Choose(const std::vector<Statement>& statements,
                                         std::string_view task) {
  std::vector<std::pair<int, Candidate<Statement>>> ranked;
  for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) {
    // A list such as `GPU, CPU` in a map gives a candidate for each kind.
    for (const TaskSelector& selector : statement->tasks) {
      const int rank = TaskRank(selector, task);
      if (rank < 0) continue;
      Candidate<Statement> candidate{&*statement, rank == 2, std::nullopt};
      if (selector.form == TaskSelector::Form::kKind) candidate.kind = selector.kind;
      ranked.emplace_back(rank, candidate);
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Candidate<Statement>> candidates;
  candidates.reserve(ranked.size());
  for (auto& [rank, candidate] : ranked) candidates.push_back(candidate);
  return candidates;
}

TaskRules RulesOf(const lang::Program& program, std::string_view task) {
  return {.processors = Choose(program.tasks, task),
          .regions = Choose(program.regions, task),
          .layouts = Choose(program.layouts, task),
          .limits = Choose(program.limits, task),
          .collects = Choose(program.collects, task),
          .index_maps = Choose(program.index_maps, task),
          .single_maps = Choose(program.single_maps, task),
          .replicates = Choose(program.replicates, task)};
}

template <class Statement>
void AddNames(const std::vector<Statement>& statements, std::set<std::string>& names) {
  for (const Statement& statement : statements) {
    for (const TaskSelector& selector : statement.tasks) {
      if (selector.form == TaskSelector::Form::kName) names.insert(selector.name);
    }
  }
}

std::set<std::string> TaskNames(const lang::Program& program) {
  std::set<std::string> names;
  AddNames(program.tasks, names);
  AddNames(program.regions, names);
  AddNames(program.layouts, names);
  AddNames(program.limits, names);
  AddNames(program.collects, names);
  AddNames(program.index_maps, names);
  AddNames(program.single_maps, names);
  AddNames(program.replicates, names);
  return names;
}

}  // namespace

std::string TooLargeForRules(const lang::Program& program) {
  const size_t statements = program.tasks.size() + program.regions.size() + program.layouts.size() +
                            program.limits.size() + program.collects.size() +
                            program.index_maps.size() + program.single_maps.size() +
                            program.replicates.size();
  if (statements > kMostStatements)
    return fmt::format("the file has {} statements about tasks; {} is the most", statements,
                       kMostStatements);
  const size_t names = TaskNames(program).size();
  if (names * statements <= kMostPairs) return "";
  return fmt::format("the file names {} tasks in {} statements; their product is at most {}", names,
                     statements, kMostPairs);
}

Rules::Rules(const lang::Program& program) {
  for (const std::string& name : TaskNames(program)) named_.emplace(name, RulesOf(program, name));
  others_ = RulesOf(program, "");
}

const TaskRules& Rules::Of(std::string_view task) const {
  auto found = named_.find(task);
  return found == named_.end() ? others_ : found->second;
}

const Candidate<lang::MapStatement>* MapFor(const std::vector<Candidate<lang::MapStatement>>& maps,
                                            const machine::Shape& shape, ProcessorKind kind) {
  for (const auto& map : maps) {
    if (!map.kind || *map.kind == kind || Effective(shape, *map.kind) == kind) return &map;
  }
  return nullptr;
}

int RegionRank(const lang::RegionSelector& selector, const RegionQuery& region) {
  switch (selector.form) {
    case lang::RegionSelector::Form::kAny:
      return 0;
    case lang::RegionSelector::Form::kPosition:
      return selector.position == region.position ? std::numeric_limits<int>::max() : -1;
    case lang::RegionSelector::Form::kName:
      break;
  }
  auto found = std::find(region.names.begin(), region.names.end(), selector.name);
  if (found == region.names.end()) return -1;
  return kNameRank - static_cast<int>(found - region.names.begin());
}

}  // namespace groma::mapping

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

template <class Statement>
void Rules::Add(std::vector<Candidate<Statement>> TaskRules::*list,
                const std::vector<Statement>& statements) {
  using All = std::vector<Candidate<Statement>>;
  All of_a_kind, of_all;
  for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) {
    // A list such as `GPU, CPU` in a map gives a candidate for each kind.
    for (const TaskSelector& selector : statement->tasks) {
      switch (selector.form) {
        case TaskSelector::Form::kName:
          (named_[selector.name].*list).push_back({&*statement, true, std::nullopt});
          break;
        case TaskSelector::Form::kKind:
          of_a_kind.push_back({&*statement, false, selector.kind});
          break;
        case TaskSelector::Form::kAny:
          of_all.push_back({&*statement, false, std::nullopt});
          break;
      }
    }
  }
  All& others = others_.*list;
  others = std::move(of_a_kind);
  others.insert(others.end(), of_all.begin(), of_all.end());
  for (auto& [name, rules] : named_)
    (rules.*list).insert((rules.*list).end(), others.begin(), others.end());
}

Rules::Rules(const lang::Program& program) {
  for (const std::string& name : TaskNames(program)) named_.try_emplace(name);
  Add(&TaskRules::processors, program.tasks);
  Add(&TaskRules::regions, program.regions);
  Add(&TaskRules::layouts, program.layouts);
  Add(&TaskRules::limits, program.limits);
  Add(&TaskRules::collects, program.collects);
  Add(&TaskRules::index_maps, program.index_maps);
  Add(&TaskRules::single_maps, program.single_maps);
  Add(&TaskRules::replicates, program.replicates);
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

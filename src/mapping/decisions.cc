#include "mapping/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapping/check_placements.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

constexpr int64_t kSingleLaunches = 4;  // enough to see that they take turns

Place PlaceOf(const Mapping& mapping, const PointQuery& query, bool* mapped = nullptr) {
  Placement placement = mapping.Place(query);
  if (mapped != nullptr) *mapped = placement.origin.statement.has_value();
  Place place{.kind = query.kind, .processor = placement.processor};
  if (placement.failure)
    place.failure = fmt::format("{}: {}", placement.failure->code, placement.failure->message);
  return place;
}

LaunchDecision DecideLaunch(const Mapping& mapping, PointQuery query,
                            const std::vector<int64_t>& domain) {
  LaunchDecision launch{.domain = domain};
  query.index_launch = true;
  query.extents = domain;
  query.point.assign(domain.size(), 0);
  int64_t points = CountPoints(domain, kMostPointsOfALaunch);
  for (; points > 0; --points, NextPoint(query.point, domain))
    launch.places.push_back(PlaceOf(mapping, query, &launch.mapped));
  return launch;
}

TaskDecisions Decide(const Mapping& mapping, const app::Description& app, const app::Task& task) {
  TaskDecisions decisions{.name = task.name, .runs_on = ChosenKind(mapping, task)};
  decisions.limit = mapping.InstanceLimit(task.name);
  const bool replicable =
      std::any_of(task.variants.begin(), task.variants.end(),
                  [](const app::Variant& variant) { return variant.replicable; });
  decisions.replicated = mapping.shape().nodes() > 1 && replicable &&
                         mapping.ControlReplicates(task.name).value_or(task.parents.empty());
  if (!decisions.runs_on) return decisions;
  for (size_t i = 0; i < task.arguments.size(); ++i)
    decisions.regions.push_back(DecideRegion(mapping, task, i, *decisions.runs_on));
  PointQuery query = QueryFor(mapping, app, task, *decisions.runs_on);
  query.print = false;
  for (const auto& domain : task.domains)
    decisions.launches.push_back(DecideLaunch(mapping, query, domain));
  if (!task.single_launched || !query.parent) return decisions;
  for (query.sequence = 0; query.sequence < kSingleLaunches; ++query.sequence)
    decisions.singles.push_back(PlaceOf(mapping, query));
  return decisions;
}

}  // namespace

RegionDecision DecideRegion(const Mapping& mapping, const app::Task& task, size_t argument,
                            ProcessorKind kind) {
  const app::Argument& region = task.arguments[argument];
  const RegionQuery query = QueryFor(task, argument);
  RegionDecision decision;
  decision.position = static_cast<int>(argument);
  if (!region.names.empty()) decision.name = region.names[0];
  if (region.privilege == app::Privilege::kNoAccess) return decision;
  const MemoryChoice choice = mapping.Memories(query, kind);
  const auto variant =
      std::find_if(task.variants.begin(), task.variants.end(),
                   [kind](const app::Variant& each) { return each.processor == kind; });
  const bool inner = variant != task.variants.end() && variant->inner &&
                     region.privilege != app::Privilege::kReduce;
  const bool asks_virtual = choice.kinds.front() == MemoryKind::kVirtual;
  if (inner && (asks_virtual || !choice.origin.names_task)) {
    decision.memories = {MemoryKind::kVirtual};
    return decision;
  }
  for (MemoryKind memory : choice.kinds)
    if (memory != MemoryKind::kVirtual && mapping.shape().Sees(kind, memory))
      decision.memories.push_back(memory);
  decision.layout = mapping.Layout(
      query, kind, decision.memories.empty() ? choice.kinds.front() : decision.memories.front());
  decision.collects = region.privilege == app::Privilege::kReadOnly && mapping.Collects(query);
  return decision;
}

std::string Place::ToString() const {
  if (!processor) return failure;
  return fmt::format("{} {} of node {}", groma::ToString(kind), processor->index, processor->node);
}

std::vector<TaskDecisions> DecisionsOf(const Mapping& mapping, const app::Description& app) {
  std::vector<TaskDecisions> all;
  for (const app::Task& task : app.tasks)
    if (task.single_launched || task.index_launched) all.push_back(Decide(mapping, app, task));
  return all;
}

}  // namespace groma::mapping

#include "mapping/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "mapping/decisions.h"
#include "mapping/evaluate.h"
#include "mapping/rules.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

constexpr int64_t kMostShownPoints = 1'000'000;
constexpr size_t kMostDimensions = 9;  // Legion's largest LEGION_MAX_DIM

class Shower {
 public:
  Shower(const Mapping& mapping, const app::Description* app)
      : mapping_(mapping), app_(app), rules_(mapping.program()) {}

  void Tasks(const std::function<void(const ShownTask&)>& tell) const;

 private:
  ShownTask Described(const app::Task& task) const;
  ShownTask Written(const std::string& name) const;
  ShownTask Common(const std::string& name) const;
  void AddMaps(ShownTask& shown, ProcessorKind kind) const;
  ShownRegion Region(const RegionQuery& query, ProcessorKind kind) const;
  ShownRegion Decided(const app::Task& task, size_t argument, ProcessorKind kind) const;

  const Mapping& mapping_;
  const app::Description* app_;
  Rules rules_;
};

template <class Statement>
void AddTaskNames(const std::vector<Statement>& statements,
                  std::vector<std::pair<Span, std::string>>& names) {
  for (const Statement& statement : statements) {
    for (const lang::TaskSelector& selector : statement.tasks) {
      if (selector.form != lang::TaskSelector::Form::kName) continue;
      names.emplace_back(statement.span, selector.name);
    }
  }
}

/// Every task that a statement names, in order of first mention.
std::vector<std::string> TaskNames(const lang::Program& program) {
  std::vector<std::pair<Span, std::string>> mentions;
  AddTaskNames(program.tasks, mentions);
  AddTaskNames(program.regions, mentions);
  AddTaskNames(program.layouts, mentions);
  AddTaskNames(program.limits, mentions);
  AddTaskNames(program.collects, mentions);
  AddTaskNames(program.index_maps, mentions);
  AddTaskNames(program.single_maps, mentions);
  AddTaskNames(program.replicates, mentions);
  std::stable_sort(mentions.begin(), mentions.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (auto& [span, name] : mentions) {
    if (seen.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

/// The regions that statements about a task speak of, each once, in the order of the file; `*` too.
std::vector<lang::RegionSelector> RegionsOf(const TaskRules& rules) {
  std::vector<lang::RegionSelector> all;
  for (const auto& candidate : rules.regions) all.push_back(candidate.statement->region);
  for (const auto& candidate : rules.layouts) all.push_back(candidate.statement->region);
  for (const auto& candidate : rules.collects) all.push_back(candidate.statement->region);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.span < b.span; });
  std::vector<lang::RegionSelector> once;
  for (const auto& region : all) {
    if (region.form == lang::RegionSelector::Form::kAny) continue;
    const bool seen = std::any_of(once.begin(), once.end(), [&](const auto& other) {
      return other.form == region.form && other.name == region.name &&
             other.position == region.position;
    });
    if (!seen) once.push_back(region);
  }
  once.push_back({.form = lang::RegionSelector::Form::kAny});
  return once;
}

ShownRegion Shower::Region(const RegionQuery& query, ProcessorKind kind) const {
  ShownRegion shown;
  if (!query.names.empty()) shown.name = query.names[0];
  shown.index = query.position;
  shown.processor = kind;
  shown.memories = mapping_.Memories(query, kind).kinds;
  shown.layout = mapping_.Layout(query, kind, shown.memories.front()).ToString();
  shown.collects = mapping_.Collects(query);
  return shown;
}

ShownRegion Shower::Decided(const app::Task& task, size_t argument, ProcessorKind kind) const {
  const RegionDecision decision = DecideRegion(mapping_, task, argument, kind);
  ShownRegion shown{.name = decision.name, .index = decision.position, .processor = kind};
  shown.memories = decision.memories;
  if (shown.memories.empty())
    shown.memories = mapping_.Memories(QueryFor(task, argument), kind).kinds;
  if (shown.memories.front() != MemoryKind::kVirtual) shown.layout = decision.layout.ToString();
  shown.collects = decision.collects;
  return shown;
}

void Shower::AddMaps(ShownTask& shown, ProcessorKind kind) const {
  const TaskRules& rules = rules_.Of(shown.name);
  const auto name = [&](const auto& maps) -> std::optional<std::string> {
    const auto* map = MapFor(maps, mapping_.shape(), kind);
    if (map == nullptr) return std::nullopt;
    return mapping_.program().functions[static_cast<size_t>(map->statement->function)].name;
  };
  shown.index_map = name(rules.index_maps);
  shown.single_map = name(rules.single_maps);
}

ShownTask Shower::Common(const std::string& name) const {
  ShownTask shown;
  shown.name = name;
  shown.processors = mapping_.Processors(name).kinds;
  shown.instance_limit = mapping_.InstanceLimit(name);
  return shown;
}

ShownTask Shower::Described(const app::Task& task) const {
  ShownTask shown = Common(task.name);
  shown.runs_on = ChosenKind(mapping_, task);
  AddMaps(shown, shown.runs_on.value_or(shown.processors.front()));
  for (ProcessorKind kind : shown.processors) {
    const bool has_variant =
        std::any_of(task.variants.begin(), task.variants.end(),
                    [kind](const auto& variant) { return variant.processor == kind; });
    if (!has_variant) continue;
    for (size_t i = 0; i < task.arguments.size(); ++i)
      if (task.arguments[i].privilege != app::Privilege::kNoAccess)
        shown.regions.push_back(Decided(task, i, kind));
  }
  return shown;
}

ShownTask Shower::Written(const std::string& name) const {
  ShownTask shown = Common(name);
  AddMaps(shown, shown.processors.front());
  for (ProcessorKind kind : shown.processors) {
    for (const lang::RegionSelector& selector : RegionsOf(rules_.Of(name))) {
      RegionQuery query{name, -1, {}};
      const bool by_position = selector.form == lang::RegionSelector::Form::kPosition;
      if (by_position) query.position = static_cast<int>(selector.position);
      if (selector.form == lang::RegionSelector::Form::kName) query.names = {selector.name};
      shown.regions.push_back(Region(query, kind));
      shown.regions.back().index = by_position ? std::optional(selector.position) : std::nullopt;
      if (selector.form == lang::RegionSelector::Form::kAny)
        shown.regions.back().name.assign(1, '*');
    }
  }
  return shown;
}

void Shower::Tasks(const std::function<void(const ShownTask&)>& tell) const {
  if (app_ != nullptr) {
    for (const app::Task& task : app_->tasks) tell(Described(task));
    return;
  }
  for (const std::string& name : TaskNames(mapping_.program())) tell(Written(name));
  tell(Written("*"));
}

/// The query for a point of `task`, or why it runs nowhere.
Result<PointQuery> QueryForTask(const Mapping& mapping, const app::Description* app,
                                const std::string& task) {
  const std::vector<ProcessorKind> kinds = mapping.Processors(task).kinds;
  if (app != nullptr) {
    const app::Task* described = app->FindTask(task);
    if (described == nullptr) {
      return Error{fmt::format("{} has no task '{}'", app->name, task)};
    }
    const auto kind = ChosenKind(mapping, *described);
    if (kind) return QueryFor(mapping, *app, *described, *kind);
  } else {
    for (ProcessorKind kind : kinds) {
      if (mapping.shape().ProcessorsPerNode(kind) == 0) continue;
      PointQuery query{.task = task, .kind = kind};
      query.depth = 1;
      query.parent = PointQuery::Parent{};  // launched by the top-level task, on the first CPU
      return query;
    }
  }
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (ProcessorKind kind : kinds) names.push_back(groma::ToString(kind));
  return Error{
      fmt::format("task '{}' runs on none of {}: the machine lacks such processors or the "
                  "task such variants",
                  task, fmt::join(names, ", "))};
}

}  // namespace

void ShowTasks(const Mapping& mapping, const app::Description* app,
               const std::function<void(const ShownTask&)>& tell) {
  Shower(mapping, app).Tasks(tell);
}

Result<std::vector<ShownPoint>> ShowPoints(const Mapping& mapping, const app::Description* app,
                                           const std::string& task,
                                           const std::vector<int64_t>& extents) {
  const int64_t count = CountPoints(extents, kMostShownPoints + 1);
  if (count > kMostShownPoints) {
    return Error{fmt::format("a domain of more than {} points", kMostShownPoints)};
  }
  Result<PointQuery> made = QueryForTask(mapping, app, task);
  if (!made) return made.error();
  PointQuery& query = *made;
  query.task = task;
  query.index_launch = true;
  query.extents = extents;
  query.point.assign(extents.size(), 0);
  std::vector<ShownPoint> points;
  int64_t steps = 0;
  for (int64_t i = 0; i < count; ++i, NextPoint(query.point, extents)) {
    Placement placement = mapping.Place(query);
    steps += placement.steps;
    if (steps > kMaxSurveySteps) {
      return Error{
          fmt::format("the points of the launch together take more than {} steps; show a "
                      "smaller domain",
                      kMaxSurveySteps)};
    }
    points.push_back({query.point, placement.processor, query.kind, std::move(placement.failure)});
  }
  return points;
}

Result<std::vector<int64_t>> ParseDomain(std::string_view text) {
  std::vector<int64_t> extents;
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    int64_t extent = 0;
    auto [next, error] = std::from_chars(at, end, extent);
    const bool more = next != end && *next == 'x';
    if (error != std::errc() || extent < 1 || (next != end && !more) ||
        extents.size() == kMostDimensions) {
      return Error{
          fmt::format("'{}' is not a domain: extents joined by x, such as 8 or 4x2", text)};
    }
    extents.push_back(extent);
    if (CountPoints(extents, kMostShownPoints + 1) > kMostShownPoints)
      return Error{fmt::format("a domain of more than {} points", kMostShownPoints)};
    if (!more) return extents;
    at = next + 1;
  }
}

}  // namespace groma::mapping

#include "mapping/survey.h"

#include <algorithm>

namespace groma::mapping {

std::optional<ProcessorKind> ChosenKind(const Mapping& mapping, const app::Task& task) {
  for (ProcessorKind kind : mapping.Processors(task.name).kinds) {
    const bool has_variant =
        std::any_of(task.variants.begin(), task.variants.end(),
                    [kind](const app::Variant& variant) { return variant.processor == kind; });
    if (has_variant && mapping.shape().ProcessorsPerNode(kind) > 0) return kind;
  }
  return std::nullopt;
}

PointQuery QueryFor(const Mapping& mapping, const app::Description& app, const app::Task& task,
                    ProcessorKind kind) {
  PointQuery query{.task = task.name, .kind = kind, .index_launch = false};
  const app::Task* parent = task.parents.empty() ? nullptr : app.FindTask(task.parents[0]);
  if (parent != nullptr) {
    query.parent = PointQuery::Parent{};
    query.parent->name = parent->name;
    query.parent->kind = ChosenKind(mapping, *parent).value_or(ProcessorKind::kCpu);
  }
  // A description may be wrong and make a task its own ancestor.
  for (size_t steps = 0; parent != nullptr && steps < app.tasks.size(); ++steps) {
    ++query.depth;
    parent = parent->parents.empty() ? nullptr : app.FindTask(parent->parents[0]);
  }
  if (query.parent) query.parent->depth = query.depth - 1;
  return query;
}

RegionQuery QueryFor(const app::Task& task, size_t argument) {
  const auto& names = task.arguments[argument].names;
  return {task.name, static_cast<int>(argument), {names.begin(), names.end()}};
}

bool NextPoint(std::vector<int64_t>& point, const std::vector<int64_t>& extents) {
  for (size_t i = point.size(); i-- > 0;) {
    if (++point[i] < extents[i]) return true;
    point[i] = 0;
  }
  return false;
}

int64_t CountPoints(const std::vector<int64_t>& extents, int64_t limit) {
  __int128 count = 1;
  for (int64_t extent : extents) {
    if (extent <= 0) return 0;
    count = std::min<__int128>(count * extent, limit);
  }
  return static_cast<int64_t>(count);
}

}  // namespace groma::mapping

// Mapping::Place: the processor of a point or of a single task.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "mapping/factor.h"
#include "mapping/state.h"

namespace groma::mapping {
namespace {

Placement Failed(std::string code, Span span, std::string message, Origin origin = {}) {
  return {.failure = Diagnostic{.code = std::move(code),
                                .severity = Severity::kError,
                                .message = std::move(message),
                                .span = span},
          .origin = origin};
}

/// Contiguous blocks along a line of `extent` points: which of `blocks` holds `point`.
int64_t BlockOf(int64_t point, int64_t extent, int64_t blocks) {
  if (extent <= 0) return 0;
  return static_cast<int64_t>(static_cast<__int128>(point) * blocks / extent);
}

/// The first point of a block.
int64_t BlockStart(int64_t block, int64_t extent, int64_t blocks) {
  return static_cast<int64_t>((static_cast<__int128>(block) * extent + blocks - 1) / blocks);
}

/// Cuts a box into `parts` blocks by greedy_split and finds the point's block. Shrinks the box to
/// that block, and moves the point so that it counts from the block's low corner.
int64_t CutIntoBlocks(int64_t parts, std::vector<int64_t>& point, std::vector<int64_t>& extents) {
  if (point.empty()) return 0;
  const std::vector<int64_t> factors = GreedyFactors(parts, extents);
  int64_t number = 0, stride = 1;  // the first factor is fastest
  for (size_t i = 0; i < point.size(); ++i) {
    const int64_t block = BlockOf(point[i], extents[i], factors[i]);
    const int64_t low = BlockStart(block, extents[i], factors[i]);
    extents[i] = BlockStart(block + 1, extents[i], factors[i]) - low;
    point[i] -= low;
    number += block * stride;
    stride *= factors[i];
  }
  return number;
}

Placement PlaceByDefault(const machine::Shape& shape, const PointQuery& query) {
  const int per_node = shape.ProcessorsPerNode(query.kind);
  if (per_node == 0) {
    return Failed("E0614", {},
                  fmt::format("the machine has no {} processors for task {}",
                              groma::ToString(query.kind), query.task));
  }
  if (query.index_launch) {
    std::vector<int64_t> point = query.point, extents = query.extents;
    const auto node = static_cast<int>(CutIntoBlocks(shape.nodes(), point, extents));
    return {.processor =
                Processor{node, static_cast<int>(CutIntoBlocks(per_node, point, extents))}};
  }
  if (query.parent && query.parent->kind == query.kind) {
    return {.processor = query.parent->processor};
  }
  return {.processor = Processor{query.launcher.node, 0}};
}

/// The processor that a set of processors gives the point.
Processor Pick(const PointValue& set, const PointQuery& query) {
  const std::vector<int64_t>& size = set.space.size();
  int64_t members = 1;
  for (size_t i = 0; i < size.size(); ++i) members *= set.coordinates[i] ? 1 : size[i];
  __int128 number = 0;  // row-major: the last dimension is fastest
  if (query.index_launch) {
    for (size_t i = 0; i < query.point.size(); ++i) {
      number = (number * query.extents[i] + query.point[i]) % members;
    }
  } else {
    number = query.sequence % members;
  }
  auto rest = static_cast<int64_t>(number);
  std::vector<int64_t> point(size.size());
  for (size_t i = size.size(); i-- > 0;) {
    if (set.coordinates[i]) {
      point[i] = *set.coordinates[i];
    } else {
      point[i] = rest % size[i];
      rest /= size[i];
    }
  }
  return set.space.At(point);
}

TaskContext ContextOf(const PointQuery& query) {
  return {.name = query.task,
          .depth = query.depth,
          .index_launch = query.index_launch,
          .point = query.point,
          .extents = query.extents,
          .kind = query.kind};
}

TaskContext ContextOf(const PointQuery::Parent& parent) {
  return {.name = parent.name,
          .depth = parent.depth,
          .index_launch = !parent.extents.empty(),
          .point = parent.point,
          .extents = parent.extents,
          .kind = parent.kind,
          .processor = parent.processor};
}

/// Runs the function of a map statement; the value is a PointValue.
Evaluated EvaluateMap(const Environment& environment, const lang::MapStatement& map,
                      const TaskContext& task) {
  if (!map.machine) {
    return EvaluateFunction(environment, map.function, {TaskValue{&task}}, &task);
  }
  const auto global = static_cast<size_t>(*map.machine);
  const auto& space = std::get<MachineSpace>(environment.globals[global]);
  Evaluated result = EvaluateFunction(environment, map.function,
                                      {Tuple(task.point.begin(), task.point.end()),
                                       Tuple(task.extents.begin(), task.extents.end()), space},
                                      &task);
  auto* value = std::get_if<Value>(&result);
  if (value == nullptr) return result;
  const auto* number = std::get_if<int64_t>(value);
  const Tuple coordinates = number ? Tuple{*number} : std::get<Tuple>(*value);
  return IndexSpace(environment, space, coordinates, environment.program->globals[global].name,
                    map.span, &task);
}

/// The map gives a processor of another kind than Task chose: an error when both statements name
/// the task, else the map does not count.
Placement OtherKind(const PointQuery& query, ProcessorKind map_kind, Placement by_default,
                    const Origin& map, const Origin& task) {
  Diagnostic diagnostic{
      .code = "W0602",
      .severity = Severity::kWarning,
      .message = fmt::format("the map gives task {} a {} processor, but it runs on {}: the map is "
                             "passed over",
                             query.task, groma::ToString(map_kind), groma::ToString(query.kind)),
      .span = map.statement.value_or(Span{}),
      .help = fmt::format("use a machine space of Machine({})", groma::ToString(query.kind))};
  if (task.statement) {
    diagnostic.notes.push_back({"the processor kind is chosen here", task.statement});
  }
  if (map.names_task && task.names_task) {
    diagnostic.code = "E0613";
    diagnostic.severity = Severity::kError;
    diagnostic.message = fmt::format(
        "the map gives task {} a {} processor, but its Task statement makes it run on {}",
        query.task, groma::ToString(map_kind), groma::ToString(query.kind));
    return {.failure = std::move(diagnostic), .origin = map};
  }
  by_default.warning = std::move(diagnostic);
  return by_default;
}

}  // namespace

Placement Mapping::Place(const PointQuery& query) const {
  CHECK(query.point.size() == query.extents.size(), "point and extents differ in dimensions");
  const machine::Shape& shape = state_->shape;
  const TaskRules& rules = state_->rules.Of(query.task);
  const Candidate<lang::MapStatement>* map =
      MapFor(query.index_launch ? rules.index_maps : rules.single_maps, shape, query.kind);
  if (map == nullptr) return PlaceByDefault(shape, query);

  TaskContext task = ContextOf(query);
  TaskContext parent;
  if (query.parent) {
    parent = ContextOf(*query.parent);
    task.parent = &parent;
  }
  Evaluated result = EvaluateMap(state_->MakeEnvironment(query.print), *map->statement, task);
  if (auto* diagnostic = std::get_if<Diagnostic>(&result)) {
    diagnostic->notes.push_back({"asked for by this statement", map->statement->span});
    return {.failure = std::move(*diagnostic), .origin = map->origin()};
  }
  const auto& set = std::get<PointValue>(std::get<Value>(result));
  if (set.space.kind() != query.kind) {
    return OtherKind(query, set.space.kind(), PlaceByDefault(shape, query), map->origin(),
                     Processors(query.task).origin);
  }
  return {.processor = Pick(set, query), .origin = map->origin()};
}

}  // namespace groma::mapping

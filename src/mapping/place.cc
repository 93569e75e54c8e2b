// Mapping::Place: the processor of a point or of a single task.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "mapping/default_blocks.h"
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

Placement PlaceByDefault(const machine::Shape& shape, const PointQuery& query) {
  const int per_node = shape.ProcessorsPerNode(query.kind);
  if (per_node == 0) {
    return Failed("E0614", {},
                  fmt::format("the machine has no {} processors for task {}",
                              groma::ToString(query.kind), query.task));
  }
  if (query.index_launch) {
    return {.processor = DefaultBlocks(shape.nodes(), per_node, query.extents).At(query.point)};
  }
  if (query.parent && query.parent->kind == query.kind) {
    return {.processor = query.parent->processor};
  }
  return {.processor = Processor{query.launcher.node, 0}};
}

/// How many processors are in a set.
int64_t Members(const PointValue& set) {
  const std::vector<int64_t>& size = set.space.size();
  int64_t members = 1;
  for (size_t i = 0; i < size.size(); ++i) members *= set.coordinates[i] ? 1 : size[i];
  return members;
}

/// The processors of points (lanes) of a set; `numbers` gives each point its turn among the
/// members, and is not looked at when the set has a single one.
void Pick(const PointValue& set, Column numbers, std::span<Processor> processors) {
  const std::vector<int64_t>& size = set.space.size();
  std::vector<Column> point(size.size(), Column(0));
  for (size_t i = size.size(); i-- > 0;) {
    if (set.coordinates[i]) {
      point[i] = *set.coordinates[i];
    } else {
      point[i] = *Apply(lang::BinaryOperator::kRemainder, numbers, size[i], nullptr);
      numbers = *Apply(lang::BinaryOperator::kDivide, numbers, size[i], nullptr);
    }
  }
  set.space.At(std::move(point), processors);
}

/// The number of the query's point in row-major order (the last dimension is fastest), or of the
/// single launch, modulo `members`.
int64_t Turn(const PointQuery& query, int64_t members) {
  if (!query.index_launch) return query.sequence % members;
  __int128 number = 0;
  for (size_t i = 0; i < query.point.size(); ++i) {
    number = (number * query.extents[i] + query.point[i]) % members;
  }
  return static_cast<int64_t>(number);
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

/// As EvaluateMap, for a block of points.
std::optional<Value> EvaluateMapTogether(const Environment& environment,
                                         const lang::MapStatement& map, const TaskContext& task) {
  if (!map.machine) return EvaluateBlock(environment, map.function, {TaskValue{&task}}, task);
  const auto& space =
      std::get<MachineSpace>(environment.globals[static_cast<size_t>(*map.machine)]);
  const std::optional<Value> value =
      EvaluateBlock(environment, map.function,
                    {ValueOf(ColumnTuple(task.lanes.begin(), task.lanes.end())),
                     Tuple(task.extents.begin(), task.extents.end()), space},
                    task);
  if (!value) return std::nullopt;
  return IndexBlock(environment, space, ColumnsOf(*value), task);
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
      .help = fmt::format("leave {} out of this statement, or map it by a function that uses "
                          "Machine({})",
                          query.task, groma::ToString(query.kind))};
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
  int64_t steps = 0;
  Evaluated result =
      EvaluateMap(state_->MakeEnvironment(query.print, &steps), *map->statement, task);
  if (auto* diagnostic = std::get_if<Diagnostic>(&result)) {
    diagnostic->notes.push_back({"asked for by this statement", map->statement->span});
    return {.failure = std::move(*diagnostic), .origin = map->origin(), .steps = steps};
  }
  const auto& set = std::get<PointValue>(std::get<Value>(result));
  if (set.space.kind() != query.kind) {
    Placement other = OtherKind(query, set.space.kind(), PlaceByDefault(shape, query),
                                map->origin(), Processors(query.task).origin);
    other.steps = steps;
    return other;
  }
  Processor processor;
  Pick(set, Turn(query, Members(set)), {&processor, 1});
  return {.processor = processor, .origin = map->origin(), .steps = steps};
}

namespace {

/// Points that are evaluated together: enough to share what a step costs, few enough for their
/// columns to stay in the cache.
constexpr int64_t kBlock = 1'024;

/// The lanes of `count` points of a box in row-major order from the `first`-th on.
std::vector<Column> LanesOf(const LaunchQuery& launch, int64_t first, size_t count) {
  std::vector<Column> lanes;
  int64_t inner = launch.Volume();
  for (size_t d = 0; d < launch.low.size(); ++d) {
    const int64_t extent = launch.high[d] - launch.low[d] + 1;
    inner /= extent;
    int64_t value = first / inner % extent, left = inner - first % inner;
    Column::Lanes column(count);
    for (int64_t& lane : column) {
      lane = launch.low[d] + value;
      if (--left > 0) continue;
      left = inner;
      if (++value == extent) value = 0;
    }
    lanes.emplace_back(std::move(column), launch.low[d], launch.high[d]);
    if (extent == 1) lanes.back() = Column(launch.low[d]);
  }
  return lanes;
}

/// As Turn, for a block.
Column Turns(const PointQuery& query, std::span<const Column> lanes, size_t count,
             int64_t members) {
  Column::Lanes turns(count);
  for (size_t lane = 0; lane < count; ++lane) {
    int64_t number = 0;
    for (size_t i = 0; i < lanes.size(); ++i) {
      int64_t next = 0;
      const bool wide = __builtin_mul_overflow(number, query.extents[i], &next) ||
                        __builtin_add_overflow(next, lanes[i][lane], &next);
      number =
          wide ? static_cast<int64_t>(
                     (static_cast<__int128>(number) * query.extents[i] + lanes[i][lane]) % members)
               : next % members;
    }
    turns[lane] = number;
  }
  return {std::move(turns), 0, members - 1};
}

void PlaceInBlocks(DefaultBlocks blocks, const LaunchQuery& launch,
                   std::span<Processor> processors) {
  std::vector<int64_t> point = launch.low;
  for (Processor& processor : processors) {
    processor = blocks.At(point);
    for (size_t d = point.size(); d-- > 0;) {
      if (++point[d] <= launch.high[d]) break;
      point[d] = launch.low[d];
    }
  }
}

}  // namespace

int64_t LaunchQuery::Volume() const {
  int64_t volume = 1;
  for (size_t d = 0; d < low.size(); ++d) {
    CHECK(low[d] <= high[d], "an empty launch");
    CHECK(!__builtin_mul_overflow(volume, high[d] - low[d] + 1, &volume), "a launch without end");
  }
  return volume;
}

bool Mapping::PlaceTogether(const LaunchQuery& launch, const lang::MapStatement& map, int64_t first,
                            std::span<Processor> processors) const {
  const std::vector<Column> lanes = LanesOf(launch, first, processors.size());
  TaskContext task = ContextOf(launch.about);
  task.point = {};
  task.lanes = lanes;
  TaskContext parent;
  if (launch.about.parent) {
    parent = ContextOf(*launch.about.parent);
    task.parent = &parent;
  }
  const std::optional<Value> value =
      EvaluateMapTogether(state_->MakeEnvironment(launch.about.print, nullptr), map, task);
  if (!value) return false;
  const auto& set = std::get<PointValue>(*value);
  if (set.space.kind() != launch.about.kind) return false;
  const int64_t members = Members(set);
  Pick(set, members == 1 ? Column(0) : Turns(launch.about, lanes, processors.size(), members),
       processors);
  return true;
}

void Mapping::PlaceOneByOne(const LaunchQuery& launch, int64_t first,
                            std::span<Processor> processors, LaunchPlacement& result) const {
  const std::vector<Column> lanes = LanesOf(launch, first, processors.size());
  PointQuery query = launch.about;
  query.point.resize(lanes.size());
  for (size_t lane = 0; lane < processors.size(); ++lane) {
    for (size_t d = 0; d < lanes.size(); ++d) query.point[d] = lanes[d][lane];
    Placement placement = Place(query);
    result.origin = placement.origin;
    if (placement.warning && !result.warning) result.warning = std::move(placement.warning);
    if (placement.failure) {
      result.failure = std::move(placement.failure);
      result.failed_point = query.point;
      return;
    }
    processors[lane] = *placement.processor;
  }
}

LaunchPlacement Mapping::PlaceLaunch(const LaunchQuery& launch) const {
  const PointQuery& about = launch.about;
  CHECK(about.index_launch && launch.low.size() == about.extents.size() &&
            launch.high.size() == about.extents.size(),
        "no points of an index launch");
  const Candidate<lang::MapStatement>* map =
      MapFor(state_->rules.Of(about.task).index_maps, state_->shape, about.kind);
  LaunchPlacement result;
  if (map != nullptr) result.origin = map->origin();
  result.processors.resize(static_cast<size_t>(launch.Volume()));
  const auto all = std::span(result.processors);
  const int per_node = state_->shape.ProcessorsPerNode(about.kind);
  if (map == nullptr && per_node > 0) {
    PlaceInBlocks(DefaultBlocks(state_->shape.nodes(), per_node, about.extents), launch, all);
    return result;
  }
  for (size_t first = 0; first < all.size() && !result.failure; first += kBlock) {
    const auto block = all.subspan(first, std::min<size_t>(kBlock, all.size() - first));
    const auto number = static_cast<int64_t>(first);
    if (map != nullptr && PlaceTogether(launch, *map->statement, number, block)) continue;
    PlaceOneByOne(launch, number, block, result);
  }
  if (result.failure) result.processors.clear();
  return result;
}

}  // namespace groma::mapping

// Evaluation of machine spaces, their points and what a task knows.
#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "mapping/evaluator.h"
#include "mapping/factor.h"

namespace groma::mapping {
namespace {

using lang::Expression;

std::string_view TextOf(const lang::Program& program, Span span) {
  if (!program.source) return "";
  const std::string& text = program.source->text();
  if (span.begin > span.end || span.end > text.size()) return "";
  return std::string_view(text).substr(span.begin, span.end - span.begin);
}

}  // namespace

Value Evaluator::Node(const Expression&, const lang::MachineSpace& node) {
  return SpaceOf(*environment_.shape, node.kind);
}

Value Evaluator::Node(const Expression& whole, const lang::SpaceIndex& node) {
  Value scratch;
  const auto& space = std::get<MachineSpace>(Look(*node.space, scratch));
  std::vector<std::optional<Column>> coordinates;
  std::vector<Span> spans;
  for (const lang::Coordinate& coordinate : node.coordinates) {
    switch (coordinate.form) {
      case lang::Coordinate::Form::kOne:
        coordinates.emplace_back(Number(*coordinate.value));
        break;
      case lang::Coordinate::Form::kAll:
        coordinates.emplace_back(std::nullopt);
        break;
      case lang::Coordinate::Form::kSpread:
        for (Column& element : Numbers(*coordinate.value)) {
          coordinates.emplace_back(std::move(element));
        }
        break;
    }
    const bool one = coordinate.form != lang::Coordinate::Form::kSpread;
    spans.resize(coordinates.size(), one && coordinate.value ? coordinate.value->span : Span{});
  }
  return Index(space, std::move(coordinates), TextOf(program_, node.space->span), spans,
               whole.span);
}

Value Evaluator::Index(const MachineSpace& space, std::vector<std::optional<Column>> coordinates,
                       std::string_view name, std::span<const Span> spans, Span whole) {
  const std::vector<int64_t>& size = space.size();
  if (coordinates.size() != size.size()) {
    Fail("E0607", whole,
         fmt::format("{} {} for {}, which has {} dimensions, of sizes {}", coordinates.size(),
                     coordinates.size() == 1 ? "index" : "indices", name, size.size(),
                     ToString(size)));
  }
  for (size_t i = 0; i < size.size(); ++i) {
    const bool varies = coordinates[i] && !coordinates[i]->IsUniform();
    if (varies && size[i] > 0) {
      std::optional<Column> inside = Inside(*coordinates[i], size[i], mask_);
      if (!inside) throw OneByOne{};
      coordinates[i] = std::move(inside);
      continue;
    }
    const int64_t index = coordinates[i] ? coordinates[i]->low() : 0;
    if (index >= 0 && index < size[i]) continue;
    if (size[i] == 0) {
      Fail("E0603", whole,
           fmt::format("dimension {} of {} has size 0: the machine has no {} processors", i, name,
                       groma::ToString(space.kind())),
           "run on a machine that has them, or map over another kind");
    }
    const Span at = spans[i].end > spans[i].begin ? spans[i] : whole;
    std::optional<Edit> edit;
    const std::string wrap = fmt::format("% {}.size[{}]", name, i);
    if (index > 0 && at.begin != whole.begin) {
      edit = Edit{at, fmt::format("({}) {}", TextOf(program_, at), wrap)};
    }
    Fail(
        "E0603", at,
        fmt::format("Slice processor index out of bound: index {} of dimension {} of {}, which has "
                    "size {} (0 to {})",
                    index, i, name, size[i], size[i] - 1),
        index > 0 ? fmt::format("end the index with `{}`", wrap)
                  : fmt::format("an index of a machine space is never negative; add `{}.size[{}]` "
                                "before `{}`",
                                name, i, wrap),
        std::move(edit));
  }
  return PointValue{space, std::move(coordinates)};
}

Value Evaluator::Node(const Expression& whole, const lang::Attribute& node) {
  Value scratch;
  const Value& object = Look(*node.object, scratch);
  switch (node.kind) {
    case lang::AttributeKind::kTupleLength:
      return Length(object);
    case lang::AttributeKind::kTupleVolume:
      Step(whole.span, Length(object));
      if (HasLanes(object)) return OrOneByOne(ProductOfLanes(ColumnsOf(object), mask_));
      return Take(whole.span, Product(std::get<Tuple>(object)));
    case lang::AttributeKind::kSpaceSize:
      return std::get<MachineSpace>(object).size();
    case lang::AttributeKind::kSpaceLength:
      return static_cast<int64_t>(std::get<MachineSpace>(object).size().size());
    case lang::AttributeKind::kSpaceVolume:
      return std::get<MachineSpace>(object).Volume();
    default:
      return TaskAttribute(whole, node, *std::get<TaskValue>(object).context);
  }
}

Value Evaluator::TaskAttribute(const Expression& whole, const lang::Attribute& node,
                               const TaskContext& task) {
  switch (node.kind) {
    case lang::AttributeKind::kTaskPoint:
    case lang::AttributeKind::kTaskSpace: {
      const bool point = node.kind == lang::AttributeKind::kTaskPoint;
      if (!task.index_launch) {
        Fail("E0608", whole.span,
             fmt::format("{} of task {}, which was launched on its own, not by an index launch",
                         point ? "ipoint" : "ispace", task.name));
      }
      if (point && !task.lanes.empty()) {
        return ValueOf(ColumnTuple(task.lanes.begin(), task.lanes.end()));
      }
      const std::span<const int64_t> values = point ? task.point : task.extents;
      return Tuple(values.begin(), values.end());
    }
    case lang::AttributeKind::kTaskParent:
      if (task.parent == nullptr) {
        Fail("E0608", whole.span,
             &task == about_
                 ? fmt::format("task {} has no parent: it is the top-level task", task.name)
                 : fmt::format("the parent of task {} is not known", task.name));
      }
      return TaskValue{task.parent};
    case lang::AttributeKind::kTaskName:
      return std::string(task.name);
    case lang::AttributeKind::kTaskDepth:
      return int64_t{task.depth};
    default:
      CHECK(false, "no attribute of a task");
  }
}

Value Evaluator::Node(const Expression&, const lang::HasMemory& node) {
  Value scratch;
  const Value& object = Look(*node.object, scratch);
  const auto* point = std::get_if<PointValue>(&object);
  const MachineSpace& space = point ? point->space : std::get<MachineSpace>(object);
  return environment_.shape->Sees(space.kind(), node.memory);
}

Value Evaluator::Node(const Expression& whole, const lang::TaskProcessor& node) {
  Value task_scratch, space_scratch;
  const TaskContext& task = *std::get<TaskValue>(Look(*node.task, task_scratch)).context;
  const auto& space = std::get<MachineSpace>(Look(*node.space, space_scratch));
  if (!task.processor) {
    Fail("E0608", whole.span,
         fmt::format("the processor of task {} is what this function is asked for", task.name),
         "`task.parent.processor(m)` is the processor of the task that launches it");
  }
  auto point = space.PointOf(*task.processor);
  if (!point) {
    Fail(
        "E0612", whole.span,
        fmt::format("task {} runs on {} {} of node {}, which {} (size {}) does not have", task.name,
                    groma::ToString(task.kind), task.processor->index, task.processor->node,
                    TextOf(program_, node.space->span), ToString(space.size())));
  }
  return std::move(*point);
}

Result<MachineSpace> Evaluator::Transformed(const lang::Transform& node,
                                            const MachineSpace& space) {
  const auto integer = [&](size_t i) { return Integer(*node.arguments[i]); };
  switch (node.kind) {
    case lang::TransformKind::kMerge: {
      const int64_t p = integer(0);
      return space.Merge(p, integer(1));
    }
    case lang::TransformKind::kSplit: {
      const int64_t dimension = integer(0);
      return space.Split(dimension, integer(1));
    }
    case lang::TransformKind::kSwap: {
      const int64_t p = integer(0);
      return space.Swap(p, integer(1));
    }
    case lang::TransformKind::kSlice: {
      const int64_t dimension = integer(0), low = integer(1);
      return space.Slice(dimension, low, integer(2));
    }
    case lang::TransformKind::kReverse:
      return space.Reverse(integer(0));
    case lang::TransformKind::kBalanceSplit: {
      const int64_t dimension = integer(0);
      return space.BalanceSplit(dimension, integer(1));
    }
    case lang::TransformKind::kDecompose: {
      const int64_t dimension = integer(0);
      const Tuple extents = TupleOf(*node.arguments[1]);
      if (dimension >= 0 && dimension < static_cast<int64_t>(space.size().size())) {
        Step(node.arguments[1]->span,
             StepsOfCheapestFactors(space.size()[static_cast<size_t>(dimension)], extents.size()));
      }
      return space.Decompose(dimension, extents);
    }
    case lang::TransformKind::kGreedySplit: {
      const int64_t dimension = integer(0);
      return space.GreedySplit(dimension, TupleOf(*node.arguments[1]));
    }
  }
  CHECK(false, "no transformation");
}

Value Evaluator::Node(const Expression& whole, const lang::Transform& node) {
  Value scratch;
  const auto& space = std::get<MachineSpace>(Look(*node.space, scratch));
  // Factoring is the dearest thing in the language by far.
  Step(whole.span, 100);
  Result<MachineSpace> result = Transformed(node, space);
  if (!result)
    Fail(
        "E0606", whole.span, result.error().message,
        "dimensions count from 0; a cut divides the size of its dimension, as those that decompose "
        "and balance_split find do");
  return std::move(*result);
}

ProcessorKind Effective(const machine::Shape& shape, ProcessorKind kind) {
  const bool stands_in = kind == ProcessorKind::kOmp && shape.ProcessorsPerNode(kind) == 0;
  return stands_in ? ProcessorKind::kCpu : kind;
}

MachineSpace SpaceOf(const machine::Shape& shape, ProcessorKind kind) {
  kind = Effective(shape, kind);
  return {kind, shape.nodes(), shape.ProcessorsPerNode(kind)};
}

}  // namespace groma::mapping

// The base of what `groma compile` makes of a mapping: questions about tasks, regions and points,
// and the answers of the language's rules. Needs the standard library alone (C++17).
#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapping_statements.h"

namespace groma::generated {

/// What is known of a task when its processor is asked for. Does not own its parent.
struct TaskFacts {
  std::string name;
  ProcessorKind kind = CPU;
  int depth = 0;
  bool index_launch = false;
  Numbers point, extents;              // of an index launch, counted from the domain's low corner
  std::optional<Processor> processor;  // none: it is what the mapping function is asked for
  const TaskFacts* parent = nullptr;
  bool asked = false;  // the task that is asked about, not a parent
};

/// `task` and `task.parent` of a mapping function. Cheap to copy; the facts outlive it.
class Task {
 public:
  explicit Task(const TaskFacts& facts) : facts_(&facts) {}
  const TaskFacts& facts() const { return *facts_; }

  Tuple ipoint() const { return Tuple(Launched("ipoint").point); }
  Tuple ispace() const { return Tuple(Launched("ispace").extents); }
  const std::string& name() const { return facts_->name; }
  Int depth() const { return facts_->depth; }
  Task parent() const {
    if (facts_->parent) return Task(*facts_->parent);
    Fail("E0608", facts_->asked ? "task " + name() + " has no parent: it is the top-level task"
                                : "the parent of task " + name() + " is not known");
  }
  /// The coordinates in `space` of the processor that runs it.
  Tuple processor(const Space& space) const {
    if (!facts_->processor) {
      Fail("E0608", "the processor of task " + name() + " is what this function is asked for");
    }
    if (auto point = space.PointOf(*facts_->processor)) return Tuple(std::move(*point));
    Fail("E0612", "task " + name() + " runs on " + Text(facts_->kind) + " " +
                      Text(facts_->processor->index) + " of node " + Text(facts_->processor->node) +
                      ", which a machine space of size " + Text(space.size()) + " does not have");
  }

 private:
  const TaskFacts& Launched(const char* what) const {
    if (!facts_->index_launch) {
      Fail("E0608", std::string(what) + " of task " + name() +
                        ", which was launched on its own, not by an index launch");
    }
    return *facts_;
  }
  const TaskFacts* facts_;
};

// Decisions. `line` is that of the statement behind one, 0 when a default decided.
struct ProcessorDecision {
  std::vector<ProcessorKind> kinds;  // in order of preference
  int line = 0;
  bool names_task = false;
};
struct MemoryDecision {
  std::vector<MemoryKind> kinds;  // in order
  int line = 0;
  bool names_task = false;
};
struct LayoutDecision {
  bool array_of_structs = false;
  bool fortran_order = false;
  std::optional<std::pair<Comparison, int64_t>> alignment;
  bool compact = false, exact = false;
  int structure_line = 0, order_line = 0, alignment_line = 0, shape_line = 0;
};
struct PlaceDecision {
  std::optional<Processor> processor;  // or why not:
  Error error;
  std::string warning;  // a map was passed over
  int line = 0;
};

/// Asks for the processor of a point or of a single task.
struct PlaceQuery {
  TaskFacts task;  // without processor
  std::optional<TaskFacts> parent;
  Processor launcher;    // the parent's processor; only its node counts without a parent
  int64_t sequence = 0;  // single launches of this task that came before on this node
  bool print = true;
};

/// A mapping on a machine. A generated class overrides the tables of statements that the mapping
/// has. Immutable: any thread may ask.
class Mapping {
 public:
  explicit Mapping(const Shape& shape) : shape_(shape) {}
  virtual ~Mapping() = default;
  const Shape& shape() const { return shape_; }

  ProcessorDecision Processors(const std::string& task) const {
    const TaskStatement* found = First(TaskStatements(), task);
    if (found == nullptr) return {Effective({GPU, OMP, CPU}), 0, false};
    return {Effective(found->processors), found->line, found->tasks.name != nullptr};
  }

  MemoryDecision Memories(const Requirement& region, ProcessorKind kind) const {
    const auto fits = [&](const RegionStatement& row) { return Fits(row.where, kind, VIRTUAL); };
    if (const RegionStatement* found = Best(RegionStatements(), region, fits)) {
      return {{found->memories.begin(), found->memories.end()},
              found->line,
              found->tasks.name != nullptr};
    }
    if (kind == GPU) return {{FBMEM, ZCMEM}, 0, false};
    return {{SOCKMEM, SYSMEM}, 0, false};
  }

  LayoutDecision Layout(const Requirement& region, ProcessorKind kind, MemoryKind memory) const {
    using C = Constraint;
    LayoutDecision layout;
    if (auto* found = BestLayout(region, kind, memory, C::kStructure, C::kStructure)) {
      layout.array_of_structs = Find(*found, C::kStructure)->value;
      layout.structure_line = found->line;
    }
    if (auto* found = BestLayout(region, kind, memory, C::kOrder, C::kOrder)) {
      layout.fortran_order = Find(*found, C::kOrder)->value;
      layout.order_line = found->line;
    }
    if (auto* found = BestLayout(region, kind, memory, C::kAlignment, C::kNoAlignment)) {
      if (auto* align = Find(*found, C::kAlignment))
        layout.alignment = {align->comparison, align->bytes};
      layout.alignment_line = found->line;
    }
    if (auto* found = BestLayout(region, kind, memory, C::kCompact, C::kExact)) {
      layout.compact = Find(*found, C::kCompact) != nullptr;
      layout.exact = Find(*found, C::kExact) != nullptr;
      layout.shape_line = found->line;
    }
    return layout;
  }

  /// How many tasks of the name may be mapped and unfinished on a node.
  std::optional<int64_t> InstanceLimit(const std::string& task) const {
    const LimitStatement* found = First(LimitStatements(), task);
    if (found == nullptr) return std::nullopt;
    return found->limit;
  }
  /// Whether instances of the region that the task only reads may be reclaimed at once.
  bool Collects(const Requirement& region) const {
    return Best(CollectStatements(), region, [](const auto&) { return 0; }) != nullptr;
  }
  /// None: nothing is said of any task.
  std::optional<bool> ControlReplicates(const std::string& task) const {
    if (ReplicateStatements().empty()) return std::nullopt;
    return First(ReplicateStatements(), task) != nullptr;
  }

  virtual PlaceDecision Place(const PlaceQuery& query) const {
    TaskFacts task = query.task;
    task.asked = true;
    task.parent = query.parent ? &*query.parent : nullptr;
    PlaceDecision decision;
    Printing() = query.print;
    try {
      const std::optional<Mapped> mapped =
          task.index_launch ? IndexTaskMap(Task(task)) : SingleTaskMap(Task(task));
      if (!mapped) return PlaceByDefault(query);
      if (mapped->point.kind() != task.kind) return OtherKind(query, *mapped);
      decision.processor = Pick(mapped->point, query);
      decision.line = mapped->line;
    } catch (Error& error) {
      decision.error = std::move(error);
    }
    return decision;
  }

 protected:
  /// A map statement: `function` gives the tasks their processors.
  template <class Owner>
  struct MapStatement {
    Tasks tasks;
    Point (Owner::*function)(Task) const;
    int line;
  };
  struct Mapped {
    Point point;
    int line;
    bool names_task;
  };

  virtual Table<TaskStatement> TaskStatements() const { return {}; }
  virtual Table<RegionStatement> RegionStatements() const { return {}; }
  virtual Table<LayoutStatement> LayoutStatements() const { return {}; }
  virtual Table<LimitStatement> LimitStatements() const { return {}; }
  virtual Table<CollectStatement> CollectStatements() const { return {}; }
  virtual Table<ReplicateStatement> ReplicateStatements() const { return {}; }
  virtual std::optional<Mapped> IndexTaskMap(Task) const { return std::nullopt; }
  virtual std::optional<Mapped> SingleTaskMap(Task) const { return std::nullopt; }

  /// The processor that the first map about the task and its kind of processor gives it.
  template <class Owner, size_t kSize>
  std::optional<Mapped> MapBy(const MapStatement<Owner> (&table)[kSize], Task task) const {
    for (const auto& row : table) {
      const ProcessorKind kind = row.tasks.processor;
      const bool about = row.tasks.of_kind ? kind == task.facts().kind ||
                                                 shape_.Effective(kind) == task.facts().kind
                                           : IsAbout(row.tasks, task.name());
      if (!about) continue;
      const auto& owner = static_cast<const Owner&>(*this);
      return Mapped{(owner.*row.function)(task), row.line, row.tasks.name != nullptr};
    }
    return std::nullopt;
  }

  /// Nodes × processors of that kind on a node.
  Space Machine(ProcessorKind kind) const {
    kind = shape_.Effective(kind);
    return {kind, shape_.nodes, shape_.Count(kind)};
  }
  bool Has(const Space& space, MemoryKind memory) const {
    return shape_.Sees(space.kind(), memory);
  }
  bool Has(const Point& point, MemoryKind memory) const {
    return shape_.Sees(point.kind(), memory);
  }

 private:
  template <class Kinds>
  std::vector<ProcessorKind> Effective(const Kinds& kinds) const {
    std::vector<ProcessorKind> result;
    for (ProcessorKind kind : kinds) {
      kind = shape_.Effective(kind);
      if (std::find(result.begin(), result.end(), kind) == result.end()) result.push_back(kind);
    }
    return result;
  }
  std::vector<ProcessorKind> Effective(std::initializer_list<ProcessorKind> kinds) const {
    return Effective(List<ProcessorKind>(kinds));
  }

  int Fits(const Where& where, ProcessorKind kind, MemoryKind memory) const {
    if (where.is_processor)
      return where.processor == kind || shape_.Effective(where.processor) == kind ? 1 : -1;
    if (where.is_memory) return where.memory == memory ? 1 : -1;
    return 0;
  }
  static const Constraint* Find(const LayoutStatement& row, Constraint::Aspect aspect) {
    for (const Constraint& constraint : row.constraints) {
      if (constraint.aspect == aspect) return &constraint;
    }
    return nullptr;
  }
  /// Aspects are decided one by one: the best statement that says something about either of two.
  const LayoutStatement* BestLayout(const Requirement& region, ProcessorKind kind,
                                    MemoryKind memory, Constraint::Aspect aspect,
                                    Constraint::Aspect other) const {
    return Best(LayoutStatements(), region, [&](const LayoutStatement& row) {
      return Find(row, aspect) || Find(row, other) ? Fits(row.where, kind, memory) : -1;
    });
  }

  /// Cuts a box into `parts` blocks as greedy_split does; gives the number of the point's block and
  /// moves point and extents into it.
  static int64_t CutIntoBlocks(int64_t parts, Numbers& point, Numbers& extents) {
    if (point.empty()) return 0;
    const Numbers factors = GreedyFactors(parts, extents);
    int64_t number = 0, stride = 1;
    for (size_t i = 0; i < point.size(); ++i) {
      const Wide extent = extents[i], blocks = factors[i];
      const Wide block = extent > 0 ? point[i] * blocks / extent : 0;
      const Wide low = (block * extent + blocks - 1) / blocks;
      extents[i] = static_cast<int64_t>(((block + 1) * extent + blocks - 1) / blocks - low);
      point[i] -= static_cast<int64_t>(low);
      number += static_cast<int64_t>(block) * stride;
      stride *= factors[i];
    }
    return number;
  }

  /// Where nothing decides: index launches in blocks over nodes and their processors, a single task
  /// on its parent's processor.
  PlaceDecision PlaceByDefault(const PlaceQuery& query) const {
    const TaskFacts& task = query.task;
    PlaceDecision decision;
    if (shape_.Count(task.kind) == 0) {
      decision.error = {
          "E0614", 0,
          "the machine has no " + Text(task.kind) + " processors for task " + task.name};
      return decision;
    }
    decision.processor = Processor{query.launcher.node, 0};
    if (task.index_launch) {
      Numbers point = task.point, extents = task.extents;
      const auto node = static_cast<int>(CutIntoBlocks(shape_.nodes, point, extents));
      decision.processor =
          Processor{node, static_cast<int>(CutIntoBlocks(shape_.Count(task.kind), point, extents))};
    } else if (query.parent && query.parent->kind == task.kind) {
      decision.processor = query.parent->processor;
    }
    return decision;
  }

  /// A map over another kind than the task runs on: wrong when both statements name the task, else
  /// it does not count.
  PlaceDecision OtherKind(const PlaceQuery& query, const Mapped& mapped) const {
    const std::string map = "the map gives task " + query.task.name + " a " +
                            Text(mapped.point.kind()) + " processor, but ";
    if (mapped.names_task && Processors(query.task.name).names_task) {
      PlaceDecision decision;
      decision.error = {"E0613", mapped.line,
                        map + "its Task statement makes it run on " + Text(query.task.kind)};
      return decision;
    }
    PlaceDecision decision = PlaceByDefault(query);
    decision.warning = map + "it runs on " + Text(query.task.kind) + ": the map is passed over";
    return decision;
  }

  /// Of a set of processors the one for the point: its number, row by row, modulo the set's size;
  /// for single tasks in turn.
  static Processor Pick(const Point& set, const PlaceQuery& query) {
    const Numbers& size = set.space.sizes();
    int64_t members = 1;
    for (size_t i = 0; i < size.size(); ++i) members *= set.coordinates[i] ? 1 : size[i];
    Wide number = query.sequence % members;
    if (query.task.index_launch) {
      number = 0;
      for (size_t i = 0; i < query.task.point.size(); ++i) {
        number = (number * query.task.extents[i] + query.task.point[i]) % members;
      }
    }
    auto rest = static_cast<int64_t>(number);
    Numbers point(size.size());
    for (size_t i = size.size(); i-- > 0;) {
      point[i] = set.coordinates[i] ? *set.coordinates[i] : rest % size[i];
      if (!set.coordinates[i]) rest /= size[i];
    }
    return set.space.ProcessorAt(std::move(point));
  }

  const Shape shape_;
};

}  // namespace groma::generated

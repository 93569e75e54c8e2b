// The meaning of the mapping language: a checked program on a machine gives decisions. The Legion
// mapper, `groma show`, the checker and the simulator all ask here; nothing else interprets the
// language.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/kinds.h"
#include "base/source.h"
#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"
#include "machine/description.h"
#include "mapping/machine_space.h"

namespace groma::mapping {

/// The statement behind a decision; `statement` is empty when a default decided.
struct Origin {
  std::optional<Span> statement;
  bool names_task = false;  // the statement names the task (not `*`, not a kind)
};

/// Processor kinds in order of preference; never empty.
struct ProcessorChoice {
  std::vector<ProcessorKind> kinds;
  Origin origin;
};

/// Memory kinds in order; never empty. kVirtual: no instance.
struct MemoryChoice {
  std::vector<MemoryKind> kinds;
  Origin origin;
};

using lang::Comparison;

/// Decided aspect by aspect; each with the statement it came from.
struct LayoutChoice {
  bool array_of_structs = false;                            // AOS
  bool fortran_order = false;                               // F_order: first dimension fastest
  std::optional<std::pair<Comparison, int64_t>> alignment;  // none: no constraint
  bool compact = false;
  bool exact = false;
  Origin structure, order, align, shape;

  /// "SOA C_order Align==64".
  std::string ToString() const;
};

/// A region requirement as statements name it.
struct RegionQuery {
  std::string_view task;
  int position = 0;                     // 0-based, NO_ACCESS ones included
  std::vector<std::string_view> names;  // nearest first: region, partition, parent region, …
};

/// The point of a launch (or a single task) whose processor is asked for.
struct PointQuery {
  std::string_view task;
  ProcessorKind kind = ProcessorKind::kCpu;  // the kind that Task chose
  bool index_launch = true;
  std::vector<int64_t> point;    // counted from the domain's low corner; empty for a single task
  std::vector<int64_t> extents;  // of the full launch domain; empty for a single task
  int depth = 0;
  /// The parent's processor and name, for task.parent; absent for the top-level task.
  struct Parent {
    std::string name;
    ProcessorKind kind = ProcessorKind::kCpu;
    Processor processor;
    std::vector<int64_t> point, extents;
    int depth = 0;
  };
  std::optional<Parent> parent;
  Processor launcher;  // node that launches it; the parent's processor when there is one
  /// How many single launches of this task came before on this node: drives round robin.
  int64_t sequence = 0;
  bool print = true;  // whether `print` statements write to stderr
};

/// Where the point runs, or the diagnostic (with span) that says why nothing can be said.
struct Placement {
  std::optional<Processor> processor;
  std::optional<Diagnostic> failure;
  std::optional<Diagnostic> warning;  // a map was passed over: it is over another processor kind
  Origin origin;  // empty when the default placement (greedy blocks, parent's processor) decided
  int64_t steps = 0;  // what the evaluation took; at most kMaxSteps and a little
};

/// The points of an index launch that are asked for together: all, or a box of them.
struct LaunchQuery {
  PointQuery about;                // its point is not looked at
  std::vector<int64_t> low, high;  // the first and the last point, counted as PointQuery's
  /// How many points; CHECKs that there are any.
  int64_t Volume() const;
};

/// The processors of the points in row-major order (the last dimension is fastest), or why the
/// first point that fails has none.
struct LaunchPlacement {
  std::vector<Processor> processors;  // empty with a failure
  std::optional<Diagnostic> failure;
  std::vector<int64_t> failed_point;
  std::optional<Diagnostic> warning;  // the first
  Origin origin;
};

/// Immutable; safe to ask from several threads at once. Decisions cost O(statements); placements
/// evaluate the function.
class Mapping {
 public:
  /// Binds a program to a machine's shape: evaluates the global values (machine spaces among them).
  /// Diagnostics that appear only now (a `split` that does not divide) go to the sink; with errors
  /// there the result is empty.
  static std::optional<Mapping> Bind(std::shared_ptr<const lang::Program> program,
                                     const machine::Shape& shape, DiagnosticSink& sink);

  ProcessorChoice Processors(std::string_view task) const;
  MemoryChoice Memories(const RegionQuery& region, ProcessorKind kind) const;
  /// `memory` is the memory that was chosen: a Layout statement may be written for a memory kind.
  LayoutChoice Layout(const RegionQuery& region, ProcessorKind kind, MemoryKind memory) const;
  std::optional<int64_t> InstanceLimit(std::string_view task, Origin* origin = nullptr) const;
  bool Collects(const RegionQuery& region, Origin* origin = nullptr) const;
  /// Whether a ControlReplicate statement names the task; empty when the program has no such
  /// statement at all (the top-level task is then replicated when there are several nodes).
  std::optional<bool> ControlReplicates(std::string_view task) const;
  Placement Place(const PointQuery& point) const;
  /// The same answers as Place gives point by point, at a cost of nanoseconds a point. Memory: that
  /// of the answer.
  LaunchPlacement PlaceLaunch(const LaunchQuery& launch) const;
  /// Whether any function prints: then asking again is not the same as remembering the answer.
  bool Prints() const;

  const lang::Program& program() const;
  const machine::Shape& shape() const;

 private:
  struct State;
  explicit Mapping(std::shared_ptr<const State> state);
  /// Places a block of points from the `first`-th on; false when it has to be done one by one.
  bool PlaceTogether(const LaunchQuery& launch, const lang::MapStatement& map, int64_t first,
                     std::span<Processor> processors) const;
  void PlaceOneByOne(const LaunchQuery& launch, int64_t first, std::span<Processor> processors,
                     LaunchPlacement& result) const;
  std::shared_ptr<const State> state_;
};

}  // namespace groma::mapping

// Evaluation of the language's expressions and functions: integers that never overflow silently,
// bounded in steps and depth, so that every mapping ends whoever wrote it.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/kinds.h"
#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"
#include "machine/description.h"
#include "mapping/value.h"

namespace groma::mapping {

/// A step is an expression evaluated, an element of a tuple made or a character printed.
inline constexpr int64_t kMaxSteps = 1'000'000;
/// Expressions inside expressions, through all functions called: bounds the stack.
inline constexpr int kMaxDepth = 1'000;
inline constexpr int64_t kMaxTupleLength = 65'536;

/// All global values of a program together.
inline constexpr int64_t kMaxBindSteps = 4'000'000;
/// All points of one `show`, or of one CheckPlacements.
inline constexpr int64_t kMaxSurveySteps = 100'000'000;

/// What an evaluation may know of a task. Views: all must outlive the evaluation.
struct TaskContext {
  std::string_view name;
  int depth = 0;
  bool index_launch = false;
  std::span<const int64_t> point, extents;  // of an index launch
  std::span<const Column> lanes;            // in place of `point`: those of a block of points
  ProcessorKind kind = ProcessorKind::kCpu;
  std::optional<Processor> processor;   // none: not decided yet (the task's own map is running)
  const TaskContext* parent = nullptr;  // none: not known, or the top-level task
};

/// What all evaluations of a bound program share.
struct Environment {
  const lang::Program* program = nullptr;
  const machine::Shape* shape = nullptr;
  std::span<const Value> globals;  // those that are known so far, by index
  bool print = true;               // whether `print` writes to stderr
  int64_t* steps = nullptr;        // counts the steps of all evaluations, where not null
};

/// A value, or the error (E06xx, with span) that kept it from being computed.
using Evaluated = std::variant<Value, Diagnostic>;

/// The value of Program::globals[index]; the globals before it must be in the environment.
Evaluated EvaluateGlobal(const Environment& environment, int index);

/// Calls Program::functions[function] with arguments of the parameters' types. `about` (may be
/// null) is the task that messages name.
Evaluated EvaluateFunction(const Environment& environment, int function,
                           std::vector<Value> arguments, const TaskContext* about);

/// EvaluateFunction for a block of points: `about` has lanes. Nothing when the points do not take
/// the same course, when any of them fails or something is to be printed; then each is evaluated
/// alone.
std::optional<Value> EvaluateBlock(const Environment& environment, int function,
                                   std::vector<Value> arguments, const TaskContext& about);

/// space[coordinates] for an index outside the evaluator (the older IndexTaskMap form); `name` is
/// what messages call the space, `span` where they point.
Evaluated IndexSpace(const Environment& environment, const MachineSpace& space,
                     const Tuple& coordinates, std::string_view name, Span span,
                     const TaskContext* about);
/// The same for a block; nothing when a point is outside.
std::optional<Value> IndexBlock(const Environment& environment, const MachineSpace& space,
                                const ColumnTuple& coordinates, const TaskContext& about);

/// The machine space of a kind. OMP means CPU on a machine without OpenMP processors.
MachineSpace SpaceOf(const machine::Shape& shape, ProcessorKind kind);

/// `kind`, or CPU for OMP on a machine without OpenMP processors.
ProcessorKind Effective(const machine::Shape& shape, ProcessorKind kind);

}  // namespace groma::mapping

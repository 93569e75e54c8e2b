// A checked program: what a mapping says, with every name resolved and every type known. Immutable
// once made; src/mapping gives it its meaning on a machine.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/kinds.h"
#include "base/source.h"
#include "lang/check/expression.h"
#include "lang/syntax/operators.h"

namespace groma::lang {

/// One of the tasks that a statement is about: any (`*`), all that run on a kind of processor
/// (index and single task maps only), or those of a name.
struct TaskSelector {
  enum class Form { kAny, kKind, kName };
  Form form = Form::kAny;
  ProcessorKind kind = ProcessorKind::kCpu;  // with kKind
  std::string name;                          // with kName
  Span span;
};

/// The region requirements that a statement is about.
struct RegionSelector {
  enum class Form { kAny, kName, kPosition };
  Form form = Form::kAny;
  std::string name;      // with kName
  int64_t position = 0;  // with kPosition: 0-based
  Span span;
};

/// Task T PROC, …;
struct TaskStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  std::vector<ProcessorKind> processors;  // in order of preference, each once, at least one
  Span processors_span;
};

/// Region T R PROC MEM, …;
struct RegionStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  RegionSelector region;
  std::optional<ProcessorKind> processor;  // none: any
  std::vector<MemoryKind> memories;        // in order, each once, at least one
  Span memories_span;
};

/// Align==64 and the like; bytes is a power of two.
struct Alignment {
  Comparison comparison = Comparison::kEqual;
  int64_t bytes = 1;
};

/// Layout T R P C…; Aspects that the statement leaves open are empty.
struct LayoutStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  RegionSelector region;
  std::optional<ProcessorKind> processor;  // P is a processor kind
  std::optional<MemoryKind> memory;        // P is a memory kind; with neither P is `*`
  std::optional<bool> array_of_structs;    // AOS: true, SOA: false
  std::optional<bool> fortran_order;       // F_order: true, C_order: false
  bool no_alignment = false;               // No_Align: decides that there is no constraint
  std::optional<Alignment> alignment;
  bool compact = false;
  bool exact = false;
};

/// InstanceLimit T N;
struct LimitStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  int64_t limit = 1;  // at least 1
  Span limit_span;
};

/// CollectMemory T R;
struct CollectStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  RegionSelector region;
};

/// IndexTaskMap T f; IndexTaskMap T m g; SingleTaskMap T f;
struct MapStatement {
  Span span;
  std::vector<TaskSelector> tasks;
  /// Program::functions. Without `machine` it is f(Task) → kPoint.
  int function = 0;
  /// The older form: Program::globals, a machine space m. The function is then
  /// g(IPoint, ISpace, MSpace) → kTuple or kInteger, and the processor is
  /// m[*g(task.ipoint, task.ispace, m)].
  std::optional<int> machine;
};

/// ControlReplicate T;
struct ReplicateStatement {
  Span span;
  std::vector<TaskSelector> tasks;
};

/// x = value; in order: a value uses only globals before it (also through the functions it calls).
struct Global {
  Span span;
  std::string name;
  Type type = Type::kInteger;
  ExpressionPtr value;
  int slots = 0;  // of the comprehension variables in the value
};

/// slot = value;
struct AssignLocal {
  int slot = 0;
  ExpressionPtr value;
};
/// texts[0] arguments[0] texts[1] … texts[n]: one text more than arguments. Goes to stderr.
/// Arguments are of any type but kTask.
struct Print {
  std::vector<std::string> texts;
  std::vector<ExpressionPtr> arguments;
};
struct BodyStatement {
  Span span;
  std::variant<AssignLocal, Print> node;
};

struct Parameter {
  std::string name;
  Type type = Type::kInteger;
};

/// def name(…) { body; return result; } No function calls itself, directly or through others.
struct Function {
  Span span;
  Span name_span;
  std::string name;
  std::vector<Parameter> parameters;  // slots 0 … parameters.size() − 1
  int slots = 0;                      // parameters, variables and comprehension variables together
  std::vector<BodyStatement> body;    // in order
  ExpressionPtr result;               // never null; its type is the function's type
  bool uses_task_point = false;       // reads ipoint of its own task: no use for a single task
};

/// Statements are kept by kind, each in the order of the file.
struct Program {
  std::shared_ptr<const SourceFile> source;
  std::vector<Global> globals;
  std::vector<Function> functions;  // in the order of the file
  std::vector<TaskStatement> tasks;
  std::vector<RegionStatement> regions;
  std::vector<LayoutStatement> layouts;
  std::vector<LimitStatement> limits;
  std::vector<CollectStatement> collects;
  std::vector<MapStatement> index_maps;
  std::vector<MapStatement> single_maps;
  std::vector<ReplicateStatement> replicates;

  /// The function or global of that name; null when there is none.
  const Function* FindFunction(std::string_view name) const;
  const Global* FindGlobal(std::string_view name) const;
};

/// What a text with errors says nevertheless: for looking at further mistakes, never to be run.
struct Partial {
  /// The statements that could be understood. Functions may lack parts where `maps` are lost.
  Program program;
  /// The sorts of which at least one statement was not understood. `maps` are mapping statements,
  /// functions and values of the file.
  struct Lost {
    bool tasks = false, regions = false, layouts = false, limits = false, collects = false,
         maps = false, replicates = false;
  } lost;
};

}  // namespace groma::lang

// Checked expressions: typed, every name resolved. An evaluator needs no other knowledge of the
// language than these nodes; what can still go wrong is a value (a zero divisor, an index out of
// range, tuples of different lengths, overflow).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/kinds.h"
#include "base/source.h"
#include "lang/syntax/operators.h"

namespace groma::lang {

enum class Type {
  kInteger,  // 64 bits, signed
  kBoolean,
  kTuple,   // of integers; the length is part of the value. IPoint, ISpace and `tuple` are this
  kString,  // task.name and literals
  kTask,
  kSpace,  // machine space (MSpace)
  kPoint,  // m[…]: one processor of a machine space, or a set of them when an index is a bare `*`
};

/// "int", "bool", "tuple", "string", "Task", "MSpace", "processor".
std::string_view ToString(Type type);

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Integer {
  int64_t value = 0;
};
struct Boolean {
  bool value = false;
};
struct String {
  std::string value;
};
/// Program::globals[index]
struct GlobalValue {
  int index = 0;
};
/// A parameter or variable of the function that is evaluated, by slot (0 … slots − 1; parameters
/// come first).
struct LocalValue {
  int slot = 0;
};
/// Machine(KIND) → kSpace
struct MachineSpace {
  ProcessorKind kind = ProcessorKind::kCpu;
};
/// kNegate: integer or tuple; kNot: boolean.
struct Unary {
  UnaryOperator op;
  ExpressionPtr operand;
};
/// Arithmetic: integers, or element by element when a side is a tuple (the other of the same
/// length, or an integer). < <= > >=: integers. == and !=: two integers, booleans, strings or
/// tuples (of different lengths: unequal). && and ||: booleans, the right side only when needed.
struct Binary {
  BinaryOperator op;
  ExpressionPtr left, right;
};
/// Only the side taken is evaluated; both have the type of the whole.
struct Conditional {
  ExpressionPtr condition, then, otherwise;
};
/// One integer, or (spread) a tuple whose elements count one by one.
struct Element {
  ExpressionPtr value;
  bool spread = false;
};
struct TupleLiteral {
  std::vector<Element> elements;
};
/// For each integer of the tuple `sequence`, in order: slot = integer, then `element` (an integer).
struct Comprehension {
  ExpressionPtr element;
  int slot = 0;
  ExpressionPtr sequence;
};
/// range(count) → (0, 1, …, count − 1); a negative count is an error.
struct Range {
  ExpressionPtr count;
};
/// tuple[index] → integer; a negative index counts from the end.
struct TupleIndex {
  ExpressionPtr tuple, index;
};
/// tuple[low:high]; null: from the start, to the end. As in Python: negative bounds count from the
/// end, bounds beyond the ends are moved to them.
struct TupleSlice {
  ExpressionPtr tuple, low, high;
};
/// A coordinate of an indexed machine space: one integer, a spread tuple, or all of the dimension.
struct Coordinate {
  enum class Form { kOne, kSpread, kAll };
  Form form = Form::kOne;
  ExpressionPtr value;  // null with kAll
  Span span;
};
/// space[…] → kPoint. `space[t]` with a tuple t has become a spread.
struct SpaceIndex {
  ExpressionPtr space;
  std::vector<Coordinate> coordinates;
};
/// Program::functions[function](arguments). Without a spread the number and types of the arguments
/// fit the parameters; what a spread covers is integers, their number is checked on evaluation.
struct Call {
  int function = 0;
  std::vector<Element> arguments;
};
/// Attributes: of a tuple (kTupleLength, kTupleVolume; `t.size` is the tuple itself), of a machine
/// space (kSpace…) and of a task (kTask…).
enum class AttributeKind {
  kTupleLength,  // t.len, len(t) → integer
  kTupleVolume,  // t.volume → integer: the product of the elements, 1 for ()
  kSpaceSize,    // m.size → tuple; m.size[i] and m[a:b] are an index and a slice of it
  kSpaceLength,  // m.len → integer: how many dimensions
  kSpaceVolume,  // m.volume → integer
  kTaskPoint,    // task.ipoint → tuple
  kTaskSpace,    // task.ispace → tuple
  kTaskParent,   // task.parent → Task
  kTaskName,     // task.name → string
  kTaskDepth,    // task.depth → integer
};
struct Attribute {
  AttributeKind kind;
  ExpressionPtr object;
};
/// m.has(MEM), m[…].has(MEM) → boolean
struct HasMemory {
  ExpressionPtr object;  // kSpace or kPoint
  MemoryKind memory = MemoryKind::kSystem;
};
/// task.processor(m) → tuple
struct TaskProcessor {
  ExpressionPtr task, space;
};
enum class TransformKind {
  kMerge,         // (p, q)
  kSplit,         // (dimension, count)
  kSwap,          // (p, q)
  kSlice,         // (dimension, low, high)
  kReverse,       // (dimension)
  kBalanceSplit,  // (dimension, count)
  kDecompose,     // (dimension, tuple); auto_split is the same
  kGreedySplit,   // (dimension, tuple)
};
/// "merge", "split", …
std::string_view ToString(TransformKind kind);
/// space.merge(p, q), … → kSpace
struct Transform {
  TransformKind kind;
  ExpressionPtr space;
  std::vector<ExpressionPtr> arguments;
};

struct Expression {
  using Node =
      std::variant<Integer, Boolean, String, GlobalValue, LocalValue, MachineSpace, Unary, Binary,
                   Conditional, TupleLiteral, Comprehension, Range, TupleIndex, TupleSlice,
                   SpaceIndex, Call, Attribute, HasMemory, TaskProcessor, Transform>;
  Span span;
  Type type = Type::kInteger;
  Node node;
};

}  // namespace groma::lang

// The evaluator behind evaluate.h. Private to src/mapping.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/arithmetic.h"
#include "mapping/evaluate.h"

namespace groma::mapping {

/// Ends an evaluation; caught by the functions of evaluate.h.
struct Failure {
  Diagnostic diagnostic;
};
/// Ends the evaluation of a block: its points have to be evaluated one by one.
struct OneByOne {};

/// Of a block: more would hold too many columns at once.
inline constexpr int64_t kMaxBlockSteps = 4'096;

/// Elements or characters that a copy of the value or a look through it costs.
int64_t Length(const Value& value);

Value OrOneByOne(std::optional<Value> value);
Flags Not(const Flags& flags);

/// Evaluates one expression or call, for one point or for a block of points. In a block every value
/// that is the same for all points is computed as for one point, and what cannot be told for all of
/// them at once ends in OneByOne. Not reusable after a Failure.
class Evaluator {
 public:
  Evaluator(const Environment& environment, const TaskContext* about)
      : environment_(environment),
        program_(*environment.program),
        about_(about),
        block_(about != nullptr && !about->lanes.empty()) {}

  Value Evaluate(const lang::Expression& expression);
  Value Call(int function, std::vector<Value> arguments);
  Value EvaluateGlobal(const lang::Global& global);
  Value Index(const MachineSpace& space, std::vector<std::optional<Column>> coordinates,
              std::string_view name, std::span<const Span> spans, Span whole);

 private:
  Value Node(const lang::Expression& whole, const lang::Integer& node);
  Value Node(const lang::Expression& whole, const lang::Boolean& node);
  Value Node(const lang::Expression& whole, const lang::String& node);
  Value Node(const lang::Expression& whole, const lang::GlobalValue& node);
  Value Node(const lang::Expression& whole, const lang::LocalValue& node);
  Value Node(const lang::Expression& whole, const lang::MachineSpace& node);
  Value Node(const lang::Expression& whole, const lang::Unary& node);
  Value Node(const lang::Expression& whole, const lang::Binary& node);
  Value Node(const lang::Expression& whole, const lang::Conditional& node);
  Value Node(const lang::Expression& whole, const lang::TupleLiteral& node);
  Value Node(const lang::Expression& whole, const lang::Comprehension& node);
  Value Node(const lang::Expression& whole, const lang::Range& node);
  Value Node(const lang::Expression& whole, const lang::TupleIndex& node);
  Value Node(const lang::Expression& whole, const lang::TupleSlice& node);
  Value Node(const lang::Expression& whole, const lang::SpaceIndex& node);
  Value Node(const lang::Expression& whole, const lang::Call& node);
  Value Node(const lang::Expression& whole, const lang::Attribute& node);
  Value Node(const lang::Expression& whole, const lang::HasMemory& node);
  Value Node(const lang::Expression& whole, const lang::TaskProcessor& node);
  Value Node(const lang::Expression& whole, const lang::Transform& node);

  Value TaskAttribute(const lang::Expression& whole, const lang::Attribute& node,
                      const TaskContext& task);
  Result<MachineSpace> Transformed(const lang::Transform& node, const MachineSpace& space);
  void Print(const lang::Print& print);

  /// The value without a copy when it is a variable; else it is computed into `scratch`.
  const Value& Look(const lang::Expression& expression, Value& scratch);
  int64_t Integer(const lang::Expression& expression);
  bool Boolean(const lang::Expression& expression);
  Tuple TupleOf(const lang::Expression& expression);
  /// The same for values that may differ between the points of a block.
  Column Number(const lang::Expression& expression);
  ColumnTuple Numbers(const lang::Expression& expression);

  Value Logical(const lang::Binary& node);
  Value SelectValue(const Flags& flags, const Value& then, const Value& otherwise);
  Value ElementAt(const ColumnTuple& tuple, const Column& index);
  /// Evaluates with the mask narrowed to lanes where `flags` is `value`; nothing without such
  /// lanes.
  template <class Compute>
  std::optional<Value> Where(const Flags& flags, bool value, Compute compute);

  Value CopyOfVariable(const lang::Expression& variable);

  /// Counts work done at `span`; fails beyond the limit.
  void Step(Span span, int64_t count = 1);
  Value Take(Span span, std::variant<Value, Complaint> result);
  [[noreturn]] void Fail(std::string_view code, Span span, std::string message,
                         std::string help = "", std::optional<Edit> edit = std::nullopt);
  std::string About() const;

  const Environment& environment_;
  const lang::Program& program_;
  const TaskContext* about_;
  const bool block_;
  Mask mask_ = nullptr;  // of a block: the lanes that take the side that is evaluated
  std::vector<Value>* locals_ = nullptr;
  int64_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace groma::mapping

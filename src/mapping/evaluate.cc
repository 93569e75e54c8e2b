#include "mapping/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/check.h"
#include "mapping/evaluator.h"

namespace groma::mapping {

using lang::Expression;

int64_t Length(const Value& value) {
  if (const auto* tuple = std::get_if<Tuple>(&value)) return static_cast<int64_t>(tuple->size());
  if (const auto* columns = std::get_if<ColumnTuple>(&value))
    return static_cast<int64_t>(columns->size());
  const auto* text = std::get_if<std::string>(&value);
  return text ? static_cast<int64_t>(text->size()) : 0;
}

std::string Evaluator::About() const {
  if (about_ == nullptr) return "";
  if (!about_->index_launch) return fmt::format(" (task {})", about_->name);
  return fmt::format(" (task {}, point ({}) of a launch over ({}))", about_->name,
                     fmt::join(about_->point, ", "), fmt::join(about_->extents, ", "));
}

void Evaluator::Fail(std::string_view code, Span span, std::string message, std::string help,
                     std::optional<Edit> edit) {
  throw Failure{Diagnostic{.code = std::string(code),
                           .severity = Severity::kError,
                           .message = std::move(message) + About(),
                           .span = span,
                           .help = std::move(help),
                           .edit = std::move(edit)}};
}

Value Evaluator::Take(Span span, std::variant<Value, Complaint> result) {
  if (auto* complaint = std::get_if<Complaint>(&result)) {
    Fail(complaint->code, span, std::move(complaint->message));
  }
  return std::get<Value>(std::move(result));
}

void Evaluator::Step(Span span, int64_t count) {
  steps_ += count;
  if (block_ && steps_ > kMaxBlockSteps) throw OneByOne{};
  if (environment_.steps != nullptr) *environment_.steps += count;
  if (steps_ > kMaxSteps) {
    Fail("E0609", span, fmt::format("the evaluation takes more than {} steps", kMaxSteps),
         "functions that call others several times multiply; keep the value in a variable");
  }
}

Value Evaluator::Evaluate(const Expression& expression) {
  Step(expression.span);
  if (++depth_ > kMaxDepth) {
    Fail("E0609", expression.span,
         fmt::format("expressions nest more than {} deep through the functions called", kMaxDepth));
  }
  Value value =
      std::visit([&](const auto& node) { return Node(expression, node); }, expression.node);
  --depth_;
  return value;
}

const Value& Evaluator::Look(const Expression& expression, Value& scratch) {
  if (auto* global = std::get_if<lang::GlobalValue>(&expression.node)) {
    CHECK(static_cast<size_t>(global->index) < environment_.globals.size(), "a later global");
    return environment_.globals[static_cast<size_t>(global->index)];
  }
  if (auto* local = std::get_if<lang::LocalValue>(&expression.node)) {
    CHECK(locals_ != nullptr, "a local variable outside a function");
    return (*locals_)[static_cast<size_t>(local->slot)];
  }
  scratch = Evaluate(expression);
  return scratch;
}

int64_t Evaluator::Integer(const Expression& expression) {
  Value scratch;
  const Value& value = Look(expression, scratch);
  if (HasLanes(value)) throw OneByOne{};
  return std::get<int64_t>(value);
}

Column Evaluator::Number(const Expression& expression) {
  Value scratch;
  return ColumnOf(Look(expression, scratch)).value();
}

bool Evaluator::Boolean(const Expression& expression) {
  Value scratch;
  return std::get<bool>(Look(expression, scratch));
}

Tuple Evaluator::TupleOf(const Expression& expression) {
  Value value = Evaluate(expression);
  Step(expression.span, Length(value));
  if (HasLanes(value)) throw OneByOne{};
  return std::get<Tuple>(std::move(value));
}

ColumnTuple Evaluator::Numbers(const Expression& expression) {
  const Value value = Evaluate(expression);
  Step(expression.span, Length(value));
  return ColumnsOf(value);
}

Value Evaluator::Node(const Expression&, const lang::Integer& node) { return node.value; }
Value Evaluator::Node(const Expression&, const lang::Boolean& node) { return node.value; }
Value Evaluator::Node(const Expression& whole, const lang::String& node) {
  Step(whole.span, static_cast<int64_t>(node.value.size()));
  return node.value;
}

Value Evaluator::Node(const Expression& whole, const lang::GlobalValue&) {
  return CopyOfVariable(whole);
}

Value Evaluator::Node(const Expression& whole, const lang::LocalValue&) {
  return CopyOfVariable(whole);
}

Value Evaluator::CopyOfVariable(const Expression& variable) {
  Value none;
  const Value& value = Look(variable, none);
  Step(variable.span, Length(value));
  return value;
}

Value Evaluator::Node(const Expression& whole, const lang::Unary& node) {
  Value scratch;
  const Value& operand = Look(*node.operand, scratch);
  if (node.op == lang::UnaryOperator::kNot) {
    if (const auto* flags = std::get_if<Flags>(&operand)) return Not(*flags);
    return !std::get<bool>(operand);
  }
  if (!HasLanes(operand)) return Take(whole.span, Negate(operand));
  return OrOneByOne(ApplyToLanes(lang::BinaryOperator::kSubtract, int64_t{0}, operand, mask_));
}

Value Evaluator::Node(const Expression& whole, const lang::Binary& node) {
  const bool logical =
      node.op == lang::BinaryOperator::kAnd || node.op == lang::BinaryOperator::kOr;
  if (logical) return Logical(node);
  Value left_scratch, right_scratch;
  const Value& left = Look(*node.left, left_scratch);
  const Value& right = Look(*node.right, right_scratch);
  Step(whole.span, Length(left) + Length(right));
  if (HasLanes(left) || HasLanes(right)) {
    return OrOneByOne(ApplyToLanes(node.op, left, right, mask_));
  }
  return Take(whole.span, Apply(node.op, left, right));
}

Value Evaluator::Node(const Expression& whole, const lang::TupleLiteral& node) {
  ColumnTuple result;
  for (const lang::Element& element : node.elements) {
    if (element.spread) {
      const ColumnTuple part = Numbers(*element.value);
      result.insert(result.end(), part.begin(), part.end());
    } else {
      result.push_back(Number(*element.value));
    }
  }
  if (result.size() > static_cast<size_t>(kMaxTupleLength)) {
    Fail("E0609", whole.span, fmt::format("a tuple of more than {} elements", kMaxTupleLength));
  }
  return ValueOf(std::move(result));
}

Value Evaluator::Node(const Expression&, const lang::Comprehension& node) {
  ColumnTuple result;
  const auto slot = static_cast<size_t>(node.slot);
  CHECK(locals_ != nullptr && slot < locals_->size(), "a comprehension outside a function");
  for (Column& element : Numbers(*node.sequence)) {
    (*locals_)[slot] = ValueOf(std::move(element));
    result.push_back(Number(*node.element));
  }
  return ValueOf(std::move(result));
}

Value Evaluator::Node(const Expression& whole, const lang::Range& node) {
  const int64_t count = Integer(*node.count);
  if (count < 0) Fail("E0610", whole.span, fmt::format("range({}): the count is negative", count));
  if (count > kMaxTupleLength) {
    Fail("E0609", whole.span,
         fmt::format("range({}): a tuple has at most {} elements", count, kMaxTupleLength));
  }
  Step(whole.span, count);
  Tuple result(static_cast<size_t>(count));
  for (size_t i = 0; i < result.size(); ++i) result[i] = static_cast<int64_t>(i);
  return result;
}

Value Evaluator::Node(const Expression& whole, const lang::TupleIndex& node) {
  Value scratch;
  const Value& value = Look(*node.tuple, scratch);
  Value index_scratch;
  const Value& at = Look(*node.index, index_scratch);
  if (HasLanes(value) || HasLanes(at)) return ElementAt(ColumnsOf(value), ColumnOf(at).value());
  const auto& tuple = std::get<Tuple>(value);
  const auto index = std::get<int64_t>(at);
  const auto size = static_cast<int64_t>(tuple.size());
  if (index < -size || index >= size) {
    Fail("E0604", whole.span,
         fmt::format("index {} is outside the tuple {}, which has {} element{}", index,
                     Brief(tuple), size, size == 1 ? "" : "s"),
         "elements count from 0; task.ipoint and task.ispace have one for each dimension of the "
         "launch");
  }
  return tuple[static_cast<size_t>(index < 0 ? index + size : index)];
}

Value Evaluator::Node(const Expression&, const lang::TupleSlice& node) {
  const ColumnTuple tuple = Numbers(*node.tuple);
  const auto size = static_cast<int64_t>(tuple.size());
  const auto bound = [&](const lang::ExpressionPtr& expression, int64_t none) {
    if (expression == nullptr) return none;
    const int64_t at = Integer(*expression);
    return at < 0 ? std::max<int64_t>(at + size, 0) : std::min(at, size);
  };
  const int64_t low = bound(node.low, 0);
  const int64_t high = std::max(bound(node.high, size), low);
  return ValueOf(ColumnTuple(tuple.begin() + low, tuple.begin() + high));
}

Value Evaluator::Node(const Expression& whole, const lang::Call& node) {
  std::vector<Value> arguments;
  for (const lang::Element& element : node.arguments) {
    if (element.spread) {
      for (Column& part : Numbers(*element.value)) arguments.push_back(ValueOf(std::move(part)));
    } else {
      arguments.push_back(Evaluate(*element.value));
    }
  }
  const lang::Function& function = program_.functions[static_cast<size_t>(node.function)];
  bool fits = arguments.size() == function.parameters.size();
  for (size_t i = 0; fits && i < arguments.size(); ++i) {
    fits = TypeOf(arguments[i]) == function.parameters[i].type;
  }
  if (!fits) {
    Fail("E0611", whole.span,
         fmt::format("the call gives {} values to {}, which takes {} parameters", arguments.size(),
                     function.name, function.parameters.size()));
  }
  return Call(node.function, std::move(arguments));
}

Value Evaluator::Call(int index, std::vector<Value> arguments) {
  const lang::Function& function = program_.functions[static_cast<size_t>(index)];
  CHECK(arguments.size() == function.parameters.size(), function.name);
  arguments.resize(static_cast<size_t>(function.slots));
  std::vector<Value>* outer = std::exchange(locals_, &arguments);
  for (const lang::BodyStatement& statement : function.body) {
    if (auto* assign = std::get_if<lang::AssignLocal>(&statement.node)) {
      Value value = Evaluate(*assign->value);
      arguments[static_cast<size_t>(assign->slot)] = std::move(value);
    } else {
      Print(std::get<lang::Print>(statement.node));
    }
  }
  Value result = Evaluate(*function.result);
  locals_ = outer;
  return result;
}

Value Evaluator::EvaluateGlobal(const lang::Global& global) {
  std::vector<Value> locals(static_cast<size_t>(global.slots));
  std::vector<Value>* outer = std::exchange(locals_, &locals);
  Value value = Evaluate(*global.value);
  locals_ = outer;
  return value;
}

void Evaluator::Print(const lang::Print& print) {
  if (block_) throw OneByOne{};  // a line for each point
  std::string line = print.texts[0];
  for (size_t i = 0; i < print.arguments.size(); ++i) {
    line += ToString(Evaluate(*print.arguments[i]));
    line += print.texts[i + 1];
  }
  line += '\n';
  Step(print.arguments.empty() ? Span{} : print.arguments[0]->span,
       static_cast<int64_t>(line.size()));
  // One call a line: lines of several threads do not mix.
  if (environment_.print) std::fwrite(line.data(), 1, line.size(), stderr);
}

namespace {

template <class Compute>
Evaluated Guarded(Compute compute) {
  try {
    return Evaluated(compute());
  } catch (Failure& failure) {
    return std::move(failure.diagnostic);
  }
}

/// The value of a block, or nothing when its points have to be evaluated one by one.
template <class Compute>
std::optional<Value> Together(Compute compute) {
  try {
    return compute();
  } catch (const OneByOne&) {
    return std::nullopt;
  } catch (const Failure&) {  // told with its point when that is evaluated alone
    return std::nullopt;
  }
}

}  // namespace

std::optional<Value> EvaluateBlock(const Environment& environment, int function,
                                   std::vector<Value> arguments, const TaskContext& about) {
  return Together(
      [&] { return Evaluator(environment, &about).Call(function, std::move(arguments)); });
}

std::optional<Value> IndexBlock(const Environment& environment, const MachineSpace& space,
                                const ColumnTuple& coordinates, const TaskContext& about) {
  return Together([&] {
    const std::vector<Span> spans(coordinates.size());
    return Evaluator(environment, &about)
        .Index(space, {coordinates.begin(), coordinates.end()}, "", spans, {});
  });
}

Evaluated EvaluateGlobal(const Environment& environment, int index) {
  const lang::Global& global = environment.program->globals[static_cast<size_t>(index)];
  return Guarded([&] { return Evaluator(environment, nullptr).EvaluateGlobal(global); });
}

Evaluated EvaluateFunction(const Environment& environment, int function,
                           std::vector<Value> arguments, const TaskContext* about) {
  return Guarded(
      [&] { return Evaluator(environment, about).Call(function, std::move(arguments)); });
}

Evaluated IndexSpace(const Environment& environment, const MachineSpace& space,
                     const Tuple& coordinates, std::string_view name, Span span,
                     const TaskContext* about) {
  return Guarded([&] {
    const std::vector<Span> spans(coordinates.size(), span);
    return Evaluator(environment, about)
        .Index(space, {coordinates.begin(), coordinates.end()}, name, spans, span);
  });
}

}  // namespace groma::mapping

// Types of expressions; names of values.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

constexpr int kDeepest = 500;

bool IsArithmetic(BinaryOperator op) { return op <= BinaryOperator::kRemainder; }
bool IsEquality(BinaryOperator op) {
  return op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual;
}
bool IsLogical(BinaryOperator op) {
  return op == BinaryOperator::kAnd || op == BinaryOperator::kOr;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// The kind that a name such as `mgpu` or `gpu_machine` speaks of.
std::optional<ProcessorKind> KindInName(std::string_view name) {
  std::string lower = Lower(name);
  for (ProcessorKind kind : {ProcessorKind::kGpu, ProcessorKind::kCpu, ProcessorKind::kOmp})
    if (lower.find(Lower(ToString(kind))) != std::string::npos) return kind;
  return std::nullopt;
}

/// The edit that puts a later definition before the statement that uses it.
std::optional<Edit> MovedUp(const std::string& text, const tree::Statement& definition,
                            const tree::Statement& user) {
  if (!definition.complete || definition.span.begin < user.span.end) return std::nullopt;
  const auto part = [&](uint32_t begin, uint32_t end) { return text.substr(begin, end - begin); };
  std::string between = part(user.span.begin, definition.span.begin);
  between.erase(between.find_last_not_of(" \t\r\n") + 1);
  return Edit{{user.span.begin, definition.span.end},
              part(definition.span.begin, definition.span.end) + "\n" + between};
}

}  // namespace

std::optional<int64_t> Literal(const Expression& expression) {
  if (const auto* integer = std::get_if<Integer>(&expression.node)) return integer->value;
  if (const auto* unary = std::get_if<Unary>(&expression.node))
    if (const auto* integer = std::get_if<Integer>(&unary->operand->node);
        integer && unary->op == UnaryOperator::kNegate)
      return -integer->value;
  return std::nullopt;
}

std::string WithArticle(Type type) {
  if (type == Type::kInteger) return "an int";
  if (type == Type::kSpace) return "a machine space";
  return fmt::format("a {}", ToString(type));
}

bool Checker::DepthExceeded(Span span, int more) {
  if (scope_) scope_->info->depth = std::max(scope_->info->depth, depth_ + more);
  if (depth_ + more <= kDeepest && total_depth_ <= kDeepest) return false;
  // Said once: everything around it is as deep.
  if (!std::exchange(too_deep_, true))
    Error("E0216", span, fmt::format("calls and expressions nest more than {} deep", kDeepest),
          "name parts of it with variables");
  return true;
}

Value Checker::Check(const tree::ExpressionPtr& expression) {
  if (!expression) return {};
  ++depth_;
  ++total_depth_;
  Value value;
  if (!DepthExceeded(expression->span, 0))
    value = std::visit([&](const auto& node) { return CheckNode(expression->span, node); },
                       expression->node);
  --total_depth_;
  --depth_;
  return value;
}

Value Checker::Check(const tree::ExpressionPtr& expression, Type wanted, std::string_view where) {
  Value value = Check(expression);
  if (!value || value.type == wanted) return value;
  Diagnostic found = MakeDiagnostic("E0303", expression->span,
                                    fmt::format("{} {} is needed; this is {}", where,
                                                WithArticle(wanted), WithArticle(value.type)));
  if (wanted == Type::kInteger && value.type == Type::kTuple)
    found.help = "an element of a tuple is written t[0]";
  sink_.Report(std::move(found));
  return {};
}

Value Checker::CheckNode(Span span, const tree::Integer& node) {
  return MakeValue(span, Type::kInteger, Integer{node.value});
}

Value Checker::CheckNode(Span span, const tree::Boolean& node) {
  return MakeValue(span, Type::kBoolean, Boolean{node.value});
}

Value Checker::CheckNode(Span span, const tree::String& node) {
  return MakeValue(span, Type::kString, String{node.value});
}

Value Checker::CheckNode(Span span, const tree::Reference& node) {
  if (variables_) {
    auto entry = variables_->find(node.name);
    if (entry != variables_->end()) {
      const Variable& variable = entry->second;
      if (!variable.usable) return {};
      Value value = MakeValue(span, variable.type, LocalValue{variable.slot}, variable.size);
      value.own_task = variable.own_task;
      return value;
    }
  }
  return GlobalReference(span, node.name);
}

Value Checker::GlobalReference(Span span, const std::string& name) {
  auto entry = globals_.find(name);
  if (entry == globals_.end()) {
    ReportUndefined(span, name);
    return {};
  }
  GlobalInfo& info = entry->second;
  if (info.order >= order_) {
    if (!undefined_.insert(name).second) return {};
    Diagnostic found =
        MakeDiagnostic("E0202", span, fmt::format("'{}' is used before it is defined", name));
    found.notes.push_back({"it is defined here", info.span});
    found.help = fmt::format("move the definition of '{}' up", name);
    if (info.order > order_)
      found.edit = MovedUp(program_.source->text(), tree_.statements[info.order], *statement_);
    sink_.Report(std::move(found));
    return {};
  }
  if (!info.checked && scope_) scope_->info->early_global = name;
  if (!info.index) return {};
  return MakeValue(span, info.type, GlobalValue{*info.index}, info.size);
}

void Checker::ReportUndefined(Span span, const std::string& name) {
  // An assignment may be what the parser lost, but hardly that of a machine space.
  if (!statement_->complete && scope_ && !KindInName(name)) return;
  if (!undefined_.insert(name).second) return;
  Diagnostic found = MakeDiagnostic("E0201", span, fmt::format("'{}' is not defined", name));
  if (functions_.contains(name)) {
    found.message = fmt::format("'{}' is a function: it is called, not used as a value", name);
    found.help = fmt::format("write {}(…)", name);
  } else if (ParseProcessorKind(name)) {
    found.message = fmt::format("the kind '{}' is no value", name);
    found.help = fmt::format("a machine space of it is `Machine({})`", name);
    found.edit = Edit{span, fmt::format("Machine({})", name)};
  } else {
    std::optional<ProcessorKind> kind = KindInName(name);
    std::optional<std::string> nearest = Nearest(name, VariableNames());
    bool same_kind = nearest && KindInName(*nearest) == kind;
    if (nearest && same_kind) {
      found.help = fmt::format("did you mean '{}'?", *nearest);
      found.edit = Edit{span, *nearest};
    } else if (kind || name == "m" || name.starts_with("m_")) {
      std::string definition =
          fmt::format("{} = Machine({});", name, ToString(kind.value_or(ProcessorKind::kGpu)));
      found.help = fmt::format("add `{}`", definition);
      found.edit = Edit{{statement_->span.begin, statement_->span.begin}, definition + "\n"};
    }
  }
  sink_.Report(std::move(found));
}

std::vector<std::string> Checker::VariableNames() const {
  std::vector<std::string> names;
  if (variables_)
    for (const auto& [name, variable] : *variables_) names.push_back(name);
  for (const auto& [name, info] : globals_)
    if (info.order < order_) names.push_back(name);
  names.emplace_back("True");
  names.emplace_back("False");
  return names;
}

Value Checker::CheckNode(Span span, const tree::Unary& node) {
  Value operand = Check(node.operand);
  if (!operand) return {};
  bool fits = node.op == UnaryOperator::kNot
                  ? operand.type == Type::kBoolean
                  : operand.type == Type::kInteger || operand.type == Type::kTuple;
  if (!fits) {
    Error("E0301", span,
          fmt::format("'{}' cannot be used with {}", ToString(node.op), WithArticle(operand.type)));
    return {};
  }
  return MakeValue(span, operand.type, Unary{node.op, std::move(operand.expression)}, operand.size);
}

Value Checker::CheckNode(Span span, const tree::Binary& node) {
  Value left = Check(node.left), right = Check(node.right);
  if (!left || !right) return {};
  if (IsArithmetic(node.op)) return Arithmetic(span, node, std::move(left), std::move(right));
  if (IsEquality(node.op)) return Equality(span, node, std::move(left), std::move(right));
  Type wanted = IsLogical(node.op) ? Type::kBoolean : Type::kInteger;
  if (left.type != wanted || right.type != wanted) {
    Error("E0301", span,
          fmt::format("'{}' cannot be used with {} and {}", ToString(node.op),
                      WithArticle(left.type), WithArticle(right.type)));
    return {};
  }
  return MakeValue(span, Type::kBoolean,
                   Binary{node.op, std::move(left.expression), std::move(right.expression)});
}

Value Checker::Arithmetic(Span span, const tree::Binary& node, Value left, Value right) {
  auto counts = [](const Value& value) {
    return value.type == Type::kInteger || value.type == Type::kTuple;
  };
  if (!counts(left) || !counts(right)) {
    Diagnostic found =
        MakeDiagnostic("E0301", span,
                       fmt::format("'{}' cannot be used with {} and {}", ToString(node.op),
                                   WithArticle(left.type), WithArticle(right.type)));
    if (left.type == Type::kSpace || right.type == Type::kSpace)
      found.help = "the sizes of a machine space m are the tuple m.size";
    sink_.Report(std::move(found));
    return {};
  }
  bool tuples = left.type == Type::kTuple && right.type == Type::kTuple;
  if (tuples && left.size && right.size && *left.size != *right.size) {
    Error("E0304", span,
          fmt::format("these tuples have {} and {} elements: '{}' works element by element",
                      *left.size, *right.size, ToString(node.op)));
    return {};
  }
  bool divides = node.op == BinaryOperator::kDivide || node.op == BinaryOperator::kRemainder;
  if (divides && Literal(*right.expression) == 0) {
    Error("E0314", node.right->span, "division by zero");
    return {};
  }
  bool tuple = left.type == Type::kTuple || right.type == Type::kTuple;
  std::optional<int64_t> size = left.size ? left.size : right.size;
  return MakeValue(span, tuple ? Type::kTuple : Type::kInteger,
                   Binary{node.op, std::move(left.expression), std::move(right.expression)},
                   tuple ? size : std::nullopt);
}

Value Checker::Equality(Span span, const tree::Binary& node, Value left, Value right) {
  bool comparable = left.type == right.type && left.type != Type::kTask &&
                    left.type != Type::kSpace && left.type != Type::kPoint;
  if (!comparable) {
    Error("E0301", span,
          fmt::format("{} and {} cannot be compared", WithArticle(left.type),
                      WithArticle(right.type)));
    return {};
  }
  return MakeValue(span, Type::kBoolean,
                   Binary{node.op, std::move(left.expression), std::move(right.expression)});
}

Value Checker::CheckNode(Span span, const tree::Conditional& node) {
  Value condition = Check(node.condition, Type::kBoolean, "before '?'");
  Value then = Check(node.then), otherwise = Check(node.otherwise);
  if (!condition || !then || !otherwise) return {};
  if (then.type != otherwise.type) {
    Error("E0307", span,
          fmt::format("one side of '?' is {}, the other {}", WithArticle(then.type),
                      WithArticle(otherwise.type)));
    return {};
  }
  std::optional<int64_t> size = then.size == otherwise.size ? then.size : std::nullopt;
  return MakeValue(span, then.type,
                   Conditional{std::move(condition.expression), std::move(then.expression),
                               std::move(otherwise.expression)},
                   size);
}

Value Checker::CheckNode(Span span, const tree::Tuple& node) {
  std::optional<int64_t> length;
  auto elements = CheckElements(node.elements, "in a tuple", &length);
  if (!elements) return {};
  return MakeValue(span, Type::kTuple, TupleLiteral{std::move(*elements)}, length);
}

// Integers and spread tuples. `length` becomes their number if that is known.
std::optional<std::vector<Element>> Checker::CheckElements(
    const std::vector<tree::Element>& elements, std::string_view where,
    std::optional<int64_t>* length) {
  std::vector<Element> checked;
  bool good = true;
  *length = 0;
  for (const tree::Element& element : elements) {
    Value value = element.spread ? Check(element.value, Type::kTuple, "after '*'")
                                 : Check(element.value, Type::kInteger, where);
    good = good && value;
    if (!element.spread && *length)
      ++**length;
    else if (*length && value.size)
      **length += *value.size;
    else
      *length = std::nullopt;
    checked.push_back({std::move(value.expression), element.spread});
  }
  if (!good) return std::nullopt;
  return checked;
}

Value Checker::CheckNode(Span span, const tree::Comprehension& node) {
  Value sequence = Check(node.sequence, Type::kTuple, "after 'in'");
  Variable variable;
  variable.slot = (*slots_)++;
  std::optional<Variable> hidden;
  auto entry = variables_->find(node.variable.text);
  if (entry != variables_->end()) hidden = entry->second;
  (*variables_)[node.variable.text] = variable;
  Value element = Check(node.element, Type::kInteger, "in a tuple");
  if (hidden)
    (*variables_)[node.variable.text] = *hidden;
  else
    variables_->erase(node.variable.text);
  if (!sequence || !element) return {};
  return MakeValue(
      span, Type::kTuple,
      Comprehension{std::move(element.expression), variable.slot, std::move(sequence.expression)},
      sequence.size);
}

Value Checker::CheckNode(Span, const tree::Parenthesis& node) { return Check(node.inner); }

}  // namespace groma::lang

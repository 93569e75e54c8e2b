#include "lang/syntax/statement_printer.h"

#include <fmt/format.h>

namespace groma::lang {
namespace {

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out + "\"";
}

// Operators of equal precedence share a block: all of its breaks are equally good.
int Precedence(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kOr:
      return 1;
    case BinaryOperator::kAnd:
      return 2;
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
      return 3;
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual:
      return 4;
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
      return 5;
    case BinaryOperator::kMultiply:
    case BinaryOperator::kDivide:
    case BinaryOperator::kRemainder:
      return 6;
  }
  return 0;
}

}  // namespace

std::string StatementPrinter::Print(const tree::Statement& statement) {
  std::visit(*this, statement.node);
  if (!std::holds_alternative<tree::Function>(statement.node)) out_.Text(";");
  return out_.Take();
}

std::string StatementPrinter::Print(const tree::BodyStatement& statement) {
  std::visit(*this, statement.node);
  out_.Text(";");
  return out_.Take();
}

void StatementPrinter::Comments(uint32_t before) {
  while (std::optional<Comment> comment = comments_.TakeBefore(before))
    out_.Comment(comments_.Text(*comment), comment->starts_line);
}

void StatementPrinter::Word(const tree::Name& name) {
  Comments(name.span.begin);
  out_.Text(name.quoted ? Quote(name.text) : name.text);
}

void StatementPrinter::Separate(const tree::Name& name) {
  out_.Break(1);
  Word(name);
}

void StatementPrinter::List(const tree::Names& names) {
  out_.Break(1);
  out_.Open();
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      out_.Text(",");
      out_.Break(0);
    }
    Word(names[i]);
  }
  out_.Close();
}

// ---- statements ----

void StatementPrinter::operator()(const tree::TaskStatement& node) {
  out_.Text("Task");
  List(node.tasks);
  List(node.processors);
}

void StatementPrinter::operator()(const tree::RegionStatement& node) {
  out_.Text("Region");
  List(node.tasks);
  Separate(node.region.name);
  Separate(node.processor);
  List(node.memories);
}

void StatementPrinter::operator()(const tree::LayoutStatement& node) {
  out_.Text("Layout");
  List(node.tasks);
  Separate(node.region.name);
  Separate(node.place);
  for (const tree::Constraint& constraint : node.constraints) {
    Separate(constraint.word);
    if (constraint.comparison)
      out_.Text(fmt::format("{}{}", ToString(*constraint.comparison), constraint.value));
  }
}

void StatementPrinter::operator()(const tree::LimitStatement& node) {
  out_.Text("InstanceLimit");
  List(node.tasks);
  out_.Break(1);
  Comments(node.limit_span.begin);
  out_.Text(fmt::to_string(node.limit));
}

void StatementPrinter::operator()(const tree::CollectStatement& node) {
  out_.Text("CollectMemory");
  List(node.tasks);
  Separate(node.region.name);
}

void StatementPrinter::operator()(const tree::MapStatement& node) {
  out_.Text(node.index ? "IndexTaskMap" : "SingleTaskMap");
  List(node.tasks);
  if (node.machine) Separate(*node.machine);
  Separate(node.function);
}

void StatementPrinter::operator()(const tree::ReplicateStatement& node) {
  out_.Text("ControlReplicate");
  List(node.tasks);
}

void StatementPrinter::operator()(const tree::Assignment& node) {
  Word(node.variable);
  out_.Text(" = ");
  Value(node.value);
}

void StatementPrinter::operator()(const tree::Function& node) {
  out_.Text("def ");
  Word(node.name);
  out_.Text("(");
  out_.Open();
  for (size_t i = 0; i < node.parameters.size(); ++i) {
    if (i > 0) {
      out_.Text(",");
      out_.Break(1);
    }
    Word(node.parameters[i].type);
    out_.Text(" ");
    Word(node.parameters[i].name);
  }
  out_.Text(") {");
  out_.Close();
}

void StatementPrinter::operator()(const tree::Print& node) {
  out_.Text("print(");
  out_.Open();
  Word(node.format);
  for (const tree::ExpressionPtr& argument : node.arguments) {
    out_.Text(",");
    out_.Break(1);
    Value(argument);
  }
  out_.Text(")");
  out_.Close();
}

void StatementPrinter::operator()(const tree::Return& node) {
  out_.Text("return ");
  Value(node.value);
}

// ---- expressions ----

void StatementPrinter::Value(const tree::ExpressionPtr& expression) {
  if (!expression) return;
  std::visit([&](const auto& node) { Node(*expression, node); }, expression->node);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Integer& node) {
  Comments(whole.span.begin);
  out_.Text(fmt::to_string(node.value));
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Boolean& node) {
  Comments(whole.span.begin);
  out_.Text(node.value ? "True" : "False");
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::String& node) {
  Comments(whole.span.begin);
  out_.Text(Quote(node.value));
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Reference& node) {
  Comments(whole.span.begin);
  out_.Text(node.name);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Unary& node) {
  Comments(whole.span.begin);
  out_.Text(ToString(node.op));
  Value(node.operand);
}

void StatementPrinter::Node(const tree::Expression&, const tree::Binary& node) {
  out_.Open();
  Operands(node);
  out_.Close();
}

void StatementPrinter::Operands(const tree::Binary& node) {
  const auto* left = std::get_if<tree::Binary>(&node.left->node);
  if (left != nullptr && Precedence(left->op) == Precedence(node.op))
    Operands(*left);
  else
    Value(node.left);
  out_.Text(fmt::format(" {}", ToString(node.op)));
  out_.Break(1);
  Value(node.right);
}

void StatementPrinter::Node(const tree::Expression&, const tree::Conditional& node) {
  out_.Open(LineBreaker::Fill::kEverywhere);
  Arms(node);
  out_.Close();
}

void StatementPrinter::Arms(const tree::Conditional& node) {
  Value(node.condition);
  out_.Break(1);
  out_.Text("? ");
  Value(node.then);
  out_.Break(1);
  out_.Text(": ");
  if (const auto* next = std::get_if<tree::Conditional>(&node.otherwise->node))
    Arms(*next);
  else
    Value(node.otherwise);
}

void StatementPrinter::Elements(std::string_view open, const std::vector<tree::Element>& elements,
                                std::string_view close, uint32_t end) {
  out_.Text(open);
  out_.Open();
  for (size_t i = 0; i < elements.size(); ++i) {
    const tree::Element& element = elements[i];
    if (i > 0) out_.Text(",");
    out_.Break(i > 0 ? 1 : 0);
    if (element.spread || element.IsStar()) {
      Comments(element.span.begin);
      out_.Text("*");
    }
    Value(element.value);
  }
  if (end > 0) Comments(end - 1);  // those before the closing bracket
  out_.Text(close);
  out_.Close();
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Tuple& node) {
  Comments(whole.span.begin);
  Elements("(", node.elements, node.elements.size() == 1 ? ",)" : ")", whole.span.end);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Comprehension& node) {
  Comments(whole.span.begin);
  out_.Text("tuple(");
  out_.Open();
  Value(node.element);
  out_.Break(1);
  out_.Text("for ");
  Word(node.variable);
  out_.Text(" in ");
  Value(node.sequence);
  if (whole.span.end > 0) Comments(whole.span.end - 1);
  out_.Text(")");
  out_.Close();
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Index& node) {
  Value(node.object);
  Elements("[", node.elements, "]", whole.span.end);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Slice& node) {
  Value(node.object);
  out_.Text("[");
  out_.Open();
  Value(node.low);
  out_.Text(":");
  out_.Break(0);
  Value(node.high);
  if (whole.span.end > 0) Comments(whole.span.end - 1);
  out_.Text("]");
  out_.Close();
}

void StatementPrinter::Node(const tree::Expression&, const tree::Member& node) {
  Value(node.object);
  bool chain = std::holds_alternative<tree::Call>(node.object->node);
  if (chain) out_.Break(0);
  out_.Text(".");
  Word(node.name);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Call& node) {
  Value(node.callee);
  Elements("(", node.arguments, ")", whole.span.end);
}

void StatementPrinter::Node(const tree::Expression& whole, const tree::Parenthesis& node) {
  Comments(whole.span.begin);
  out_.Text("(");
  out_.Open();
  Value(node.inner);
  if (whole.span.end > 0) Comments(whole.span.end - 1);
  out_.Text(")");
  out_.Close();
}

void StatementPrinter::Node(const tree::Expression&, const tree::Missing&) {}

}  // namespace groma::lang

#include "lang/syntax/printer.h"

#include <fmt/format.h>

#include "lang/lang.h"

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

std::string Text(const tree::Name& name) { return name.quoted ? Quote(name.text) : name.text; }

std::string Join(const tree::Names& names) {
  std::string out;
  for (const tree::Name& name : names)
    out += fmt::format("{}{}", out.empty() ? "" : ",", Text(name));
  return out;
}

std::string Text(const tree::ExpressionPtr& expression);

std::string Text(const std::vector<tree::Element>& elements) {
  std::string out;
  for (const tree::Element& element : elements) {
    if (!out.empty()) out += ", ";
    if (element.spread || element.IsStar()) out += "*";
    if (!element.IsStar()) out += Text(element.value);
  }
  return out;
}

struct ExpressionPrinter {
  std::string operator()(const tree::Integer& node) const { return fmt::to_string(node.value); }
  std::string operator()(const tree::Boolean& node) const { return node.value ? "True" : "False"; }
  std::string operator()(const tree::String& node) const { return Quote(node.value); }
  std::string operator()(const tree::Reference& node) const { return node.name; }
  std::string operator()(const tree::Unary& node) const {
    return fmt::format("{}{}", ToString(node.op), Text(node.operand));
  }
  std::string operator()(const tree::Binary& node) const {
    return fmt::format("{} {} {}", Text(node.left), ToString(node.op), Text(node.right));
  }
  std::string operator()(const tree::Conditional& node) const {
    return fmt::format("{} ? {} : {}", Text(node.condition), Text(node.then), Text(node.otherwise));
  }
  std::string operator()(const tree::Tuple& node) const {
    bool one = node.elements.size() == 1;
    return fmt::format("({}{})", Text(node.elements), one ? "," : "");
  }
  std::string operator()(const tree::Comprehension& node) const {
    return fmt::format("tuple({} for {} in {})", Text(node.element), node.variable.text,
                       Text(node.sequence));
  }
  std::string operator()(const tree::Index& node) const {
    return fmt::format("{}[{}]", Text(node.object), Text(node.elements));
  }
  std::string operator()(const tree::Slice& node) const {
    return fmt::format("{}[{}:{}]", Text(node.object), Text(node.low), Text(node.high));
  }
  std::string operator()(const tree::Member& node) const {
    return fmt::format("{}.{}", Text(node.object), node.name.text);
  }
  std::string operator()(const tree::Call& node) const {
    return fmt::format("{}({})", Text(node.callee), Text(node.arguments));
  }
  std::string operator()(const tree::Parenthesis& node) const {
    return fmt::format("({})", Text(node.inner));
  }
  std::string operator()(const tree::Missing&) const { return ""; }
};

std::string Text(const tree::ExpressionPtr& expression) {
  return expression ? std::visit(ExpressionPrinter{}, expression->node) : "";
}

std::string Text(const tree::Assignment& node) {
  return fmt::format("{} = {};", node.variable.text, Text(node.value));
}

std::string Text(const tree::BodyStatement& statement) {
  if (const auto* assignment = std::get_if<tree::Assignment>(&statement.node))
    return Text(*assignment);
  if (const auto* result = std::get_if<tree::Return>(&statement.node))
    return fmt::format("return {};", Text(result->value));
  const auto& print = std::get<tree::Print>(statement.node);
  std::string out = fmt::format("print({}", Quote(print.format.text));
  for (const tree::ExpressionPtr& argument : print.arguments)
    out += fmt::format(", {}", Text(argument));
  return out + ");";
}

struct StatementPrinter {
  std::string operator()(const tree::TaskStatement& node) const {
    return fmt::format("Task {} {};", Join(node.tasks), Join(node.processors));
  }
  std::string operator()(const tree::RegionStatement& node) const {
    return fmt::format("Region {} {} {} {};", Join(node.tasks), Text(node.region.name),
                       Text(node.processor), Join(node.memories));
  }
  std::string operator()(const tree::LayoutStatement& node) const {
    std::string out =
        fmt::format("Layout {} {} {}", Join(node.tasks), Text(node.region.name), Text(node.place));
    for (const tree::Constraint& constraint : node.constraints) {
      out += fmt::format(" {}", constraint.word.text);
      if (constraint.comparison)
        out += fmt::format("{}{}", ToString(*constraint.comparison), constraint.value);
    }
    return out + ";";
  }
  std::string operator()(const tree::LimitStatement& node) const {
    return fmt::format("InstanceLimit {} {};", Join(node.tasks), node.limit);
  }
  std::string operator()(const tree::CollectStatement& node) const {
    return fmt::format("CollectMemory {} {};", Join(node.tasks), Text(node.region.name));
  }
  std::string operator()(const tree::MapStatement& node) const {
    return fmt::format("{} {} {}{};", node.index ? "IndexTaskMap" : "SingleTaskMap",
                       Join(node.tasks), node.machine ? Text(*node.machine) + " " : "",
                       Text(node.function));
  }
  std::string operator()(const tree::ReplicateStatement& node) const {
    return fmt::format("ControlReplicate {};", Join(node.tasks));
  }
  std::string operator()(const tree::Assignment& node) const { return Text(node); }
  std::string operator()(const tree::Function& node) const {
    std::string out = fmt::format("def {}(", node.name.text);
    for (size_t i = 0; i < node.parameters.size(); ++i)
      out += fmt::format("{}{} {}", i == 0 ? "" : ", ", node.parameters[i].type.text,
                         node.parameters[i].name.text);
    out += ") {\n";
    for (const tree::BodyStatement& statement : node.body)
      out += fmt::format("  {}\n", Text(statement));
    return out + "}";
  }
};

}  // namespace

std::string PrintStatement(const tree::Statement& statement) {
  return std::visit(StatementPrinter{}, statement.node);
}

std::string Print(const Tree& tree) {
  std::string out;
  for (const tree::Statement& statement : tree.statements) out += PrintStatement(statement) + "\n";
  return out;
}

}  // namespace groma::lang

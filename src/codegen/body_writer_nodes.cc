// One function a kind of expression.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <utility>

#include "base/check.h"
#include "codegen/body_writer.h"

namespace groma::codegen {
namespace {

using lang::BinaryOperator;
using lang::Expression;

/// How strongly C++'s operators bind.
enum Binding {
  kChoice = 20,
  kOr = 30,
  kAnd = 40,
  kEquality = 50,
  kOrder = 60,
  kSum = 70,
  kProduct = 80,
  kPrefix = 90,
  kPostfix = 100
};

int BindingOf(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
      return kSum;
    case BinaryOperator::kMultiply:
    case BinaryOperator::kDivide:
    case BinaryOperator::kRemainder:
      return kProduct;
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
      return kEquality;
    case BinaryOperator::kAnd:
      return kAnd;
    case BinaryOperator::kOr:
      return kOr;
    default:
      return kOrder;
  }
}

std::string Joined(const std::vector<Code>& codes) {
  std::vector<std::string_view> texts;
  texts.reserve(codes.size());
  for (const Code& code : codes) texts.push_back(code.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::string Bound(const Code& code, int precedence) {
  return code.precedence < precedence ? "(" + code.text + ")" : code.text;
}

std::string Typed(const Code& code) {
  if (!code.literal || code.type == lang::Type::kBoolean) return code.text;
  return fmt::format("{}({})", TypeName(code.type), code.text);
}

Code BodyWriter::Emit(const Expression& expression) {
  Code code =
      std::visit([&](const auto& node) { return EmitNode(expression, node); }, expression.node);
  code.type = expression.type;
  return code;
}

Code BodyWriter::EmitNode(const Expression&, const lang::Integer& node) {
  if (node.value == std::numeric_limits<int64_t>::min()) {
    return {.text = "Int(INT64_MIN)", .precedence = kPostfix};
  }
  if (node.value > std::numeric_limits<int32_t>::max() ||
      node.value < std::numeric_limits<int32_t>::min()) {
    return {.text = fmt::format("Int({})", node.value), .precedence = kPostfix};
  }
  return {.text = fmt::format("{}", node.value),
          .precedence = node.value < 0 ? kPrefix : kPostfix,
          .literal = true};
}

Code BodyWriter::EmitNode(const Expression&, const lang::Boolean& node) {
  return {.text = node.value ? "true" : "false", .precedence = kPostfix, .literal = true};
}

Code BodyWriter::EmitNode(const Expression&, const lang::String& node) {
  return {.text = Quoted(node.value), .precedence = kPostfix, .literal = true};
}

Code BodyWriter::EmitNode(const Expression&, const lang::GlobalValue& node) {
  return {.text = names_.globals[static_cast<size_t>(node.index)], .precedence = kPostfix};
}

Code BodyWriter::EmitNode(const Expression&, const lang::LocalValue& node) {
  return {.text = slots_[static_cast<size_t>(node.slot)], .precedence = kPostfix};
}

Code BodyWriter::EmitNode(const Expression&, const lang::MachineSpace& node) {
  return {.text = fmt::format("Machine({})", ToString(node.kind)), .precedence = kPostfix};
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Unary& node) {
  const bool negates = node.op == lang::UnaryOperator::kNegate;
  return Operate(whole, negates, kPrefix, EmitAll({node.operand.get()}, true),
                 [&](const Codes& codes) {
                   Code operand = codes[0];
                   if (operand.literal) operand = {Typed(operand), kPostfix};
                   return (negates ? "-" : "!") + Bound(operand, kPostfix);
                 });
}

Code BodyWriter::EmitLogic(const Expression& whole, const lang::Binary& node) {
  const bool both = node.op == BinaryOperator::kAnd;
  const int binding = BindingOf(node.op);
  Code left = Emit(*node.left);
  Block block;
  Code right = EmitInside(*node.right, block);
  const auto operand = [&](const Code& code) {
    // Compilers warn of && inside || without parentheses.
    return code.precedence == binding ? code.text : Bound(code, kEquality);
  };
  if (block.lines.empty()) {
    return {.text = fmt::format("{} {} {}", operand(left), both ? "&&" : "||", operand(right)),
            .precedence = binding,
            .can_fail = left.can_fail || right.can_fail};
  }
  // The right side has statements, which run only when they are needed.
  const std::string name = NameFor(whole, both ? "both" : "either");
  block_->lines.push_back(fmt::format("const bool {} = [&] {{", name));
  block_->lines.push_back(both ? fmt::format("  if (!{}) return false;", Bound(left, kPrefix))
                               : fmt::format("  if ({}) return true;", left.text));
  block.lines.push_back(fmt::format("return {};", right.text));
  for (std::string& line : Indented(std::move(block.lines)))
    block_->lines.push_back(std::move(line));
  block_->lines.emplace_back("}();");
  return {.text = name, .precedence = kPostfix};
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Binary& node) {
  if (node.op == BinaryOperator::kAnd || node.op == BinaryOperator::kOr) {
    return EmitLogic(whole, node);
  }
  const int binding = BindingOf(node.op);
  const bool arithmetic = binding >= kSum;
  const auto build = [&](const Codes& codes) {
    Code left = codes[0];
    const Code& right = codes[1];
    // Two literals would be computed by C++'s own rules.
    if (left.literal && right.literal) left = {Typed(left), kPostfix};
    // Arithmetic of equal strength on the left needs no parentheses; comparisons always do.
    std::string right_text = Bound(right, arithmetic ? binding + 1 : kSum);
    if (left.text == right_text && left.type == lang::Type::kBoolean) {
      right_text = fmt::format("bool({})", right_text);  // compilers warn of x == x
    }
    return fmt::format("{} {} {}", Bound(left, arithmetic ? binding : kSum), ToString(node.op),
                       right_text);
  };
  return Operate(whole, arithmetic, binding, EmitAll({node.left.get(), node.right.get()}, false),
                 build);
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Conditional& node) {
  const Code condition = Emit(*node.condition);
  Block then_block, else_block;
  const Code then = EmitInside(*node.then, then_block);
  const Code otherwise = EmitInside(*node.otherwise, else_block);
  if (then_block.lines.empty() && else_block.lines.empty()) {
    const auto side = [](const Code& code) {
      return code.literal ? Typed(code) : Bound(code, kChoice + 1);
    };
    return {.text = fmt::format("{} ? {} : {}", Bound(condition, kChoice + 1), side(then),
                                side(otherwise)),
            .precedence = kChoice,
            .can_fail = condition.can_fail || then.can_fail || otherwise.can_fail};
  }
  const std::string name = NameFor(whole, "choice");
  auto& lines = block_->lines;
  lines.push_back(fmt::format("const {} {} = [&]() -> {} {{", TypeName(whole.type), name,
                              TypeName(whole.type)));
  lines.push_back(fmt::format("  if ({}) {{", condition.text));
  then_block.lines.push_back(fmt::format("return {};", then.text));
  for (std::string& line : Indented(Indented(std::move(then_block.lines))))
    lines.push_back(std::move(line));
  lines.emplace_back("  }");
  else_block.lines.push_back(fmt::format("return {};", otherwise.text));
  for (std::string& line : Indented(std::move(else_block.lines))) lines.push_back(std::move(line));
  lines.emplace_back("}();");
  return {.text = name, .precedence = kPostfix};
}

BodyWriter::Codes BodyWriter::EmitElements(const std::vector<lang::Element>& elements,
                                           bool& spreads) {
  Operands operands;
  for (const lang::Element& element : elements) operands.push_back(element.value.get());
  Codes codes = EmitAll(operands, true);
  for (size_t i = 0; i < codes.size(); ++i) {
    if (!elements[i].spread) continue;
    spreads = true;
    codes[i].text = fmt::format("Spread({})", codes[i].text);
  }
  return codes;
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::TupleLiteral& node) {
  bool spreads = false;
  Codes codes = EmitElements(node.elements, spreads);
  return Operate(whole, spreads, kPostfix, std::move(codes), [&](const Codes& parts) {
    return (spreads ? "Joined({" : "Tuple{") + Joined(parts) + (spreads ? "})" : "}");
  });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Comprehension& node) {
  const Code sequence = Emit(*node.sequence);
  Block block;
  std::string& name = slots_[static_cast<size_t>(node.slot)];
  name = taken_.Take(ComprehensionName(names_.program, node));
  const Code element = EmitInside(*node.element, block);
  const bool reads = uses_[static_cast<size_t>(node.slot)].reads > 0;
  const std::string plain =
      fmt::format("ForEach({}, [&](Int{}) {{", sequence.text, reads ? " " + name : "");
  if (block.lines.empty()) {
    return {.text = fmt::format("{} return {}; }})", plain, element.text),
            .precedence = kPostfix,
            .can_fail = sequence.can_fail || element.can_fail};
  }
  const std::string result = NameFor(whole, "elements");
  block_->lines.push_back(fmt::format("const Tuple {} = {}", result, plain));
  block.lines.push_back(fmt::format("return {};", element.text));
  for (std::string& line : Indented(std::move(block.lines)))
    block_->lines.push_back(std::move(line));
  block_->lines.emplace_back("});");
  return {.text = result, .precedence = kPostfix};
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Range& node) {
  return Operate(whole, true, kPostfix, EmitAll({node.count.get()}, true),
                 [](const Codes& codes) { return fmt::format("Range({})", codes[0].text); });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::TupleIndex& node) {
  const bool has_element = names_.lengths.HasElement(node, lengths_);
  return Operate(whole, !has_element, kPostfix, EmitAll({node.tuple.get(), node.index.get()}, true),
                 [](const Codes& codes) {
                   return fmt::format("{}[{}]", Bound(codes[0], kPostfix), codes[1].text);
                 });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::TupleSlice& node) {
  Operands operands = {node.tuple.get()};
  if (node.low) operands.push_back(node.low.get());
  if (node.high) operands.push_back(node.high.get());
  // As arguments the two bounds have no order.
  Codes codes = EmitAll(operands, operands.size() < 3);
  return Operate(whole, false, kPostfix, std::move(codes), [&](const Codes& parts) {
    std::string tuple = Bound(parts[0], kPostfix);
    if (node.low && node.high) {
      return fmt::format("{}.slice({}, {})", tuple, parts[1].text, parts[2].text);
    }
    if (!node.low && !node.high) return tuple;
    return fmt::format("{}.{}({})", tuple, node.low ? "from" : "to", parts[1].text);
  });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::SpaceIndex& node) {
  using Form = lang::Coordinate::Form;
  Operands operands = {node.space.get()};
  for (const lang::Coordinate& coordinate : node.coordinates) {
    if (coordinate.value) operands.push_back(coordinate.value.get());
  }
  const int line = LineOf(whole.span);
  std::vector<int> lines;
  bool on_one_line = true;
  for (const lang::Coordinate& coordinate : node.coordinates) {
    lines.push_back(coordinate.form == Form::kOne ? LineOf(coordinate.value->span) : line);
    on_one_line = on_one_line && lines.back() == line;
  }
  const bool alone = node.coordinates.size() == 1 && node.coordinates[0].form == Form::kSpread;
  return Operate(whole, true, kPostfix, EmitAll(operands, true), [&](const Codes& codes) {
    std::vector<std::string> parts;
    size_t next = 1;
    for (const lang::Coordinate& coordinate : node.coordinates) {
      if (coordinate.form == Form::kAll) {
        parts.emplace_back("kAll");
      } else if (coordinate.form == Form::kSpread) {
        parts.push_back(fmt::format("Spread({})", codes[next++].text));
      } else {
        parts.push_back(codes[next++].text);
      }
    }
    const std::string space = Bound(codes[0], kPostfix);
    if (alone) return fmt::format("{}[{}]", space, codes[1].text);
    const std::string all = fmt::format("{}", fmt::join(parts, ", "));
    if (on_one_line) return fmt::format("{}[{{{}}}]", space, all);
    return fmt::format("{}.At({{{}}}, {{{}}})", space, all, fmt::join(lines, ", "));
  });
}

Code BodyWriter::EmitSpreadCall(const Expression& whole, const lang::Call& node) {
  const auto function = static_cast<size_t>(node.function);
  size_t before = 0;
  while (!node.arguments[before].spread) ++before;
  bool spreads = false;
  Codes codes = EmitElements(node.arguments, spreads);
  for (size_t i = 0; i < codes.size(); ++i) {
    if (i < before && codes[i].can_fail) codes[i] = Hoist(std::move(codes[i]), "before");
  }
  const Codes rest(codes.begin() + static_cast<std::ptrdiff_t>(before), codes.end());
  const size_t parameters = names_.program.functions[function].parameters.size();
  const Code joined = Hoist(
      {.text = fmt::format("Joined({{{}}})", Joined(rest)), .type = lang::Type::kTuple}, "spread");
  const int told = block_->line;
  TellLine(LineOf(whole.span));
  const Code arguments =
      Hoist({.text = fmt::format("Arguments({}, {}, {}, {})", joined.text, before, parameters,
                                 Quoted(names_.program.functions[function].name)),
             .type = lang::Type::kTuple},
            "arguments");
  if (told != 0) TellLine(told);
  std::vector<std::string> texts;
  for (size_t i = 0; i < before; ++i) texts.push_back(codes[i].text);
  for (size_t i = before; i < parameters; ++i) {
    texts.push_back(fmt::format("{}[{}]", arguments.text, i - before));
  }
  return {.text = fmt::format("{}({})", names_.functions[function], fmt::join(texts, ", ")),
          .precedence = kPostfix,
          .can_fail = true};
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Call& node) {
  for (const lang::Element& argument : node.arguments) {
    if (argument.spread) return EmitSpreadCall(whole, node);
  }
  Operands operands;
  for (const lang::Element& argument : node.arguments) operands.push_back(argument.value.get());
  const Codes codes = EmitAll(operands, false);
  return {.text = fmt::format("{}({})", names_.functions[static_cast<size_t>(node.function)],
                              Joined(codes)),
          .precedence = kPostfix,
          .can_fail = true};
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Attribute& node) {
  struct Row {
    std::string_view method;
    bool can_fail;
  };
  const auto row = [&]() -> Row {
    switch (node.kind) {
      case lang::AttributeKind::kTupleLength:
      case lang::AttributeKind::kSpaceLength:
        return {"len", false};
      case lang::AttributeKind::kTupleVolume:
        return {"volume", true};
      case lang::AttributeKind::kSpaceVolume:
        return {"volume", false};
      case lang::AttributeKind::kSpaceSize:
        return {"size", false};
      case lang::AttributeKind::kTaskPoint:
        return {"ipoint", true};
      case lang::AttributeKind::kTaskSpace:
        return {"ispace", true};
      case lang::AttributeKind::kTaskParent:
        return {"parent", true};
      case lang::AttributeKind::kTaskName:
        return {"name", false};
      case lang::AttributeKind::kTaskDepth:
        return {"depth", false};
    }
    CHECK(false, "no attribute");
  }();
  const auto* variable = std::get_if<lang::LocalValue>(&node.object->node);
  const bool has_point = task_has_point_ && variable != nullptr && variable->slot == 0 &&
                         node.kind != lang::AttributeKind::kTaskParent;
  return Operate(whole, row.can_fail && !has_point, kPostfix, EmitAll({node.object.get()}, true),
                 [&](const Codes& codes) {
                   return fmt::format("{}.{}()", Bound(codes[0], kPostfix), row.method);
                 });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::HasMemory& node) {
  return Operate(whole, false, kPostfix, EmitAll({node.object.get()}, true),
                 [&](const Codes& codes) {
                   return fmt::format("Has({}, {})", codes[0].text, ToString(node.memory));
                 });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::TaskProcessor& node) {
  return Operate(whole, true, kPostfix, EmitAll({node.task.get(), node.space.get()}, true),
                 [](const Codes& codes) {
                   return fmt::format("{}.processor({})", Bound(codes[0], kPostfix), codes[1].text);
                 });
}

Code BodyWriter::EmitNode(const Expression& whole, const lang::Transform& node) {
  Operands operands = {node.space.get()};
  for (const auto& argument : node.arguments) operands.push_back(argument.get());
  return Operate(whole, true, kPostfix, EmitAll(operands, operands.size() < 3),
                 [&](const Codes& codes) {
                   return fmt::format("{}.{}({})", Bound(codes[0], kPostfix), ToString(node.kind),
                                      Joined(Codes(codes.begin() + 1, codes.end())));
                 });
}

}  // namespace groma::codegen

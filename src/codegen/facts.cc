#include "codegen/facts.h"

#include <array>

#include "base/check.h"

namespace groma::codegen {
namespace {

using lang::Expression;

std::optional<int64_t> Literal(const lang::ExpressionPtr& expression) {
  const auto* integer = std::get_if<lang::Integer>(&expression->node);
  return integer ? std::optional(integer->value) : std::nullopt;
}

bool IsIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The identifier at the start of a text, after blanks.
std::string FirstWord(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  size_t end = begin;
  while (end < text.size() && IsIdentifier(text[end])) ++end;
  return std::string(text.substr(begin, end - begin));
}

/// Calls `visit` with every expression in this one, itself included.
template <class Visit>
void Walk(const lang::ExpressionPtr& expression, const Visit& visit) {
  if (expression == nullptr) return;
  visit(*expression);
  const auto in = [&](const auto& node) {
    using Node = std::decay_t<decltype(node)>;
    if constexpr (requires { node.operand; }) Walk(node.operand, visit);
    if constexpr (requires { node.left; }) Walk(node.left, visit), Walk(node.right, visit);
    if constexpr (requires { node.condition; }) {
      Walk(node.condition, visit), Walk(node.then, visit), Walk(node.otherwise, visit);
    }
    if constexpr (requires { node.elements; }) {
      for (const auto& element : node.elements) Walk(element.value, visit);
    }
    if constexpr (requires { node.sequence; }) {
      Walk(node.element, visit), Walk(node.sequence, visit);
    }
    if constexpr (requires { node.count; }) Walk(node.count, visit);
    if constexpr (requires { node.tuple; }) Walk(node.tuple, visit);
    if constexpr (std::is_same_v<Node, lang::TupleIndex>) Walk(node.index, visit);
    if constexpr (requires { node.low; }) Walk(node.low, visit), Walk(node.high, visit);
    if constexpr (requires { node.space; }) Walk(node.space, visit);
    if constexpr (requires { node.coordinates; }) {
      for (const auto& coordinate : node.coordinates) Walk(coordinate.value, visit);
    }
    if constexpr (std::is_same_v<Node, lang::Call>) {
      for (const auto& argument : node.arguments) Walk(argument.value, visit);
    }
    if constexpr (std::is_same_v<Node, lang::Transform>) {
      for (const auto& argument : node.arguments) Walk(argument, visit);
    }
    if constexpr (requires { node.object; }) Walk(node.object, visit);
    if constexpr (requires { node.task; }) Walk(node.task, visit);
  };
  std::visit(in, expression->node);
}

template <class Visit>
void Walk(const lang::Function& function, const Visit& visit) {
  for (const lang::BodyStatement& statement : function.body) {
    if (auto* assign = std::get_if<lang::AssignLocal>(&statement.node)) {
      Walk(assign->value, visit);
    } else {
      for (const auto& value : std::get<lang::Print>(statement.node).arguments) Walk(value, visit);
    }
  }
  Walk(function.result, visit);
}

/// Counts the reads.
auto Reads(std::vector<SlotUse>& uses) {
  return [&uses](const Expression& expression) {
    if (auto* local = std::get_if<lang::LocalValue>(&expression.node)) {
      ++uses[static_cast<size_t>(local->slot)].reads;
    }
  };
}

}  // namespace

Lengths::Lengths(const lang::Program& program) {
  for (const lang::Global& global : program.globals) globals_.push_back(Of(*global.value, {}));
}

std::optional<int64_t> Lengths::Of(const Expression& expression, const Slots& slots) const {
  const auto& node = expression.node;
  if (std::holds_alternative<lang::MachineSpace>(node)) return 2;
  if (auto* global = std::get_if<lang::GlobalValue>(&node)) {
    const auto index = static_cast<size_t>(global->index);
    return index < globals_.size() ? globals_[index] : std::nullopt;
  }
  if (auto* local = std::get_if<lang::LocalValue>(&node)) {
    const auto found = slots.find(local->slot);
    return found == slots.end() ? std::nullopt : std::optional(found->second);
  }
  if (auto* tuple = std::get_if<lang::TupleLiteral>(&node)) {
    for (const lang::Element& element : tuple->elements) {
      if (element.spread) return std::nullopt;
    }
    return static_cast<int64_t>(tuple->elements.size());
  }
  if (auto* attribute = std::get_if<lang::Attribute>(&node)) {
    if (attribute->kind == lang::AttributeKind::kSpaceSize) return Of(*attribute->object, slots);
    return std::nullopt;
  }
  if (auto* processor = std::get_if<lang::TaskProcessor>(&node))
    return Of(*processor->space, slots);
  auto* transform = std::get_if<lang::Transform>(&node);
  if (transform == nullptr) return std::nullopt;
  const std::optional<int64_t> before = Of(*transform->space, slots);
  if (!before) return std::nullopt;
  switch (transform->kind) {
    case lang::TransformKind::kMerge:
      return *before - 1;
    case lang::TransformKind::kSplit:
      return *before + 1;
    case lang::TransformKind::kSwap:
    case lang::TransformKind::kSlice:
    case lang::TransformKind::kReverse:
      return before;
    case lang::TransformKind::kBalanceSplit:
    case lang::TransformKind::kDecompose:
    case lang::TransformKind::kGreedySplit: {
      const bool parts = transform->kind == lang::TransformKind::kBalanceSplit;
      const auto more =
          parts ? Literal(transform->arguments[1]) : Of(*transform->arguments[1], slots);
      if (!more || *more < 1 || *more > 16) return std::nullopt;
      return *before - 1 + *more;
    }
  }
  return std::nullopt;
}

bool Lengths::HasElement(const lang::TupleIndex& index, const Slots& slots) const {
  const std::optional<int64_t> literal = Literal(index.index), length = Of(*index.tuple, slots);
  return literal && length && *literal >= -*length && *literal < *length;
}

std::vector<SlotUse> CountUses(const lang::Function& function) {
  std::vector<SlotUse> uses(static_cast<size_t>(function.slots));
  for (const lang::BodyStatement& statement : function.body) {
    if (auto* assign = std::get_if<lang::AssignLocal>(&statement.node)) {
      ++uses[static_cast<size_t>(assign->slot)].assigned;
    }
  }
  Walk(function, Reads(uses));
  return uses;
}

std::vector<SlotUse> CountUses(const lang::Global& global) {
  std::vector<SlotUse> uses(static_cast<size_t>(global.slots));
  Walk(global.value, Reads(uses));
  return uses;
}

std::vector<bool> FindIndexMaps(const lang::Program& program) {
  std::vector<bool> found(program.functions.size());
  for (const auto& map : program.index_maps) {
    if (!map.machine) found[static_cast<size_t>(map.function)] = true;
  }
  for (const auto& map : program.single_maps) found[static_cast<size_t>(map.function)] = false;
  const auto calls = [&](const Expression& expression) {
    if (auto* call = std::get_if<lang::Call>(&expression.node)) {
      found[static_cast<size_t>(call->function)] = false;
    }
  };
  for (const lang::Global& global : program.globals) Walk(global.value, calls);
  for (const lang::Function& function : program.functions) Walk(function, calls);
  return found;
}

std::string AssignedName(const lang::Program& program, const lang::BodyStatement& statement) {
  return FirstWord(std::string_view(program.source->text()).substr(statement.span.begin));
}

std::string ComprehensionName(const lang::Program& program, const lang::Comprehension& node) {
  const uint32_t begin = node.element->span.end, end = node.sequence->span.begin;
  if (begin >= end) return "i";
  const std::string_view between =
      std::string_view(program.source->text()).substr(begin, end - begin);
  const size_t at = between.find("for");
  const std::string name = at == std::string_view::npos ? "" : FirstWord(between.substr(at + 3));
  return name.empty() ? "i" : name;
}

int LineOf(const lang::Program& program, Span span) {
  return program.source->PositionOf(span.begin).line;
}

std::string_view TypeName(lang::Type type) {
  constexpr std::array<std::string_view, 7> kNames = {"Int",  "bool",  "Tuple", "std::string",
                                                      "Task", "Space", "Point"};
  return kNames[static_cast<size_t>(type)];
}

}  // namespace groma::codegen

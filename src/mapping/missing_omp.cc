#include "mapping/missing_omp.h"

#include <algorithm>
#include <optional>

namespace groma::mapping {
namespace {

constexpr ProcessorKind kOmp = ProcessorKind::kOmp;

class Finder {
 public:
  std::optional<Span> Find(const lang::Program& program);

 private:
  void Note(Span span, bool is_omp) {
    if (is_omp && (!first_ || span < *first_)) first_ = span;
  }
  void Statements(const lang::Program& program);
  void Function(const lang::Function& function);
  void In(const lang::ExpressionPtr& expression);
  void In(const std::vector<lang::ExpressionPtr>& expressions) {
    for (const auto& expression : expressions) In(expression);
  }
  void In(const std::vector<lang::Element>& elements) {
    for (const lang::Element& element : elements) In(element.value);
  }

  std::optional<Span> first_;
};

void Finder::In(const lang::ExpressionPtr& expression) {
  if (expression == nullptr) return;
  const auto look = [&](const auto& node) {
    if constexpr (requires { node.operand; }) In(node.operand);
    if constexpr (requires { node.left; }) In(node.left), In(node.right);
    if constexpr (requires { node.condition; }) {
      In(node.condition), In(node.then), In(node.otherwise);
    }
    if constexpr (requires { node.elements; }) In(node.elements);
    if constexpr (requires { node.element; }) In(node.element), In(node.sequence);
    if constexpr (requires { node.count; }) In(node.count);
    if constexpr (requires { node.tuple; }) In(node.tuple);
    if constexpr (requires { node.low; }) In(node.low), In(node.high);
    if constexpr (requires {
                    node.tuple;
                    node.index;
                  })
      In(node.index);
    if constexpr (requires { node.space; }) In(node.space);
    if constexpr (requires { node.coordinates; }) {
      for (const lang::Coordinate& coordinate : node.coordinates) In(coordinate.value);
    }
    if constexpr (requires { node.arguments; }) In(node.arguments);
    if constexpr (requires { node.object; }) In(node.object);
    if constexpr (requires { node.task; }) In(node.task);
  };
  std::visit(look, expression->node);
  if (auto* machine = std::get_if<lang::MachineSpace>(&expression->node)) {
    Note(expression->span, machine->kind == kOmp);
  }
}

void Finder::Function(const lang::Function& function) {
  for (const lang::BodyStatement& statement : function.body) {
    if (auto* assign = std::get_if<lang::AssignLocal>(&statement.node)) {
      In(assign->value);
    } else {
      In(std::get<lang::Print>(statement.node).arguments);
    }
  }
  In(function.result);
}

void Finder::Statements(const lang::Program& program) {
  for (const auto& statement : program.tasks) {
    const auto& kinds = statement.processors;
    Note(statement.span, std::find(kinds.begin(), kinds.end(), kOmp) != kinds.end());
  }
  for (const auto& statement : program.regions) {
    Note(statement.span, statement.processor == kOmp);
  }
  for (const auto& statement : program.layouts) {
    Note(statement.span, statement.processor == kOmp);
  }
  for (const auto* maps : {&program.index_maps, &program.single_maps}) {
    for (const auto& statement : *maps) {
      for (const auto& selector : statement.tasks) {
        Note(statement.span,
             selector.form == lang::TaskSelector::Form::kKind && selector.kind == kOmp);
      }
    }
  }
}

std::optional<Span> Finder::Find(const lang::Program& program) {
  Statements(program);
  for (const lang::Global& global : program.globals) In(global.value);
  for (const lang::Function& function : program.functions) Function(function);
  return first_;
}

}  // namespace

void WarnOfMissingOmp(const lang::Program& program, const machine::Shape& shape,
                      DiagnosticSink& sink) {
  if (shape.ProcessorsPerNode(kOmp) > 0) return;
  if (auto span = Finder().Find(program)) {
    sink.Report({.code = "W0601",
                 .severity = Severity::kWarning,
                 .message = "the machine has no OpenMP processors: OMP means CPU in this file",
                 .span = *span});
  }
}

}  // namespace groma::mapping

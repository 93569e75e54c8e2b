#include "lsp/symbols.h"

#include <set>

#include "base/kinds.h"

namespace groma::lsp {
namespace {

namespace tree = lang::tree;

class Finder {
 public:
  explicit Finder(const lang::Tree& tree) {
    for (const tree::Statement& statement : tree.statements)
      if (const auto* function = std::get_if<tree::Function>(&statement.node))
        functions_.insert(function->name.text);
    for (const tree::Statement& statement : tree.statements) {
      locals_.clear();
      std::visit(*this, statement.node);
      ++statement_;
    }
  }
  std::vector<Symbol> Take() { return std::move(symbols_); }

  void operator()(const tree::TaskStatement& node) {
    Tasks(node.tasks);
    Fixed(node.processors);
  }
  void operator()(const tree::RegionStatement& node) {
    Tasks(node.tasks);
    Region(node.region);
    Fixed({node.processor});
    Fixed(node.memories);
  }
  void operator()(const tree::LayoutStatement& node) {
    Tasks(node.tasks);
    Region(node.region);
    Fixed({node.place});
    for (const tree::Constraint& constraint : node.constraints) Fixed({constraint.word});
  }
  void operator()(const tree::LimitStatement& node) { Tasks(node.tasks); }
  void operator()(const tree::CollectStatement& node) {
    Tasks(node.tasks);
    Region(node.region);
  }
  void operator()(const tree::MapStatement& node) {
    for (const tree::Name& task : node.tasks)
      if (!task.quoted && ParseProcessorKind(task.text))
        Fixed({task});
      else
        Tasks({task});
    if (node.machine) Add(SymbolKind::kGlobal, *node.machine);
    Add(SymbolKind::kFunction, node.function);
  }
  void operator()(const tree::ReplicateStatement& node) { Tasks(node.tasks); }
  void operator()(const tree::Assignment& node) {
    Add(SymbolKind::kGlobal, node.variable, true);
    Value(node.value);
  }
  void operator()(const tree::Function& node) {
    Add(SymbolKind::kFunction, node.name, true);
    for (const tree::Parameter& parameter : node.parameters) {
      Fixed({parameter.type});
      Define(parameter.name);
    }
    for (const tree::BodyStatement& statement : node.body) {
      if (const auto* assignment = std::get_if<tree::Assignment>(&statement.node)) {
        Value(assignment->value);
        Define(assignment->variable);
      } else if (const auto* print = std::get_if<tree::Print>(&statement.node)) {
        for (const tree::ExpressionPtr& argument : print->arguments) Value(argument);
      } else {
        Value(std::get<tree::Return>(statement.node).value);
      }
    }
  }

  // Expressions.
  void operator()(const tree::Integer&) {}
  void operator()(const tree::Boolean&) {}
  void operator()(const tree::String&) {}
  void operator()(const tree::Missing&) {}
  void operator()(const tree::Reference& node) {
    const SymbolKind kind = locals_.contains(node.name)      ? SymbolKind::kLocal
                            : functions_.contains(node.name) ? SymbolKind::kFunction
                                                             : SymbolKind::kGlobal;
    Add(kind, {node.name, whole_, false});
  }
  void operator()(const tree::Unary& node) { Value(node.operand); }
  void operator()(const tree::Binary& node) {
    Value(node.left);
    Value(node.right);
  }
  void operator()(const tree::Conditional& node) {
    Value(node.condition);
    Value(node.then);
    Value(node.otherwise);
  }
  void operator()(const tree::Tuple& node) { Values(node.elements); }
  void operator()(const tree::Comprehension& node) {
    Value(node.sequence);
    Define(node.variable);
    Value(node.element);
  }
  void operator()(const tree::Index& node) {
    Value(node.object);
    Values(node.elements);
  }
  void operator()(const tree::Slice& node) {
    Value(node.object);
    Value(node.low);
    Value(node.high);
  }
  void operator()(const tree::Member& node) {
    Value(node.object);
    Fixed({node.name});
  }
  void operator()(const tree::Call& node) {
    const auto* callee = std::get_if<tree::Reference>(&node.callee->node);
    const auto* member = std::get_if<tree::Member>(&node.callee->node);
    const bool machine = callee != nullptr && callee->name == "Machine";
    if (machine || (callee != nullptr &&
                    (callee->name == "len" || callee->name == "range" || callee->name == "tuple")))
      Add(SymbolKind::kFixed, {callee->name, node.callee->span, false});
    else
      Value(node.callee);
    for (const tree::Element& argument : node.arguments) {
      const auto* word =
          argument.value ? std::get_if<tree::Reference>(&argument.value->node) : nullptr;
      const bool kind = word != nullptr && (machine || (member && member->name.text == "has"));
      if (kind)
        Add(SymbolKind::kFixed, {word->name, argument.value->span, false});
      else
        Value(argument.value);
    }
  }
  void operator()(const tree::Parenthesis& node) { Value(node.inner); }

 private:
  void Add(SymbolKind kind, const tree::Name& name, bool defines = false) {
    if (name.span.end > name.span.begin && !name.IsStar())
      symbols_.push_back({kind, name.text, name.span, defines, statement_});
  }
  void Tasks(const tree::Names& names) {
    for (const tree::Name& name : names) Add(SymbolKind::kTask, name);
  }
  void Fixed(const tree::Names& names) {
    for (const tree::Name& name : names) Add(SymbolKind::kFixed, name);
  }
  void Region(const tree::Region& region) {
    if (!region.position) Add(SymbolKind::kRegion, region.name);
  }
  void Define(const tree::Name& name) {
    locals_.insert(name.text);
    Add(SymbolKind::kLocal, name, true);
  }
  void Value(const tree::ExpressionPtr& expression) {
    if (!expression) return;
    whole_ = expression->span;
    std::visit(*this, expression->node);
  }
  void Values(const std::vector<tree::Element>& elements) {
    for (const tree::Element& element : elements) Value(element.value);
  }

  std::vector<Symbol> symbols_;
  std::set<std::string> functions_, locals_;
  Span whole_;
  size_t statement_ = 0;
};

}  // namespace

std::vector<Symbol> FindSymbols(const lang::Tree& tree) { return Finder(tree).Take(); }

std::optional<Symbol> SymbolAt(const std::vector<Symbol>& symbols, size_t offset) {
  std::optional<Symbol> touching;
  for (const Symbol& symbol : symbols) {
    if (offset >= symbol.span.begin && offset < symbol.span.end) return symbol;
    if (offset == symbol.span.end) touching = symbol;
  }
  return touching;
}

bool Same(const Symbol& a, const Symbol& b) {
  return a.kind == b.kind && a.name == b.name &&
         (a.kind != SymbolKind::kLocal || a.statement == b.statement);
}

}  // namespace groma::lsp

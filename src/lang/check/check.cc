// The order of checking: names of the file first, then values, functions and statements.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnostics/registry.h"
#include "lang/check/checker.h"
#include "lang/lang.h"
#include "lang/syntax/printer.h"

namespace groma::lang {

std::optional<Program> Check(const Tree& tree, std::shared_ptr<const SourceFile> source,
                             DiagnosticSink& sink, Partial* partial) {
  return Checker(tree, std::move(source), sink).Run(partial);
}

std::optional<Program> Compile(std::shared_ptr<const SourceFile> source, DiagnosticSink& sink) {
  Tree tree = Parse(*source, sink);
  return Check(tree, std::move(source), sink);
}

Checker::Checker(const Tree& tree, std::shared_ptr<const SourceFile> source, DiagnosticSink& sink)
    : tree_(tree), sink_(sink) {
  program_.source = std::move(source);
}

std::optional<Program> Checker::Run(Partial* partial) {
  const size_t errors_before = sink_.Errors();
  CollectNames();
  for (order_ = 0; order_ < tree_.statements.size() && !sink_.Full(); ++order_) {
    statement_ = &tree_.statements[order_];
    if (const auto* assignment = std::get_if<tree::Assignment>(&statement_->node))
      CheckGlobal(*assignment);
  }
  for (auto& [name, info] : functions_)
    if (!sink_.Full()) CheckFunction(info);
  lost_.maps |= sink_.Errors() > errors_before ||
                std::any_of(program_.functions.begin(), program_.functions.end(),
                            [](const Function& function) { return function.result == nullptr; });
  for (order_ = 0; order_ < tree_.statements.size() && !sink_.Full(); ++order_)
    CheckStatement(tree_.statements[order_]);
  WarnOfOverrides();
  if (sink_.HasErrors()) {
    if (tree_.left_out || sink_.Full()) lost_ = {true, true, true, true, true, true, true};
    if (partial != nullptr) *partial = {std::move(program_), lost_};
    return std::nullopt;
  }
  return std::move(program_);
}

void Checker::Error(std::string_view code, Span span, std::string message, std::string help) {
  Diagnostic found = MakeDiagnostic(code, span, std::move(message));
  found.help = std::move(help);
  sink_.Report(std::move(found));
}

int Checker::LineOf(Span span) const { return program_.source->PositionOf(span.begin).line; }

void Checker::CollectNames() {
  for (order_ = 0; order_ < tree_.statements.size() && !sink_.Full(); ++order_) {
    statement_ = &tree_.statements[order_];
    if (const auto* assignment = std::get_if<tree::Assignment>(&statement_->node))
      CollectGlobal(*assignment);
    if (const auto* function = std::get_if<tree::Function>(&statement_->node))
      CollectFunction(*function);
  }
}

bool Checker::CheckReserved(const tree::Name& name, bool function) {
  constexpr std::array<std::string_view, 7> kWords = {"True",   "False", "Machine", "tuple",
                                                      "return", "def",   "for"};
  constexpr std::array<std::string_view, 3> kFunctions = {"len", "range", "print"};
  bool reserved =
      std::find(kWords.begin(), kWords.end(), name.text) != kWords.end() ||
      ParseProcessorKind(name.text) || ParseMemoryKind(name.text) ||
      (function && std::find(kFunctions.begin(), kFunctions.end(), name.text) != kFunctions.end());
  if (reserved)
    Error("E0213", name.span, fmt::format("'{}' is a word of the language", name.text),
          "choose another name");
  return !reserved;
}

void Checker::CollectGlobal(const tree::Assignment& assignment) {
  const tree::Name& name = assignment.variable;
  if (!CheckReserved(name, false)) return;
  GlobalInfo info;
  info.order = order_;
  info.span = name.span;
  auto function = functions_.find(name.text);
  auto [entry, added] = globals_.emplace(name.text, info);
  if (added && function == functions_.end()) return;
  Span first = added ? function->second.tree->name.span : entry->second.span;
  Diagnostic found =
      MakeDiagnostic("E0205", name.span, fmt::format("'{}' is defined twice", name.text));
  found.notes.push_back({"the first definition", first});
  found.help = "a value of the file is given once; choose another name";
  sink_.Report(std::move(found));
}

void Checker::CollectFunction(const tree::Function& function) {
  const tree::Name& name = function.name;
  if (!CheckReserved(name, true)) return;
  FunctionInfo info;
  info.order = order_;
  info.statement = statement_;
  info.tree = &function;
  info.index = static_cast<int>(program_.functions.size());
  auto global = globals_.find(name.text);
  auto [entry, added] = functions_.emplace(name.text, info);
  if (added) {
    program_.functions.emplace_back();
    program_.functions.back().span = statement_->span;
    program_.functions.back().name_span = name.span;
    program_.functions.back().name = name.text;
  }
  if (added && global == globals_.end()) return;
  bool same = !added && entry->second.statement->complete && statement_->complete &&
              PrintStatement(*entry->second.statement) == PrintStatement(*statement_);
  Span first = added ? global->second.span : entry->second.tree->name.span;
  Diagnostic found =
      same ? MakeDiagnostic("W0201", name.span,
                            fmt::format("function '{}' is defined twice, alike", name.text))
           : MakeDiagnostic("E0206", name.span,
                            fmt::format("'{}' is defined twice, differently", name.text));
  found.notes.push_back({"the first definition", first});
  found.help = same ? "leave one of them out" : "rename one of them, or leave it out";
  if (same) found.edit = Edit{statement_->span, ""};
  sink_.Report(std::move(found));
}

void Checker::CheckGlobal(const tree::Assignment& assignment) {
  auto entry = globals_.find(assignment.variable.text);
  if (entry == globals_.end() || entry->second.order != order_) return;
  GlobalInfo& info = entry->second;
  Variables variables;
  int slots = 0;
  variables_ = &variables;
  slots_ = &slots;
  Value value = Check(assignment.value);
  variables_ = nullptr;
  slots_ = nullptr;
  info.checked = true;
  if (!value) return;
  if (value.type == Type::kPoint || value.type == Type::kTask) {
    Error("E0301", value.expression->span,
          fmt::format("a value of the file cannot be {}", WithArticle(value.type)));
    return;
  }
  info.index = static_cast<int>(program_.globals.size());
  info.type = value.type;
  info.size = value.size;
  program_.globals.push_back(
      {statement_->span, assignment.variable.text, value.type, std::move(value.expression), slots});
}

}  // namespace groma::lang

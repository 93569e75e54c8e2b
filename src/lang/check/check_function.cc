// Functions: parameters, bodies, recursion.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

std::optional<Type> ParseType(std::string_view text) {
  if (text == "int") return Type::kInteger;
  if (text == "bool") return Type::kBoolean;
  if (text == "Task") return Type::kTask;
  if (text == "MSpace") return Type::kSpace;
  if (text == "tuple" || text == "IPoint" || text == "ISpace") return Type::kTuple;
  return std::nullopt;
}

/// A kind is no value, but in a call that is misspelt it is at its place: `machine(CPU)`.
bool IsKind(const tree::Expression& expression) {
  const auto* reference = std::get_if<tree::Reference>(&expression.node);
  return reference != nullptr &&
         (ParseProcessorKind(reference->name) || ParseMemoryKind(reference->name));
}

}  // namespace

void Checker::CheckFunction(FunctionInfo& info) {
  if (info.state != FunctionInfo::State::kNew) return;
  info.state = FunctionInfo::State::kActive;
  active_.push_back(&info);
  Scope scope;
  scope.info = &info;
  Function function = std::move(program_.functions[info.index]);
  scope.function = &function;
  Variables variables;
  Scope* outer_scope = std::exchange(scope_, &scope);
  Variables* outer_variables = std::exchange(variables_, &variables);
  int* outer_slots = std::exchange(slots_, &function.slots);
  const tree::Statement* outer_statement = std::exchange(statement_, info.statement);
  size_t outer_order = std::exchange(order_, info.order);
  int outer_depth = std::exchange(depth_, 0);
  CheckParameters(scope);
  CheckBody(scope);
  scope_ = outer_scope;
  variables_ = outer_variables;
  slots_ = outer_slots;
  statement_ = outer_statement;
  order_ = outer_order;
  depth_ = outer_depth;
  program_.functions[info.index] = std::move(function);
  active_.pop_back();
  info.state = FunctionInfo::State::kDone;
}

void Checker::CheckParameters(Scope& scope) {
  for (const tree::Parameter& parameter : scope.info->tree->parameters) {
    std::optional<Type> type = ParseType(parameter.type.text);
    if (!type && !parameter.type.text.empty()) {
      Diagnostic found = MakeDiagnostic("E0210", parameter.type.span,
                                        fmt::format("there is no type '{}'", parameter.type.text));
      std::vector<std::string_view> types = {"Task",   "int",    "bool", "IPoint",
                                             "ISpace", "MSpace", "tuple"};
      auto nearest = Nearest(parameter.type.text, types);
      found.help = nearest ? fmt::format("did you mean '{}'?", *nearest)
                           : "a parameter is a Task, int, bool, IPoint, ISpace, MSpace or tuple";
      if (nearest) found.edit = Edit{parameter.type.span, *nearest};
      sink_.Report(std::move(found));
    }
    if (parameter.name.text.empty()) continue;
    CheckReserved(parameter.name, false);
    Variable variable;
    variable.slot = (*slots_)++;
    variable.type = type.value_or(Type::kInteger);
    variable.usable = type.has_value();
    variable.own_task = type == Type::kTask;
    scope.function->parameters.push_back({parameter.name.text, variable.type});
    bool added = variables_->emplace(parameter.name.text, variable).second;
    if (!added)
      Error("E0212", parameter.name.span,
            fmt::format("two parameters are named '{}'", parameter.name.text),
            "choose another name");
  }
}

void Checker::CheckBody(Scope& scope) {
  bool returned = false, warned = false;
  for (const tree::BodyStatement& statement : scope.info->tree->body) {
    if (returned && !warned && scope.info->statement->complete) {
      Diagnostic found =
          MakeDiagnostic("W0402", statement.span, "nothing after 'return' is ever reached");
      found.help = "a function ends with its first return; leave the rest out";
      sink_.Report(std::move(found));
      warned = true;
    }
    if (const auto* assignment = std::get_if<tree::Assignment>(&statement.node)) {
      CheckAssignment(scope, statement, *assignment);
    } else if (const auto* print = std::get_if<tree::Print>(&statement.node)) {
      CheckPrint(scope, statement, *print);
    } else {
      Value value = Check(std::get<tree::Return>(statement.node).value);
      if (value && !returned) {
        scope.function->result = std::move(value.expression);
        scope.info->usable = true;
      }
      returned = true;
    }
  }
  if (!returned && scope.info->statement->complete)
    Error("E0310", scope.info->tree->name.span,
          fmt::format("function '{}' returns nothing", scope.info->tree->name.text),
          "end it with `return …;`");
}

void Checker::CheckAssignment(Scope& scope, const tree::BodyStatement& statement,
                              const tree::Assignment& assignment) {
  Value value = Check(assignment.value);
  const tree::Name& name = assignment.variable;
  if (!CheckReserved(name, false)) return;
  auto entry = variables_->find(name.text);
  if (entry == variables_->end()) {
    if (auto global = globals_.find(name.text); global != globals_.end()) {
      Diagnostic found = MakeDiagnostic(
          "W0202", name.span, fmt::format("this variable hides the '{}' of the file", name.text));
      found.notes.push_back({"the value of the file", global->second.span});
      found.help = "choose another name";
      sink_.Report(std::move(found));
    }
    Variable variable;
    variable.slot = (*slots_)++;
    variable.usable = static_cast<bool>(value);
    variable.type = value.type;
    entry = variables_->emplace(name.text, variable).first;
  }
  Variable& variable = entry->second;
  if (value && variable.usable && variable.type != value.type) {
    Error("E0311", name.span,
          fmt::format("'{}' is {}; it cannot become {}", name.text, WithArticle(variable.type),
                      WithArticle(value.type)),
          "choose another name for the new value");
    return;
  }
  variable.usable = static_cast<bool>(value);
  variable.type = value.type;
  variable.size = value.size;
  variable.own_task = value.own_task;
  if (value)
    scope.function->body.push_back(
        {statement.span, AssignLocal{variable.slot, std::move(value.expression)}});
}

void Checker::CheckPrint(Scope& scope, const tree::BodyStatement& statement,
                         const tree::Print& print) {
  Print checked;
  std::string_view rest = print.format.text;
  for (size_t at; (at = rest.find("{}")) != std::string_view::npos; rest.remove_prefix(at + 2))
    checked.texts.emplace_back(rest.substr(0, at));
  checked.texts.emplace_back(rest);
  bool good = scope.info->statement->complete;
  for (const tree::ExpressionPtr& argument : print.arguments) {
    Value value = Check(argument);
    if (value && value.type == Type::kTask) {
      Error("E0301", argument->span, "a Task cannot be printed", "print its name: task.name");
      value.expression = nullptr;
    }
    good = good && value;
    checked.arguments.push_back(std::move(value.expression));
  }
  size_t holes = checked.texts.size() - 1, values = print.arguments.size();
  if (holes != values && scope.info->statement->complete) {
    Error(
        "E0306", print.format.span,
        fmt::format("the text has {} '{{}}' for {} value{}", holes, values, values == 1 ? "" : "s"),
        "write one '{}' for each value");
    return;
  }
  if (good) scope.function->body.push_back({statement.span, std::move(checked)});
}

void Checker::ReportRecursion(const FunctionInfo& info, Span call) {
  auto first = std::find(active_.begin(), active_.end(), &info);
  std::string cycle;
  for (auto at = first; at != active_.end(); ++at) cycle += (*at)->tree->name.text + " → ";
  Diagnostic found =
      MakeDiagnostic("E0215", call, fmt::format("recursion: {}{}", cycle, info.tree->name.text));
  for (auto at = first; at != active_.end(); ++at)
    found.notes.push_back(
        {fmt::format("'{}' is defined here", (*at)->tree->name.text), (*at)->tree->name.span});
  found.help = "a function may not call itself, directly or through others";
  sink_.Report(std::move(found));
}

Value Checker::CheckCall(Span span, const tree::Name& name,
                         const std::vector<tree::Element>& arguments) {
  auto entry = functions_.find(name.text);
  if (entry == functions_.end()) {
    for (const tree::Element& argument : arguments)
      if (argument.value && !IsKind(*argument.value)) Check(argument.value);
    bool value = globals_.contains(name.text) || (variables_ && variables_->contains(name.text));
    if (value) {
      Error("E0313", name.span, fmt::format("'{}' is a value, not a function", name.text),
            "index a machine space or a tuple with '[…]'");
    } else if (undefined_.insert(name.text).second) {
      std::vector<std::string> known = {"len", "range", "tuple", "Machine"};
      for (const auto& [function, info] : functions_) known.push_back(function);
      auto nearest = Nearest(name.text, known);
      Diagnostic found = MakeDiagnostic("E0203", name.span,
                                        fmt::format("function '{}' is not defined", name.text));
      found.help = nearest ? fmt::format("did you mean '{}'?", *nearest)
                           : fmt::format("define it: `def {}(…) {{ … }}`", name.text);
      if (nearest) found.edit = Edit{name.span, *nearest};
      sink_.Report(std::move(found));
    }
    return {};
  }
  FunctionInfo& info = entry->second;
  if (info.state == FunctionInfo::State::kActive) {
    ReportRecursion(info, name.span);
    return {};
  }
  CheckFunction(info);
  if (DepthExceeded(name.span, info.depth)) return {};
  if (!info.early_global.empty() && scope_ == nullptr) {
    Diagnostic found = MakeDiagnostic(
        "E0202", name.span,
        fmt::format("'{}' uses '{}', which has no value yet", name.text, info.early_global));
    found.notes.push_back({"it is defined here", globals_.find(info.early_global)->second.span});
    found.help = fmt::format("move the definition of '{}' up", info.early_global);
    sink_.Report(std::move(found));
  }
  if (scope_) {
    if (!info.early_global.empty()) scope_->info->early_global = info.early_global;
  }
  const Function& function = program_.functions[info.index];
  auto checked = CheckArguments(span, function, arguments);
  if (!checked || !info.usable) return {};
  Type type = function.result->type;
  auto node =
      std::make_unique<Expression>(Expression{span, type, Call{info.index, std::move(*checked)}});
  return {std::move(node), type, std::nullopt};
}

std::optional<std::vector<Element>> Checker::CheckArguments(
    Span span, const Function& function, const std::vector<tree::Element>& arguments) {
  auto spreads = std::count_if(arguments.begin(), arguments.end(),
                               [](const tree::Element& element) { return element.spread; });
  size_t wanted = function.parameters.size();
  bool fits = spreads > 0 ? arguments.size() - spreads <= wanted : arguments.size() == wanted;
  if (!fits) {
    Diagnostic found =
        MakeDiagnostic("E0302", span,
                       fmt::format("'{}' takes {} argument{}, {} given", function.name, wanted,
                                   wanted == 1 ? "" : "s", arguments.size()));
    found.notes.push_back({fmt::format("'{}' is defined here", function.name), function.name_span});
    sink_.Report(std::move(found));
  }
  std::vector<Element> checked;
  bool good = fits, after_spread = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    after_spread |= arguments[i].spread;
    // What stands behind a spread may land on any parameter: integers alone are sure to fit.
    Type type = after_spread || i >= wanted ? Type::kInteger : function.parameters[i].type;
    std::string where = fmt::format("as argument {} of '{}'", i + 1, function.name);
    Value value = arguments[i].spread ? Check(arguments[i].value, Type::kTuple, "after '*'")
                  : fits              ? Check(arguments[i].value, type, where)
                                      : Check(arguments[i].value);
    good = good && value;
    checked.push_back({std::move(value.expression), arguments[i].spread});
  }
  auto first = std::find_if(arguments.begin(), arguments.end(),
                            [](const tree::Element& element) { return element.spread; });
  for (auto at = static_cast<size_t>(first - arguments.begin()); good && at < wanted; ++at) {
    if (spreads == 0 || function.parameters[at].type == Type::kInteger) continue;
    Error("E0303", first->span,
          fmt::format("a spread tuple gives integers; parameter '{}' of '{}' is {}",
                      function.parameters[at].name, function.name,
                      WithArticle(function.parameters[at].type)));
    good = false;
  }
  if (!good) return std::nullopt;
  return checked;
}

}  // namespace groma::lang

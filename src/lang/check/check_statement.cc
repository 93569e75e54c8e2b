// Statements: kinds, constraints, limits, mapping functions.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

template <class Kinds>
std::vector<std::string_view> Spellings(const Kinds& kinds) {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (auto kind : kinds) names.push_back(ToString(kind));
  return names;
}

// "LOC_PROC" and the like: what Legion's own code calls it.
std::optional<std::string> FromRealm(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"LOC_PROC", "CPU"},       {"TOC_PROC", "GPU"},
      {"OMP_PROC", "OMP"},       {"IO_PROC", "IO"},
      {"PY_PROC", "PY"},         {"PROC_SET", "PROC"},
      {"SYSTEM_MEM", "SYSMEM"},  {"GPU_FB_MEM", "FBMEM"},
      {"Z_COPY_MEM", "ZCMEM"},   {"REGDMA_MEM", "RDMEM"},
      {"SOCKET_MEM", "SOCKMEM"}, {"FB", "FBMEM"},
      {"ZC", "ZCMEM"},           {"CUDA", "GPU"},
      {"OPENMP", "OMP"},         {"FRAMEBUFFER", "FBMEM"},
      {"ZEROCOPY", "ZCMEM"},     {"ZERO_COPY", "ZCMEM"},
      {"SYSTEM", "SYSMEM"},      {"FORTRAN_ORDER", "F_order"},
      {"ROW_MAJOR", "C_order"},  {"COLUMN_MAJOR", "F_order"}};
  std::string capitals(name);
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (auto [realm, ours] : kNames)
    if (realm == capitals) return std::string(ours);
  return std::nullopt;
}

std::string Joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::string_view word : words) out += fmt::format("{}{}", out.empty() ? "" : ", ", word);
  return out;
}

Diagnostic UnknownWord(std::string_view code, const tree::Name& name, std::string_view what,
                       const std::vector<std::string_view>& known) {
  Diagnostic found =
      MakeDiagnostic(code, name.span, fmt::format("there is no {} '{}'", what, name.text));
  std::optional<std::string> nearest = FromRealm(name.text);
  bool fits = nearest && std::find(known.begin(), known.end(), *nearest) != known.end();
  if (!fits) nearest = Nearest(name.text, known);
  if (nearest) {
    found.help = fmt::format("did you mean '{}'?", *nearest);
    found.edit = Edit{name.span, *nearest};
  } else {
    found.help = fmt::format("there are {}", Joined(known));
  }
  return found;
}

/// From the first of the words to the last.
Span SpanOf(const tree::Names& names) {
  if (names.empty()) return {};
  return {names.front().span.begin, names.back().span.end};
}

bool IsPowerOfTwo(int64_t value) { return value > 0 && (value & (value - 1)) == 0; }

}  // namespace

void Checker::CheckStatement(const tree::Statement& statement) {
  statement_ = &statement;
  const size_t errors_before = sink_.Errors();
  if (statement.complete)
    std::visit([&](const auto& node) { Add(statement, node); }, statement.node);
  if (!statement.complete || sink_.Errors() > errors_before)
    std::visit([&](const auto& node) { Lose(node); }, statement.node);
}

std::vector<TaskSelector> Checker::Tasks(const tree::Names& names, bool kinds) {
  std::vector<TaskSelector> selectors;
  selectors.reserve(names.size());
  std::set<std::tuple<TaskSelector::Form, ProcessorKind, std::string>> seen;
  for (const tree::Name& name : names) {
    TaskSelector selector;
    selector.span = name.span;
    std::optional<ProcessorKind> kind;
    if (kinds && !name.quoted) kind = ParseProcessorKind(name.text);
    if (name.IsStar()) {
      selector.form = TaskSelector::Form::kAny;
    } else if (kind) {
      selector.form = TaskSelector::Form::kKind;
      selector.kind = *kind;
    } else {
      selector.form = TaskSelector::Form::kName;
      selector.name = name.text;
    }
    // Nearly all lists have one name, which needs no look at others.
    const bool first =
        names.size() == 1 || seen.emplace(selector.form, selector.kind, selector.name).second;
    if (first)
      selectors.push_back(std::move(selector));
    else
      Error("W0401", name.span, fmt::format("'{}' stands twice in this list", name.text));
  }
  return selectors;
}

RegionSelector Checker::Region(const tree::Region& region) {
  RegionSelector selector;
  selector.span = region.name.span;
  if (region.position) {
    selector.form = RegionSelector::Form::kPosition;
    selector.position = *region.position;
  } else if (!region.name.IsStar()) {
    selector.form = RegionSelector::Form::kName;
    selector.name = region.name.text;
  }
  return selector;
}

std::optional<ProcessorKind> Checker::Processor(const tree::Name& name) {
  auto kind = ParseProcessorKind(name.text);
  if (kind) return kind;
  if (ParseMemoryKind(name.text))
    Error("E0207", name.span,
          fmt::format("'{}' is a memory kind; a processor kind is needed", name.text),
          fmt::format("there are {}", Joined(Spellings(kProcessorKinds))));
  else
    sink_.Report(UnknownWord("E0207", name, "processor kind", Spellings(kProcessorKinds)));
  return std::nullopt;
}

std::optional<MemoryKind> Checker::Memory(const tree::Name& name) {
  auto kind = ParseMemoryKind(name.text);
  if (kind) return kind;
  if (ParseProcessorKind(name.text))
    Error("E0208", name.span,
          fmt::format("'{}' is a processor kind; a memory kind is needed", name.text),
          fmt::format("there are {}", Joined(Spellings(kMemoryKinds))));
  else
    sink_.Report(UnknownWord("E0208", name, "memory kind", Spellings(kMemoryKinds)));
  return std::nullopt;
}

void Checker::Add(const tree::Statement& statement, const tree::TaskStatement& node) {
  if (OutOfOrder(statement, node)) return;
  TaskStatement task{statement.span, Tasks(node.tasks, false), {}, SpanOf(node.processors)};
  for (const tree::Name& name : node.processors) {
    std::optional<ProcessorKind> kind = Processor(name);
    if (!kind) continue;
    auto& kinds = task.processors;
    if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end())
      kinds.push_back(*kind);
    else
      Error("W0401", name.span, fmt::format("'{}' stands twice in this list", name.text));
  }
  program_.tasks.push_back(std::move(task));
}

void Checker::Add(const tree::Statement& statement, const tree::RegionStatement& node) {
  if (OutOfOrder(statement, node)) return;
  RegionStatement region{
      statement.span, Tasks(node.tasks, false), Region(node.region), {}, {}, SpanOf(node.memories)};
  if (!node.processor.IsStar()) region.processor = Processor(node.processor);
  for (const tree::Name& name : node.memories) {
    std::optional<MemoryKind> kind = Memory(name);
    if (!kind) continue;
    auto& kinds = region.memories;
    if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end())
      kinds.push_back(*kind);
    else
      Error("W0401", name.span, fmt::format("'{}' stands twice in this list", name.text));
  }
  program_.regions.push_back(std::move(region));
}

void Checker::Add(const tree::Statement& statement, const tree::LayoutStatement& node) {
  if (OutOfOrder(statement, node)) return;
  LayoutStatement layout;
  layout.span = statement.span;
  layout.tasks = Tasks(node.tasks, false);
  layout.region = Region(node.region);
  if (!node.place.IsStar()) {
    layout.processor = ParseProcessorKind(node.place.text);
    layout.memory = ParseMemoryKind(node.place.text);
    if (!layout.processor && !layout.memory) {
      std::vector<std::string_view> kinds = Spellings(kProcessorKinds);
      for (std::string_view kind : Spellings(kMemoryKinds)) kinds.push_back(kind);
      sink_.Report(UnknownWord("E0207", node.place, "processor or memory kind", kinds));
    }
  }
  for (const tree::Constraint& constraint : node.constraints) AddConstraint(layout, constraint);
  program_.layouts.push_back(std::move(layout));
}

void Checker::AddConstraint(LayoutStatement& layout, const tree::Constraint& constraint) {
  const std::string& word = constraint.word.text;
  auto contradiction = [&](std::string_view other) {
    Error("E0401", constraint.span, fmt::format("'{}' contradicts '{}'", word, other),
          "keep one of them");
  };
  auto twice = [&] {
    Error("W0401", constraint.span, fmt::format("'{}' stands twice in this statement", word));
  };
  auto choose = [&](std::optional<bool>& aspect, bool value, std::string_view other) {
    if (aspect && *aspect != value) return contradiction(other);
    if (aspect) twice();
    aspect = value;
  };
  auto set = [&](bool& flag) {
    if (flag) twice();
    flag = true;
  };
  if (word == "Align") return AddAlignment(layout, constraint);
  if (constraint.comparison) {
    Error("E0410", constraint.span, fmt::format("'{}' takes no number", word),
          "only Align is compared: Align==64");
    return;
  }
  if (word == "SOA") return choose(layout.array_of_structs, false, "AOS");
  if (word == "AOS") return choose(layout.array_of_structs, true, "SOA");
  if (word == "C_order") return choose(layout.fortran_order, false, "F_order");
  if (word == "F_order") return choose(layout.fortran_order, true, "C_order");
  if (word == "Compact") return set(layout.compact);
  if (word == "Exact") return set(layout.exact);
  if (word == "No_Align") {
    if (layout.alignment) return contradiction("Align");
    return set(layout.no_alignment);
  }
  sink_.Report(
      UnknownWord("E0209", constraint.word, "constraint",
                  {"SOA", "AOS", "C_order", "F_order", "Align", "No_Align", "Compact", "Exact"}));
}

void Checker::AddAlignment(LayoutStatement& layout, const tree::Constraint& constraint) {
  if (!constraint.comparison) {
    Error("E0410", constraint.span, "Align needs a number of bytes", "write Align==64");
    return;
  }
  if (!IsPowerOfTwo(constraint.value)) {
    std::string help = "write a power of two";
    if (constraint.value > 0 && constraint.value < (int64_t{1} << 61)) {
      int64_t above = 1;
      while (above < constraint.value) above *= 2;
      help = fmt::format("the nearest powers of two are {} and {}", above / 2, above);
    }
    Error("E0402", constraint.span,
          fmt::format("an alignment is a power of two; {} is none", constraint.value), help);
    return;
  }
  if (layout.no_alignment || layout.alignment) {
    Error("E0401", constraint.span,
          fmt::format("'Align' contradicts '{}'", layout.no_alignment ? "No_Align" : "Align"),
          "keep one of them");
    return;
  }
  if (constraint.comparison == Comparison::kLess && constraint.value == 1) {
    Error("E0401", constraint.span, "no alignment is smaller than 1");
    return;
  }
  layout.alignment = Alignment{*constraint.comparison, constraint.value};
}

void Checker::Add(const tree::Statement& statement, const tree::LimitStatement& node) {
  if (node.limit < 1)
    Error("E0403", node.limit_span,
          fmt::format("InstanceLimit {}: no task could ever run", node.limit),
          "the limit is 1 or more; leave the statement out for no limit");
  program_.limits.push_back(
      {statement.span, Tasks(node.tasks, false), node.limit, node.limit_span});
}

void Checker::Add(const tree::Statement& statement, const tree::CollectStatement& node) {
  program_.collects.push_back({statement.span, Tasks(node.tasks, false), Region(node.region)});
}

void Checker::Add(const tree::Statement& statement, const tree::ReplicateStatement& node) {
  program_.replicates.push_back({statement.span, Tasks(node.tasks, false)});
}

void Checker::Add(const tree::Statement& statement, const tree::MapStatement& node) {
  if (OutOfOrder(statement, node)) return;
  MapStatement map;
  map.span = statement.span;
  map.tasks = Tasks(node.tasks, true);
  if (!CheckMapFunction(statement, node, map)) return;
  (node.index ? program_.index_maps : program_.single_maps).push_back(std::move(map));
}

bool Checker::CheckMapFunction(const tree::Statement& statement, const tree::MapStatement& node,
                               MapStatement& map) {
  if (node.machine) {
    Value machine = GlobalReference(node.machine->span, node.machine->text);
    if (machine && machine.type != Type::kSpace) {
      Error("E0308", node.machine->span,
            fmt::format("'{}' is {}; a machine space is needed", node.machine->text,
                        WithArticle(machine.type)));
      machine = {};
    }
    if (machine) map.machine = std::get<GlobalValue>(machine.expression->node).index;
  }
  auto entry = functions_.find(node.function.text);
  if (entry == functions_.end() || entry->second.order > order_) {
    ReportNoMapFunction(statement, node);
    return false;
  }
  const FunctionInfo& info = entry->second;
  map.function = info.index;
  if (info.usable) CheckSignature(node, info, map);
  return info.usable && (!node.machine || map.machine);
}

void Checker::ReportNoMapFunction(const tree::Statement& statement,
                                  const tree::MapStatement& node) {
  std::string_view keyword = node.index ? "IndexTaskMap" : "SingleTaskMap";
  const std::string& name = node.function.text;
  auto later = functions_.find(name);
  if (later != functions_.end()) {
    Span function = later->second.statement->span;
    Diagnostic found =
        MakeDiagnostic("E0204", node.function.span,
                       fmt::format("{}'s function '{}' is not defined yet", keyword, name));
    found.notes.push_back({fmt::format("'{}' is defined in line {}", name, LineOf(function)),
                           later->second.tree->name.span});
    found.help = "define the function before the statement that names it";
    const std::string& text = program_.source->text();
    std::string between = text.substr(statement.span.end, function.end - statement.span.end);
    between.erase(0, between.find_first_not_of(" \t\r\n"));
    found.edit =
        Edit{{statement.span.begin, function.end},
             between + "\n" +
                 text.substr(statement.span.begin, statement.span.end - statement.span.begin)};
    sink_.Report(std::move(found));
    return;
  }
  std::vector<std::string> known;
  for (const auto& [function, info] : functions_)
    if (info.order < order_) known.push_back(function);
  std::optional<std::string> nearest = Nearest(name, known);
  Diagnostic found = MakeDiagnostic(
      "E0203", node.function.span, fmt::format("{}'s function '{}' is not defined", keyword, name));
  if (globals_.contains(name))
    found.notes.push_back(
        {fmt::format("'{}' is a value, not a function", name), globals_.find(name)->second.span});
  found.help = nearest ? fmt::format("did you mean '{}'?", *nearest)
                       : fmt::format("define it before: `def {}(Task task) {{ return …; }}`", name);
  if (nearest) found.edit = Edit{node.function.span, *nearest};
  sink_.Report(std::move(found));
}

void Checker::CheckSignature(const tree::MapStatement& node, const FunctionInfo& info,
                             const MapStatement& map) {
  const Function& function = program_.functions[info.index];
  std::vector<Type> parameters;
  for (const Parameter& parameter : function.parameters) parameters.push_back(parameter.type);
  std::vector<Type> wanted = {Type::kTask};
  if (node.machine) wanted = {Type::kTuple, Type::kTuple, Type::kSpace};
  Type result = function.result->type;
  auto refuse = [&](std::string_view code, std::string message, std::string help) {
    Diagnostic found = MakeDiagnostic(code, node.function.span, std::move(message));
    found.notes.push_back(
        {fmt::format("'{}' is defined here", function.name), info.tree->name.span});
    found.help = std::move(help);
    sink_.Report(std::move(found));
  };
  if (parameters != wanted) {
    bool older = !node.machine && parameters.size() == 3 && parameters[2] == Type::kSpace;
    std::string help = node.machine ? "write `def f(IPoint ip, ISpace is, MSpace m) { … }`"
                                    : "write `def f(Task task) { … }`";
    if (older) help = "name the machine space before the function: `IndexTaskMap T m f;`";
    return refuse("E0309",
                  fmt::format("'{}' cannot map tasks: it must take {}", function.name,
                              node.machine ? "(IPoint, ISpace, MSpace)" : "one Task"),
                  std::move(help));
  }
  bool fits =
      node.machine ? result == Type::kTuple || result == Type::kInteger : result == Type::kPoint;
  if (!fits)
    return refuse(
        "E0308",
        fmt::format("'{}' cannot map tasks: it returns {}", function.name, WithArticle(result)),
        node.machine ? "return a tuple, one integer for each dimension of the machine"
                     : "return a processor: an index into a machine space, as in `return m[*p];`, "
                       "with one number for "
                       "each of its dimensions");
  std::optional<int64_t> dimensions;
  if (map.machine) dimensions = globals_.find(node.machine->text)->second.size;
  if (map.machine && result == Type::kInteger && dimensions.value_or(1) != 1)
    return refuse(
        "E0308",
        fmt::format("'{}' cannot map tasks: it returns an int, and '{}' has {} dimensions",
                    function.name, node.machine->text, *dimensions),
        "return a tuple, one integer for each dimension of the machine");
  if (info.own_processor) {
    Diagnostic found = MakeDiagnostic("E0411", *info.own_processor,
                                      "the task has no processor yet: this function chooses it");
    found.notes.push_back({"it maps tasks here", node.function.span});
    found.help = "ask for the parent's: `task.parent.processor(m)`";
    sink_.Report(std::move(found));
  }
  if (!node.index && function.uses_task_point) {
    Diagnostic found = MakeDiagnostic(
        "W0406", node.function.span,
        fmt::format("'{}' reads task.ipoint, which a single task does not have", function.name));
    found.notes.push_back({"the function", info.tree->name.span});
    found.help = "use IndexTaskMap for index launches; place single tasks by their parent";
    sink_.Report(std::move(found));
  }
}

}  // namespace groma::lang

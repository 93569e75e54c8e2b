#include "codegen/tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace groma::codegen {
namespace {

using lang::TaskSelector;

std::string Tasks(const TaskSelector& selector) {
  switch (selector.form) {
    case TaskSelector::Form::kAny:
      return "ANY";
    case TaskSelector::Form::kKind:
      return std::string(ToString(selector.kind));
    case TaskSelector::Form::kName:
      return Quoted(selector.name);
  }
  return "ANY";
}

/// A name before a kind before `*`.
int Rank(const TaskSelector& selector) {
  return selector.form == TaskSelector::Form::kName   ? 2
         : selector.form == TaskSelector::Form::kKind ? 1
                                                      : 0;
}

/// Names too long to be repeated in the row of each task get lines of their own before the table.
class LongNames {
 public:
  std::string Literal(std::string_view name) {
    if (name.size() <= kLongest) return Quoted(name);
    lines.push_back(
        fmt::format("  static constexpr char kName{}[] = {};", lines.size() + 1, Quoted(name)));
    return fmt::format("kName{}", lines.size());
  }
  std::vector<std::string> lines;

 private:
  static constexpr size_t kLongest = 200;
};

std::string Regions(const lang::RegionSelector& region, LongNames& names) {
  switch (region.form) {
    case lang::RegionSelector::Form::kAny:
      return "ANY";
    case lang::RegionSelector::Form::kName:
      return names.Literal(region.name);
    case lang::RegionSelector::Form::kPosition:
      return fmt::format("Argument({})", region.position);
  }
  return "ANY";
}

template <class Kind>
std::string Kinds(const std::vector<Kind>& kinds) {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (Kind kind : kinds) names.push_back(ToString(kind));
  return fmt::format("{{{}}}", fmt::join(names, ", "));
}

std::string_view Name(lang::Comparison comparison) {
  switch (comparison) {
    case lang::Comparison::kEqual:
      return "EQ";
    case lang::Comparison::kLess:
      return "LT";
    case lang::Comparison::kLessEqual:
      return "LE";
    case lang::Comparison::kGreater:
      return "GT";
    case lang::Comparison::kGreaterEqual:
      return "GE";
    case lang::Comparison::kNotEqual:
      return "NE";
  }
  return "EQ";
}

// What a row says after its tasks.
std::string Rest(const lang::TaskStatement& statement, LongNames&) {
  return Kinds(statement.processors);
}
std::string Rest(const lang::RegionStatement& statement, LongNames& names) {
  return fmt::format("{}, {}, {}", Regions(statement.region, names),
                     statement.processor ? ToString(*statement.processor) : "ANY",
                     Kinds(statement.memories));
}
std::string Rest(const lang::LayoutStatement& statement, LongNames& names) {
  std::vector<std::string> constraints;
  if (statement.array_of_structs) {
    constraints.emplace_back(*statement.array_of_structs ? "AOS" : "SOA");
  }
  if (statement.fortran_order) {
    constraints.emplace_back(*statement.fortran_order ? "F_order" : "C_order");
  }
  if (statement.alignment) {
    constraints.push_back(fmt::format("Align({}, {})", Name(statement.alignment->comparison),
                                      statement.alignment->bytes));
  }
  if (statement.no_alignment) constraints.emplace_back("No_Align");
  if (statement.compact) constraints.emplace_back("Compact");
  if (statement.exact) constraints.emplace_back("Exact");
  const std::string_view where = statement.processor ? ToString(*statement.processor)
                                 : statement.memory  ? ToString(*statement.memory)
                                                     : "ANY";
  return fmt::format("{}, {}, {{{}}}", Regions(statement.region, names), where,
                     fmt::join(constraints, ", "));
}
std::string Rest(const lang::LimitStatement& statement, LongNames&) {
  return fmt::format("{}", statement.limit);
}
std::string Rest(const lang::CollectStatement& statement, LongNames& names) {
  return Regions(statement.region, names);
}
std::string Rest(const lang::ReplicateStatement&, LongNames&) { return ""; }

/// The rows in the order in which they are asked: names first, `*` last, the later statement first.
template <class Statement, class RestOf>
std::vector<std::string> Rows(const lang::Program& program,
                              const std::vector<Statement>& statements, RestOf rest_of) {
  std::vector<std::pair<int, std::string>> ranked;
  for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) {
    const std::string rest = rest_of(*statement);
    for (const TaskSelector& selector : statement->tasks) {
      ranked.emplace_back(Rank(selector),
                          fmt::format("{{{}, {}{}{}}},", Tasks(selector), rest,
                                      rest.empty() ? "" : ", ", LineOf(program, statement->span)));
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> rows;
  rows.reserve(ranked.size());
  for (auto& [rank, row] : ranked) rows.push_back(std::move(row));
  return rows;
}

void Append(std::vector<std::string>& lines, std::vector<std::string> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

template <class Statement>
void WriteTable(const lang::Program& program, const std::vector<Statement>& statements,
                std::string_view type, std::vector<std::string>& lines) {
  if (statements.empty()) return;
  lines.push_back(fmt::format("Table<{0}> {0}s() const override {{", type));
  LongNames names;
  auto rows =
      Rows(program, statements, [&](const Statement& statement) { return Rest(statement, names); });
  Append(lines, std::move(names.lines));
  lines.push_back(fmt::format("  static constexpr {} kTable[] = {{", type));
  Append(lines, Indented(Indented(std::move(rows))));
  Append(lines, {"  };", "  return kTable;", "}"});
}

/// A map of the older form as a function of the task: m[*g(task.ipoint, task.ispace, m)].
std::vector<std::string> OlderMap(const ProgramNames& names, const lang::MapStatement& map,
                                  const std::string& name) {
  const std::string& space = names.globals[static_cast<size_t>(*map.machine)];
  const auto function = static_cast<size_t>(map.function);
  const bool number = names.program.functions[function].result->type == lang::Type::kInteger;
  return {fmt::format("Point {}(Task task) const {{", name),
          fmt::format("  const Tuple point{}{}(task.ipoint(), task.ispace(), {}){};",
                      number ? "{" : " = ", names.functions[function], space, number ? "}" : ""),
          fmt::format("  Line where({});", LineOf(names.program, map.span)),
          fmt::format("  return {}[point];", space), "}"};
}

}  // namespace

std::vector<std::string> WriteTables(const lang::Program& program) {
  std::vector<std::string> lines;
  WriteTable(program, program.tasks, "TaskStatement", lines);
  WriteTable(program, program.regions, "RegionStatement", lines);
  WriteTable(program, program.layouts, "LayoutStatement", lines);
  WriteTable(program, program.limits, "LimitStatement", lines);
  WriteTable(program, program.collects, "CollectStatement", lines);
  WriteTable(program, program.replicates, "ReplicateStatement", lines);
  return lines;
}

std::vector<std::string> WriteMaps(ProgramNames& names, const std::string& class_name) {
  const lang::Program& program = names.program;
  std::vector<std::string> lines;
  std::map<const lang::MapStatement*, std::string> older;
  for (const auto& map : program.index_maps) {
    if (!map.machine) continue;
    std::string& name = older[&map];
    name = names.members.Take(fmt::format("{}_over_{}",
                                          program.functions[static_cast<size_t>(map.function)].name,
                                          program.globals[static_cast<size_t>(*map.machine)].name));
    Append(lines, OlderMap(names, map, name));
  }
  const auto write = [&](const std::vector<lang::MapStatement>& maps, std::string_view keyword) {
    if (maps.empty()) return;
    auto rows = Rows(program, maps, [&](const lang::MapStatement& map) {
      const std::string& function =
          map.machine ? older[&map] : names.functions[static_cast<size_t>(map.function)];
      return fmt::format("&{}::{}", class_name, function);
    });
    lines.push_back(fmt::format("std::optional<Mapped> {}(Task task) const override {{", keyword));
    lines.push_back(fmt::format("  static constexpr MapStatement<{}> kTable[] = {{", class_name));
    Append(lines, Indented(Indented(std::move(rows))));
    Append(lines, {"  };", "  return MapBy(kTable, task);", "}"});
  };
  write(program.index_maps, "IndexTaskMap");
  write(program.single_maps, "SingleTaskMap");
  return lines;
}

}  // namespace groma::codegen

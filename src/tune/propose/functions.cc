#include "tune/propose/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace groma::tune {
namespace {

/// "(ip[0] * s[1] + ip[1]) * s[2] + ip[2]": the number of the point, dimensions in that order, the
/// last running fastest.
std::string Linear(const std::vector<size_t>& order) {
  std::string text = fmt::format("ip[{}]", order[0]);
  for (size_t i = 1; i < order.size(); ++i) {
    if (i > 1) text = fmt::format("({})", text);
    text = fmt::format("{} * s[{}] + ip[{}]", text, order[i], order[i]);
  }
  return text;
}

std::string Body(const std::string& linear, size_t dimensions, const std::string& result) {
  std::string body = "  ip = task.ipoint;\n";
  if (dimensions > 1) body += "  s = task.ispace;\n";
  return body + "  n = " + linear + ";\n  return " + result + ";\n";
}

std::string Sum(size_t dimensions) {
  std::string text = "ip[0]";
  for (size_t d = 1; d < dimensions; ++d) text += fmt::format(" + ip[{}]", d);
  return text;
}

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

}  // namespace

std::vector<Placing> IndexPlacings(size_t dimensions, int nodes) {
  if (dimensions == 0) return {};
  std::vector<size_t> rows(dimensions), columns(dimensions);
  for (size_t d = 0; d < dimensions; ++d) {
    rows[d] = d;
    columns[d] = dimensions - 1 - d;
  }
  const std::string block = "{m}[n * {m}.size[0] / task.ispace.volume]";
  const std::string cyclic = "{m}[n % {m}.size[0]]";
  const std::string suffix = fmt::format("{}d", dimensions);
  std::vector<Placing> placings = {
      {"cyclic" + suffix, "points dealt out one by one", Body(Linear(rows), dimensions, cyclic)},
      {"block" + suffix, "blocks of consecutive points", Body(Linear(rows), dimensions, block)}};
  if (dimensions > 1) {
    placings.push_back({"grid" + suffix, "compact tiles of the launch",
                        "  tiles = {m}.decompose(0, task.ispace);\n"
                        "  return tiles[*(task.ipoint * tiles.size / task.ispace)];\n"});
    placings.push_back({"column_block" + suffix, "blocks of consecutive points, column by column",
                        Body(Linear(columns), dimensions, block)});
    placings.push_back({"column_cyclic" + suffix, "points dealt out one by one, column by column",
                        Body(Linear(columns), dimensions, cyclic)});
    placings.push_back({"diagonal" + suffix, "points of a diagonal on one processor",
                        Body(Sum(dimensions), 1, cyclic)});
  }
  if (nodes > 1)
    placings.push_back({"node_cyclic" + suffix, "points dealt out over nodes, then over processors",
                        "  ip = task.ipoint;\n" +
                            std::string(dimensions > 1 ? "  s = task.ispace;\n" : "") +
                            "  n = " + Linear(rows) +
                            ";\n  m = {m2};\n"
                            "  return m[n % m.size[0], n / m.size[0] % m.size[1]];\n"});
  return placings;
}

std::vector<Placing> SinglePlacings() {
  return {{"one_after_another", "tasks dealt out one by one", "  return {m}[*];\n", true},
          {"with_parent", "on the processor of the parent task",
           "  m = {m2};\n  return m[*task.parent.processor(m)];\n", true}};
}

std::string Define(Decisions& decisions, const Placing& placing, ProcessorKind kind) {
  const std::string kind_name(ToString(kind));
  std::string space = kind_name + "s";
  std::transform(space.begin(), space.end(), space.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string body = Replaced(placing.body, "{m2}", fmt::format("Machine({})", kind_name));
  if (body.find("{m}") != std::string::npos) {
    space = decisions.Define(space, [&](const std::string& name) {
      return fmt::format("{} = Machine({}).merge(0, 1);", name, kind_name);
    });
    body = Replaced(body, "{m}", space);
  }
  const std::string wanted =
      kind == ProcessorKind::kGpu ? placing.name : placing.name + "_" + space;
  return decisions.Define(wanted, [&](const std::string& name) {
    return fmt::format("def {}(Task task) {{\n{}}}", name, body);
  });
}

}  // namespace groma::tune

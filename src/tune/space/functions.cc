#include "tune/space/functions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <sstream>

#include "base/check.h"

namespace groma::tune {
namespace {

constexpr double kUnusual = 0.3;
constexpr size_t kMostPermuted = 3;  // dimensions

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

std::string Body(const std::string& linear, size_t dimensions, const std::string& result,
                 const std::string& first = "") {
  std::string body = first + "  ip = task.ipoint;\n";
  if (dimensions > 1) body += "  s = task.ispace;\n";
  return body + "  n = " + linear + ";\n  return " + result + ";\n";
}

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// "0,2,1" → {0, 2, 1}; any other text is a mistake of the caller.
std::vector<size_t> Numbers(const std::string& text) {
  std::vector<size_t> numbers;
  std::istringstream stream(text);
  for (std::string number; std::getline(stream, number, ',');)
    numbers.push_back(std::stoul(number));
  return numbers;
}

/// The dimensions in every order; of more than three only rows and columns.
Parameter Order(size_t dimensions) {
  Parameter order{"order", "dimensions of the launch, the one that runs fastest last", {}};
  std::vector<size_t> numbers(dimensions);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  const auto add = [&] { order.values.push_back(fmt::format("{}", fmt::join(numbers, ","))); };
  if (dimensions > kMostPermuted) {
    add();
    std::reverse(numbers.begin(), numbers.end());
    add();
    return order;
  }
  do add();
  while (std::next_permutation(numbers.begin(), numbers.end()));
  return order;
}

std::vector<Parameter> Coefficients(size_t dimensions) {
  std::vector<Parameter> parameters;
  for (size_t d = 0; d < dimensions; ++d) {
    Parameter one{fmt::format("c{}", d), fmt::format("what dimension {} counts", d), {"1", "0"}};
    if (dimensions <= kMostPermuted) one.values.emplace_back("2");
    parameters.push_back(std::move(one));
  }
  return parameters;
}

/// "column_block2d", "block3d_0_2_1": the rows' order needs no word, the columns' has one.
std::string OrderedName(const std::string& name, const std::vector<size_t>& order) {
  const std::string plain = fmt::format("{}{}d", name, order.size());
  if (std::is_sorted(order.begin(), order.end())) return plain;
  if (std::is_sorted(order.rbegin(), order.rend())) return "column_" + plain;
  return fmt::format("{}_{}", plain, fmt::join(order, "_"));
}

std::string OrderedMeaning(const std::string& meaning, const std::vector<size_t>& order) {
  if (std::is_sorted(order.begin(), order.end())) return meaning;
  if (std::is_sorted(order.rbegin(), order.rend())) return meaning + ", column by column";
  return fmt::format("{}, dimension {} fastest", meaning, order.back());
}

/// Families whose members number the points in some order.
Placing Ordered(const PlacingFamily& family, const std::vector<std::string>& values) {
  const std::vector<size_t> order = Numbers(values[0]);
  std::string name = family.name, meaning = family.meaning;
  std::string result = "{m}[n % {m}.size[0]]";  // cyclic
  if (name == "block") result = "{m}[n * {m}.size[0] / task.ispace.volume]";
  if (name == "one_each") result = "{m}[n]";
  if (name == "block_cyclic") {
    name = fmt::format("block{}_cyclic", values[1]);
    meaning = fmt::format("blocks of {} points dealt out", values[1]);
    result = fmt::format("{{m}}[n / {} % {{m}}.size[0]]", values[1]);
  }
  Placing placing;
  placing.name = OrderedName(name, order);
  placing.meaning = OrderedMeaning(meaning, order);
  placing.body = Body(Linear(order), order.size(), result);
  if (family.name == "node_cyclic")
    placing.body =
        Body(Linear(order), order.size(),
             "nodes[n % nodes.size[0], n / nodes.size[0] % nodes.size[1]]", "  nodes = {m2};\n");
  return placing;
}

/// Points by a weighted sum of their coordinates.
Placing WeightedSum(const PlacingFamily& family, const std::vector<std::string>& values) {
  Placing placing{family.name, family.meaning, "", false, family.prior};
  std::string sum;
  for (size_t d = 0; d < values.size(); ++d) {
    if (values[d] == "0") continue;
    sum += fmt::format("{}{}ip[{}]", sum.empty() ? "" : " + ",
                       values[d] == "1" ? "" : values[d] + " * ", d);
  }
  const bool diagonal = std::count(values.begin(), values.end(), "1") == std::ssize(values);
  placing.name = diagonal ? fmt::format("diagonal{}d", values.size())
                          : fmt::format("linear{}d_{}", values.size(), fmt::join(values, "_"));
  placing.meaning = diagonal ? "points of a diagonal on one processor"
                             : fmt::format("points of one {} on one processor",
                                           sum.empty() ? "launch" : "value of " + sum);
  placing.body = sum.empty() ? "  return {m}[0];\n" : Body(sum, 1, "{m}[n % {m}.size[0]]");
  return placing;
}

}  // namespace

std::vector<PlacingFamily> IndexFamilies(size_t dimensions, int nodes) {
  if (dimensions == 0) return {};
  const std::vector<Parameter> order = {Order(dimensions)};
  const Parameter size{"size", "points of a block", {"2", "4", "8"}};
  std::vector<PlacingFamily> families = {
      {"cyclic", "points dealt out one by one", order, dimensions},
      {"block", "blocks of consecutive points", order, dimensions}};
  if (dimensions > 1) families.push_back({"grid", "compact tiles of the launch", {}, dimensions});
  if (nodes > 1)
    families.push_back(
        {"node_cyclic", "points dealt out over nodes, then over processors", order, dimensions});
  if (dimensions > 1)
    families.push_back({"linear", "points by a weighted sum of their coordinates",
                        Coefficients(dimensions), dimensions, kUnusual});
  families.push_back(
      {"block_cyclic", "blocks of points dealt out", {order[0], size}, dimensions, kUnusual});
  families.push_back(
      {"one_each", "one point a processor, in their order", order, dimensions, kUnusual});
  return families;
}

std::vector<PlacingFamily> SingleFamilies(int processors) {
  Parameter at{"processor", "counted over all nodes", {}};
  for (int i = 0; i < processors; ++i) at.values.push_back(std::to_string(i));
  return {{"one_after_another", "tasks dealt out one by one", {}},
          {"with_parent", "on the processor of the parent task", {}},
          {"at", "on one processor", {std::move(at)}, 0, kUnusual}};
}

Placing Member(const PlacingFamily& family, const std::vector<std::string>& values) {
  CHECK(values.size() == family.parameters.size(),
        fmt::format("{} values for {}", values.size(), family.name));
  Placing placing;
  if (family.name == "one_after_another") {
    placing = {family.name, family.meaning, "  return {m}[*];\n"};
  } else if (family.name == "with_parent") {
    placing = {family.name, family.meaning,
               "  m = {m2};\n  return m[*task.parent.processor(m)];\n"};
  } else if (family.name == "at") {
    placing = {"at_" + values[0], "on processor " + values[0],
               fmt::format("  return {{m}}[{}];\n", values[0])};
  } else if (family.name == "grid") {
    placing = {fmt::format("grid{}d", family.dimensions), family.meaning,
               "  tiles = {m}.decompose(0, task.ispace);\n"
               "  return tiles[*(task.ipoint * tiles.size / task.ispace)];\n"};
  } else {
    placing = family.name == "linear" ? WeightedSum(family, values) : Ordered(family, values);
  }
  placing.single = family.dimensions == 0;
  placing.prior = family.prior;
  return placing;
}

std::vector<Placing> Members(const PlacingFamily& family) {
  std::vector<std::vector<std::string>> all = {{}};
  for (const Parameter& parameter : family.parameters) {
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& values : all)
      for (const std::string& value : parameter.values) {
        longer.push_back(values);
        longer.back().push_back(value);
      }
    all = std::move(longer);
  }
  std::vector<Placing> members;
  members.reserve(all.size());
  for (const std::vector<std::string>& values : all) members.push_back(Member(family, values));
  return members;
}

namespace {

std::vector<Placing> AllOf(const std::vector<PlacingFamily>& families) {
  std::vector<Placing> placings;
  for (const PlacingFamily& family : families)
    for (Placing& placing : Members(family)) placings.push_back(std::move(placing));
  return placings;
}

}  // namespace

std::vector<Placing> IndexPlacings(size_t dimensions, int nodes) {
  return AllOf(IndexFamilies(dimensions, nodes));
}

std::vector<Placing> SinglePlacings(int processors) { return AllOf(SingleFamilies(processors)); }

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

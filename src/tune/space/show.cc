#include "tune/space/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace groma::tune {
namespace {

using nlohmann::ordered_json;

constexpr size_t kNameColumn = 24;

/// "cyclic | block_cyclic(order: 0; size: 2, 4, 8)"; "CPU (refused: GPU)".
std::string Choices(const Dimension& dimension) {
  std::vector<std::string> choices, refused;
  for (const Choice& choice : dimension.choices) {
    std::vector<std::string> parameters;
    for (const Dimension& then : choice.then)
      if (then.aspect == Aspect::kParameter && then.choices.size() > 1)
        parameters.push_back(fmt::format("{}: {}", then.parameter, Choices(then)));
    (choice.refused.empty() ? choices : refused)
        .push_back(parameters.empty()
                       ? choice.value
                       : fmt::format("{}({})", choice.value, fmt::join(parameters, "; ")));
  }
  std::string text = fmt::format("{}", fmt::join(choices, " | "));
  if (!refused.empty()) text += fmt::format(" (refused: {})", fmt::join(refused, ", "));
  return text;
}

/// The memories and what the first one opens: the others but VIRTUAL open the same.
std::string OfRegion(const Dimension& memory) {
  std::string text = Choices(memory);
  for (const Dimension& then : memory.choices.front().then) text += "; " + Choices(then);
  return text;
}

std::string Line(size_t indent, const std::string& name, const std::string& what) {
  std::string line(indent, ' ');
  line += name;
  line.append(line.size() < kNameColumn ? kNameColumn - line.size() : 1, ' ');
  return line + what + "\n";
}

std::string ToText(const Dimension& dimension) {
  if (dimension.aspect != Aspect::kProcessor)
    return Line(2, std::string(ToString(dimension.aspect)), Choices(dimension));
  std::string text =
      fmt::format("\n{}\n{}", dimension.task,
                  Line(2, std::string(ToString(dimension.aspect)), Choices(dimension)));
  for (const Choice& choice : dimension.choices) {
    if (!choice.refused.empty()) continue;
    if (!choice.then.empty()) text += fmt::format("  on {}\n", choice.value);
    for (const Dimension& then : choice.then)
      text += then.aspect == Aspect::kMemory
                  ? Line(4, then.region, OfRegion(then))
                  : Line(4, std::string(ToString(then.aspect)), Choices(then));
  }
  return text;
}

ordered_json ToJson(const Space& space);

ordered_json ToJson(const Choice& choice) {
  ordered_json json = {{"value", choice.value}};
  if (choice.family) json["meaning"] = choice.family->meaning;
  if (!choice.refused.empty()) json["refused"] = choice.refused;
  json["mappings"] = Count(choice).ToString();
  if (!choice.then.empty()) json["then"] = ToJson(choice.then);
  return json;
}

ordered_json ToJson(const Space& space) {
  auto all = ordered_json::array();
  for (const Dimension& dimension : space) {
    ordered_json json = {{"aspect", ToString(dimension.aspect)}, {"task", dimension.task}};
    if (!dimension.region.empty()) json["region"] = dimension.region;
    if (!dimension.processor.empty()) json["processor"] = dimension.processor;
    if (!dimension.parameter.empty()) json["parameter"] = dimension.parameter;
    json["choices"] = ordered_json::array();
    for (const Choice& choice : dimension.choices) json["choices"].push_back(ToJson(choice));
    all.push_back(std::move(json));
  }
  return all;
}

std::string MachineOf(const Problem& problem) {
  const machine::Description& machine = problem.machine;
  return (machine.nodes == 1 ? machine.name
                             : fmt::format("{} nodes of {}", machine.nodes, machine.name)) +
         (machine.ranks_per_node == 1
              ? ""
              : fmt::format(", {} ranks on a node", machine.ranks_per_node));
}

}  // namespace

std::string ToText(const Space& space, const Problem& problem) {
  const Natural all = Count(space), usable = Count(Usable(space));
  std::string text = fmt::format(
      "{} on {}\nmappings  10^{:.2f}, exactly {}\nusable    10^{:.2f}, exactly {}: without choices "
      "that are refused wherever they stand\n",
      problem.app.name, MachineOf(problem), all.Log10(), all.ToString(), usable.Log10(),
      usable.ToString());
  for (const Dimension& dimension : space) text += ToText(dimension);
  return text;
}

ordered_json ToJson(const Space& space, const Problem& problem) {
  const Natural all = Count(space), usable = Count(Usable(space));
  return {{"program", problem.app.name},
          {"machine", problem.machine.name},
          {"nodes", problem.machine.nodes},
          {"ranks_per_node", problem.machine.ranks_per_node},
          {"mappings", all.ToString()},
          {"log10", all.Log10()},
          {"usable", {{"mappings", usable.ToString()}, {"log10", usable.Log10()}}},
          {"dimensions", ToJson(space)}};
}

std::string DrawnText(const Space& space, const Problem& problem, uint64_t seed, uint64_t number) {
  return Print(DecisionsOf(Draw(space, seed, number)),
               {fmt::format("Drawn at random from the mappings of {} on {}: seed {}, number {}.",
                            problem.app.name, MachineOf(problem), seed, number)});
}

}  // namespace groma::tune

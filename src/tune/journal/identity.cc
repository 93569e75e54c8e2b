#include "tune/journal/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace groma::tune {
namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-+./:,@%").find(c) != std::string_view::npos;
}

/// As it is where nothing can be mistaken, else as a JSON string: ["a b"] and ["a", "b"] differ.
std::string Word(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), IsPlain)) return text;
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Command(const eval::Program& program) {
  std::vector<std::string> words = program.command;
  // Two folders may each have a ./program; one without a / is found by its name.
  if (!words.empty() && words[0].find('/') != std::string::npos)
    words[0] = (program.folder / words[0]).lexically_normal().string();
  for (std::string& word : words) word = Word(word);
  return fmt::format("{}", fmt::join(words, " "));
}

std::string Environment(const eval::Program& program) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : program.environment)
    variables.push_back(Word(name) + "=" + Word(value));
  return fmt::format("{}", fmt::join(variables, " "));
}

std::string MetricOf(const eval::Metric& metric) {
  if (metric.pattern.empty()) return "the seconds of a run";
  return fmt::format("{} in {}, {} is better{}", Word(metric.pattern), Word(metric.unit),
                     metric.higher_is_better ? "higher" : "lower",
                     metric.virtual_clock ? ", by the virtual clock" : "");
}

std::string Shown(const Identity& identity, const std::string& part) {
  const auto found = identity.find(part);
  return found == identity.end() ? "none" : found->second;
}

}  // namespace

Identity IdentityOf(const eval::Program& program) {
  Identity identity = {{"command", Command(program)}, {"metric", MetricOf(program.metric)}};
  if (!program.environment.empty()) identity["environment"] = Environment(program);
  if (!program.correct_pattern.empty()) identity["correct pattern"] = Word(program.correct_pattern);
  if (!program.wrong_pattern.empty()) identity["wrong pattern"] = Word(program.wrong_pattern);
  if (program.mapper_id) identity["mapper id"] = std::to_string(*program.mapper_id);
  if (program.waits_declared) identity["waits_declared"] = "true";
  return identity;
}

std::string Differences(const Identity& was, const Identity& is) {
  std::set<std::string> parts;
  for (const Identity* identity : {&was, &is})
    for (const auto& [part, text] : *identity) parts.insert(part);
  std::string differences;
  for (const std::string& part : parts) {
    const std::string before = Shown(was, part), now = Shown(is, part);
    if (before != now)
      differences += fmt::format(" the {} was {} and is {} now;", part, before, now);
  }
  return differences;
}

}  // namespace groma::tune

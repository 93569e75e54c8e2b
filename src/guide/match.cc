#include "guide/match.h"

#include <algorithm>

namespace groma::guide {
namespace {

constexpr int64_t kMostLooks = 2'000'000;
constexpr size_t kLongestLine = 4096;

/// What the places of a rule's texts stand for.
struct Places {
  std::vector<std::string> groups;  // {1} is the second: the first is the whole match
  const Metrics* metrics = nullptr;

  std::string ValueOf(const std::string& name) const {
    if (name.size() == 1 && name[0] >= '1' && name[0] <= '9') {
      const auto number = static_cast<size_t>(name[0] - '0');
      return number < groups.size() ? groups[number] : "";
    }
    const std::optional<size_t> metric = FindMetric(name);
    if (!metric) return "{" + name + "}";
    const std::optional<double>& value = (*metrics)[*metric];
    return value ? MetricText(*metric, *value) : "an unknown part";
  }
};

/// `text` with its places filled in. What is put in is not looked at again.
std::string Fill(const std::string& text, const Places& places) {
  std::string filled;
  size_t from = 0;
  for (size_t at = text.find('{'); at != std::string::npos; at = text.find('{', from)) {
    const size_t end = text.find('}', at);
    if (end == std::string::npos) break;
    filled += text.substr(from, at - from) + places.ValueOf(text.substr(at + 1, end - at - 1));
    from = end + 1;
  }
  return filled + text.substr(from);
}

Action Fill(Action action, const Places& places) {
  for (std::string* text :
       {&action.task, &action.region, &action.processor, &action.layout, &action.name})
    *text = Fill(*text, places);
  for (std::vector<std::string>* list : {&action.processors, &action.memories})
    for (std::string& text : *list) text = Fill(text, places);
  return action;
}

bool Holds(const Condition& condition, const Metrics& metrics) {
  using enum Condition::Test;
  const std::optional<double>& value = metrics[condition.metric];
  if (condition.test == kKnown || condition.test == kUnknown)
    return value.has_value() == (condition.test == kKnown);
  if (!value) return false;
  switch (condition.test) {
    case kLess:
      return *value < condition.value;
    case kAtMost:
      return *value <= condition.value;
    case kMore:
      return *value > condition.value;
    case kAtLeast:
      return *value >= condition.value;
    default:
      return *value == condition.value;
  }
}

/// A line that matches, and the groups.
struct Found {
  std::string line;
  std::vector<std::string> groups;
};

/// The first line of `text` that matches; an error when the search was given up.
Result<std::optional<Found>> FindLine(const std::string& text, const LinePattern& pattern) {
  int64_t looks = kMostLooks;
  for (size_t at = text.find(pattern.text); at != std::string::npos;) {
    const size_t before = text.rfind('\n', at);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(begin, std::min(end - begin, kLongestLine));
    if (!pattern.expression) return std::optional(Found{std::move(line), {}});
    Result<std::optional<std::vector<std::string>>> groups =
        pattern.expression->Groups(line, &looks);
    if (!groups) return groups.error();
    if (*groups) return std::optional(Found{std::move(line), std::move(**groups)});
    at = text.find(pattern.text, end);
  }
  return std::optional<Found>();
}

/// The first pattern of the rule that a line matches; one without them is found at once.
std::optional<Found> FindAny(const Rule& rule, const Facts& facts,
                             std::vector<std::string>& given_up) {
  if (rule.match.empty()) return Found{};
  for (const LinePattern& pattern : rule.match) {
    Result<std::optional<Found>> found = FindLine(facts.text, pattern);
    if (!found)
      given_up.push_back(rule.id);
    else if (*found)
      return std::move(**found);
  }
  return std::nullopt;
}

void MatchOf(const std::vector<Rule>& rules, const Facts& facts, bool last_resorts, Matches& to) {
  for (const Rule& rule : rules) {
    if (rule.IsLastResort() != last_resorts) continue;
    if (last_resorts && !to.found.empty()) return;
    if (std::find(rule.statuses.begin(), rule.statuses.end(), facts.status) == rule.statuses.end())
      continue;
    const bool told = std::any_of(to.found.begin(), to.found.end(), [&](const Match& match) {
      return match.rule->group == rule.group;
    });
    if (told || !std::all_of(rule.when.begin(), rule.when.end(), [&](const Condition& condition) {
          return Holds(condition, facts.metrics);
        }))
      continue;
    std::optional<Found> found = FindAny(rule, facts, to.given_up);
    if (!found) continue;
    const Places places{std::move(found->groups), &facts.metrics};
    Match match{&rule, std::move(found->line), Fill(rule.explain, places),
                Fill(rule.suggest, places)};
    for (const Action& action : rule.actions) match.actions.push_back(Fill(action, places));
    to.found.push_back(std::move(match));
  }
}

}  // namespace

Matches MatchRules(const std::vector<Rule>& own, const Facts& facts) {
  Matches matches;
  for (const bool last_resorts : {false, true}) {
    MatchOf(own, facts, last_resorts, matches);
    MatchOf(ShippedRules(), facts, last_resorts, matches);
  }
  return matches;
}

}  // namespace groma::guide

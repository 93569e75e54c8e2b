#include <algorithm>
#include <regex>

#include "guide/rules.h"

namespace groma::guide {
namespace {

constexpr size_t kLongestLine = 4000;  // std::regex recurses once a character

/// `text` with {1}…{9} replaced by the groups of the match.
std::string Fill(std::string_view text, const std::smatch& groups) {
  std::string filled;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool group = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                       text[i + 1] >= '1' && text[i + 1] <= '9';
    if (!group) {
      filled += text[i];
      continue;
    }
    const auto number = static_cast<size_t>(text[i + 1] - '0');
    if (number < groups.size()) filled += groups[number].str();
    i += 2;
  }
  return filled;
}

std::vector<std::string> FillAll(const std::vector<std::string_view>& texts,
                                 const std::smatch& groups) {
  std::vector<std::string> filled;
  filled.reserve(texts.size());
  for (const std::string_view text : texts) filled.push_back(Fill(text, groups));
  return filled;
}

Action Fill(const ActionTemplate& from, const std::smatch& groups) {
  Action action;
  action.kind = from.kind;
  action.task = Fill(from.task, groups);
  action.region = Fill(from.region, groups);
  action.processor = Fill(from.processor, groups);
  action.name = Fill(from.name, groups);
  action.layout = Fill(from.layout, groups);
  action.processors = FillAll(from.processors, groups);
  action.memories = FillAll(from.memories, groups);
  return action;
}

Match MakeMatch(const Rule& rule, const std::string& line, const std::smatch& groups) {
  Match match{std::string(rule.id), line, Fill(rule.explain, groups), Fill(rule.suggest, groups)};
  for (const ActionTemplate& action : rule.actions) match.actions.push_back(Fill(action, groups));
  return match;
}

/// The first line of `text` that matches the pattern.
bool FindLine(std::string_view text, const Pattern& pattern, std::string& line,
              std::smatch& groups) {
  size_t at = text.find(pattern.keyword);
  if (at == std::string_view::npos) return false;
  const std::regex expression{std::string(pattern.expression)};
  while (at != std::string_view::npos) {
    const size_t before = text.rfind('\n', at);
    const size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const size_t end = std::min(text.find('\n', at), text.size());
    line = std::string(text.substr(begin, std::min(end - begin, kLongestLine)));
    if (pattern.expression.empty() || std::regex_search(line, groups, expression)) return true;
    at = text.find(pattern.keyword, end);
  }
  return false;
}

}  // namespace

std::vector<Match> MatchRules(std::string_view text) {
  std::vector<Match> matches;
  for (const Rule& rule : Rules()) {
    // Of the rules of one case the first says it most exactly.
    if (std::any_of(matches.begin(), matches.end(),
                    [&](const Match& match) { return match.id == rule.id; }))
      continue;
    for (const Pattern& pattern : rule.patterns) {
      std::string line;
      std::smatch groups;
      if (!FindLine(text, pattern, line, groups)) continue;
      matches.push_back(MakeMatch(rule, line, groups));
      break;
    }
  }
  return matches;
}

}  // namespace groma::guide

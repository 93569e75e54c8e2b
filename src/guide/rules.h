// The rules on texts: what a failed run printed → what it means and what to change. Table A3 of the
// paper with the messages of its time, of today's runtime, of groma's checker and mapper library.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guide/feedback.h"

namespace groma::guide {

/// A line matches when it contains `keyword` and, where there is one, `expression` (ECMAScript) is
/// found in it. The groups of the expression are {1}, {2}, … in the rule's texts and actions.
struct Pattern {
  std::string_view keyword;
  std::string_view expression;
};

/// An Action whose texts may hold {1}…; a group that took no part becomes empty.
struct ActionTemplate {
  ActionKind kind;
  std::string_view task, region, processor, name, layout;
  std::vector<std::string_view> processors, memories;
};

struct Rule {
  std::string_view id;  // "A3.6": the case of Table A3; other names for what the table lacks
  std::vector<Pattern> patterns;  // any of them
  std::string_view explain;
  std::string_view suggest;
  std::vector<ActionTemplate> actions;
};

/// All rules, more specific ones first. Immutable.
std::span<const Rule> Rules();

/// A rule that a line of the text matches, with the groups filled in.
struct Match {
  std::string id;
  std::string line;
  std::string explain, suggest;
  std::vector<Action> actions;
};

/// The rules that match, in the table's order, one of each id: the first. Lines beyond 4,000
/// characters are cut.
std::vector<Match> MatchRules(std::string_view text);

}  // namespace groma::guide

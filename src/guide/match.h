// Which rules hold for an outcome.
#pragma once
#include <string>
#include <vector>

#include "guide/metrics.h"
#include "guide/rules.h"

namespace groma::guide {

/// What rules look at.
struct Facts {
  eval::OutcomeStatus status = eval::OutcomeStatus::kCrashed;
  std::string text;  // lines: what groma said of the run, then what the program printed
  Metrics metrics = Metrics(MetricInfos().size());
};

/// A rule that holds, with its places filled in.
struct Match {
  const Rule* rule = nullptr;
  std::string line;  // the one that matched; empty when the text did not matter
  std::string explain, suggest;
  std::vector<Action> actions;
};

struct Matches {
  std::vector<Match> found;           // own rules first, each in the order of its file
  std::vector<std::string> given_up;  // rules whose expression tried too many ways of matching
};

/// One rule of each case: the first that holds. Of a line the first 4,096 bytes are searched; an
/// expression may look at 2 million characters of a text, then its rule is given up.
Matches MatchRules(const std::vector<Rule>& own, const Facts& facts);

}  // namespace groma::guide

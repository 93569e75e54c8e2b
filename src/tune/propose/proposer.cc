#include "tune/propose/proposer.h"

#include <algorithm>
#include <cmath>

namespace groma::tune {

std::string_view ToString(Source source) {
  switch (source) {
    case Source::kRun:
      return "run";
    case Source::kCheck:
      return "check";
    case Source::kReply:
      return "reply";
    case Source::kEarlier:
      return "earlier";
  }
  return "";
}

int64_t Level(const eval::Outcome& outcome) {
  if (outcome.status != eval::OutcomeStatus::kOk || !(outcome.throughput > 0)) return 0;
  if (!outcome.time_valid) return 0;
  // Steps of 1 % above 1e-9 of a unit: every positive throughput that a program prints is above 0.
  const double steps = std::log(outcome.throughput / 1e-9) / std::log(1.01);
  return std::max<int64_t>(1, std::llround(steps));
}

int BestOf(const History& history) {
  int best = -1;
  int64_t level = -1;
  for (size_t i = 0; i < history.size(); ++i) {
    const int64_t own = Level(history[i].outcome);
    if (own <= level) continue;
    level = own;
    best = static_cast<int>(i);
  }
  return best;
}

int FastestOf(const History& history) {
  constexpr double kJitter = 0.001;
  double highest = 0;
  for (const Evaluation& one : history)
    if (Level(one.outcome) > 0) highest = std::max(highest, one.outcome.throughput);
  for (size_t i = 0; i < history.size(); ++i)
    if (Level(history[i].outcome) > 0 && history[i].outcome.throughput >= highest * (1 - kJitter))
      return static_cast<int>(i);
  return -1;
}

}  // namespace groma::tune

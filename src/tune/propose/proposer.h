// Proposers: from the history of evaluations to the next mapping to try.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "eval/outcome.h"
#include "guide/feedback.h"
#include "tune/space/problem.h"

namespace groma::tune {

/// How an outcome was come by. Only a run costs an evaluation.
enum class Source {
  kRun,     // the program ran
  kCheck,   // `check` refused the mapping: a run would have failed
  kReply,   // a model's reply could not be read
  kEarlier  // a mapping that decides the same was evaluated before
};
/// "run", "check", "reply", "earlier".
std::string_view ToString(Source source);

/// One evaluated mapping. Iteration 0 is the start mapping, 1… are proposals.
struct Evaluation {
  int iteration = 0;
  std::string mapping;
  std::string reason;  // why it was proposed, one line
  eval::Outcome outcome;
  guide::Feedback feedback;
  Source source = Source::kRun;
};

/// In order of evaluation; the first is the start mapping.
using History = std::vector<Evaluation>;

/// Throughputs are compared in steps of 1 %, so that jitter of a run does not steer a search:
/// equal levels count as equal. 0 for failures, for throughputs that are not positive, and where
/// the modelled time is not valid: such a figure must not steer a search.
int64_t Level(const eval::Outcome& outcome);

/// The index of the best evaluation: highest level, the earliest of equals. −1 for an empty
/// history.
int BestOf(const History& history);

/// The index of the evaluation to present as the best: the earliest of those within 0.1 % of the
/// highest throughput (a modelled run's own jitter). −1 when none has a level.
int FastestOf(const History& history);

/// The next mapping text and why it is tried.
struct Proposal {
  std::string mapping;
  std::string reason;  // one line
};
/// Nothing (more) to propose, and why: everything tried, or the provider failed.
struct NothingLeft {
  std::string reason;
};
/// A model was asked and nothing that it said could be read: counts as a proposal that failed.
struct Unreadable {
  std::string mapping;  // what stays: that which it was asked to change
  std::string reason;
};
using Next = std::variant<Proposal, Unreadable, NothingLeft>;

/// Deterministic: same problem, seed and history → same bytes. Never proposes a mapping that is in
/// the history (compared in canonical form, canonical.h).
class Proposer {
 public:
  virtual ~Proposer() = default;
  virtual std::string_view name() const = 0;
  /// `history` holds at least the start. Depends on nothing but the constructor's arguments and it,
  /// so that a run can be resumed from stored outcomes.
  virtual Next Propose(const History& history) = 0;
};

/// The built-in one: acts on AutoGuide's actions, then tries neighbours of the best in all six
/// decisions, then pairs of them.
std::unique_ptr<Proposer> MakeGuided(Problem problem, uint64_t seed);
/// The paper's baseline: each proposal a mapping of the usable space (space.h), all of them equally
/// likely. Some of them fail.
std::unique_ptr<Proposer> MakeRandom(Problem problem, uint64_t seed);

}  // namespace groma::tune

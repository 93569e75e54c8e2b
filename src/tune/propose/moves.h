// Moves: single changes of a mapping, from AutoGuide's actions and from walking over the six
// decisions systematically.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "eval/outcome.h"
#include "guide/feedback.h"
#include "tune/propose/proposer.h"
#include "tune/propose/view.h"
#include "tune/space/decisions.h"

namespace groma::tune {

/// Which of the decisions a move changes.
enum class Family { kTask, kRegion, kLayout, kIndexMap, kSingleMap, kLimit, kRepair };
inline constexpr int kFamilies = 7;
std::string_view ToString(Family family);

struct Move {
  std::string slot;   // what it decides: "region * rp_shared GPU"
  std::string value;  // how: "ZCMEM"
  Family family = Family::kTask;
  std::string reason;  // half a sentence: "rp_shared to ZCMEM (1.1 GiB of access …)"
  double weight = 0;   // seconds of the run that it is about; 0 when nothing is known
  double prior = 1;    // how good moves of its sort usually are, next to others of the family
  Decisions result;    // the whole mapping after the move

  std::string Key() const { return slot + "=" + value; }
};

/// The action as a move on those decisions. Empty when it says too little, or what it asks for
/// cannot be (no such task, no variant for that processor).
std::optional<Move> FromAction(const guide::Action& action, const Decisions& decisions,
                               const Problem& problem);

/// Every single change of the decisions to what the space (space.h) has for one of its dimensions,
/// or for the same one of all tasks or regions at once; family after family, the weightiest of a
/// family first. `view` is what the decisions mean now; `outcome` how they did (null: unknown).
/// Moves that change nothing may be among them.
std::vector<Move> Neighbours(const Decisions& decisions, const View& view, const Problem& problem,
                             const eval::Outcome* outcome);

/// The keys of the moves that would lead to what the mapping does already ("task near=GPU"): what
/// an evaluation of it has tried.
std::vector<std::string> KeysInEffect(const View& view, const Problem& problem);

}  // namespace groma::tune

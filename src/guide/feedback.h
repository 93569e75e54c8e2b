// Feedback: what an outcome means and what to change, for people, for language models and for the
// guided proposer.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groma::guide {

/// What can be done to a mapping. Which fields of Action count stands beside each.
enum class ActionKind {
  kMoveTask,          // task, processors: `Task task processors;`
  kMoveRegion,        // task, region, processor, memories: `Region task region processor memories;`
  kSetLayout,         // task, region, processor, layout: `Layout task region processor layout;`
  kSetInstanceLimit,  // task, value: `InstanceLimit task value;`
  kDropInstanceLimit,  // task ("*": all)
  kCollectMemory,      // task, region: `CollectMemory task region;`
  kWrapIndex,  // task ("*": all), name (the machine space): indices end with `% name.size[d]`
  kAddMachineGlobal,  // name, processor: `name = Machine(processor);`
  kDropMap,           // task: no IndexTaskMap and no SingleTaskMap for it
  kChangeIndexMap,    // task ("*": all index tasks): another function of the same launches
  kSpreadPoints,      // task ("*": all): its points use every processor of their kind
  kDropColon,         // no ':' in function definitions
  kDefineFunction,    // name: a function that is used and not defined
};
inline constexpr std::array kActionKinds = {
    ActionKind::kMoveTask,         ActionKind::kMoveRegion,        ActionKind::kSetLayout,
    ActionKind::kSetInstanceLimit, ActionKind::kDropInstanceLimit, ActionKind::kCollectMemory,
    ActionKind::kWrapIndex,        ActionKind::kAddMachineGlobal,  ActionKind::kDropMap,
    ActionKind::kChangeIndexMap,   ActionKind::kSpreadPoints,      ActionKind::kDropColon,
    ActionKind::kDefineFunction};
/// "MoveTask", "MoveRegion", …: stable names, used in journals and files of rules.
std::string_view ToString(ActionKind kind);
std::optional<ActionKind> ActionKindOf(std::string_view name);

/// One change. Empty strings mean "not known"; a proposer then leaves the action alone or picks.
struct Action {
  ActionKind kind = ActionKind::kChangeIndexMap;
  std::string task;                     // a name or "*"
  std::string region;                   // a name, a position, or "*"
  std::string processor;                // "GPU", "CPU"
  std::vector<std::string> processors;  // in order of preference
  std::vector<std::string> memories;    // in order
  std::string layout;                   // "SOA F_order Align==64"
  std::string name;
  int64_t value = 0;
  double seconds = 0;  // what it may save of the run, 0 when unknown: the most promising is largest
  std::string reason;  // half a sentence with the bytes or time behind it; empty when there is none
  bool operator==(const Action&) const = default;
};
/// The statement to write where one says it, else a short phrase: "Region * rp_shared GPU FBMEM;".
std::string ToString(const Action& action);
/// What it does, for people: "rp_shared in FBMEM (else ZCMEM) for GPUs".
std::string InWords(const Action& action);

/// What a statement of the mapping costs.
struct Cost {
  std::string statement;  // in one line; empty where none, a default, or nobody knows
  int line = 0;           // 1-based; 0 without a statement
  double seconds = 0;     // of the run, spread over the processors that work at the same time
  double share = 0;       // of the run's seconds; costs may overlap in time, and do not sum up to 1
  std::string what;       // "slow, fast on GPUs", "rp_ghost moved from FBMEM to FBMEM: 1.1 GiB"
};

/// What AutoGuide says of one outcome.
struct Feedback {
  std::string raw;      // one or a few lines: the error as printed, or the performance metric
  std::string explain;  // why, for people; empty when the raw text says it all
  std::string suggest;  // what to change, a sentence a line
  std::vector<Action> actions;     // the same as data, the most promising first
  std::vector<std::string> rules;  // cases of the rules that hold ("A3.6"), for tests and reports
  std::vector<Cost> costs;         // dearest first; empty without a breakdown
};

/// How much of it is told (paper, Figure 6, and one on top). Each has all that those before have.
enum class FeedbackLevel { kNone, kExecution, kExplain, kSuggest, kAttribution };
inline constexpr std::array kFeedbackLevels = {FeedbackLevel::kNone, FeedbackLevel::kExecution,
                                               FeedbackLevel::kExplain, FeedbackLevel::kSuggest,
                                               FeedbackLevel::kAttribution};
/// "none", "execution", "explain", "suggest", "attribution".
std::string_view ToString(FeedbackLevel level);
std::optional<FeedbackLevel> FeedbackLevelOf(std::string_view name);

/// The feedback at a level, for people and for language models; `score` is the figure that level
/// `none` tells alone ("Score: 4877 GFLOP/s"). At most `most_costs` statements.
std::string Render(const Feedback& feedback, FeedbackLevel level, std::string_view score,
                   size_t most_costs = 5);
/// One cost in a line: "41 % (12.3 ms) `Task * GPU,CPU;` (line 2): slow, fast on GPUs".
std::string ToString(const Cost& cost);

}  // namespace groma::guide

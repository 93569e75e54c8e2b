// The agent of the paper's Figure A3: a mapper put together from six decisions, each a segment of
// mapping text that a language model can replace on its own.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tune/space/problem.h"

namespace groma::tune {

/// In the order in which their statements stand in a mapping.
enum class Decision { kTask, kRegion, kLayout, kInstanceLimit, kIndexTaskMap, kSingleTaskMap };
inline constexpr size_t kDecisions = 6;
inline constexpr std::array<Decision, kDecisions> kAllDecisions = {
    Decision::kTask,          Decision::kRegion,       Decision::kLayout,
    Decision::kInstanceLimit, Decision::kIndexTaskMap, Decision::kSingleTaskMap};

/// "task_decision", "region_decision", "layout_decision", "instance_limit_decision",
/// "index_task_map_decision", "single_task_map_decision".
std::string_view ToString(Decision decision);
/// The names above, in any case, with or without "_decision", with blanks or dashes for '_'.
std::optional<Decision> ParseDecision(std::string_view name);

/// One segment a decision. Statements belong to the decision that their keyword says: `Task` and
/// `ControlReplicate` to the first, `Region` and `CollectMemory` to the second; values and
/// functions to the map that uses them, else to the index task maps. Nothing keeps a segment from
/// holding others.
struct Agent {
  std::array<std::string, kDecisions> segments;

  std::string& operator[](Decision decision) { return segments[static_cast<size_t>(decision)]; }
  const std::string& operator[](Decision decision) const {
    return segments[static_cast<size_t>(decision)];
  }
  bool operator==(const Agent&) const = default;
};

/// An agent's mapping.
struct Composed {
  std::string text;  // each segment under a line of comment with its decision's name
  std::array<int, kDecisions> first_line;  // of each, 1-based: that comment

  /// The decision that a line of the text belongs to.
  Decision At(int line) const;
};
/// Definitions that a later segment repeats word for word are written once.
Composed Compose(const Agent& agent);

/// The segments of any text. Nothing is lost: what stands between two statements (comments, what
/// did not parse) goes with the second.
Agent Split(const std::string& text);

/// The agent before it has seen a run: each launched task on a kind of processor that it has a
/// variant for, each region of tasks in a memory that the processor sees, one layout for all; drawn
/// from the seed, each choice alike. No limits, no maps. Same arguments, same agent.
Agent SeededAgent(const Problem& problem, uint64_t seed);

/// What a decision is about, as text for a model: the tasks, the regions, the index tasks with
/// their launches, the single tasks. Empty for layouts.
std::string InputsOf(Decision decision, const Problem& problem);

}  // namespace groma::tune

// Which decisions of two mappings differ, for one application on one machine.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mapping/decisions.h"

namespace groma::mapping {

/// One decision that differs; `a` and `b` are what the two mappings decide, as texts.
struct Difference {
  std::string task;
  std::string decision;         // "processor", "memories", "layout", "collect", "instance limit",
                                // "control replication", "placement" or "single placement"
  std::optional<int> region;    // position, of memories, layout and collect
  std::string region_name;      // "" when the program names none
  std::vector<int64_t> domain;  // of a placement: the launch …
  std::vector<int64_t> point;   // … and the first point that differs
  int64_t points = 0;           // how many points of it differ
  std::string a, b;
};

/// In the order of the tasks; both lists come from DecisionsOf with one application.
std::vector<Difference> Diff(const std::vector<TaskDecisions>& a,
                             const std::vector<TaskDecisions>& b);

/// {"same": false, "differences": [{"task", "decision", "region", "name", "domain", "point",
/// "points", "a", "b"}]}; keys that do not apply are left out.
nlohmann::ordered_json ToJson(const std::vector<Difference>& differences);

/// For people: a block a task.
std::string ToText(const std::vector<Difference>& differences);

}  // namespace groma::mapping

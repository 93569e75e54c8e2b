// Whether a mapping does what one of the ten strategies says: by what it decides, not by how it is
// written.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/result.h"
#include "base/source.h"
#include "machine/description.h"
#include "mapping/strategies.h"

namespace groma::mapping {

struct Grade {
  int strategy = 0;
  bool right = false;
  int nodes = 0;
  int gpus = 0;                      // of a node
  std::vector<std::string> reasons;  // why it is not right; empty when it is
  std::vector<std::string> remarks;  // worth knowing; they decide nothing
};

/// Grades a mapping. Decisions are compared with those of the published answer, task by task:
/// processor kind, the first memory of each region, layout, collection of data that is read, limit,
/// and the processor of each point of launches with fewer points than there are GPUs, as many, and
/// more. What a strategy does not speak of must stay as the fixed start decides it. Where its words
/// leave a choice (strategy 1 with other than one point a GPU) any mapping that obeys them is
/// right. Strategies 1 and 10 ask for a map: tasks that only the default placement places are
/// refused.
///
/// `app` must have the tasks and regions that the strategies name (the circuit benchmark's
/// description); the machine needs two nodes or more of two GPUs or more, since strategies 1 and 10
/// are the same on one: else an error.
Result<Grade> GradeMapping(const Strategy& strategy, std::shared_ptr<const SourceFile> source,
                           const app::Description& app, const machine::Description& machine);

/// {"strategy", "text", "right", "nodes", "gpus", "reasons": [], "remarks": []}.
nlohmann::ordered_json ToJson(const Grade& grade);

}  // namespace groma::mapping

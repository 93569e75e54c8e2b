// The part of CheckDecisions that looks at points of a launch that share a memory. Private to
// src/mapping.
#pragma once
#include <vector>

#include "app/description.h"
#include "machine/description.h"
#include "mapping/check_instances.h"
#include "mapping/findings.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// Warns when the instances of the points that share a memory do not fit into it together. `needs`
/// are those of one point, each of which fits; `about` is a query for the task. Counted once a
/// point is what points write, since no two points of a launch write the same piece; what they read
/// or reduce to may be one piece for all, so it counts once a memory. Tasks that were launched in
/// several ways are not looked at: the sizes in the description are the largest of all of them.
/// Costs a placement of the launch where
/// a memory could not hold all of them.
void CheckSharing(const Mapping& mapping, const machine::Description& machine,
                  const app::Task& task, const PointQuery& about,
                  const std::vector<InstanceNeed>& needs, Findings& findings);

}  // namespace groma::mapping

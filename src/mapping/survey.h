// How the tasks of a described program would ask a mapping: for `show` and `check`, where nothing
// runs.
#pragma once
#include <optional>
#include <string>

#include "app/description.h"
#include "base/kinds.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// The processor kind that the task would run on: the first that the mapping lists, the task has a
/// variant for and the machine has. None when there is none.
std::optional<ProcessorKind> ChosenKind(const Mapping& mapping, const app::Task& task);

/// A query for the task on that kind, single-launched, with parent and depth as described. What
/// only a run knows is taken as the first: of several parents the first, on processor 0 of node 0.
PointQuery QueryFor(const Mapping& mapping, const app::Description& app, const app::Task& task,
                    ProcessorKind kind);

/// A query for the task's argument. Views of the description's names.
RegionQuery QueryFor(const app::Task& task, size_t argument);

/// Moves to the next point in row-major order; false after the last, and at once for an empty
/// domain.
bool NextPoint(std::vector<int64_t>& point, const std::vector<int64_t>& extents);

/// The number of points, at most `limit`.
int64_t CountPoints(const std::vector<int64_t>& extents, int64_t limit);

}  // namespace groma::mapping

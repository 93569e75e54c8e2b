// Attribution: which statement of the mapping costs how much of a run.
#pragma once
#include <vector>

#include "eval/outcome.h"
#include "guide/guide.h"

namespace groma::guide {

/// The time of tasks goes to the Task statement that chose their processors. Copies, reductions and
/// what processors do with memory that is not their own go to the Region statement that placed the
/// data for the task that asked for them; `what` names the map statement that spread that task's
/// points. Costs of one statement are summed, tasks and traffic apart; the dearest comes first,
/// trifles (below 0.1 % of the run) are left out. Time of several processors of a kind counts
/// divided by how many there are. Without the application, the machine or the mapping no statement
/// is known. Empty without a breakdown.
std::vector<Cost> Attribute(const eval::Outcome& outcome, const Context& context);

}  // namespace groma::guide

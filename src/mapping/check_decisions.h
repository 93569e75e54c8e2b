// What a mapping decides for a described application on a machine, looked at before anything runs.
#pragma once
#include "app/description.h"
#include "diagnostics/diagnostic.h"
#include "machine/description.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// Reports, each once a statement and kind of mistake, with the first task that meets it and a note
/// of the others:
/// - a task that `Task *` leaves without a processor kind that works: a warning;
/// - a region in memories that its processor does not see, in VIRTUAL though the task may use the
///   data, or larger than each of its memories: errors, since the run would end there;
/// - regions of one task, or of the points of a launch that share a memory, that together exceed
///   their memories: a warning (sizes are the largest seen);
/// - a layout that contradicts what the task's variant was registered with: an error;
/// - an InstanceLimit below what a concurrent launch needs, or for a task among its own ancestors:
///   errors;
/// - statements without effect: CollectMemory on data that is written, ControlReplicate of a task
///   that cannot be, Region statements whose processor sees none of the memories: warnings.
void CheckDecisions(const Mapping& mapping, const app::Description& app,
                    const machine::Description& machine, DiagnosticSink& sink);

}  // namespace groma::mapping

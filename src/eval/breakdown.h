// Where the time of a run went, from its two logs.
#pragma once
#include "eval/mapper_log.h"
#include "eval/outcome.h"
#include "eval/vgpu_log.h"

namespace groma::eval {

/// Modelled runs: times are the driver's (virtual), names of tasks and regions the mapper
/// library's, and so are the points of tasks; the time of copies between two kinds of memory, and
/// of reductions into framebuffers, is shared among the arguments that asked for them by bytes.
/// Other runs (`driver` null, or of a functional run): the mapper library's wall-clock times.
Breakdown MakeBreakdown(const MapperLog& mapper, const VgpuLog* driver);

}  // namespace groma::eval

// Deciding how a run ended and what its figure is. Pure: what was collected in, an Outcome out.
#pragma once
#include <optional>

#include "base/process.h"
#include "eval/mapper_log.h"
#include "eval/outcome.h"
#include "eval/program.h"
#include "eval/vgpu_log.h"

namespace groma::eval {

/// All that is known of one run.
struct RunRecord {
  ProcessResult process;
  MapperLog mapper;
  std::optional<VgpuLog> driver;  // none: no virtual driver, or it wrote nothing
  bool modelled = false;          // the run was asked for modelled time
  bool mapping_given = false;     // a mapping was to take over the program's mappers
  bool result_needed = true;      // see EvaluateOptions
};

/// The outcome with its breakdown. The strongest evidence decides: the mapper library's fatal
/// diagnostic, then groma's own limits, the driver, Legion's exceptions, the guard, the exit code,
/// the program's own check, its figure.
Outcome Judge(const Program& program, const RunRecord& run);

}  // namespace groma::eval

// Evaluating a mapping: one run of the program on real Legion, as an Outcome.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/process.h"
#include "base/result.h"
#include "eval/launch.h"
#include "eval/outcome.h"
#include "eval/program.h"
#include "machine/description.h"

namespace groma::eval {

struct EvaluateOptions {
  machine::Description machine;
  std::optional<std::string> mapping;        // the mapping's text; none: the program's own mapper
  std::string mapping_name = "mapping.map";  // how diagnostics call it
  Devices devices = Devices::kAuto;
  RunMode mode = RunMode::kModelled;
  bool wrap_mappers = false;
  bool inherit_input = false;     // the program reads groma's stdin
  bool result_needed = true;      // false: it may end well before it starts Legion, as with --help
  double time_limit_seconds = 0;  // 0: the program's own
  Bytes memory_limit;             // 0: 80 % of the memory that is free
  Bytes output_kept{1 << 20};
  double idle_seconds = 1.5;  // on virtual GPUs: a run that waits for itself that long hangs
  std::optional<std::filesystem::path> keep;  // the run's files (logs, machine, mapping) go there
  std::optional<std::filesystem::path> profile;  // Legion's profiler writes there; made if missing
  std::function<void(const ProcessProgress&)> on_progress;
  std::function<void(std::string_view)> on_output;
};

/// Runs the program once in a folder of its own. Whatever the program does is an Outcome; an error
/// is something that keeps any run from starting (no such program, no driver, no space), or
/// "interrupted" when an InterruptGuard saw a signal (base/process.h).
Result<Outcome> Evaluate(const Program& program, const EvaluateOptions& options,
                         const Installation& installation);

}  // namespace groma::eval

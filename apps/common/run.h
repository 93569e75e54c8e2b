// What every benchmark program does the same way: how it runs, and the line that it reports.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace groma::apps {

/// Functional: everything is computed, time is the host's. Modelled: tasks and kernels state their
/// work and compute nothing, time is the virtual clock's.
enum class Mode { kUnset, kFunctional, kModelled };

/// Makes the process run in `mode`, before Legion starts; kUnset: as the environment says, else
/// functional. Returns the mode; an error when modelled time is asked for and the process has no
/// virtual GPUs.
Result<Mode> SetMode(Mode mode);

enum class Checked { kOff, kPassed, kFailed };

/// "RESULT circuit throughput=… unit=GFLOP/s seconds=… time=modelled|measured
/// check=passed|failed|off"
std::string ResultLine(const std::string& program, double throughput, const std::string& unit,
                       double seconds, Mode mode, Checked checked);

/// "CHECK passed max relative error … (tolerance …)"
std::string CheckLine(double error, double tolerance);

/// Ends the process with exit code 1 after `message` on stderr: for tasks, which have nobody to
/// return an error to. Nothing is torn down, since other tasks are running.
[[noreturn]] void EndRun(const std::string& message);

/// Whether a command-line word starts an option of Legion or Realm ("-ll:gpu", "-level", …), which
/// programs pass over together with a value that follows it.
bool IsRuntimeOption(const std::string& word);

}  // namespace groma::apps

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

/// What a program says in the end.
struct Report {
  std::string program;
  double throughput;
  std::string unit;
  double seconds;  // of the timed section
  Mode mode;
  bool check;        // whether the result was compared with the reference,
  double error;      // how far from it it is at most, and
  double tolerance;  // how far it may be; both relative, 0 when it was not compared
};

/// Whether the result was compared and is too far off, or is no number.
bool CheckFailed(const Report& report);

/// The lines that end a program's output: "CHECK passed max relative error … (tolerance …)" when
/// the result was compared, "ELAPSED TIME = … s", the throughput as the published program prints it
/// (`published`, with its end of line), and for programs "RESULT circuit throughput=… unit=GFLOP/s
/// seconds=… time=modelled|measured check=passed|failed|off".
std::string Text(const Report& report, const std::string& published);

/// Ends the process with exit code 1 after `message` on stderr: for tasks, which have nobody to
/// return an error to. Nothing is torn down, since other tasks are running.
[[noreturn]] void EndRun(const std::string& message);

/// Whether a command-line word starts an option of Legion or Realm ("-ll:gpu", "-level", …), which
/// programs pass over together with a value that follows it.
bool IsRuntimeOption(const std::string& word);

}  // namespace groma::apps

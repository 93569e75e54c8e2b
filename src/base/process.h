// The door to processes: one child at a time, with limits, and nothing of it left running.
//
// A small keeper process stands between groma and the child. It adopts whatever the child leaves
// behind (PR_SET_CHILD_SUBREAPER) and kills all of it when the child ends, when groma says so and
// when groma itself is gone, even by SIGKILL.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantities.h"
#include "base/result.h"

namespace groma {

/// What a child may use. 0 means no limit.
struct ProcessLimits {
  double wall_seconds = 0;
  /// Memory that the child and all its descendants really hold (proportional set size: pages mapped
  /// twice count once, reserved and untouched ones not at all).
  Bytes memory;
  /// The child is killed when it has printed more than this, stdout and stderr together.
  Bytes output{64 << 20};
  /// > 0: the child is killed when for that long no thread of it and its descendants used any CPU
  /// time and all waited for each other (futex, epoll, wait). Sleeping threads do not count as
  /// that.
  double idle_seconds = 0;
};

/// How far a running child is.
struct ProcessProgress {
  double seconds = 0;
  Bytes output;  // printed so far
  Bytes memory;  // held now, of all its processes
};

struct ProcessRequest {
  std::vector<std::string> command;  // argv; a name without '/' is looked up in PATH; no shell
  std::map<std::string, std::string> environment;  // all of it
  std::string folder;                              // working folder; empty: groma's own
  std::string input;                               // what the child reads from stdin
  bool inherit_input = false;                      // the child reads groma's stdin instead
  ProcessLimits limits;
  Bytes output_kept{1 << 20};  // of a longer output the first and the last half of this are kept
  bool errors_apart = false;   // stderr goes to ProcessResult::errors, not among the output
  /// Called about four times a second, on the calling thread.
  std::function<void(const ProcessProgress&)> on_progress;
  /// Called with each new piece of output, in order, on the calling thread.
  std::function<void(std::string_view)> on_output;
};

enum class ProcessEnd {
  kExited,     // by itself
  kSignalled,  // by a signal that groma did not send
  kWallLimit,  // the rest: killed by groma
  kMemoryLimit,
  kOutputLimit,
  kIdle,
  kInterrupted  // InterruptGuard saw SIGINT or SIGTERM
};

struct ProcessResult {
  ProcessEnd end = ProcessEnd::kExited;
  int exit_code = 0;  // 128 + signal when a signal ended it
  int signal = 0;
  std::string output;  // stdout and stderr as they were written, one file
  std::string errors;  // stderr alone, with errors_apart; cut like the output
  bool output_cut = false;
  double wall_seconds = 0;
  Bytes peak_memory;   // the largest seen; short peaks can be missed
  std::string detail;  // one line about the end: the limit, the signal's name, what hung threads
                       // wait for
};

/// Runs the child and waits for it. An error when it cannot be started (no such file, no
/// permission, no memory). When it returns, none of the child's processes is left. Safe on several
/// threads at once. The calling thread must outlive the call (it is the keeper's parent).
Result<ProcessResult> RunProcess(const ProcessRequest& request);

/// groma's own environment as a map.
std::map<std::string, std::string> CurrentEnvironment();

/// While one lives, SIGINT, SIGTERM and SIGHUP only set a flag: RunProcess then ends with
/// kInterrupted, loops ask `Interrupted()`. A second signal ends groma the usual way (the keeper
/// cleans up).
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// The signal that the last InterruptGuard saw, 0 when none.
int Interrupted();

/// A share (0 < share ≤ 1) of the memory that is free now: what the machine has available, or what
/// groma's cgroup still allows when that is less.
Bytes FreeMemory(double share);

/// CPUs that this process may use: its affinity mask, or the quota of its cgroup when that is less.
/// May be a fraction.
double UsableCpus();

}  // namespace groma

// Looking at a running process and its descendants through /proc.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/quantities.h"

namespace groma {

/// The descendants of `root`, without itself. Processes that come or go meanwhile may be missing.
std::vector<pid_t> Descendants(pid_t root);

/// Resident memory of the processes together; shared pages and pages mapped twice count each time.
/// Cheap.
Bytes ResidentMemory(const std::vector<pid_t>& processes);

/// The same with every page counted once (proportional set size). Costs a walk of the page tables.
/// Where the kernel does not tell it, the resident memory.
Bytes ProportionalMemory(const std::vector<pid_t>& processes);

/// CPU time that those of the processes that still live have used, in nanoseconds.
int64_t CpuNanoseconds(const std::vector<pid_t>& processes);

/// When every thread of the processes waits without a time limit of its own that the kernel shows
/// (futex, epoll, poll, wait for a child): how many wait how, for people ("21 in futex, 2 in
/// epoll"). nullopt when one runs, sleeps, or does I/O, or when there are none.
std::optional<std::string> AllWaiting(const std::vector<pid_t>& processes);

}  // namespace groma

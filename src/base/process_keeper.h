// The keeper: the small process between groma and a child (see process.h). Internal to base.
#pragma once
#include <sys/types.h>

namespace groma {

/// What the keeper and its child need, prepared before the fork. The pointers must stay valid until
/// the fork has happened.
struct KeeperTask {
  const char* program;  // path
  char* const* arguments;
  char* const* environment;
  const char* folder;  // nullptr: unchanged
  int input;           // becomes stdin
  int output;          // becomes stdout
  int errors;          // becomes stderr; may be the same as output
  int control;         // SOCK_SEQPACKET; its other end is groma's
};

/// What goes over the control socket. groma sends kKill; when its end is closed that means the
/// same.
struct KeeperMessage {
  enum Kind : int {
    kKill,        // groma → keeper: kill everything now
    kStarted,     // the child's process id
    kNotStarted,  // errno
    kEnded,       // the child's wait status
    kClean        // number of processes that could not be killed; the keeper's last word
  };
  int kind;
  int value;
};

/// What the forked process does. Only async-signal-safe calls: the process that was forked may have
/// had other threads. All signals must be blocked.
[[noreturn]] void RunKeeper(const KeeperTask& task);

}  // namespace groma

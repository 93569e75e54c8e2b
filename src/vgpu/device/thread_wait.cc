#include "vgpu/device/thread_wait.h"

#include <sys/syscall.h>

#include <array>
#include <charconv>

namespace groma::vgpu {
namespace {

// Calls that wait for other threads or descriptors. `limit` is the argument that holds a time limit
// and how to read it: a pointer (0: none) or milliseconds (negative: none).
struct WaitingCall {
  long number;
  std::string_view name;
  int limit;  // -1: the call has none
  bool milliseconds;
};
constexpr std::array kWaitingCalls = {
    WaitingCall{SYS_futex, "futex", 3, false},
    WaitingCall{SYS_epoll_wait, "epoll_wait", 3, true},
    WaitingCall{SYS_epoll_pwait, "epoll_pwait", 3, true},
    WaitingCall{SYS_poll, "poll", 2, true},
    WaitingCall{SYS_ppoll, "ppoll", 2, false},
    WaitingCall{SYS_select, "select", 4, false},
    WaitingCall{SYS_pselect6, "pselect6", 4, false},
    WaitingCall{SYS_rt_sigtimedwait, "rt_sigtimedwait", 2, false},
    WaitingCall{SYS_rt_sigsuspend, "rt_sigsuspend", -1, false},
    WaitingCall{SYS_pause, "pause", -1, false},
    WaitingCall{441, "epoll_pwait2", 3, false},
    WaitingCall{449, "futex_waitv", 3, false},
    WaitingCall{455, "futex_wait", 4, false},
};

struct NamedCall {
  long number;
  std::string_view name;
};
constexpr std::array kSleeps = {
    NamedCall{SYS_nanosleep, "nanosleep"},
    NamedCall{SYS_clock_nanosleep, "clock_nanosleep"},
    NamedCall{SYS_restart_syscall, "restart_syscall"},
};
constexpr std::array kInputs = {
    NamedCall{SYS_read, "read"},           NamedCall{SYS_write, "write"},
    NamedCall{SYS_readv, "readv"},         NamedCall{SYS_writev, "writev"},
    NamedCall{SYS_pread64, "pread64"},     NamedCall{SYS_pwrite64, "pwrite64"},
    NamedCall{SYS_recvfrom, "recvfrom"},   NamedCall{SYS_recvmsg, "recvmsg"},
    NamedCall{SYS_sendto, "sendto"},       NamedCall{SYS_sendmsg, "sendmsg"},
    NamedCall{SYS_accept, "accept"},       NamedCall{SYS_accept4, "accept4"},
    NamedCall{SYS_connect, "connect"},     NamedCall{SYS_wait4, "wait4"},
    NamedCall{SYS_waitid, "waitid"},       NamedCall{SYS_fsync, "fsync"},
    NamedCall{SYS_fdatasync, "fdatasync"}, NamedCall{SYS_flock, "flock"},
    NamedCall{SYS_ioctl, "ioctl"},
};

// The next number of the line, decimal or 0x…; false at its end.
bool Next(std::string_view* line, uint64_t* number) {
  while (!line->empty() && line->front() == ' ') line->remove_prefix(1);
  int base = 10;
  if (line->starts_with("0x")) {
    line->remove_prefix(2);
    base = 16;
  }
  auto [end, code] = std::from_chars(line->data(), line->data() + line->size(), *number, base);
  if (code != std::errc()) return false;
  line->remove_prefix(end - line->data());
  return true;
}

}  // namespace

ThreadWait ParseThreadWait(std::string_view line) {
  uint64_t call = 0;
  std::array<uint64_t, 6> arguments{};
  if (!Next(&line, &call)) return {};  // "running", or "-1 …": not in a system call
  for (uint64_t& argument : arguments)
    if (!Next(&line, &argument)) return {};

  for (const WaitingCall& waiting : kWaitingCalls) {
    if (static_cast<uint64_t>(waiting.number) != call) continue;
    bool limited = false;
    if (waiting.limit >= 0 && waiting.milliseconds)
      limited = static_cast<int32_t>(arguments[waiting.limit]) >= 0;
    else if (waiting.limit >= 0)
      limited = arguments[waiting.limit] != 0;
    return {limited ? ThreadWait::Kind::kTimed : ThreadWait::Kind::kForever, waiting.name};
  }
  for (const NamedCall& sleep : kSleeps)
    if (static_cast<uint64_t>(sleep.number) == call) return {ThreadWait::Kind::kTimed, sleep.name};
  for (const NamedCall& input : kInputs)
    if (static_cast<uint64_t>(input.number) == call) return {ThreadWait::Kind::kInput, input.name};
  // Calls that block for moments only (mmap and munmap behind a lock, exit, …): still at work.
  return {};
}

}  // namespace groma::vgpu

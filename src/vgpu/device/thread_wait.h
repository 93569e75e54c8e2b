// What a sleeping thread waits for, from the kernel's own words.
#pragma once
#include <string>
#include <string_view>

namespace groma::vgpu {

/// One line of /proc/PID/task/TID/syscall, understood.
struct ThreadWait {
  enum class Kind {
    kAwake,    // runs or could run; also a page fault and whatever is not understood
    kForever,  // waits for another thread or a descriptor, without a time limit
    kTimed,    // the same with a time limit, or sleeps
    kInput,    // waits in a call that reads, writes or waits for a process
  };
  Kind kind = Kind::kAwake;
  std::string_view call;  // "futex", "clock_nanosleep", …; a static text
};

/// `line` as read; x86-64 call numbers.
ThreadWait ParseThreadWait(std::string_view line);

}  // namespace groma::vgpu

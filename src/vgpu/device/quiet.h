// Whether the process is quiet: every thread but the caller asleep, none about to wake by itself.
//
// A look reads twice: what every thread waits for and how often it has run; then whether it sleeps
// and has not run since. Who sleeps then and has not run slept at the moment between the two
// readings; so did all of them together. A thread that was woken and waits for a processor does not
// sleep: its state says so, its wait does not. Where the kernel keeps no such counts, the process's
// CPU time must not have moved by more than the machine's own reading noise.
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "vgpu/device/thread_wait.h"

namespace groma::vgpu {

struct Look {
  /// kBlind: the kernel no longer shows the threads.
  enum class Verdict { kQuiet, kAwake, kBlind };
  /// A thread that sleeps, but wakes by itself or waits for the world.
  struct Sleeper {
    int thread;
    ThreadWait wait;
  };
  Verdict verdict = Verdict::kAwake;
  int awake = 0;  // the thread that was, 0 when it is not known
  std::vector<Sleeper> sleepers;
};

/// What a thread has done so far: how often it has waited of its own will, how often it has touched
/// a page for the first time, and its processor time (to 10 ms). Zeros when it has ended.
struct ThreadEffort {
  int64_t waits = 0;
  int64_t page_faults = 0;
  double cpu_seconds = 0;
};

/// Keeps descriptors of the process's threads open. Used by one thread; looks leave it out.
class QuietWatch {
 public:
  /// An error when /proc does not show what a look needs (hidden, emulated), or the process is
  /// traced.
  static Result<std::unique_ptr<QuietWatch>> Open();
  ~QuietWatch();
  QuietWatch(const QuietWatch&) = delete;
  QuietWatch& operator=(const QuietWatch&) = delete;

  /// One look, about 6 µs a thread. Threads in `parked` are taken as quiet unread: the caller knows
  /// that they can do nothing. With `since_last`, threads are taken as awake that have run since
  /// the last look ended (where the kernel counts how often threads run).
  Look Take(const std::set<int>& parked, bool since_last = false);

  /// "worker (thread 1234)"; "a thread that has ended" when it has.
  static std::string NameOf(int thread);
  static ThreadEffort EffortOf(int thread);

 private:
  struct Thread;
  QuietWatch();
  bool Refresh();
  bool Changed() const;
  Look ReadWaits(const std::set<int>& parked, bool since_last);
  Look FindAwake(const std::set<int>& parked);
  Look Awake(Thread* thread);
  int64_t OthersCpuTime() const;
  void MeasureNoise();

  int folder_ = -1;
  bool counts_runs_ = true;
  int64_t noise_ns_ = 0;
  uint64_t listed_links_ = 0;
  bool stale_ = true;
  int blind_looks_ = 0;  // in a row
  std::vector<Thread> threads_;
};

}  // namespace groma::vgpu

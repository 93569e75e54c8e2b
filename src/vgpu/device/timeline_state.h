// What the timeline keeps, and what its parts do with it: the clock thread (clock.cc), threads that
// wait or poll (waiting.cc). Only these and timeline.cc include this.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "vgpu/device/fluid.h"
#include "vgpu/device/patience.h"
#include "vgpu/device/quiet.h"
#include "vgpu/device/run_report.h"
#include "vgpu/device/streams.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

/// Exit code of a run that the driver ends.
inline constexpr int kFailedExit = 86;

/// A thread that polls may have other work on its hands, and may ask about one thing after the
/// other: it is settled when it has asked about the same so often without anything having happened.
inline constexpr int kSettledRounds = 3;

/// The kernel's number of the calling thread.
int ThisThread();

/// How many resources a machine has; their order is that of the constructor's comment.
int ResourceCount(const machine::Description& machine);

/// A thread that waits until something on the timeline holds.
struct Waiter {
  int thread;  // 0 when it has been let go
  bool query;  // gives up after a while
  std::function<bool()> holds;
  std::condition_variable wake;
};

/// A thread that asks whether something holds, again and again.
struct Poller {
  bool parked = false;                         // stands still in a query
  uint64_t activity = 0;                       // at its last poll
  uint64_t first = 0;                          // what it asked about first since that activity
  int rounds = 0;                              // how often it has asked about that
  int polls = 0;                               // since it last did
  int64_t left_at = 0;                         // its processor time when its last poll ended, in ns
  std::chrono::steady_clock::time_point left;  // when that was
  int64_t shortest_round = 1e9;  // the least that it has used between two polls, in ns

  /// It came back, having used a processor until `now`. Whether it has only polled since it left.
  bool ComeBack(int64_t now);
  /// It asks about `about` while `activity_now` is the count of activity.
  void Ask(uint64_t about, uint64_t activity_now, bool only_polled);
  /// Its poll ends.
  void Leave();
  /// Whether it has found nothing to do since `activity_now`, the count of now, was reached.
  bool IsSettled(uint64_t activity_now) const;
};

/// Members without a word on threads are guarded by `mutex`; functions that take a Lock are called
/// with it held and may let go of it for a while.
struct Timeline::State {
  using Lock = std::unique_lock<std::mutex>;

  State(const machine::Description& m, TimelineOptions o)
      : machine(m),
        options(std::move(o)),
        fluid(ResourceCount(m)),
        streams(&fluid, &report),
        patience(options.quiet_limit_seconds) {}

  const machine::Description machine;
  const TimelineOptions options;
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  std::mutex mutex;  // guards what follows
  Fluid fluid;
  RunReport report;
  Streams streams;
  std::list<Waiter*> waiters;
  std::map<int, Poller> pollers;
  std::set<int> real_waiters;
  uint64_t activity = 0;  // counts what may give pollers something else to do
  bool looking = false;
  bool stopping = false;
  bool report_written = false;
  int64_t looks = 0;       // begun
  int64_t looks_over = 0;  // ended
  int64_t rejected_looks = 0;
  std::condition_variable work;
  std::condition_variable settled;  // a poller has settled

  // The clock thread's own.
  std::unique_ptr<QuietWatch> watch;
  Patience patience;
  std::chrono::steady_clock::time_point input_since;
  bool input_seen = false;

  std::thread clock;
  std::atomic<int> clock_thread{0};
  std::atomic<uint64_t> calls{0};
  std::atomic<int64_t> now{0};

  // The clock.
  void Start();
  void Loop();
  /// Looks until the process is quiet and no call came in during the look. False: ask again.
  bool WaitUntilQuiet(Lock& lock);
  /// Functional runs are about results: there the clock need not wait for the program's own work.
  bool TakesLooks() const { return watch != nullptr && options.mode != "functional"; }
  /// Where threads poll, waits until one has settled: they are awake until then, and a look would
  /// be in vain. Not for long: they may do something else meanwhile.
  void AwaitPollers(Lock& lock);
  /// The pollers that stand still in a query.
  std::set<int> ParkedPollers() const;
  /// One look at the process; none while a poller is not settled. Pollers stand still meanwhile.
  /// `since_last`: whether other threads have run since the last look counts too.
  std::optional<Look> TakeLook(Lock& lock, bool since_last);
  bool Accept(const Look& look);
  void Pause(Lock& lock, std::chrono::microseconds pause);
  /// Releases the first of the operations that have ended. Whether anybody could see that.
  bool Release(Lock& lock);

  // Threads that wait. A call that may change what they wait for says so with CallIn.
  void CallIn() {
    ++activity;
    calls.fetch_add(1);
    work.notify_one();
  }
  /// Lets those go for whom it holds; whether there were any.
  bool WakeWaiters();
  void WaitUntil(Lock& lock, std::function<bool()> holds);
  /// `about`: the same whenever the same is asked.
  bool Query(Lock& lock, uint64_t about, std::function<bool()> holds);
  void WriteReport(const std::string& fatal);
};

}  // namespace groma::vgpu

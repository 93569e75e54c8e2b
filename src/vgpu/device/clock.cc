// The clock thread: looks at the process, moves the time, releases what has ended.
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "vgpu/device/timeline_state.h"

namespace groma::vgpu {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kShortestPause = std::chrono::microseconds(10);
// A poller's rounds take a few microseconds, on a busy machine a few tens.
constexpr auto kPollerWait = std::chrono::microseconds(100);
constexpr auto kLongestPause = std::chrono::microseconds(200);
// Input and output that ends within this time is work like any other: the clock waits for it.
constexpr auto kShortInput = std::chrono::milliseconds(5);

double CpuSeconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Of all threads but the calling one.
double OthersCpuSeconds() {
  return CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace

void Timeline::State::Start() {
  Result<std::unique_ptr<QuietWatch>> opened = QuietWatch::Open();
  if (opened)
    watch = std::move(opened).value();
  else
    report.Invalidate(opened.error().message);
  // The program's signal handlers run on the program's threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  clock = std::thread([this] { Loop(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Timeline::State::Loop() {
  pthread_setname_np(pthread_self(), "groma-clock");
  prctl(PR_SET_TIMERSLACK, 1000);  // pauses are short
  clock_thread = ThisThread();
  Lock lock(mutex);
  while (!stopping) {
    if (fluid.Idle()) {
      work.wait(lock);
      continue;
    }
    if (!WaitUntilQuiet(lock)) continue;
    // Quiet, and the lock was not let go since: nothing moves but what is released here.
    for (bool seen = false; !seen && !fluid.Idle();) {
      while (!fluid.HasEnded()) fluid.AdvanceTo(*fluid.Next());
      now = fluid.now().count;
      seen = Release(lock);
    }
  }
}

std::optional<Look> Timeline::State::TakeLook(Lock& lock, bool since_last) {
  const std::set<int> parked = ParkedPollers();
  for (const int thread : parked)
    if (!pollers.at(thread).IsSettled(activity)) return std::nullopt;
  looking = true;
  ++looks;
  lock.unlock();
  Look look = watch->Take(parked, since_last);
  lock.lock();
  looking = false;
  ++looks_over;
  for (Waiter* waiter : waiters)
    if (waiter->query) waiter->wake.notify_one();
  return look;
}

bool Timeline::State::WaitUntilQuiet(Lock& lock) {
  if (!TakesLooks()) return true;
  std::chrono::microseconds pause = kShortestPause;
  std::set<int> again;  // pollers that stood still while all was quiet, and are to poll anew
  for (;;) {
    AwaitPollers(lock);
    const uint64_t calls_before = calls;
    const std::set<int> parked = ParkedPollers();
    const std::optional<Look> look = TakeLook(lock, !again.empty());
    if (look && calls == calls_before && Accept(*look)) {
      if (parked.empty() || !again.empty()) {
        patience.Quiet();
        return true;
      }
      // A poller may have stood still since before another thread left it something to do: it must
      // find nothing while nobody else runs.
      again = parked;
      ++activity;
      continue;
    }
    if (look && look->awake != 0 && !again.contains(look->awake)) again.clear();
    if (look) ++rejected_looks;
    const int awake = look ? look->awake : 0;
    const std::string verdict = patience.Awake(awake, OthersCpuSeconds());
    Pause(lock, pause);
    // What it did until now, during the pause too, may be something for pollers to do.
    if (awake != 0 && !pollers.contains(awake)) ++activity;
    if (look) pause = std::min<std::chrono::microseconds>(pause * 2, kLongestPause);
    if (stopping || fluid.Idle()) return false;
    if (!verdict.empty()) {
      std::fprintf(stderr, "groma: %s\n", verdict.c_str());
      WriteReport(verdict);
      _exit(kFailedExit);
    }
  }
}

void Timeline::State::AwaitPollers(Lock& lock) {
  const Clock::time_point recently = Clock::now() - kPollerWait;
  const bool any = std::any_of(pollers.begin(), pollers.end(), [&](const auto& one) {
    return one.second.parked || one.second.left >= recently;
  });
  if (!any) return;
  for (Waiter* waiter : waiters)
    if (waiter->query) waiter->wake.notify_one();
  settled.wait_for(lock, kPollerWait, [&] {
    return std::any_of(pollers.begin(), pollers.end(), [&](const auto& one) {
      return one.second.parked && one.second.IsSettled(activity);
    });
  });
}

std::set<int> Timeline::State::ParkedPollers() const {
  std::set<int> parked;
  for (const auto& [thread, poller] : pollers)
    if (poller.parked) parked.insert(thread);
  return parked;
}

bool Timeline::State::Accept(const Look& look) {
  if (look.verdict == Look::Verdict::kBlind) {
    report.Invalidate("the kernel stopped showing this process's threads");
    return true;
  }
  if (look.verdict != Look::Verdict::kQuiet) return false;
  if (options.waits_declared) return true;
  const Look::Sleeper* timed = nullptr;
  const Look::Sleeper* input = nullptr;
  for (const Look::Sleeper& sleeper : look.sleepers) {
    if (real_waiters.contains(sleeper.thread)) continue;
    (sleeper.wait.kind == ThreadWait::Kind::kTimed ? timed : input) = &sleeper;
  }
  if (input != nullptr) {
    if (!input_seen) input_since = Clock::now();
    input_seen = true;
    if (Clock::now() - input_since < kShortInput) return false;
  } else {
    input_seen = false;
  }
  if (const Look::Sleeper* worst = timed != nullptr ? timed : input; worst != nullptr)
    report.Invalidate(fmt::format("{} waited in {} while the virtual clock moved",
                                  QuietWatch::NameOf(worst->thread), worst->wait.call));
  return true;
}

void Timeline::State::Pause(Lock& lock, std::chrono::microseconds pause) {
  lock.unlock();
  std::this_thread::sleep_for(pause);
  lock.lock();
}

bool Timeline::State::Release(Lock& lock) {
  const Streams::EndedOperation ended = streams.Take();
  const bool performs = static_cast<bool>(ended.perform);
  if (performs) {
    lock.unlock();
    ended.perform();
    lock.lock();
  }
  ++activity;
  const bool shows = streams.Finish(ended.stream);
  const bool woken = WakeWaiters();
  return performs || shows || woken;
}

}  // namespace groma::vgpu

// Threads that wait for the timeline, or ask it again and again.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "vgpu/device/timeline_state.h"

namespace groma::vgpu {
namespace {

constexpr auto kQueryWait = std::chrono::microseconds(20);
constexpr auto kLongestQueryWait = std::chrono::milliseconds(10);

int64_t ThreadCpuTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

}  // namespace

int ThisThread() {
  static thread_local const int id = static_cast<int>(syscall(SYS_gettid));
  return id;
}

bool Poller::ComeBack(int64_t now) {
  // Clocks of single threads are exact; what an interrupt adds is a few microseconds.
  constexpr int64_t kInterrupt = 10'000;
  const int64_t round = now - left_at;
  shortest_round = std::min(shortest_round, round);
  return round <= 2 * shortest_round + kInterrupt;
}

void Poller::Leave() {
  left_at = ThreadCpuTime();
  left = std::chrono::steady_clock::now();
}

bool Poller::IsSettled(uint64_t activity_now) const {
  return rounds >= kSettledRounds && activity == activity_now;
}

void Poller::Ask(uint64_t about, uint64_t activity_now, bool only_polled) {
  // What it never asks about again must not keep it from settling.
  constexpr int kLongestRound = 256;
  if (activity != activity_now || !only_polled || polls >= kLongestRound) {
    first = about;
    rounds = 0;
  }
  activity = activity_now;
  ++polls;
  if (about != first) return;
  ++rounds;
  polls = 0;
}

bool Timeline::State::WakeWaiters() {
  bool woken = false;
  for (auto it = waiters.begin(); it != waiters.end();) {
    Waiter* waiter = *it;
    if (!waiter->holds()) {
      ++it;
      continue;
    }
    it = waiters.erase(it);
    if (waiter->query) pollers[waiter->thread].parked = false;
    waiter->thread = 0;
    waiter->wake.notify_one();
    woken = true;
  }
  return woken;
}

void Timeline::State::WaitUntil(Lock& lock, std::function<bool()> holds) {
  CHECK(ThisThread() != clock_thread,
        "a host function that the virtual GPU calls must not wait for the virtual GPU");
  if (holds()) return;
  Waiter waiter{ThisThread(), false, std::move(holds), {}};
  waiters.push_back(&waiter);
  waiter.wake.wait(lock, [&] { return waiter.thread == 0; });
}

bool Timeline::State::Query(Lock& lock, uint64_t about, std::function<bool()> holds) {
  if (holds()) return true;
  if (ThisThread() == clock_thread) return false;
  Poller& poller = pollers[ThisThread()];
  poller.Ask(about, activity, poller.ComeBack(ThreadCpuTime()));
  if (!poller.IsSettled(activity)) {
    // It may have other work and should come to it at once.
    poller.Leave();
    return false;
  }
  Waiter waiter{ThisThread(), true, std::move(holds), {}};
  const auto place = waiters.insert(waiters.end(), &waiter);
  poller.parked = true;
  settled.notify_one();
  const auto let_go = [&] { return waiter.thread == 0; };
  // It learns nothing before the next look, and that look needs it to stand still.
  const int64_t looks_before = looks;
  if (TakesLooks() && !fluid.Idle())
    waiter.wake.wait_for(lock, kLongestQueryWait, [&] {
      return let_go() || looks_over > looks_before || !poller.IsSettled(activity);
    });
  else
    waiter.wake.wait_for(lock, kQueryWait, let_go);
  waiter.wake.wait(lock, [&] { return let_go() || !looking; });
  if (let_go()) return true;
  waiters.erase(place);
  poller.parked = false;
  poller.Leave();
  return false;
}

}  // namespace groma::vgpu

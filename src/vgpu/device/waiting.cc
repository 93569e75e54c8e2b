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

bool Timeline::State::Query(Lock& lock, std::function<bool()> holds) {
  if (holds()) return true;
  if (ThisThread() == clock_thread) return false;
  Waiter waiter{ThisThread(), true, std::move(holds), {}};
  const auto place = waiters.insert(waiters.end(), &waiter);
  Poller& poller = pollers[waiter.thread];
  const bool only_polled = poller.ComeBack(ThreadCpuTime());
  poller.polls = poller.activity == activity && only_polled ? poller.polls + 1 : 1;
  poller.activity = activity;
  poller.parked = true;
  const auto let_go = [&] { return waiter.thread == 0; };
  // One that is settled learns nothing before the next look, and that look needs it to stand still.
  const int64_t looks_before = looks;
  if (poller.polls >= kSettledPolls && !fluid.Idle())
    waiter.wake.wait_for(lock, kLongestQueryWait,
                         [&] { return let_go() || looks_over > looks_before; });
  else
    waiter.wake.wait_for(lock, kQueryWait, let_go);
  waiter.wake.wait(lock, [&] { return let_go() || !looking; });
  if (let_go()) return true;
  waiters.erase(place);
  poller.parked = false;
  poller.left_at = ThreadCpuTime();
  return false;
}

}  // namespace groma::vgpu

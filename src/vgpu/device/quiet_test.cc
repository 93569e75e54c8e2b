#include "vgpu/device/quiet.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace groma::vgpu {
namespace {

using namespace std::chrono_literals;
using Verdict = Look::Verdict;

int ThisThread() { return static_cast<int>(syscall(SYS_gettid)); }

// A thread that waits until it is let go.
class WaitingThread {
 public:
  WaitingThread() : thread_([this] { Wait(); }) {
    while (id_ == 0) std::this_thread::yield();
    std::this_thread::sleep_for(5ms);
  }
  ~WaitingThread() {
    {
      const std::lock_guard lock(mutex_);
      go_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  int id() const { return id_; }

 private:
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    id_ = ThisThread();
    wake_.wait(lock, [this] { return go_; });
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool go_ = false;
  std::atomic<int> id_ = 0;
  std::thread thread_;
};

// The verdict of most of some looks: neighbours may disturb one.
Look LookAgain(QuietWatch* watch, const std::set<int>& parked = {}) {
  Look look;
  for (int tries = 0; tries < 20; ++tries) {
    look = watch->Take(parked);
    if (look.verdict == Verdict::kQuiet) break;
    std::this_thread::sleep_for(1ms);
  }
  return look;
}

TEST(QuietWatch, AProcessWhoseOtherThreadsWaitIsQuiet) {
  const WaitingThread one;
  const WaitingThread two;
  auto watch = QuietWatch::Open().value();
  EXPECT_EQ(LookAgain(watch.get()).verdict, Verdict::kQuiet);
}

TEST(QuietWatch, ThreadsThatComeAndGoAreSeen) {
  auto watch = QuietWatch::Open().value();
  EXPECT_EQ(LookAgain(watch.get()).verdict, Verdict::kQuiet);
  std::atomic<bool> stop = false;
  std::thread spinner([&] {
    while (!stop) {
    }
  });
  std::this_thread::sleep_for(5ms);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(watch->Take({}).verdict, Verdict::kAwake);
  stop = true;
  spinner.join();
  EXPECT_EQ(LookAgain(watch.get()).verdict, Verdict::kQuiet);
}

TEST(QuietWatch, NoLookMissesAThreadThatPassesABallToAnother) {
  // At every moment one of the two is awake, or the other has been woken: never quiet.
  std::mutex mutex;
  std::condition_variable wake;
  int turn = 0;
  std::atomic<bool> stop = false;
  const auto play = [&](int me) {
    std::unique_lock<std::mutex> lock(mutex);
    while (!stop) {
      wake.wait(lock, [&] { return turn == me || stop; });
      turn = 1 - me;
      wake.notify_all();
    }
  };
  std::thread ping(play, 0);
  std::thread pong(play, 1);
  auto watch = QuietWatch::Open().value();
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(watch->Take({}).verdict, Verdict::kAwake) << i;
  {
    const std::lock_guard lock(mutex);
    stop = true;
  }
  wake.notify_all();
  ping.join();
  pong.join();
}

TEST(QuietWatch, AThreadThatHasBeenWokenIsAwakeBeforeItRuns) {
  // It may have to wait for an idle processor to take notice: its last wait is then still shown.
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<int> woken = 0;
  std::atomic<int> seen = 0;
  constexpr int kRounds = 1000;
  std::thread waiting([&] {
    std::unique_lock<std::mutex> lock(mutex);
    for (int i = 0; i < kRounds; ++i) {
      wake.wait(lock, [&] { return woken > seen; });
      ++seen;
    }
  });
  auto watch = QuietWatch::Open().value();
  int misses = 0;
  for (int i = 0; i < kRounds; ++i) {
    std::this_thread::sleep_for(200us);
    {
      const std::lock_guard lock(mutex);
      ++woken;
    }
    wake.notify_one();
    while (seen < woken) {
      const Look look = watch->Take({});
      if (look.verdict == Verdict::kQuiet && seen < woken) ++misses;
    }
  }
  waiting.join();
  EXPECT_EQ(misses, 0);
}

bool IsAmong(const Look& look, int thread) {
  return std::any_of(look.sleepers.begin(), look.sleepers.end(), [&](const Look::Sleeper& sleeper) {
    return sleeper.thread == thread && sleeper.wait.kind == ThreadWait::Kind::kTimed;
  });
}

TEST(QuietWatch, ASleeperIsQuietAndReported) {
  std::atomic<int> id = 0;
  std::thread sleeper([&] {
    id = ThisThread();
    std::this_thread::sleep_for(300ms);
  });
  while (id == 0) std::this_thread::yield();
  std::this_thread::sleep_for(5ms);
  auto watch = QuietWatch::Open().value();
  const Look look = LookAgain(watch.get());
  ASSERT_EQ(look.verdict, Verdict::kQuiet);
  // A sanitizer may have a sleeping thread of its own.
  EXPECT_TRUE(IsAmong(look, id));
  EXPECT_FALSE(IsAmong(LookAgain(watch.get(), {id}), id)) << "parked threads are not read";
  sleeper.join();
}

TEST(QuietWatch, AThreadsEffortIsItsWaitsAndItsProcessorTime) {
  const WaitingThread waiting;
  EXPECT_GE(QuietWatch::EffortOf(waiting.id()).waits, 1);
  std::atomic<bool> stop = false;
  std::atomic<int> id = 0;
  std::thread spinner([&] {
    id = ThisThread();
    while (!stop) {
    }
  });
  while (id == 0) std::this_thread::yield();
  while (QuietWatch::EffortOf(id).cpu_seconds < 0.05) std::this_thread::sleep_for(5ms);
  stop = true;
  spinner.join();
  EXPECT_EQ(QuietWatch::EffortOf(id).waits, 0) << "it has ended";
}

}  // namespace
}  // namespace groma::vgpu

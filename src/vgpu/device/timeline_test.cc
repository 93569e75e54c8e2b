#include "vgpu/device/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"

namespace groma::vgpu {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

machine::Description FourGpus() {
  return machine::Read(std::string(GROMA_SOURCE_DIR) + "/machines/p100x4.toml").value();
}

Operation Kernel(const Timeline& timeline, int gpu, Nanoseconds alone) {
  Operation operation;
  operation.alone = alone;
  operation.uses = {{timeline.Compute(gpu), 1}};
  operation.label.kind = Label::Kind::kKernel;
  operation.label.name = "kernel";
  return operation;
}

// A file of this test's own, gone afterwards.
class TemporaryFile {
 public:
  TemporaryFile() {
    const int file = mkstemp(name_);
    close(file);
  }
  ~TemporaryFile() { unlink(name_); }
  std::string path() const { return name_; }
  nlohmann::json Json() const { return nlohmann::json::parse(ReadFile(name_).value()); }

 private:
  char name_[32] = "/tmp/groma_timeline_XXXXXX";
};

// A thread sanitizer has a thread that sleeps: every time is then not valid.
#ifdef __SANITIZE_THREAD__
constexpr bool kOnlyOurThreads = false;
#else
constexpr bool kOnlyOurThreads = true;
#endif

class TimelineTest : public ::testing::Test {
 protected:
  nlohmann::json Report() {
    timeline_->WriteReport();
    return file_.Json();
  }

  TemporaryFile file_;
  std::unique_ptr<Timeline> timeline_ =
      std::make_unique<Timeline>(FourGpus(), TimelineOptions{.report_path = file_.path()});
};

TEST_F(TimelineTest, AHundredRoundsOnFourDevicesTakeExactlyTheirModelledTime) {
  std::vector<StreamId> streams;
  streams.reserve(4);
  for (int gpu = 0; gpu < 4; ++gpu) streams.push_back(timeline_->CreateStream(gpu));
  for (int round = 0; round < 100; ++round) {
    for (int gpu = 0; gpu < 4; ++gpu)
      timeline_->Enqueue(streams[gpu], Kernel(*timeline_, gpu, {5'000'000}));
    for (const StreamId stream : streams) timeline_->Synchronize(stream);
  }
  EXPECT_EQ(timeline_->Now().count, 500'000'000);
  const nlohmann::json report = Report();
  EXPECT_EQ(report["valid"], kOnlyOurThreads) << report["invalid_reason"];
  EXPECT_EQ(report["virtual_ns"], 500'000'000);
  EXPECT_EQ(report["kernels"][0]["count"], 400);
  EXPECT_EQ(report["gpus"][3]["compute_busy_ns"], 500'000'000);
}

TEST_F(TimelineTest, HostThreadsThatWorkBetweenOperationsCostNoVirtualTime) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int gpu = 0; gpu < 4; ++gpu)
    threads.emplace_back([&, gpu] {
      const StreamId stream = timeline_->CreateStream(gpu);
      for (int round = 0; round < 20; ++round) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(100 * gpu);
        while (std::chrono::steady_clock::now() < until) {
        }
        timeline_->Enqueue(stream, Kernel(*timeline_, gpu, {1'000'000}));
        timeline_->Synchronize(stream);
      }
      timeline_->DestroyStream(stream);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(timeline_->Now().count, 20'000'000);
}

TEST_F(TimelineTest, KernelsOfOneDeviceShareItKernelsOfTwoDoNot) {
  const StreamId a = timeline_->CreateStream(0);
  const StreamId b = timeline_->CreateStream(0);
  const StreamId c = timeline_->CreateStream(1);
  Operation wait;  // all start together
  wait.latency = {1000};
  const EventId start = timeline_->CreateEvent();
  timeline_->Enqueue(a, wait);
  timeline_->Record(start, a);
  for (const StreamId stream : {b, c}) timeline_->WaitEvent(stream, start);
  timeline_->Enqueue(a, Kernel(*timeline_, 0, {10'000}));
  timeline_->Enqueue(b, Kernel(*timeline_, 0, {10'000}));
  timeline_->Enqueue(c, Kernel(*timeline_, 1, {10'000}));
  timeline_->Synchronize(c);
  EXPECT_EQ(timeline_->Now().count, 11'000);
  timeline_->SynchronizeDevice(0);
  EXPECT_EQ(timeline_->Now().count, 21'000);
}

TEST_F(TimelineTest, AnEventOrdersStreamsAndKeepsItsTime) {
  const StreamId a = timeline_->CreateStream(0);
  const StreamId b = timeline_->CreateStream(1);
  const EventId event = timeline_->CreateEvent();
  EXPECT_FALSE(timeline_->TimeOf(event));
  EXPECT_TRUE(timeline_->Query(event)) << "an event that was never recorded holds nobody up";
  timeline_->Enqueue(a, Kernel(*timeline_, 0, {3000}));
  timeline_->Record(event, a);
  timeline_->WaitEvent(b, event);
  timeline_->Enqueue(b, Kernel(*timeline_, 1, {4000}));
  timeline_->DestroyEvent(timeline_->CreateEvent());
  timeline_->Synchronize(event);
  EXPECT_EQ(timeline_->TimeOf(event).value().count, 3000);
  timeline_->Synchronize(b);
  EXPECT_EQ(timeline_->Now().count, 7000);
  timeline_->DestroyEvent(event);
}

TEST_F(TimelineTest, TheLatencyOfQueuedWorkPassesBehindTheWorkBeforeIt) {
  // Both launched at 0 with 500 ns of launch overhead: 500 + 3000, then at once 2000 more.
  const StreamId stream = timeline_->CreateStream(0);
  Operation first = Kernel(*timeline_, 0, {3000});
  first.latency = {500};
  Operation second = Kernel(*timeline_, 0, {2000});
  second.latency = {500};
  timeline_->Enqueue(stream, first);
  timeline_->Enqueue(stream, second);
  timeline_->Synchronize(stream);
  EXPECT_EQ(timeline_->Now().count, 500 + 3000 + 2000);
}

TEST_F(TimelineTest, ADestroyedEventStillHoldsWhoWaitsForIt) {
  const StreamId a = timeline_->CreateStream(0);
  const StreamId b = timeline_->CreateStream(1);
  const EventId event = timeline_->CreateEvent();
  timeline_->Enqueue(a, Kernel(*timeline_, 0, {3000}));
  timeline_->Record(event, a);
  timeline_->WaitEvent(b, event);
  timeline_->DestroyEvent(event);
  timeline_->Synchronize(b);
  EXPECT_EQ(timeline_->Now().count, 3000);
}

TEST_F(TimelineTest, PerformRunsInStreamOrderBeforeWhatFollows) {
  const StreamId stream = timeline_->CreateStream(0);
  std::vector<int64_t> times;
  for (int i = 0; i < 3; ++i) {
    Operation kernel = Kernel(*timeline_, 0, {1000});
    kernel.perform = [&] { times.push_back(timeline_->Now().count); };
    timeline_->Enqueue(stream, kernel);
  }
  timeline_->Synchronize(stream);
  EXPECT_EQ(times, (std::vector<int64_t>{1000, 2000, 3000}));
}

TEST_F(TimelineTest, APollerDoesNotKeepTheClockFromMoving) {
  const StreamId stream = timeline_->CreateStream(0);
  const EventId event = timeline_->CreateEvent();
  for (int i = 0; i < 20; ++i) {
    timeline_->Enqueue(stream, Kernel(*timeline_, 0, {1'000'000}));
    timeline_->Record(event, stream);
    while (!timeline_->Query(event)) {
    }
  }
  EXPECT_EQ(timeline_->Now().count, 20'000'000);
  EXPECT_EQ(Report()["valid"], kOnlyOurThreads);
}

// Uses a processor for that long, however long that takes.
void Compute(std::chrono::microseconds duration) {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto end = used() + duration;
  while (used() < end) {
  }
}

// Longer than the clock waits for pollers to settle.
TEST_F(TimelineTest, APollerWithMuchToDoBetweenItsPollsDoesNotKeepTheClockFromMoving) {
  const StreamId stream = timeline_->CreateStream(0);
  const EventId event = timeline_->CreateEvent();
  for (int i = 0; i < 5; ++i) {
    timeline_->Enqueue(stream, Kernel(*timeline_, 0, {1'000'000}));
    timeline_->Record(event, stream);
    while (!timeline_->Query(event)) Compute(std::chrono::microseconds(300));
  }
  EXPECT_EQ(timeline_->Now().count, 5'000'000);
  EXPECT_EQ(Report()["valid"], kOnlyOurThreads);
}

TEST_F(TimelineTest, APollerOfManyEventsHasAskedAboutAllBeforeTheClockMoves) {
  constexpr int kStreams = 8;
  std::vector<StreamId> streams;
  std::vector<EventId> events;
  for (int i = 0; i < kStreams; ++i) {
    streams.push_back(timeline_->CreateStream(i % 2));
    events.push_back(timeline_->CreateEvent());
    Operation copy;
    copy.alone = {i == kStreams - 1 ? 1000 : 1'000'000};
    timeline_->Enqueue(streams.back(), copy);
    timeline_->Record(events.back(), streams.back());
  }
  bool goes_on = false;
  for (int open = kStreams; open > 0;) {
    open = 0;
    for (int i = 0; i < kStreams; ++i) {
      if (!timeline_->Query(events[i])) {
        ++open;
      } else if (i == kStreams - 1 && !goes_on) {
        // The others run for long; what comes next here begins at once.
        goes_on = true;
        Operation next;
        next.alone = {2000};
        timeline_->Enqueue(streams[i], next);
        timeline_->Record(events[i], streams[i]);
        ++open;
      }
    }
  }
  EXPECT_EQ(timeline_->TimeOf(events.back()).value().count, 3000);
  EXPECT_EQ(timeline_->Now().count, 1'000'000);
}

TEST_F(TimelineTest, APollerTakesUpWhatAnotherThreadLeftItBeforeTheClockMoves) {
  const StreamId stream = timeline_->CreateStream(0);
  const StreamId other = timeline_->CreateStream(1);
  const EventId event = timeline_->CreateEvent();
  const EventId taken_up = timeline_->CreateEvent();
  for (int i = 0; i < 20; ++i) {
    const int64_t begin = timeline_->Now().count;
    timeline_->Enqueue(stream, Kernel(*timeline_, 0, {1'000'000}));
    timeline_->Record(event, stream);
    std::mutex mutex;
    std::condition_variable done;
    bool over = false;
    std::atomic<bool> left = false;
    std::thread thread([&] {
      Compute(std::chrono::microseconds(500 + 37 * i));
      left = true;
      std::unique_lock<std::mutex> lock(mutex);
      done.wait(lock, [&] { return over; });
    });
    while (!timeline_->Query(event)) {
      if (!left.exchange(false)) continue;
      timeline_->Enqueue(other, Kernel(*timeline_, 1, {1000}));
      timeline_->Record(taken_up, other);
    }
    timeline_->Synchronize(taken_up);
    EXPECT_EQ(timeline_->TimeOf(taken_up).value().count - begin, 1000) << i;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      over = true;
    }
    done.notify_one();
    thread.join();
  }
}

TEST_F(TimelineTest, PollersThatStopPollingDoNotKeepTheClockFromMoving) {
  const EventId long_event = timeline_->CreateEvent();
  const StreamId long_stream = timeline_->CreateStream(0);
  timeline_->Enqueue(long_stream, Kernel(*timeline_, 0, {9'000'000}));
  timeline_->Record(long_event, long_stream);
  std::vector<std::thread> threads;
  for (int i = 1; i <= 3; ++i)
    threads.emplace_back([&, i] {
      const StreamId stream = timeline_->CreateStream(1);
      const EventId event = timeline_->CreateEvent();
      timeline_->Enqueue(stream, Kernel(*timeline_, 1, {1'000'000}));
      timeline_->Record(event, stream);
      for (int polls = 0; polls < i && !timeline_->Query(event); ++polls) {
      }
      timeline_->Synchronize(long_event);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(timeline_->Now().count, 9'000'000);
  EXPECT_EQ(Report()["valid"], kOnlyOurThreads);
}

TEST_F(TimelineTest, CpuWorkBlocksItsThreadOnTheSameClock) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable all_here;
  int here = 0;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      std::unique_lock<std::mutex> lock(mutex);
      if (++here == 3) all_here.notify_all();
      all_here.wait(lock, [&] { return here == 3; });
      lock.unlock();
      Operation work;
      work.alone = {int64_t{1000} * (i + 1)};
      work.uses = {{timeline_->HostMemory(), 0.1}};
      work.label.kind = Label::Kind::kCpuWork;
      work.label.name = "task";
      work.label.double_flops = 1000.0 * (i + 1);
      timeline_->Run(work);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(timeline_->Now().count, 3000);
  EXPECT_EQ(Report()["cpu_work"][0]["ns"], 6000);
  EXPECT_EQ(Report()["cpu_work"][0]["double_flops"], 6000);
  EXPECT_EQ(Report()["cpu_work"][0]["single_flops"], 0);
}

// Runs `body` on a thread while a kernel passes on the clock.
void PassAKernel(Timeline* timeline, const std::function<void()>& body) {
  std::atomic<bool> begun = false;
  std::thread thread([&] {
    begun = true;
    body();
  });
  while (!begun) std::this_thread::yield();
  std::this_thread::sleep_for(5ms);
  const StreamId stream = timeline->CreateStream(0);
  timeline->Enqueue(stream, Kernel(*timeline, 0, {1000}));
  timeline->Synchronize(stream);
  thread.join();
}

TEST_F(TimelineTest, AThreadThatSleepsMakesTheTimeNotValidAndIsNamed) {
  if (!kOnlyOurThreads) GTEST_SKIP() << "the first reason is the sanitizer's thread";
  PassAKernel(timeline_.get(), [] {
    pthread_setname_np(pthread_self(), "sleeper");
    std::this_thread::sleep_for(200ms);
  });
  const nlohmann::json report = Report();
  EXPECT_FALSE(report["valid"]);
  EXPECT_THAT(report["invalid_reason"], HasSubstr("(sleeper) waited in clock_nanosleep"));
}

TEST_F(TimelineTest, AWaitWithATimeLimitMakesTheTimeNotValid) {
  if (!kOnlyOurThreads) GTEST_SKIP() << "the first reason is the sanitizer's thread";
  PassAKernel(timeline_.get(), [] {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock<std::mutex> lock(mutex);
    never.wait_for(lock, 200ms);
  });
  EXPECT_THAT(Report()["invalid_reason"], HasSubstr("waited in futex"));
}

TEST_F(TimelineTest, AThreadThatReadsFromAPipeMakesTheTimeNotValid) {
  if (!kOnlyOurThreads) GTEST_SKIP() << "the first reason is the sanitizer's thread";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::thread writer([&] {
    timeline_->DeclareRealWait(true);
    std::this_thread::sleep_for(200ms);
    timeline_->DeclareRealWait(false);
    EXPECT_EQ(write(ends[1], "x", 1), 1);
  });
  PassAKernel(timeline_.get(), [&] {
    char byte = 0;
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
  });
  writer.join();
  EXPECT_THAT(Report()["invalid_reason"], HasSubstr("waited in read"));
  close(ends[0]);
  close(ends[1]);
}

TEST_F(TimelineTest, ADeclaredRealWaitIsHarmless) {
  PassAKernel(timeline_.get(), [this] {
    timeline_->DeclareRealWait(true);
    std::this_thread::sleep_for(200ms);
    timeline_->DeclareRealWait(false);
  });
  EXPECT_EQ(Report()["valid"], kOnlyOurThreads);
}

TEST_F(TimelineTest, TheReportCountsCopiesAndTheBytesOfEachLink) {
  const StreamId stream = timeline_->CreateStream(0);
  Operation copy;
  copy.alone = {1'000'000};
  copy.uses = {{timeline_->LinkResource(0, true), 1}, {timeline_->Bus(0), 11.7 / 68.3}};
  copy.label = {Label::Kind::kCopy, "", -1, 0, true, false, {11'700'000}, {}};
  timeline_->Enqueue(stream, copy);
  timeline_->Synchronize(stream);
  timeline_->ReportMemory("gpu0", {100}, {200});
  const nlohmann::json report = Report();
  EXPECT_EQ(report["copies"][0]["from"], "zero_copy");
  EXPECT_EQ(report["copies"][0]["to"], "gpu0");
  EXPECT_EQ(report["copies"][0]["ns"], 1'000'000);
  EXPECT_EQ(report["links"][0]["bytes"], 11'700'000);  // 1 ms at 11.7 GB/s
  EXPECT_EQ(report["links"][1]["bytes"], 0);
  EXPECT_EQ(report["memories"][0]["peak_bytes"], 100);
}

// Ends the process: in a child.
void SpinForEver(const std::string& report) {
  Timeline timeline(FourGpus(), {.report_path = report, .quiet_limit_seconds = 0.5});
  std::thread spinner([] {
    pthread_setname_np(pthread_self(), "spinner");
    for (std::atomic<int> i = 0;; ++i) {
    }
  });
  const StreamId stream = timeline.CreateStream(0);
  timeline.Enqueue(stream, Kernel(timeline, 0, {1000}));
  timeline.Synchronize(stream);
}

TEST(TimelineDeathTest, AThreadThatSpinsIsNamedAndEndsTheRun) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string path = "/tmp/groma_timeline_spin.json";
  EXPECT_EXIT(SpinForEver(path), ::testing::ExitedWithCode(86),
              "groma: virtual time: thread [0-9]+ \\(spinner\\) kept the process awake");
  const nlohmann::json report = nlohmann::json::parse(ReadFile(path).value());
  EXPECT_THAT(report["fatal"], HasSubstr("(spinner)"));
  unlink(path.c_str());
}

void FailAtOnce() {
  Timeline timeline(FourGpus());
  timeline.Fail("no kernel 'x' is registered");
}

TEST(TimelineDeathTest, FailSaysWhyAndExits) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(FailAtOnce(), ::testing::ExitedWithCode(86), "groma: no kernel 'x' is registered");
}

}  // namespace
}  // namespace groma::vgpu

// Programs that end badly, as real processes: each ends as an Outcome within its limits, and
// nothing of it is left running.
#include "eval/evaluate.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/process_tree.h"
#include "base/temporary_folder.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::vector<pid_t> ProcessesIn(const fs::path& file) {
  std::ifstream in(file);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; in >> pid;) pids.push_back(pid);
  return pids;
}

bool Lives(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  size_t state = text.rfind(") ");
  return state != std::string::npos && text[state + 2] != 'Z' && text[state + 2] != 'X';
}

bool AllGoneWithin(const std::vector<pid_t>& pids, milliseconds time) {
  auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    bool any = false;
    for (pid_t pid : pids) any = any || Lives(pid);
    if (!any) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
}

class EvaluateTest : public testing::Test {
 protected:
  EvaluateTest() : folder_(std::move(TemporaryFolder::Make().value())) {
    // The programs know nothing of Legion: libraries that do nothing stand for ours.
    installation_.preload = installation_.mapper = installation_.virtual_driver = GROMA_STANDIN;
    Result<machine::Description> machine =
        machine::Find("cpu", fs::path(GROMA_SOURCE_DIR) / "machines");
    EXPECT_TRUE(machine.ok());
    options_.machine = *machine;
    options_.devices = Devices::kVirtual;
    options_.mode = RunMode::kFunctional;
    program_.folder = folder_.path();
    program_.launcher = true;
    program_.time_limit_seconds = 30;
  }

  ~EvaluateTest() override { EXPECT_TRUE(Descendants(::getpid()).empty()); }

  Outcome Run(const char* way) {
    program_.command = {GROMA_CHILD, way, births().string()};
    Result<Outcome> outcome = Evaluate(program_, options_, installation_);
    EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message);
    return outcome.ok() ? *outcome : Outcome{};
  }

  fs::path births() const { return folder_.path() / "births"; }

  TemporaryFolder folder_;
  Installation installation_;
  EvaluateOptions options_;
  Program program_;
};

TEST_F(EvaluateTest, AHangOnVirtualGpusIsNoticedWithinThreeSeconds) {
  Outcome outcome = Run("hang");
  EXPECT_EQ(outcome.status, OutcomeStatus::kTimeout);
  EXPECT_LT(outcome.wall_seconds, 3);
  EXPECT_EQ(outcome.reason, "the run hangs: no thread did anything for 1.5 s: 3 in futex");
}

TEST_F(EvaluateTest, ALivelockEndsAtItsTimeLimit) {
  options_.time_limit_seconds = 1;
  Outcome outcome = Run("livelock");
  EXPECT_EQ(outcome.status, OutcomeStatus::kTimeout);
  EXPECT_LT(outcome.wall_seconds, 2);
  EXPECT_EQ(outcome.reason, "the time limit of 1 s has passed");
}

TEST_F(EvaluateTest, ASleeperIsNoHangAndEndsAtItsTimeLimit) {
  options_.time_limit_seconds = 2.5;
  Outcome outcome = Run("sleep");
  EXPECT_EQ(outcome.reason, "the time limit of 2.5 s has passed");
}

TEST_F(EvaluateTest, ASignalIsNamed) {
  Outcome outcome = Run("segfault");
  EXPECT_EQ(outcome.status, OutcomeStatus::kCrashed);
  EXPECT_EQ(outcome.exit_code, 139);
  EXPECT_EQ(outcome.reason, "killed by signal 11 (Segmentation fault)");
}

TEST_F(EvaluateTest, WhoEatsMemoryEndsAtItsLimit) {
  options_.memory_limit = Bytes{200 << 20};
  Outcome outcome = Run("eat-memory");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOutOfMemory);
  EXPECT_LT(outcome.wall_seconds, 5);
}

TEST_F(EvaluateTest, ReservedMemoryAndPagesMappedTwiceAreNotHeld) {
  options_.memory_limit = Bytes{200 << 20};
  EXPECT_EQ(Run("look-hungry").status, OutcomeStatus::kOk);
}

TEST_F(EvaluateTest, EndlessOutputEndsTheRunAndItsBothEndsAreKept) {
  options_.output_kept = Bytes{10000};
  Outcome outcome = Run("print");
  EXPECT_EQ(outcome.status, OutcomeStatus::kRuntimeError);
  EXPECT_LT(outcome.wall_seconds, 15);
  EXPECT_TRUE(outcome.output.starts_with("line 0 of very many\n"));
  EXPECT_LT(outcome.output.size(), 10200U);
}

TEST_F(EvaluateTest, GrandchildrenThatIgnoreSignalsEndWithTheRun) {
  options_.time_limit_seconds = 1;
  Outcome outcome = Run("breed");
  EXPECT_EQ(outcome.status, OutcomeStatus::kTimeout);
  std::vector<pid_t> pids = ProcessesIn(births());
  EXPECT_EQ(pids.size(), 7U);
  EXPECT_TRUE(AllGoneWithin(pids, milliseconds(0)));
}

TEST_F(EvaluateTest, NothingIsLeftWhenTheEvaluatorItselfIsKilled) {
  pid_t evaluator = ::fork();
  if (evaluator == 0) {
    (void)Run("breed");
    ::_exit(0);
  }
  for (int wait = 0; wait < 500 && ProcessesIn(births()).size() < 7; ++wait)
    std::this_thread::sleep_for(milliseconds(10));
  std::vector<pid_t> pids = ProcessesIn(births());
  ASSERT_EQ(pids.size(), 7U);
  for (pid_t pid : pids) EXPECT_TRUE(Lives(pid));
  ::kill(evaluator, SIGKILL);
  ::waitpid(evaluator, nullptr, 0);
  EXPECT_TRUE(AllGoneWithin(pids, milliseconds(3000)));
}

TEST_F(EvaluateTest, AnInterruptEndsTheRunAndIsAnErrorOfItsOwn) {
  std::thread sender([] {
    std::this_thread::sleep_for(milliseconds(500));
    ::kill(::getpid(), SIGTERM);
  });
  InterruptGuard guard;
  program_.command = {GROMA_CHILD, "breed", births().string()};
  Result<Outcome> outcome = Evaluate(program_, options_, installation_);
  sender.join();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "interrupted");
  EXPECT_TRUE(AllGoneWithin(ProcessesIn(births()), milliseconds(0)));
}

TEST_F(EvaluateTest, AnExitCodeIsQuotedWithTheLastWords) {
  Outcome outcome = Run("exit-three");
  EXPECT_EQ(outcome.status, OutcomeStatus::kRuntimeError);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.reason, "exit code 3: cannot read the input");
}

TEST_F(EvaluateTest, TheFigureIsRead) {
  program_.metric = {"THROUGHPUT = ([0-9.]+)", "GFLOP/s", true};
  program_.correct_pattern = "VERIFICATION PASSED";
  Outcome outcome = Run("figure");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason;
  EXPECT_DOUBLE_EQ(outcome.throughput, 12.5);
  outcome = Run("wrong");
  EXPECT_EQ(outcome.status, OutcomeStatus::kWrongResult);
  EXPECT_EQ(outcome.throughput, 0);
}

TEST_F(EvaluateTest, TheRunsFilesAreKeptOnRequest) {
  options_.keep = folder_.path() / "kept";
  options_.mapping = "Task * CPU;\n";
  options_.mapping_name = "some/where/my.map";
  Run("figure");
  EXPECT_TRUE(fs::exists(*options_.keep / "my.map"));
  EXPECT_TRUE(fs::exists(*options_.keep / "machine.toml"));
  EXPECT_TRUE(fs::exists(*options_.keep / "output.txt"));
}

}  // namespace
}  // namespace groma::eval

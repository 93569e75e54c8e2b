#include "base/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/process_tree.h"
#include "base/temporary_folder.h"

namespace groma {
namespace {

ProcessRequest Shell(const std::string& script) {
  ProcessRequest request;
  request.command = {"/bin/sh", "-c", script};
  request.environment = CurrentEnvironment();
  request.limits.wall_seconds = 20;
  return request;
}

ProcessResult MustRun(const ProcessRequest& request) {
  Result<ProcessResult> result = RunProcess(request);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? result.value() : ProcessResult{};
}

void ExpectNothingLeft() { EXPECT_TRUE(Descendants(::getpid()).empty()); }

TEST(Process, GivesOutputOfBothChannelsAndTheExitCode) {
  ProcessResult result = MustRun(Shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.end, ProcessEnd::kExited);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "out\nerr\n");
  EXPECT_EQ(result.detail, "exit code 3");
  ExpectNothingLeft();
}

TEST(Process, GivesTheChannelsApartWhenAsked) {
  ProcessRequest request = Shell("echo out; echo err >&2");
  request.errors_apart = true;
  ProcessResult result = MustRun(request);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(Process, WhatIsPrintedOnBothChannelsCountsTogether) {
  ProcessRequest request = Shell("while :; do echo 0123456789 >&2; done");
  request.errors_apart = true;
  request.limits.output = Bytes{100'000};
  EXPECT_EQ(MustRun(request).end, ProcessEnd::kOutputLimit);
}

TEST(Process, ReadsItsInputAndElseNothing) {
  ProcessRequest request = Shell("cat");
  request.input = "hello";
  EXPECT_EQ(MustRun(request).output, "hello");
  request.input.clear();
  EXPECT_EQ(MustRun(request).output, "");
}

TEST(Process, SeesOnlyTheGivenEnvironmentAndFolder) {
  ProcessRequest request = Shell("echo $A $HOME; pwd");
  request.environment = {{"A", "b"}, {"PWD", "/"}};
  request.folder = "/proc";
  EXPECT_EQ(MustRun(request).output, "b\n/proc\n");
}

TEST(Process, FindsTheCommandInPath) {
  ProcessRequest request = Shell("");
  request.command = {"echo", "here"};
  EXPECT_EQ(MustRun(request).output, "here\n");
}

TEST(Process, NamesTheCommandThatCannotStart) {
  ProcessRequest request = Shell("");
  request.command = {"/no/such/program"};
  Result<ProcessResult> result = RunProcess(request);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("/no/such/program: No such file"), std::string::npos);
  request.command = {"/etc/passwd"};
  EXPECT_FALSE(RunProcess(request).ok());
  request.command = {};
  EXPECT_FALSE(RunProcess(request).ok());
  ExpectNothingLeft();
}

TEST(Process, SaysWhichSignalEndedIt) {
  ProcessResult result = MustRun(Shell("kill -SEGV $$"));
  EXPECT_EQ(result.end, ProcessEnd::kSignalled);
  EXPECT_EQ(result.signal, SIGSEGV);
  EXPECT_EQ(result.exit_code, 139);
}

TEST(Process, EndsAtTheWallLimitWithAllItsChildren) {
  ProcessRequest request = Shell(
      "trap '' TERM INT HUP; (setsid sleep 1000 &) ; (trap '' TERM; sleep 1000) & sleep 1000");
  request.limits.wall_seconds = 0.5;
  ProcessResult result = MustRun(request);
  EXPECT_EQ(result.end, ProcessEnd::kWallLimit);
  EXPECT_EQ(result.exit_code, 137);
  EXPECT_LT(result.wall_seconds, 3);
  ExpectNothingLeft();
}

TEST(Process, ChildrenLeftBehindEndWithTheChild) {
  ProcessResult result = MustRun(Shell("setsid sleep 1000 & echo $!"));
  EXPECT_EQ(result.end, ProcessEnd::kExited);
  EXPECT_EQ(::kill(std::atoi(result.output.c_str()), 0), -1);
  ExpectNothingLeft();
}

TEST(Process, EndlessOutputIsCutAndItsFirstAndLastPartsKept) {
  ProcessRequest request = Shell("echo first; yes");
  request.limits.output = Bytes{4 << 20};
  request.output_kept = Bytes{1000};
  ProcessResult result = MustRun(request);
  EXPECT_EQ(result.end, ProcessEnd::kOutputLimit);
  EXPECT_TRUE(result.output_cut);
  EXPECT_TRUE(result.output.starts_with("first\ny\n"));
  EXPECT_TRUE(result.output.ends_with("y\n") || result.output.ends_with("y"));
  EXPECT_LT(result.output.size(), 1100U);
  ExpectNothingLeft();
}

TEST(Process, OutputIsForwardedWholeAndInOrder) {
  ProcessRequest request = Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
  std::string forwarded;
  request.on_output = [&](std::string_view piece) { forwarded += piece; };
  EXPECT_EQ(MustRun(request).output, forwarded);
}

TEST(Process, ASleepIsNoHang) {
  ProcessRequest request = Shell("sleep 1.2");
  request.limits.idle_seconds = 0.4;
  EXPECT_EQ(MustRun(request).end, ProcessEnd::kExited);
}

TEST(Process, AnInterruptEndsTheRunAndIsRememberedUntilTheNextGuard) {
  std::thread sender([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(::getpid(), SIGINT);
  });
  {
    InterruptGuard guard;
    ProcessResult result = MustRun(Shell("trap '' INT; sleep 1000"));
    EXPECT_EQ(result.end, ProcessEnd::kInterrupted);
    EXPECT_EQ(Interrupted(), SIGINT);
  }
  sender.join();
  EXPECT_EQ(Interrupted(), SIGINT);
  InterruptGuard next;
  EXPECT_EQ(Interrupted(), 0);
  ExpectNothingLeft();
}

TEST(Process, SeveralThreadsRunProcessesAtOnce) {
  std::vector<std::thread> threads;
  std::vector<std::string> outputs(4);
  for (size_t i = 0; i < outputs.size(); ++i)
    threads.emplace_back([&outputs, i] {
      outputs[i] = MustRun(Shell("sleep 0.2; echo " + std::to_string(i))).output;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(outputs, (std::vector<std::string>{"0\n", "1\n", "2\n", "3\n"}));
  ExpectNothingLeft();
}

TEST(Process, ProgressTellsTimeAndOutput) {
  ProcessRequest request = Shell("echo 1234; sleep 0.8");
  int calls = 0;
  request.on_progress = [&](const ProcessProgress& progress) {
    ++calls;
    EXPECT_EQ(progress.output.count, 5);
    EXPECT_GT(progress.memory.count, 0);
  };
  MustRun(request);
  EXPECT_GE(calls, 1);
}

TEST(FreeMemory, IsPositiveAndGrowsWithTheShare) {
  EXPECT_GT(FreeMemory(0.5).count, 0);
  EXPECT_GT(FreeMemory(1).count, FreeMemory(0.25).count);
}

TEST(UsableCpus, IsBetweenNothingAndWhatTheMachineHas) {
  EXPECT_GT(UsableCpus(), 0);
  EXPECT_LE(UsableCpus(), std::thread::hardware_concurrency());
}

TEST(TemporaryFolder, IsGoneWithItsOwnerUnlessKept) {
  std::filesystem::path path;
  {
    Result<TemporaryFolder> folder = TemporaryFolder::Make();
    ASSERT_TRUE(folder.ok());
    path = folder->path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
    TemporaryFolder moved = std::move(folder.value());
    EXPECT_EQ(moved.path(), path);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolder, FoldersOfDeadProcessesAreRemoved) {
  std::filesystem::path left =
      std::filesystem::temp_directory_path() / "groma-4194304-left";  // above the largest pid
  std::filesystem::create_directory(left);
  ASSERT_TRUE(TemporaryFolder::Make().ok());
  EXPECT_FALSE(std::filesystem::exists(left));
}

}  // namespace
}  // namespace groma

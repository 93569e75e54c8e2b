#include "eval/launch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

#include "base/files.h"
#include "base/temporary_folder.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;

machine::Description Shipped(const char* name) {
  Result<machine::Description> machine =
      machine::Find(name, fs::path(GROMA_SOURCE_DIR) / "machines");
  EXPECT_TRUE(machine.ok()) << (machine.ok() ? "" : machine.error().message);
  return machine.ok() ? *machine : machine::Description{};
}

class LaunchTest : public testing::Test {
 protected:
  LaunchTest() : folder_(std::move(TemporaryFolder::Make().value())) {
    installation_.preload = "/groma/libgroma_preload.so";
    installation_.mapper = "/groma/libgroma_mapper.so";
    installation_.virtual_driver = "/groma/vgpu/libcuda.so.1";
    options_.machine = Shipped("p100x4");
    options_.devices = Devices::kVirtual;
    options_.folder = folder_.path();
    program_.command = {"/bin/true"};
    program_.folder = folder_.path();
    program_.launcher = true;
  }

  Launch MustPrepare() {
    Result<Launch> launch = PrepareLaunch(program_, options_, installation_);
    EXPECT_TRUE(launch.ok()) << (launch.ok() ? "" : launch.error().message);
    return launch.ok() ? *launch : Launch{};
  }

  std::string Refusal() {
    Result<Launch> launch = PrepareLaunch(program_, options_, installation_);
    return launch.ok() ? "" : launch.error().message;
  }

  fs::path Script(const std::string& name, const std::string& text, bool executable = true) {
    fs::path file = folder_.path() / name;
    EXPECT_TRUE(WriteFile(file, text).ok());
    if (executable) fs::permissions(file, fs::perms::owner_all);
    return file;
  }

  TemporaryFolder folder_;
  Installation installation_;
  LaunchOptions options_;
  Program program_;
};

TEST_F(LaunchTest, PreloadsTheGuardAndTheVirtualDriverAndSaysWhatTheyNeed) {
  options_.mapping = folder_.path() / "f.map";
  program_.mapper_id = 4;
  Launch launch = MustPrepare();
  EXPECT_TRUE(launch.virtual_gpus);
  EXPECT_TRUE(launch.modelled);
  EXPECT_TRUE(launch.environment["LD_PRELOAD"].starts_with(
      "/groma/libgroma_preload.so:/groma/vgpu/libcuda.so.1"));
  EXPECT_EQ(launch.environment["GROMA_VGPU_MODE"], "modelled");
  EXPECT_EQ(launch.environment["GROMA_MAPPING"], (folder_.path() / "f.map").string());
  EXPECT_EQ(launch.environment["GROMA_MAPPER_MODE"], "replace");
  EXPECT_EQ(launch.environment["GROMA_MAPPER_ID"], "4");
  EXPECT_EQ(launch.environment["OMP_WAIT_POLICY"], "PASSIVE");
  EXPECT_FALSE(launch.environment.contains("GROMA_DESCRIBE"));
  EXPECT_TRUE(machine::Read(launch.environment["GROMA_MACHINE"]).ok());
}

TEST_F(LaunchTest, AProfileGoesWhereItIsAskedForOrIsRefused) {
  options_.profile = folder_.path() / "made" / "here";
  EXPECT_NE(MustPrepare().environment["LEGION_DEFAULT_ARGS"].find(
                "-lg:prof 1 -lg:prof_logfile " + (*options_.profile / "prof_%.gz").string()),
            std::string::npos);
  EXPECT_TRUE(fs::is_directory(*options_.profile));
  options_.profile = folder_.path() / "two words";
  EXPECT_NE(Refusal().find("has a blank in its path"), std::string::npos);
  options_.profile = "/proc/nowhere";
  EXPECT_NE(Refusal().find("cannot write the profile into /proc/nowhere"), std::string::npos);
}

TEST_F(LaunchTest, FlagsComeFromTheMachineAndTheUsersComeLast) {
  program_.environment["REALM_DEFAULT_ARGS"] = "-ll:csize 7";
  std::string flags = MustPrepare().environment["REALM_DEFAULT_ARGS"];
  EXPECT_TRUE(
      flags.starts_with("-ll:cpu 4 -ll:util 1 -ll:csize 65536 -ll:gpu 4 -ll:fsize 15360 "
                        "-ll:zsize 30720 -ll:gpuworker 1 -ll:gpuworkthread 0 "
                        "-cuda:callbacks -cuda:hostreg 65536 -ll:networks none -logfile "))
      << flags;
  EXPECT_TRUE(flags.ends_with(" -ll:csize 7")) << flags;
}

TEST_F(LaunchTest, OneThreadDoesTheRuntimesWorkWhereTimeIsModelled) {
  options_.mode = RunMode::kModelled;
  EXPECT_NE(MustPrepare().environment["REALM_DEFAULT_ARGS"].find("-ll:util 1 "), std::string::npos);
  options_.mode = RunMode::kFunctional;
  EXPECT_NE(MustPrepare().environment["REALM_DEFAULT_ARGS"].find("-ll:util 2 "), std::string::npos);
}

TEST_F(LaunchTest, TheProgramsEnvironmentIsStrongerThanOurs) {
  program_.environment["OMP_WAIT_POLICY"] = "ACTIVE";
  EXPECT_EQ(MustPrepare().environment["OMP_WAIT_POLICY"], "ACTIVE");
}

TEST_F(LaunchTest, FreezeVariablesThoseOfAnOuterRunAndKeysAreRemoved) {
  ::setenv("REALM_FREEZE_ON_ERROR", "1", 1);
  ::setenv("GROMA_MAPPING", "/other.map", 1);
  ::setenv("OPENAI_API_KEY", "sk-not-for-programs", 1);
  Launch launch = MustPrepare();
  ::unsetenv("REALM_FREEZE_ON_ERROR");
  ::unsetenv("GROMA_MAPPING");
  ::unsetenv("OPENAI_API_KEY");
  EXPECT_FALSE(launch.environment.contains("REALM_FREEZE_ON_ERROR"));
  EXPECT_FALSE(launch.environment.contains("GROMA_MAPPING"));
  EXPECT_FALSE(launch.environment.contains("OPENAI_API_KEY"));
}

TEST_F(LaunchTest, AMachineWithoutGpusStillGetsADriverLibrary) {
  options_.machine = Shipped("cpu");
  Launch launch = MustPrepare();
  EXPECT_TRUE(launch.virtual_driver);
  EXPECT_FALSE(launch.virtual_gpus);
  EXPECT_TRUE(launch.modelled);
  EXPECT_EQ(launch.environment["REALM_DEFAULT_ARGS"].find("-ll:fsize"), std::string::npos);
}

TEST_F(LaunchTest, TheComputerAsItIsCannotBeVirtual) {
  options_.machine = machine::Probe();
  EXPECT_NE(Refusal().find("no figures for virtual GPUs"), std::string::npos);
  options_.devices = Devices::kAuto;
  EXPECT_FALSE(MustPrepare().modelled);
}

TEST_F(LaunchTest, RealGpusThatAreNotThereAreAnError) {
  if (HasRealGpu()) GTEST_SKIP() << "there is a GPU";
  options_.devices = Devices::kReal;
  EXPECT_NE(Refusal().find("no real GPU"), std::string::npos);
}

TEST_F(LaunchTest, SeveralRanksAreRefused) {
  program_.ranks = 2;
  EXPECT_NE(Refusal(), "");
}

TEST_F(LaunchTest, AnIncompleteInstallationNamesWhatIsMissing) {
  installation_.virtual_driver.clear();
  EXPECT_NE(Refusal().find("vgpu/libcuda.so.1"), std::string::npos);
}

TEST_F(LaunchTest, AnAddressLimitBelowTheDescribedMemoriesIsNamed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more addresses than that";
#endif
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  // 4 x 15 GiB framebuffer, 64 GiB of the host, 30 GiB zero-copy memory; 4 GiB of its own
  for (int64_t gib : {157, 158}) {
    rlimit limit = before;
    limit.rlim_cur = static_cast<rlim_t>(gib) << 30;
    if (::setrlimit(RLIMIT_AS, &limit) != 0) GTEST_SKIP() << "the limit is lower already";
    const std::string refusal = Refusal();
    ASSERT_EQ(::setrlimit(RLIMIT_AS, &before), 0);
    if (gib == 157)
      EXPECT_NE(refusal.find("p100x4 span 154.0 GiB"), std::string::npos) << refusal;
    else
      EXPECT_EQ(refusal, "");
  }
}

TEST_F(LaunchTest, WhatIsNoLegionProgramIsRefusedAtOnce) {
  program_.launcher = false;
  EXPECT_NE(Refusal().find("not a Legion program"), std::string::npos) << Refusal();
  program_.command = {"./nothing"};
  EXPECT_NE(Refusal().find("there is no program"), std::string::npos);
  Script("text", "hello", false);
  program_.command = {"./text"};
  EXPECT_NE(Refusal().find("not executable"), std::string::npos);
  Script("junk", "hello");
  program_.command = {"./junk"};
  EXPECT_NE(Refusal().find("no program that this machine can run"), std::string::npos);
  program_.command = {folder_.path().string()};
  EXPECT_NE(Refusal().find("is a folder"), std::string::npos);
}

TEST_F(LaunchTest, AProgramForAnotherProcessorIsRefused) {
  std::string text = *ReadFile("/bin/true");
  text[18] = 0x28;  // e_machine: 32-bit ARM
  text[19] = 0;
  Script("arm", text);
  program_.command = {"./arm"};
  EXPECT_NE(Refusal().find("another kind of processor"), std::string::npos);
  for (size_t length : {17U, 64U, 100U, 1000U, 5000U}) {
    Script("cut", (*ReadFile("/bin/true")).substr(0, length));
    program_.command = {"./cut"};
    program_.launcher = false;
    EXPECT_NE(Refusal(), "") << length;
  }
}

TEST_F(LaunchTest, AScriptIsTakenForALauncherAndABareNameLookedUpBesideTheProgramFile) {
  program_.launcher = false;
  Script("start", "#!/bin/sh\nexit 0\n");
  program_.command = {"start", "x"};
  options_.extra_arguments = {"y"};
  Launch launch = MustPrepare();
  EXPECT_EQ(launch.command, (std::vector<std::string>{folder_.path() / "start", "x", "y"}));
}

}  // namespace
}  // namespace groma::eval

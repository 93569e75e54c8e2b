// Programs that are looked into before they are started.
#include <gtest/gtest.h>

#include <chrono>

#include "base/process.h"
#include "base/temporary_folder.h"
#include "eval/binary.h"
#include "eval/launch.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;

// What PrepareLaunch says of the program on that machine; empty when it starts it.
std::string Refusal(const char* program, const char* machine_name) {
  TemporaryFolder folder = std::move(TemporaryFolder::Make().value());
  Installation installation;
  installation.preload = installation.mapper = installation.virtual_driver = GROMA_STANDIN;
  LaunchOptions options;
  options.machine = *machine::Find(machine_name, fs::path(GROMA_SOURCE_DIR) / "machines");
  options.devices = Devices::kVirtual;
  options.folder = folder.path();
  auto start = std::chrono::steady_clock::now();
  Result<Launch> launch = PrepareLaunch(*ProgramFromCommand({fs::path(GROMA_PROGRAMS) / program}),
                                        options, installation);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  return launch ? "" : launch.error().message;
}

TEST(Binaries, ALegionProgramIsStarted) { EXPECT_EQ(Refusal("groma_eval_plain", "p100x4"), ""); }

TEST(Binaries, ALinkedCudaRuntimeIsRefusedOnVirtualGpusAndNamesWhoNeedsIt) {
  std::string refusal = Refusal("groma_eval_cudart", "p100x4");
  EXPECT_NE(refusal.find("needs the CUDA runtime library (it links libcudart.so.99)"),
            std::string::npos)
      << refusal;
  EXPECT_NE(refusal.find("--machine cpu"), std::string::npos);
}

TEST(Binaries, ACudaRuntimeBehindAnotherLibraryIsFound) {
  std::string refusal = Refusal("groma_eval_indirect", "p100x4");
  EXPECT_NE(refusal.find("(libmiddle.so links libcudart.so.99)"), std::string::npos) << refusal;
}

TEST(Binaries, KernelsOfAStrippedProgramAreFound) {
  std::string refusal = Refusal("groma_eval_kernels", "p100x4");
  EXPECT_NE(refusal.find("(it holds kernels compiled by nvcc)"), std::string::npos) << refusal;
}

TEST(Binaries, OnCpusTheCudaRuntimeDoesNoHarm) {
  EXPECT_EQ(Refusal("groma_eval_cudart", "cpu"), "");
}

TEST(Binaries, ALibraryThatIsNotFoundIsNamed) {
  std::string refusal = Refusal("groma_eval_lost", "p100x4");
  EXPECT_NE(refusal.find("does not find: liblost.so"), std::string::npos) << refusal;
}

TEST(Binaries, TheLibrariesAreThoseThatTheLoaderFinds) {
  Result<Binary> binary =
      ExamineBinary(fs::path(GROMA_PROGRAMS) / "groma_eval_plain", CurrentEnvironment());
  ASSERT_TRUE(binary.ok());
  EXPECT_TRUE(binary->libraries.contains("liblegion-pretended.so"));
  EXPECT_TRUE(binary->missing.empty());
  EXPECT_FALSE(binary->script);
  EXPECT_FALSE(binary->statically_linked);
}

}  // namespace
}  // namespace groma::eval

#include "machine/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "machine/nearest.h"

namespace groma::machine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kMachines = std::filesystem::path(GROMA_SOURCE_DIR) / "machines";

std::string P100() { return ReadFile(kMachines / "p100x4.toml").value(); }

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(MachineDescription, ReadsTheShippedNode) {
  const Result<Description> d = Find("p100x4", kMachines);
  ASSERT_TRUE(d) << d.error().message;
  EXPECT_EQ(d->processors.gpu, 4);
  EXPECT_EQ(d->processors.cpu, 4);
  EXPECT_EQ(d->gpu.framebuffer.count, 15 * int64_t{1073741824});
  EXPECT_DOUBLE_EQ(d->links[0].bandwidth_back.rate, 12.9e9);
  EXPECT_TRUE(d->is_virtual);
}

TEST(MachineDescription, EveryShippedFileReadsBackAfterWriting) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kMachines)) {
    if (entry.path().extension() != ".toml") continue;
    const Result<Description> d = Read(entry.path());
    ASSERT_TRUE(d) << d.error().message;
    EXPECT_EQ(d->name, entry.path().stem());
    const std::string text = Write(*d);
    const Result<Description> again = Parse(text, "again.toml");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(Write(*again), text);
    EXPECT_EQ(again->gpu.framebuffer_bandwidth, d->gpu.framebuffer_bandwidth);
    EXPECT_EQ(again->host.memory, d->host.memory);
    EXPECT_EQ(again->runtime.per_task, d->runtime.per_task);
    ++files;
  }
  EXPECT_GE(files, 3);
}

TEST(MachineDescription, AllMistakesAreInOneMessageWithTheirPositions) {
  std::string text = Replaced(P100(), "sector = \"32 B\"", "sector = \"32\"");
  text = Replaced(text, "kernel_launch =", "kernel_lanch =");
  text = Replaced(text, "cpu = 4", "cpu = \"four\"");
  const Result<Description> d = Parse(text, "m.toml");
  ASSERT_FALSE(d);
  EXPECT_THAT(d.error().message, HasSubstr("m.toml:12:7: 'cpu' must be a whole number"));
  EXPECT_THAT(d.error().message, HasSubstr("'32' is not an amount of memory"));
  EXPECT_THAT(d.error().message, HasSubstr("[gpu] lacks 'kernel_launch'"));
  EXPECT_THAT(d.error().message, HasSubstr("no key 'kernel_lanch'; did you mean 'kernel_launch'?"));
}

TEST(MachineDescription, RefusesALinkToAGpuThatIsNotThereAndAMissingHostLink) {
  const std::string text = Replaced(P100(), "to = \"gpu3\"", "to = \"gpu7\"");
  const Result<Description> d = Parse(text, "m.toml");
  ASSERT_FALSE(d);
  EXPECT_THAT(d.error().message, HasSubstr("link 'host-gpu3' ends at gpu7"));
  EXPECT_THAT(d.error().message, HasSubstr("no link joins the host and gpu3"));
}

TEST(MachineDescription, RefusesANewerVersionAndAFileWithoutOne) {
  const Result<Description> newer =
      Parse(Replaced(P100(), "groma_machine = 1", "groma_machine = 2"), "m.toml");
  ASSERT_FALSE(newer);
  EXPECT_THAT(newer.error().message, HasSubstr("use a newer groma"));
  EXPECT_THAT(newer.error().message, Not(HasSubstr("gpu")));
  const Result<Description> none = Parse("name = \"x\"", "m.toml");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("begins with the line  groma_machine = 1"));
}

TEST(MachineDescription, NonsenseIsAnErrorWithAPosition) {
  for (const char* text : {"", "[[", "groma_machine = 1\nprocessors = 3", "a = \"\xff\"",
                           "groma_machine = 1\nlink = [1, {}]", "groma_machine = 1e9"}) {
    const Result<Description> d = Parse(text, "m.toml");
    ASSERT_FALSE(d) << text;
    EXPECT_THAT(d.error().message, HasSubstr("m.toml:"));
  }
}

TEST(MachineDescription, LettersBeyondAsciiBelongIntoStringsAndComments) {
  const std::string text = P100();
  EXPECT_TRUE(Parse(Replaced(text, "groma_machine = 1", "# é\ngroma_machine = 1"), "m.toml"));
  EXPECT_EQ(Parse(Replaced(text, "name = \"p100x4\"", "name = 'é'"), "m.toml")->name, "é");
  const Result<Description> stray = Parse("groma_machine = 1\n é = 2", "m.toml");
  ASSERT_FALSE(stray);
  EXPECT_THAT(stray.error().message, HasSubstr("m.toml:2:2: only ASCII"));
  EXPECT_FALSE(Parse("a = \"unclosed\né", "m.toml"));
  EXPECT_FALSE(Parse("a = \"\"\"\né\"\"\"", "m.toml"));
  const Result<Description> word = Parse("a = 1Ee\"b \uFE7F", "m.toml");  // no string begins there
  ASSERT_FALSE(word);
  EXPECT_THAT(word.error().message, HasSubstr("m.toml:1:11: only ASCII"));
}

TEST(MachineDescription, ATableHasAName) {
  for (const char* text : {"[[[", "[=]", " [[ \n", "a = [1]\n[.b]", "a = 1\n[\n"}) {
    const Result<Description> read = Parse(text, "m.toml");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("a table's name stands in the brackets")) << text;
  }
  for (const char* text : {"a = [\n [\n  1]]\n[b]", "[ 'b' ]", "[[b]]", "b = [ # x\n [.5]]", "["})
    EXPECT_THAT(Parse(text, "m.toml").error().message, Not(HasSubstr("stands in the brackets")))
        << text;
}

TEST(MachineDescription, KeysOfManyPartsAreRefused) {
  std::string parts;
  for (int i = 0; i < 400000; ++i) parts += "a.";
  for (const std::string& text : {parts + "b = 1", "[" + parts + "b]"}) {
    const Result<Description> read = Parse(text, "m.toml");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("a key of more than 16 parts"));
  }
}

TEST(MachineDescription, CutAnywhereItIsAnErrorOrADescription) {
  const std::string text = P100();
  for (size_t length = 0; length < text.size(); length += 97) {
    const Result<Description> d = Parse(text.substr(0, length), "m.toml");
    EXPECT_TRUE(d.ok() || !d.error().message.empty());
  }
}

TEST(MachineDescription, AnUnknownNameListsTheKnownOnesAndTheNearest) {
  const Result<Description> d = Find("p10x4", kMachines);
  ASSERT_FALSE(d);
  EXPECT_THAT(d.error().message, HasSubstr("did you mean 'p100x4'?"));
  EXPECT_THAT(d.error().message, HasSubstr("laptop"));
}

TEST(MachineDescription, ThisMachineIsFoundAndReadsBack) {
  const Description d = Probe();
  EXPECT_GE(d.processors.cpu, 1);
  EXPECT_GT(d.host.memory.count, 0);
  EXPECT_FALSE(d.is_virtual);
  const Result<Description> again = Parse(Write(d), "laptop.toml");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(Write(*again), Write(d));
}

TEST(Shape, ProcessorsSeeTheMemoriesNextToThem) {
  const Shape shape(Find("p100x4", kMachines).value());
  EXPECT_EQ(shape.ProcessorsPerNode(ProcessorKind::kGpu), 4);
  EXPECT_TRUE(shape.Sees(ProcessorKind::kGpu, MemoryKind::kZeroCopy));
  EXPECT_FALSE(shape.Sees(ProcessorKind::kGpu, MemoryKind::kSystem));
  EXPECT_TRUE(shape.Sees(ProcessorKind::kCpu, MemoryKind::kZeroCopy));
  EXPECT_FALSE(shape.Sees(ProcessorKind::kCpu, MemoryKind::kFramebuffer));
  EXPECT_FALSE(shape.Sees(ProcessorKind::kOmp, MemoryKind::kSystem));
  const Shape cpu(Find("cpu", kMachines).value());
  EXPECT_FALSE(cpu.Has(MemoryKind::kFramebuffer));
  EXPECT_FALSE(cpu.Has(MemoryKind::kZeroCopy));
}

TEST(Nearest, IsTheFewestEditsAwayOrNothing) {
  EXPECT_EQ(Nearest("p100x", {"cpu", "p100x4", "h100x8"}), "p100x4");
  EXPECT_EQ(Nearest("zebra", {"cpu", "p100x4"}), "");
}

TEST(Shape, ARankIsANode) {
  Description d = *Find("p100x4", kMachines);
  d.nodes = 2;
  d.network_bandwidth = {1e9};
  d.ranks_per_node = 4;
  const Shape shape(d);
  EXPECT_EQ(shape.nodes(), 8);
  EXPECT_EQ(shape.ProcessorsPerNode(ProcessorKind::kGpu), 1);
  EXPECT_EQ(shape.ProcessorsPerNode(ProcessorKind::kCpu), 1);
  EXPECT_TRUE(shape.Sees(ProcessorKind::kGpu, MemoryKind::kZeroCopy));
  EXPECT_EQ(Parse(Write(d), "d")->ranks_per_node, 4);
  EXPECT_THAT(MistakeOfRanks(3, d.processors), HasSubstr("3 ranks cannot share the 4 CPU"));
  d.ranks_per_node = 3;
  EXPECT_THAT(Parse(Write(d), "d").error().message, HasSubstr("3 ranks cannot share"));
  d.ranks_per_node = 0;
  EXPECT_FALSE(Parse(Write(d), "d"));
}

}  // namespace
}  // namespace groma::machine

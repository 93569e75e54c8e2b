// The mapper library, the guard and the recorder on real Legion, with a program that knows nothing
// of groma.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "app/description.h"
#include "eval/describe.h"
#include "eval/evaluate.h"
#include "foreign_program.h"

namespace groma {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(ForeignProgram, BothItsMappersAreTakenOverAndItsTasksRunWhereTheMappingSays) {
  const Outcome outcome = Run("Task fill,smooth GPU;\nRegion * * GPU FBMEM;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
  EXPECT_THAT(outcome.mappers, Contains(HasSubstr("foreign mapper")));
  EXPECT_THAT(outcome.mappers, Contains(HasSubstr("foreign second")));
  EXPECT_THAT(outcome.mappers, Contains(HasSubstr("replaced")));
  const std::string log = Log();
  EXPECT_THAT(log, HasSubstr(R"("task":"smooth","point":[3],"processor":"GPU 3")"));
  EXPECT_THAT(log, HasSubstr(R"("task":"count","point":[0],"processor":"CPU 0")"));
  EXPECT_THAT(log, HasSubstr(R"("memory":"GPU 3 FBMEM")"));
}

TEST_F(ForeignProgram, AnIndexMapChoosesTheProcessorOfEachPoint) {
  const Outcome outcome =
      Run("m = Machine(CPU);\n"
          "def other(Task task) { return m[0, m.size[1] - 1 - task.ipoint[0] % m.size[1]]; }\n"
          "Task * CPU;\n"
          "Layout smooth 0 CPU AOS Align==128 Exact;\n"
          "CollectMemory count 0;\n"
          "IndexTaskMap smooth other;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
  EXPECT_THAT(Log(), HasSubstr(R"("task":"smooth","point":[1],"processor":"CPU 2")"));
  EXPECT_THAT(Log(), HasSubstr("AOS C_order Align==128 Exact"));
}

TEST_F(ForeignProgram, WrappedKeepsWhatNoStatementMentions) {
  options_.wrap_mappers = true;
  const Outcome outcome = Run("Region smooth 0 CPU SYSMEM;\nInstanceLimit fill 1;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
  EXPECT_THAT(outcome.mappers, Contains(HasSubstr("wrapped")));
}

TEST_F(ForeignProgram, AnInstanceLimitHoldsNothingUp) {
  const Outcome outcome = Run("Task * CPU;\nInstanceLimit smooth 1;\nInstanceLimit count 2;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
}

TEST_F(ForeignProgram, AnIndexOutOfRangeEndsTheRunWithTheStatement) {
  const Outcome outcome =
      Run("m = Machine(CPU);\n"
          "def f(Task task) { return m[0, task.ipoint[0] + 2]; }\n"
          "Task * CPU;\nIndexTaskMap smooth f;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kMappingError);
  EXPECT_EQ(outcome.exit_code, 86);
  EXPECT_THAT(outcome.diagnostics, HasSubstr("Slice processor index out of bound"));
  EXPECT_THAT(outcome.diagnostics, HasSubstr("IndexTaskMap smooth f;"));
}

TEST_F(ForeignProgram, AMapOverAnotherKindOfProcessorIsPassedOverWithOneWarning) {
  const std::string rest = "def f(Task task) { return m[0, 0]; }\nIndexTaskMap smooth f;\n";
  for (const bool wrap : {false, true}) {
    options_.wrap_mappers = wrap;  // the program's own mapper prefers GPUs
    const Outcome outcome =
        Run((wrap ? "m = Machine(CPU);\n" : "Task * CPU;\nm = Machine(GPU);\n") + rest);
    EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
    const size_t first = outcome.diagnostics.find("[W0602]");
    ASSERT_NE(first, std::string::npos) << outcome.diagnostics;
    EXPECT_EQ(outcome.diagnostics.find("[W0602]", first + 1), std::string::npos);
    EXPECT_THAT(outcome.diagnostics, HasSubstr("IndexTaskMap smooth f;"));
    EXPECT_THAT(outcome.diagnostics, HasSubstr("the map is passed over"));
  }
}

TEST_F(ForeignProgram, AMemoryThatTheProcessorDoesNotSeeIsToldWithThoseItSees) {
  const Outcome outcome = Run("Task * CPU;\nRegion smooth 0 CPU FBMEM;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kMappingError);
  EXPECT_THAT(outcome.diagnostics, HasSubstr("[E0705]"));
  EXPECT_THAT(outcome.diagnostics, HasSubstr("Region smooth 0 CPU FBMEM;"));
  EXPECT_THAT(outcome.diagnostics, HasSubstr("SYSMEM ("));
}

TEST_F(ForeignProgram, ATaskWithoutAVariantIsToldWithThoseItHas) {
  const Outcome outcome = Run("Task * CPU;\nTask total GPU;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kMappingError);
  EXPECT_THAT(outcome.diagnostics,
              HasSubstr("task 'total' cannot run on GPU: it has variants for CPU"));
}

TEST_F(ForeignProgram, ALayoutThatAVariantDoesNotTakeIsTold) {
  const Outcome outcome = Run("Task * CPU;\nLayout total 0 CPU AOS;\n");
  EXPECT_EQ(outcome.status, OutcomeStatus::kMappingError);
  EXPECT_THAT(outcome.diagnostics, HasSubstr("[E0707]"));
  EXPECT_THAT(outcome.diagnostics, HasSubstr("Layout total 0 CPU AOS;"));
}

TEST_F(ForeignProgram, AFullFramebufferEndsTheRunWithWhatLiesInIt) {
  options_.machine.gpu.framebuffer = {3 << 20};
  const Outcome outcome =
      Run("Task * GPU,CPU;\nRegion fill * GPU FBMEM;\nRegion smooth * GPU FBMEM;\n",
          {"-pieces", "8", "-cells", "1000000"});
  EXPECT_EQ(outcome.status, OutcomeStatus::kOutOfMemory) << outcome.reason;
  EXPECT_THAT(outcome.diagnostics, HasSubstr("[E0706]"));
  EXPECT_THAT(outcome.diagnostics,
              HasSubstr("1 × argument 0 of fill, placed by line 2: Region fill * GPU FBMEM;"));
}

TEST_F(ForeignProgram, AFullMemoryFallsToTheNextOfTheList) {
  options_.machine.gpu.framebuffer = {1 << 20};
  const Outcome outcome =
      Run("Task * GPU,CPU;\nRegion * * GPU FBMEM,ZCMEM;\n", {"-pieces", "4", "-cells", "300000"});
  EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason;
  EXPECT_THAT(Log(), HasSubstr(R"("record":"spill","task":"fill")"));
}

TEST_F(ForeignProgram, ATaskThatWaitsForEverIsAHangThatIsNoticedAtOnce) {
  for (eval::RunMode mode : {eval::RunMode::kFunctional, eval::RunMode::kModelled}) {
    options_.mode = mode;
    const Outcome outcome = Run("Task * CPU;\n", {"-fault", "hang"});
    EXPECT_EQ(outcome.status, OutcomeStatus::kTimeout);
    EXPECT_THAT(outcome.reason, HasSubstr("the run hangs: no thread did anything for 1.5 s"));
    // Starting takes a while on a busy machine; the limit itself is 100 s.
    EXPECT_LT(outcome.wall_seconds, 20);
  }
}

TEST_F(ForeignProgram, IsProfiledByLegion) {
  options_.profile = folder_.path() / "profile";
  EXPECT_EQ(Run(std::nullopt).status, OutcomeStatus::kOk);
  EXPECT_GT(std::filesystem::file_size(*options_.profile / "prof_0.gz"), 1000U);
}

TEST_F(ForeignProgram, IsDescribedFromOneRun) {
  eval::LaunchOptions launch;
  options_.machine = *machine::Find("cpu", installation_.machines);
  program_.command = {GROMA_FOREIGN, "-pieces", "4"};
  const auto described = eval::DescribeProgram(program_, options_, installation_);
  ASSERT_TRUE(described.ok()) << described.error().message;
  ASSERT_EQ(described->fault, "");
  const auto description = app::Parse(described->text, "foreign.json");
  ASSERT_TRUE(description.ok()) << description.error().message;
  const app::Task* smooth = description->FindTask("smooth");
  ASSERT_NE(smooth, nullptr);
  EXPECT_TRUE(smooth->index_launched);
  EXPECT_EQ(smooth->launches, 40);
  EXPECT_EQ(smooth->domains, (std::vector<std::vector<int64_t>>{{4}}));
  EXPECT_EQ(smooth->parents, std::vector<std::string>{"main"});
  ASSERT_EQ(smooth->variants.size(), 2u);
  ASSERT_EQ(smooth->arguments.size(), 1u);
  EXPECT_EQ(smooth->arguments[0].privilege, app::Privilege::kReadWrite);
  EXPECT_EQ(smooth->arguments[0].fields.size(), 2u);
  EXPECT_EQ(smooth->arguments[0].largest_volume, 1000);
  const app::Task* count = description->FindTask("count");
  ASSERT_NE(count, nullptr);
  EXPECT_EQ(count->arguments[1].privilege, app::Privilege::kReduce);
}

// 4000 cells in 4 pieces: 8000 bytes a field, half a line of 128 bytes more than whole ones.
TEST_F(ForeignProgram, FieldsBeginOnLinesUnlessTheMappingWantsNone) {
  EXPECT_EQ(Run("Task * GPU,CPU;\n").status, OutcomeStatus::kOk);
  EXPECT_THAT(Log(), HasSubstr("\"bytes\":16064,\"task\":\"fill\""));
  EXPECT_EQ(Run("Task * GPU,CPU;\nLayout * * * No_Align;\n").status, OutcomeStatus::kOk);
  EXPECT_THAT(Log(), HasSubstr("\"bytes\":16000,\"task\":\"fill\""));
}

TEST_F(ForeignProgram, RunsOnThisComputerWithoutAnyFiguresOfIt) {
  options_.machine = machine::Probe();
  options_.machine.processors = {.cpu = 2, .utility = 1};
  options_.machine.host.memory = {256 << 20};
  options_.devices = eval::Devices::kAuto;
  for (const std::optional<std::string>& mapping :
       {std::optional<std::string>(), std::optional<std::string>("Task * CPU;\n")}) {
    const Outcome outcome = Run(mapping);
    EXPECT_EQ(outcome.status, OutcomeStatus::kOk) << outcome.reason << outcome.output;
    EXPECT_EQ(outcome.fidelity, eval::Fidelity::kMeasured);
  }
}

}  // namespace
}  // namespace groma

#include "mapping/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mapping/check_placements.h"
#include "mapping/new_mapping.h"
#include "mapping/survey.h"
#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum ProcessorKind;

app::Task IndexTask(const std::string& name, const std::vector<ProcessorKind>& kinds,
                    std::vector<std::vector<int64_t>> domains) {
  app::Task task;
  task.name = name;
  for (ProcessorKind kind : kinds) task.variants.push_back({"v", kind, true});
  task.index_launched = true;
  task.domains = std::move(domains);
  task.parents = {"top"};
  task.launches = 8;
  return task;
}

app::Description Program() {
  app::Description app;
  app.name = "demo";
  app::Task top;
  top.name = "top";
  top.variants = {{"v", kCpu}};
  top.single_launched = true;
  top.launches = 1;
  app::Task step = IndexTask("step", {kCpu, kGpu}, {{4, 2}, {8}});
  step.arguments = {{{"rp_shared", "all_shared"}, app::Privilege::kReadWrite, {{"v", 1, 4}}, 10},
                    {{}, app::Privilege::kReadOnly, {}, 5}};
  app.tasks = {top, step, IndexTask("host::init", {kCpu}, {{8}})};
  app.tasks.push_back(IndexTask("python", {kPy}, {{8}}));
  app::Task never = IndexTask("never", {kGpu}, {});
  never.launches = 0;
  never.index_launched = false;
  app.tasks.push_back(never);
  return app;
}

std::vector<Diagnostic> Checked(const std::string& text, const app::Description& app,
                                const machine::Shape& shape = Nodes(1, 4)) {
  DiagnosticSink sink;
  CheckPlacements(Bound(text, shape), app, sink);
  return sink.Take();
}

constexpr const char* kMap =
    "m = Machine(GPU);\n"
    "def f(Task t) { print(\"noise\"); return m[0, t.ipoint[0] % m.size[1]]; }\n";

TEST(ShowTest, PointsComeInRowMajorOrderAsPromised) {
  const Mapping mapping = Bound(std::string(kMap) + "IndexTaskMap step f;\n");
  auto points = ShowPoints(mapping, nullptr, "step", {2, 2});
  ASSERT_TRUE(points.ok());
  EXPECT_EQ(ToJson(*points).dump(),
            "{\"points\":[{\"point\":[0,0],\"node\":0,\"processor\":0,\"kind\":\"GPU\"},"
            "{\"point\":[0,1],\"node\":0,\"processor\":0,\"kind\":\"GPU\"},"
            "{\"point\":[1,0],\"node\":0,\"processor\":1,\"kind\":\"GPU\"},"
            "{\"point\":[1,1],\"node\":0,\"processor\":1,\"kind\":\"GPU\"}]}");
  EXPECT_THAT(ToText(*points), HasSubstr("0.0 0.0\n0.1 0.1\n"));
}

TEST(ShowTest, APointThatFailsSaysWhy) {
  const Mapping mapping = Bound(
      "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0]]; }\nIndexTaskMap step f;\n");
  auto points = ShowPoints(mapping, nullptr, "step", {5});
  ASSERT_TRUE(points.ok());
  const auto json = ToJson(*points);
  EXPECT_EQ(json["points"][3]["processor"], 3);
  EXPECT_TRUE(json["points"][4]["node"].is_null());
  EXPECT_EQ(json["points"][4]["code"], "E0603");
  EXPECT_THAT(ToText(*points), HasSubstr("(4) Slice processor index out of bound"));
}

TEST(ShowTest, WithAnApplicationTheKindIsTheOneThatTheTaskRunsOn) {
  const Mapping mapping = Bound("Task * GPU,CPU;");
  const app::Description app = Program();
  auto init = ShowPoints(mapping, &app, "host::init", {4});
  ASSERT_TRUE(init.ok());
  EXPECT_EQ((*init)[0].kind, kCpu);
  EXPECT_THAT(ShowPoints(mapping, &app, "nothing", {4}).error().message,
              HasSubstr("demo has no task 'nothing'"));
  EXPECT_THAT(ShowPoints(mapping, &app, "python", {4}).error().message,
              HasSubstr("runs on none of GPU, CPU"));
  EXPECT_THAT(ShowPoints(mapping, &app, "step", {4'000'000, 4'000'000}).error().message,
              HasSubstr("more than 1000000 points"));
}

std::vector<ShownTask> Shown(const Mapping& mapping, const app::Description* app) {
  std::vector<ShownTask> tasks;
  ShowTasks(mapping, app, [&](const ShownTask& task) { tasks.push_back(task); });
  return tasks;
}

TEST(ShowTest, TasksShowProcessorsMemoriesAndLayout) {
  const app::Description app = Program();
  const Mapping mapping = Bound(
      "Task * GPU,CPU;\nRegion * * GPU FBMEM;\nRegion * * CPU SYSMEM;\n"
      "Region * rp_shared GPU ZCMEM,FBMEM;\nLayout * * * SOA F_order Align==64;\n"
      "InstanceLimit step 2;\nCollectMemory step rp_shared;\n");
  const std::vector<ShownTask> tasks = Shown(mapping, &app);
  ASSERT_EQ(tasks.size(), 5u);
  const auto step = ToJson(tasks[1]);
  EXPECT_EQ(step["name"], "step");
  EXPECT_EQ(step["processors"].dump(), "[\"GPU\",\"CPU\"]");
  EXPECT_EQ(step["runs_on"], "GPU");
  EXPECT_EQ(step["instance_limit"], 2);
  ASSERT_EQ(step["regions"].size(), 4u);
  EXPECT_EQ(step["regions"][0].dump(),
            "{\"name\":\"rp_shared\",\"index\":0,\"processor\":\"GPU\",\"memories\":[\"ZCMEM\","
            "\"FBMEM\"],\"layout\":\"SOA F_order Align==64\",\"collect\":false}");  // it is written
  EXPECT_EQ(step["regions"][1]["name"], "");
  EXPECT_EQ(step["regions"][3]["processor"], "CPU");
  EXPECT_TRUE(ToJson(tasks[3])["runs_on"].is_null());
  EXPECT_THAT(ToText(tasks[1]), HasSubstr("step: GPU, CPU; runs on GPU"));
}

TEST(ShowTest, WithoutAnApplicationTheNamesOfTheFileAreShown) {
  const Mapping mapping =
      Bound("Task b GPU;\nRegion * rp_x GPU ZCMEM;\nTask a CPU;\nRegion a 3 CPU ZCMEM;\n");
  const std::vector<ShownTask> tasks = Shown(mapping, nullptr);
  ASSERT_EQ(tasks.size(), 3u);
  EXPECT_EQ(tasks[0].name, "b");
  EXPECT_EQ(tasks[1].name, "a");
  EXPECT_EQ(tasks[2].name, "*");
  ASSERT_EQ(tasks[1].regions.size(), 3u);
  EXPECT_EQ(tasks[1].regions[0].name, "rp_x");
  EXPECT_EQ(tasks[1].regions[1].index, 3);
  EXPECT_THAT(tasks[1].regions[1].memories, ElementsAre(MemoryKind::kZeroCopy));
  EXPECT_EQ(tasks[1].regions[2].name, "*");
  EXPECT_FALSE(tasks[1].regions[2].index);
}

TEST(ShowTest, DomainsAreExtentsJoinedByX) {
  EXPECT_EQ(*ParseDomain("4x2"), (std::vector<int64_t>{4, 2}));
  EXPECT_EQ(*ParseDomain("8"), (std::vector<int64_t>{8}));
  for (const char* bad : {"", "x", "4x", "0", "-1", "4 x 2", "4,2"}) {
    EXPECT_FALSE(ParseDomain(bad).ok()) << bad;
  }
}

TEST(SurveyTest, DepthCountsAncestorsEvenInACircle) {
  app::Description app = Program();
  const Mapping mapping = Bound("");
  EXPECT_EQ(QueryFor(mapping, app, app.tasks[1], kGpu).depth, 1);
  EXPECT_EQ(QueryFor(mapping, app, app.tasks[0], kCpu).depth, 0);
  app.tasks[0].parents = {"step"};
  QueryFor(mapping, app, app.tasks[1], kGpu);
}

TEST(CheckPlacementsTest, AMapThatLeavesTheMachineIsReportedOnceWithItsFirstPoint) {
  testing::internal::CaptureStderr();
  const auto found = Checked(
      "m = Machine(GPU);\n"
      "def f(Task t) { print(\"noise\"); return m[0, t.ipoint[0]]; }\nIndexTaskMap step f;\n",
      Program());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "E0603");
  EXPECT_THAT(found[0].message, HasSubstr("task step, point (4) of a launch over (8)"));
  ASSERT_EQ(found[0].notes.size(), 2u);
  EXPECT_THAT(found[0].notes[1].message, HasSubstr("so for 4 points of task step"));
}

TEST(CheckPlacementsTest, AllPointsOnOneProcessorIsAWarningAtTheStatement) {
  const std::string text =
      "m = Machine(GPU);\ndef f(Task t) { return m[0, 1]; }\nIndexTaskMap step f;\n";
  const auto found = Checked(text, Program());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "W0603");
  EXPECT_EQ(found[0].span.begin, text.find("IndexTaskMap"));
  EXPECT_THAT(found[0].message, HasSubstr("GPU 1 of node 0, while 3 others idle"));
  EXPECT_THAT(Checked(text, Program(), Nodes(1, 2)).size(), 1u);
}

TEST(CheckPlacementsTest, GoodMapsAndDefaultsAreQuiet) {
  EXPECT_THAT(Checked("", Program()), IsEmpty());
  EXPECT_THAT(Checked(std::string(kMap) + "IndexTaskMap step f;\n", Program()), IsEmpty());
}

TEST(CheckPlacementsTest, AMapOverAnotherKindIsAWarning) {
  const auto found =
      Checked("Task * CPU;\n" + std::string(kMap) + "IndexTaskMap step f;\n", Program());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "W0602");
}

TEST(CheckPlacementsTest, HugeLaunchesAreLookedAtInPart) {
  app::Description app = Program();
  app.tasks[1].domains = {{1'000'000'000, 1'000'000'000}};
  EXPECT_THAT(Checked("", app), IsEmpty());
}

TEST(NewMappingTest, ItChecksCleanAndUsesEveryProcessor) {
  const app::Description app = Program();
  for (const machine::Shape& shape : {Nodes(1, 4), Nodes(2, 4), Nodes(1, 0), Nodes(2, 3, 1)}) {
    const std::string text = NewMapping(app, shape);
    auto program = Compiled(text);
    DiagnosticSink sink;
    lang::CheckAgainst(*program, app, shape, sink);
    auto mapping = Mapping::Bind(program, shape, sink);
    ASSERT_TRUE(mapping) << text;
    CheckPlacements(*mapping, app, sink);
    EXPECT_EQ(Render(sink.Take(), *program->source, false), "") << text;
  }
}

TEST(NewMappingTest, TasksGoWhereTheyHaveVariants) {
  const std::string text = NewMapping(Program(), Nodes(1, 4));
  EXPECT_THAT(text, HasSubstr("Task * GPU,CPU;\n"));
  EXPECT_THAT(text, HasSubstr("Task step GPU,CPU;  # regions: 0 rp_shared, 1\n"));
  EXPECT_THAT(text, HasSubstr("Task \"host::init\" CPU;\n"));
  EXPECT_THAT(text, HasSubstr("# python has no variant for a processor of this machine.\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("never")));
  EXPECT_THAT(text, HasSubstr("IndexTaskMap step block_gpu;\n"));
  EXPECT_THAT(text, HasSubstr("IndexTaskMap \"host::init\" block_cpu;\n"));
  EXPECT_EQ(Places(Bound(text, Nodes(1, 4)), PointOf("step", {}, {4, 2})),
            "0.0 0.0 0.1 0.1 0.2 0.2 0.3 0.3");
}

TEST(NewMappingTest, NamesThatAreNoWordsAreQuoted) {
  EXPECT_EQ(WrittenName("step_1"), "step_1");
  EXPECT_EQ(WrittenName("a::b"), "\"a::b\"");
  EXPECT_EQ(WrittenName("GPU"), "\"GPU\"");
  EXPECT_EQ(WrittenName("1st"), "\"1st\"");
  EXPECT_EQ(WrittenName("say \"hi\""), "\"say \\\"hi\\\"\"");
  EXPECT_EQ(WrittenName("two\nlines"), "");
}

}  // namespace
}  // namespace groma::mapping

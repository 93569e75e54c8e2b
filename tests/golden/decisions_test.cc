// What the mappings of tests/golden/mappings decide for their program on one and on two nodes of
// four GPUs: decisions/NAME.1x4.out and NAME.2x4.out. GROMA_REWRITE_GOLDEN=1 writes them anew.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "diagnostics/registry.h"
#include "lang/lang.h"
#include "mapping/check_placements.h"
#include "mapping/mapping.h"
#include "mapping/show.h"

namespace groma::mapping {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(GROMA_SOURCE_DIR) / "tests/golden";

machine::Shape Nodes(int nodes) {
  return machine::Shape(nodes, {.cpu = 4, .utility = 2, .gpu = 4, .omp = 0});
}

/// A mapping of tests/golden/mappings, its program and the number of nodes.
struct Case {
  std::string mapping, app;
  int nodes = 1;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (int nodes : {1, 2}) {
    for (int i = 1; i <= 10; ++i)
      cases.push_back({fmt::format("strategy_{:02}", i), "circuit", nodes});
    cases.push_back({"circuit_expert", "circuit", nodes});
    cases.push_back({"figure_a4", "circuit", nodes});
    cases.push_back({"figure_a5", "circuit", nodes});
    cases.push_back({"figure_a6", "solomonik", nodes});
    cases.push_back({"figure_a7", "solomonik", nodes});
  }
  return cases;
}

std::string Name(const testing::TestParamInfo<Case>& info) {
  return fmt::format("{}_{}x4", info.param.mapping, info.param.nodes);
}

std::string PointsOf(const Mapping& mapping, const app::Description& app, const app::Task& task) {
  std::string text;
  for (const auto& domain : task.domains) {
    text += fmt::format("\n{} over ({})\n", task.name, fmt::join(domain, ", "));
    auto points = ShowPoints(mapping, &app, task.name, domain);
    text += points.ok() ? ToText(*points) : points.error().message + "\n";
  }
  return text;
}

class GoldenDecisions : public testing::TestWithParam<Case> {};

TEST_P(GoldenDecisions, AreAsWrittenDown) {
  const Case& param = GetParam();
  Result<std::string> text = ReadFile(kFolder / "mappings" / (param.mapping + ".map"));
  ASSERT_TRUE(text.ok()) << text.error().message;
  Result<app::Description> app = app::Read(kFolder / "decisions" / (param.app + ".app.json"));
  ASSERT_TRUE(app.ok()) << app.error().message;
  auto source = std::make_shared<const SourceFile>(param.mapping + ".map", *text);
  DiagnosticSink sink;
  std::optional<lang::Program> program = lang::Compile(source, sink);
  ASSERT_TRUE(program);
  auto mapping = Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                               Nodes(param.nodes), sink);
  ASSERT_TRUE(mapping);
  CheckPlacements(*mapping, *app, sink);

  std::string actual;
  ShowTasks(*mapping, &*app, [&](const ShownTask& task) { actual += ToText(task); });
  for (const app::Task& task : app->tasks) actual += PointsOf(*mapping, *app, task);
  actual += "\n" + Render(sink.Take(), *source, false);
  const fs::path golden =
      kFolder / "decisions" / fmt::format("{}.{}x4.out", param.mapping, param.nodes);
  if (std::getenv("GROMA_REWRITE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFile(golden, actual).ok());
    return;
  }
  Result<std::string> expected = ReadFile(golden);
  ASSERT_TRUE(expected.ok()) << expected.error().message;
  EXPECT_EQ(actual, *expected);
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenDecisions, testing::ValuesIn(Cases()), Name);

/// The codes that the text gives on two nodes of four GPUs, with a launch of task `step`.
std::set<std::string> CodesOf(std::string text, const std::vector<int64_t>& domain) {
  if (text.find("def f(Task") != std::string::npos &&
      text.find("IndexTaskMap") == std::string::npos) {
    text += "\nIndexTaskMap step f;\n";
  }
  DiagnosticSink sink;
  auto source = std::make_shared<const SourceFile>("example.map", text);
  std::optional<lang::Program> program = lang::Compile(source, sink);
  if (program) {
    auto mapping =
        Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)), Nodes(2), sink);
    app::Task step{.name = "step",
                   .variants = {{"gpu", ProcessorKind::kGpu}, {"cpu", ProcessorKind::kCpu}},
                   .index_launched = true,
                   .domains = {domain}};
    if (mapping) CheckPlacements(*mapping, {"example", {step}}, sink);
  }
  std::set<std::string> codes;
  for (const Diagnostic& diagnostic : sink.Take()) codes.insert(diagnostic.code);
  return codes;
}

TEST(EvaluationKinds, EveryExampleHasItsMistakeOnceAndIsMended) {
  for (const DiagnosticKind& kind : DiagnosticKinds()) {
    const bool of_evaluation = kind.code.substr(1).starts_with("06");
    if (!of_evaluation || kind.wrong.empty()) continue;
    const std::string code(kind.code), wrong(kind.wrong), right(kind.right);
    EXPECT_TRUE(CodesOf(wrong, {4, 2}).contains(code) || CodesOf(wrong, {8}).contains(code))
        << code << "\n"
        << wrong;
    EXPECT_FALSE(CodesOf(right, {4, 2}).contains(code)) << code << "\n" << right;
  }
}

}  // namespace
}  // namespace groma::mapping

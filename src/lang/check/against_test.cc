#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/lang.h"

namespace groma::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

app::Description Application() {
  app::Task step;
  step.name = "calculate_new_currents";
  step.variants = {{"cpu", ProcessorKind::kCpu}, {"gpu", ProcessorKind::kGpu}};
  step.arguments.resize(2);
  step.arguments[0].names = {"rp_shared", "all_nodes"};
  step.index_launched = true;
  app::Task main;
  main.name = "top_level";
  main.variants = {{"cpu", ProcessorKind::kCpu}};
  main.single_launched = true;
  app::Description app;
  app.tasks = {main, step};
  return app;
}

std::vector<Diagnostic> Found(const std::string& text) {
  auto source = std::make_shared<SourceFile>("a.map", text);
  DiagnosticSink sink;
  std::optional<Program> program = Compile(source, sink);
  EXPECT_TRUE(program) << Render(sink.Take(), *source, false);
  if (!program) return {};
  machine::Shape shape(1, {.cpu = 4, .utility = 1, .gpu = 4, .omp = 0});
  DiagnosticSink against;
  CheckAgainst(*program, Application(), shape, against);
  return against.Take();
}

std::vector<std::string> Codes(const std::string& text) {
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : Found(text)) codes.push_back(diagnostic.code);
  return codes;
}

TEST(CheckAgainst, KnownNamesPassSilently) {
  EXPECT_THAT(Codes("Task calculate_new_currents GPU;\n"
                    "Region * rp_shared GPU ZCMEM;\n"
                    "Region calculate_new_currents 1 GPU FBMEM;\n"
                    "Region * * CPU SYSMEM;\n"
                    "Layout * all_nodes * SOA;\n"),
              IsEmpty());
}

TEST(CheckAgainst, UnknownNamesAreWarningsWithTheNearestName) {
  auto found = Found("Task calculate_new_current GPU;\nRegion * rp_share GPU ZCMEM;\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, "W0501");
  EXPECT_THAT(found[0].help, HasSubstr("'calculate_new_currents'"));
  EXPECT_EQ(found[1].code, "W0502");
  EXPECT_THAT(found[1].help, HasSubstr("'rp_shared'"));
}

TEST(CheckAgainst, ANamedTaskNeedsAVariantForAKindThatTheMachineHas) {
  EXPECT_THAT(Codes("Task top_level GPU;"), ElementsAre("E0501"));
  EXPECT_THAT(Codes("Task top_level GPU,CPU;"), IsEmpty());
  EXPECT_THAT(Codes("Task top_level OMP;"), IsEmpty());  // no OpenMP processors: OMP means CPU
  EXPECT_THAT(Codes("Task top_level IO;"), ElementsAre("E0501"));
  EXPECT_THAT(Codes("Task * GPU;"), IsEmpty());
}

TEST(CheckAgainst, PositionsAndLaunchesThatDoNotExistAreWarnings) {
  EXPECT_THAT(Codes("Region calculate_new_currents 2 GPU ZCMEM;"), ElementsAre("W0503"));
  EXPECT_THAT(Codes("m = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\n"
                    "SingleTaskMap calculate_new_currents f;"),
              ElementsAre("W0505"));
  EXPECT_THAT(Codes("m = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\n"
                    "IndexTaskMap top_level f;"),
              ElementsAre("W0505"));
}

}  // namespace
}  // namespace groma::lang

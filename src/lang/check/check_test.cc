#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnostics/registry.h"
#include "lang/lang.h"

namespace groma::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  std::optional<Program> program;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> codes;
  std::string shown;
};

Outcome Compiled(const std::string& text) {
  auto source = std::make_shared<SourceFile>("a.map", text);
  DiagnosticSink sink;
  Outcome outcome;
  outcome.program = Compile(source, sink);
  outcome.diagnostics = sink.Take();
  for (const Diagnostic& diagnostic : outcome.diagnostics) outcome.codes.push_back(diagnostic.code);
  outcome.shown = Render(outcome.diagnostics, *source, false);
  return outcome;
}

std::vector<std::string> Codes(const std::string& text) { return Compiled(text).codes; }

TEST(Registry, WrongExamplesGiveTheirCodeAndRightOnesAreClean) {
  for (const DiagnosticKind& kind : DiagnosticKinds()) {
    if (kind.stage != Stage::kText) continue;
    std::string code(kind.code);
    if (!kind.wrong.empty()) {
      EXPECT_THAT(Codes(std::string(kind.wrong)), ElementsAre(code)) << kind.wrong;
    }
    EXPECT_EQ(Compiled(std::string(kind.right)).shown, "") << code;
  }
}

TEST(Check, StatementsAreResolved) {
  Outcome outcome = Compiled(
      "Task a,\"b c\" GPU,CPU;\nRegion * 1 GPU ZCMEM,FBMEM;\nLayout * r ZCMEM AOS Align<=64 "
      "Exact;\n"
      "InstanceLimit a 4;\nCollectMemory a *;\nControlReplicate a;\n");
  ASSERT_TRUE(outcome.program) << outcome.shown;
  const Program& program = *outcome.program;
  EXPECT_EQ(program.tasks[0].tasks[1].name, "b c");
  EXPECT_THAT(program.tasks[0].processors, ElementsAre(ProcessorKind::kGpu, ProcessorKind::kCpu));
  EXPECT_EQ(program.regions[0].tasks[0].form, TaskSelector::Form::kAny);
  EXPECT_EQ(program.regions[0].region.form, RegionSelector::Form::kPosition);
  EXPECT_EQ(program.regions[0].region.position, 1);
  EXPECT_THAT(program.regions[0].memories,
              ElementsAre(MemoryKind::kZeroCopy, MemoryKind::kFramebuffer));
  EXPECT_EQ(program.layouts[0].memory, MemoryKind::kZeroCopy);
  EXPECT_EQ(program.layouts[0].array_of_structs, true);
  EXPECT_EQ(program.layouts[0].fortran_order, std::nullopt);
  EXPECT_EQ(program.layouts[0].alignment->bytes, 64);
  EXPECT_TRUE(program.layouts[0].exact);
  EXPECT_EQ(program.limits[0].limit, 4);
}

TEST(Check, FunctionsAndMapsAreResolved) {
  Outcome outcome = Compiled(
      "m = Machine(GPU);\n"
      "def block(IPoint x, ISpace y, MSpace z, int d) { return x[d] * z.size[d] / y.size[d]; }\n"
      "def f(Task task) {\n"
      "  m4 = m.auto_split(0, task.ispace);\n"
      "  m6 = m4.decompose(3, task.ispace / m4[:-1]);\n"
      "  u = tuple(block(task.ipoint, task.ispace, m6, i) for i in (0, 1, 2));\n"
      "  return m6[*u, *(u % 2)];\n"
      "}\n"
      "def g(IPoint ip, ISpace is, MSpace s) { return ip % s.size; }\n"
      "IndexTaskMap a,GPU f;\nIndexTaskMap b m g;\n");
  ASSERT_TRUE(outcome.program) << outcome.shown;
  const Program& program = *outcome.program;
  const Function* f = program.FindFunction("f");
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->result->type, Type::kPoint);
  EXPECT_EQ(f->slots, 5);
  EXPECT_TRUE(f->uses_task_point);
  EXPECT_EQ(program.index_maps[0].tasks[1].form, TaskSelector::Form::kKind);
  EXPECT_EQ(program.index_maps[1].machine, 0);
  EXPECT_EQ(program.functions[program.index_maps[1].function].name, "g");
}

TEST(Check, TheMissingMachineSpaceIsOffered) {
  Outcome outcome = Compiled(
      "mcpu = Machine(CPU);\ndef f(Task task) {\n  return mgpu[task.ipoint[0] / mgpu.size[1], 0];\n"
      "}\nIndexTaskMap step f;\n");
  ASSERT_THAT(outcome.codes, ElementsAre("E0201"));
  EXPECT_EQ(outcome.diagnostics[0].help, "add `mgpu = Machine(GPU);`");
  ASSERT_TRUE(outcome.diagnostics[0].edit);
  EXPECT_EQ(outcome.diagnostics[0].edit->replacement, "mgpu = Machine(GPU);\n");
  EXPECT_EQ(outcome.diagnostics[0].edit->span.begin, 21u);  // before the function
}

TEST(Check, AnUndefinedMappingFunctionIsNamedWithItsNeighbourOrItsLine) {
  std::string f = "m = Machine(GPU);\ndef cyclic(Task task) { return m[0, 0]; }\n";
  Outcome near = Compiled(f + "IndexTaskMap step cylic;");
  ASSERT_THAT(near.codes, ElementsAre("E0203"));
  EXPECT_EQ(near.diagnostics[0].help, "did you mean 'cyclic'?");
  Outcome later = Compiled("IndexTaskMap step cyclic;\n" + f);
  ASSERT_THAT(later.codes, ElementsAre("E0204"));
  EXPECT_THAT(later.shown, HasSubstr("'cyclic' is defined in line 3"));
  const Edit& edit = *later.diagnostics[0].edit;
  std::string text = "IndexTaskMap step cyclic;\n" + f;
  text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
  EXPECT_EQ(Compiled(text).shown, "");
}

TEST(Check, AnIntegerOfTheOlderFormNeedsAMachineOfOneDimension) {
  std::string g = "def g(IPoint ip, ISpace is, MSpace m) { return ip[0]; }\n";
  EXPECT_THAT(Codes("m = Machine(GPU);\n" + g + "IndexTaskMap step m g;"), ElementsAre("E0308"));
  EXPECT_THAT(Codes("m = Machine(GPU).merge(0, 1);\n" + g + "IndexTaskMap step m g;"), IsEmpty());
}

TEST(Check, RecursionIsNamedWithItsCycle) {
  Outcome outcome = Compiled(
      "def a(int x) { return b(x); }\ndef b(int x) { return c(x); }\n"
      "def c(int x) { return a(x); }\ndef d(int x) { return a(x); }\n");
  ASSERT_THAT(outcome.codes, ElementsAre("E0215"));
  EXPECT_THAT(outcome.shown, HasSubstr("a → b → c → a"));
  EXPECT_THAT(Codes("def a(int x) { return a(x); }"), ElementsAre("E0215"));
}

TEST(Check, AValueThatAFunctionReadsTooEarlyIsAnError) {
  EXPECT_THAT(Codes("x = f(1);\ny = 2;\ndef f(int a) { return y + a; }"), ElementsAre("E0202"));
  EXPECT_THAT(Codes("y = 2;\nx = f(1);\ndef f(int a) { return y + a; }"), IsEmpty());
  EXPECT_THAT(Codes("x = x + 1;"), ElementsAre("E0202"));
}

TEST(Check, OneMistakeIsToldOnce) {
  EXPECT_THAT(Codes("x = y + 1;\nz = x + x;\ndef f(int a) { b = z; return b + y; }"),
              ElementsAre("E0201"));
  EXPECT_THAT(Codes("m = Machine(GPUS);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap a f;"),
              ElementsAre("E0207"));
  EXPECT_THAT(Codes("def f(Task t) { a = ; return a; }\nIndexTaskMap s f;"), ElementsAre("E0113"));
}

TEST(Check, NumbersOfDimensionsAreFollowedThroughTransformations) {
  std::string m = "m = Machine(GPU);\n";
  EXPECT_THAT(Codes(m + "n = m.merge(0, 1);\ndef f(Task t) { return n[0, 0]; }"),
              ElementsAre("E0305"));
  EXPECT_THAT(Codes(m + "n = m.split(1, 2).swap(1, 2);\ndef f(Task t) { return n[0, 0, 0]; }"),
              IsEmpty());
  EXPECT_THAT(Codes(m + "n = m.decompose(1, (2, 2, 2));\nd = n.size[3];"), IsEmpty());
  EXPECT_THAT(Codes(m + "n = m.decompose(1, (2, 2, 2));\nd = n.size[4];"), ElementsAre("E0305"));
  EXPECT_THAT(Codes(m + "n = m.reverse(2);"), ElementsAre("E0305"));
  EXPECT_THAT(Codes(m + "def f(Task t) { return m[*m.size]; }"), IsEmpty());
  EXPECT_THAT(Codes(m + "def f(Task t) { return m[t.parent.processor(m)[0], *]; }"), IsEmpty());
}

TEST(Check, OverriddenStatementsAreWarnedOfOnce) {
  EXPECT_THAT(Codes("Region * * GPU FBMEM;\nRegion * * CPU SYSMEM;\nRegion * * GPU ZCMEM;"),
              ElementsAre("W0404"));
  EXPECT_THAT(Codes("Layout * * * SOA C_order;\nLayout * * * Align==64;"), IsEmpty());
  EXPECT_THAT(Codes("Layout * * * SOA C_order;\nLayout * * * AOS F_order;"), ElementsAre("W0404"));
  EXPECT_THAT(Codes("Task a,b GPU;\nTask b CPU;\nTask * GPU;"), ElementsAre("W0404"));
}

TEST(Check, ComprehensionsStandAtTheTopToo) {
  Outcome outcome = Compiled("x = tuple(i * 2 + tuple(j for j in range(i))[0] for i in (1, 2));");
  ASSERT_TRUE(outcome.program) << outcome.shown;
  EXPECT_EQ(outcome.program->globals[0].slots, 2);
  EXPECT_THAT(Codes("x = tuple(i for i in (1, 2));\ny = i;"), ElementsAre("E0201"));
}

TEST(Check, DeepChainsOfCallsAreRefused) {
  std::string text = "def f0(int a) { return a; }\n";
  for (int i = 1; i < 2000; ++i) {
    std::string n = std::to_string(i), last = std::to_string(i - 1);
    text.append("def f").append(n).append("(int a) { return f").append(last).append("(a); }\n");
  }
  EXPECT_THAT(Codes(text), ElementsAre("E0216"));
}

}  // namespace
}  // namespace groma::lang

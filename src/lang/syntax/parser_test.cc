#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnostics/registry.h"
#include "lang/lang.h"

namespace groma::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Diagnostic> Errors(const std::string& text) {
  SourceFile source("a.map", text);
  DiagnosticSink sink;
  Parse(source, sink);
  return sink.Take();
}

std::vector<std::string> Codes(const std::string& text) {
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : Errors(text)) codes.push_back(diagnostic.code);
  return codes;
}

std::string Printed(const std::string& text) {
  SourceFile source("a.map", text);
  DiagnosticSink sink;
  Tree tree = Parse(source, sink);
  EXPECT_THAT(Render(sink.Take(), source, false), IsEmpty());
  return Print(tree);
}

std::string Mended(const std::string& text) {
  std::string mended = text;
  std::vector<Diagnostic> found = Errors(text);
  for (auto at = found.rbegin(); at != found.rend(); ++at)
    if (at->edit)
      mended.replace(at->edit->span.begin, at->edit->span.end - at->edit->span.begin,
                     at->edit->replacement);
  return mended;
}

TEST(Parser, EveryStatementIsPrintedBackInItsUsualForm) {
  std::string text =
      "Task step,other GPU,OMP,CPU;\n"
      "Task \"solver::step\" GPU;\n"
      "Region * rp_shared GPU ZCMEM,FBMEM;\n"
      "Region step 1 * SYSMEM;\n"
      "Layout * * FBMEM SOA F_order Align>=64 Compact;\n"
      "InstanceLimit step 4;\n"
      "CollectMemory step *;\n"
      "m = Machine(GPU);\n"
      "def f(Task task, int a) {\n"
      "  ip = task.ipoint;\n"
      "  print(\"at {}\\n\", ip);\n"
      "  return m[*ip[0:-1], (a + 1) * 2 % m.size[1], *];\n"
      "}\n"
      "IndexTaskMap * f;\n"
      "IndexTaskMap step m g;\n"
      "SingleTaskMap GPU f;\n"
      "ControlReplicate main;\n"
      "x = !True || 1 < 2 && -1 == 2 ? tuple(i * i for i in (0, 1)) : (3,);\n";
  EXPECT_EQ(Printed(text), text);
  EXPECT_EQ(Printed(Printed(text)), text);
}

TEST(Parser, CommentsAndBlanksAreFree) {
  EXPECT_EQ(Printed("# a\nTask  *\n GPU , CPU ; // b\n\n#c"), "Task * GPU,CPU;\n");
  EXPECT_EQ(Printed("\xEF\xBB\xBFTask * GPU;\r\n"), "Task * GPU;\n");
  EXPECT_EQ(Printed(""), "");
}

TEST(Parser, WordsAreKeywordsOnlyWhereTheGrammarWantsThem) {
  EXPECT_EQ(Printed("Task Region GPU;\nsplit = 1;\nTask = 2;"),
            "Task Region GPU;\nsplit = 1;\nTask = 2;\n");
}

TEST(Parser, AllErrorsOfAFileAreReportedInOneRun) {
  EXPECT_THAT(Codes("Task GPU;\n"
                    "Regoin * * GPU FBMEM;\n"
                    "Task * GPU;\n"
                    "InstanceLimit step four;\n"
                    "x = 1 + ;\n"
                    "def f(Task task) {\n"
                    "  ip = ;\n"
                    "  if (a) { b = 1; } else { b = 2; }\n"
                    "  return 0.5;\n"
                    "}\n"
                    "Layout * * * Align=64;\n"),
              ElementsAre("E0104", "E0106", "E0104", "E0113", "E0113", "E0115", "E0116", "E0114"));
}

TEST(Parser, TheColonOfAFunctionIsNamedAndRemoved) {
  std::string text = "def f(Task t): {\n  return 1;\n}\n";
  ASSERT_THAT(Codes(text), ElementsAre("E0107"));
  EXPECT_EQ(Errors(text)[0].message, "no ':' in a function definition");
  EXPECT_EQ(Printed(Mended(text)), "def f(Task t) {\n  return 1;\n}\n");
  EXPECT_EQ(Printed(Mended("def f(Task t):\n  return 1;\n}\n")),
            "def f(Task t) {\n  return 1;\n}\n");
}

TEST(Parser, TheIndentedFormIsOneDiagnosticWhoseEditMendsTheFile) {
  std::string text =
      "Task task0 GPU # placement\n"
      "Region * ghost_region GPU ZCMEM;\n"
      "Layout * * * C_order SOA Align==64\n"
      "mgpu = Machine(GPU)\n"
      "def cyclic(Task task):\n"
      "    # cyclic over nodes\n"
      "    ip = task.ipoint\n"
      "    return mgpu[ip[0] % mgpu.size[0],\n"
      "                ip[0] / mgpu.size[0] % mgpu.size[1]]\n"
      "def other(Task task):\n"
      "    return mgpu[0, 0];\n"
      "IndexTaskMap task0 cyclic\n";
  ASSERT_THAT(Codes(text), ElementsAre("E0107"));
  EXPECT_EQ(Printed(Mended(text)),
            "Task task0 GPU;\n"
            "Region * ghost_region GPU ZCMEM;\n"
            "Layout * * * C_order SOA Align==64;\n"
            "mgpu = Machine(GPU);\n"
            "def cyclic(Task task) {\n"
            "  ip = task.ipoint;\n"
            "  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]];\n"
            "}\n"
            "def other(Task task) {\n"
            "  return mgpu[0, 0];\n"
            "}\n"
            "IndexTaskMap task0 cyclic;\n");
}

TEST(Parser, AMissingBraceIsPutBack) {
  std::string text = "def f(Task t)\n  return 1;\n}\nTask * GPU;\n";
  ASSERT_THAT(Codes(text), ElementsAre("E0118"));
  EXPECT_EQ(Printed(Mended(text)), "def f(Task t) {\n  return 1;\n}\nTask * GPU;\n");
  std::string open = "def f(Task t) {\n  return 1;\nTask * GPU;\n";
  ASSERT_THAT(Codes(open), ElementsAre("E0108"));
  EXPECT_EQ(Printed(Mended(open)), "def f(Task t) {\n  return 1;\n}\nTask * GPU;\n");
}

TEST(Parser, MissingSemicolonsAreAllFoundAndMended) {
  std::string text = "Task * GPU\nx = 1\ndef f(int a) { b = a return b }\nTask step CPU";
  EXPECT_THAT(Codes(text), ElementsAre("E0105", "E0105", "E0105", "E0105", "E0105"));
  EXPECT_EQ(Printed(Mended("Task * GPU\nx = 1\nTask step CPU")),
            "Task * GPU;\nx = 1;\nTask step CPU;\n");
}

TEST(Parser, ADivisionWrittenAsACommentIsRecognised) {
  std::string text = "x = 7 // 2;\ny = 1;\n";
  ASSERT_THAT(Codes(text), ElementsAre("E0105"));
  EXPECT_THAT(Errors(text)[0].message, HasSubstr("'//' starts a comment"));
  EXPECT_EQ(Printed(Mended(text)), "x = 7 / 2;\ny = 1;\n");
}

TEST(Parser, SlipsFromOtherLanguagesAreMended) {
  EXPECT_EQ(Printed(Mended("x = True and not False or True;")), "x = True && !False || True;\n");
  EXPECT_EQ(Printed(Mended("Task foo GPU CPU;")), "Task foo GPU,CPU;\n");
  EXPECT_EQ(Printed(Mended("Layout * * * SOA, C_order;")), "Layout * * * SOA C_order;\n");
  EXPECT_EQ(Printed(Mended("Layout * * Align==64 F_order;")), "Layout * * * Align==64 F_order;\n");
  EXPECT_EQ(Printed(Mended("Region * GPU FBMEM;")), "Region * * GPU FBMEM;\n");
  EXPECT_EQ(Printed(Mended("Task 'a b' GPU;")), "Task \"a b\" GPU;\n");
  EXPECT_EQ(Printed(Mended("```python\nTask * GPU;\n```\n")), "Task * GPU;\n");
  EXPECT_EQ(Printed(Mended("def f(task) { return 1; }")), "def f(Task task) {\n  return 1;\n}\n");
}

TEST(Parser, LiteralsBeyond64BitsAreErrors) {
  EXPECT_THAT(Codes("x = 9223372036854775807;"), IsEmpty());
  EXPECT_THAT(Codes("x = 9223372036854775808;"), ElementsAre("E0103"));
  EXPECT_THAT(Codes("x = " + std::string(100000, '9') + ";"), ElementsAre("E0103"));
}

TEST(Parser, DeepNestingAndLongChainsEndInOneDiagnostic) {
  for (std::string opening : {"(", "-", "!", "f(", "a[", "1+(", "True?1:", "tuple("})
    for (int count : {250, 100000}) {
      std::string text = "x = ";
      for (int i = 0; i < count; ++i) text += opening;
      EXPECT_THAT(Codes(text + "1;\nTask * GPU;"), ElementsAre("E0109")) << opening;
    }
  std::string sum = "x = 1", members = "x = a", calls = "x = a";
  for (int i = 0; i < 100000; ++i) sum += "+1", members += ".b", calls += "()";
  EXPECT_THAT(Codes(sum + ";"), ElementsAre("E0109"));
  EXPECT_THAT(Codes(members + ";"), ElementsAre("E0109"));
  EXPECT_THAT(Codes(calls + ";"), ElementsAre("E0109"));
}

TEST(Parser, ListsHaveAtMost65536Elements) {
  for (std::string opening : {"x = (", "x = f(", "x = a["}) {
    std::string text = opening + "1";
    for (int i = 0; i < 65000; ++i) text += ",1";
    const std::string end = opening.back() == '[' ? "];" : ");";
    EXPECT_THAT(Codes(text + end), IsEmpty()) << opening;
    for (int i = 0; i < 600; ++i) text += ",1";
    EXPECT_THAT(Codes(text + end), ElementsAre("E0109")) << opening;
  }
}

TEST(Parser, FilesThatAreNoMappingsAreRefusedOnce) {
  EXPECT_THAT(Codes(std::string("\x7f\x45LF\0\0\0\1", 8)), ElementsAre("E0111"));
  EXPECT_THAT(Codes(std::string(10 << 20, 'x')), ElementsAre("E0110"));
  EXPECT_THAT(Codes(std::string(900000, '}')), ElementsAre("E0108"));
  std::string stray;
  for (int i = 0; i < 10000; ++i) stray += "$;\n";
  EXPECT_EQ(Errors(stray).size(), 101u);  // the limit of the sink, and that there are more
}

}  // namespace
}  // namespace groma::lang

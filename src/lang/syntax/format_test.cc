#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/lang.h"

namespace groma::lang {
namespace {

using ::testing::Each;
using ::testing::Le;
using ::testing::SizeIs;

std::string Formatted(const std::string& text) {
  SourceFile source("a.map", text);
  DiagnosticSink sink;
  std::optional<std::string> formatted = Format(source, sink);
  EXPECT_TRUE(formatted) << Render(sink.Take(), source, false);
  return formatted.value_or("");
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0, end; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
  }
  return lines;
}

TEST(Format, CommentsStayWithWhatTheyStandBeside) {
  std::string text =
      "# head\n"
      "\n"
      "Task  *   GPU ,CPU ;# all\n"
      "# next\n"
      "  // two\n"
      "\n\n\n"
      "Region * * GPU FBMEM ;\n"
      "def f( Task task )  // why\n"
      "{\n"
      "\n"
      "  # first\n"
      "\n"
      "  ip=task.ipoint; # point\n"
      "  return m[ip[0],  # node\n"
      "           # processor\n"
      "           ip[1]   # last\n"
      "           ] ;\n"
      "\n"
      "  # end\n"
      "} # behind\n"
      "# tail";
  std::string usual =
      "# head\n"
      "\n"
      "Task * GPU,CPU;  # all\n"
      "# next\n"
      "// two\n"
      "\n"
      "Region * * GPU FBMEM;\n"
      "def f(Task task) {  // why\n"
      "  # first\n"
      "\n"
      "  ip = task.ipoint;  # point\n"
      "  return m[ip[0],  # node\n"
      "           # processor\n"
      "           ip[1]  # last\n"
      "           ];\n"
      "\n"
      "  # end\n"
      "}  # behind\n"
      "# tail\n";
  EXPECT_EQ(Formatted(text), usual);
  EXPECT_EQ(Formatted(usual), usual);
}

TEST(Format, ACommentBeforeASemicolonComesBehindIt) {
  EXPECT_EQ(Formatted("x = 1 # one\n; # two\n\ny = 2;"), "x = 1;  # one\n# two\n\ny = 2;\n");
  EXPECT_EQ(Formatted("x = 1 +# one\n 2;"), "x = 1 +  # one\n    2;\n");
}

TEST(Format, EmptyLinesSeparateGroupsOnce) {
  EXPECT_EQ(Formatted("\n\nx = 1;\n \t\r\n\n\ny = 2;\nz = 3;;\n;\n\n"),
            "x = 1;\n\ny = 2;\nz = 3;\n");
  EXPECT_EQ(Formatted(""), "");
  EXPECT_EQ(Formatted("\n\n"), "");
}

TEST(Format, LongStatementsAreBrokenAtTheOutermostPlaces) {
  std::string name(20, 'n');
  std::string text = "x = " + name + "(" + name + ", " + name + " * (" + name + " + 1), " + name +
                     ") + " + name + ";";
  EXPECT_EQ(Formatted(text),
            "x = nnnnnnnnnnnnnnnnnnnn(nnnnnnnnnnnnnnnnnnnn, nnnnnnnnnnnnnnnnnnnn * "
            "(nnnnnnnnnnnnnnnnnnnn + 1),\n"
            "                         nnnnnnnnnnnnnnnnnnnn) + "
            "nnnnnnnnnnnnnnnnnnnn;\n");
  std::string condition = "x = " + name + " < " + name + " ? " + name + " : " + name +
                          " == " + name + " ? " + name + " : 0;";
  EXPECT_EQ(Formatted(condition),
            "x = nnnnnnnnnnnnnnnnnnnn < nnnnnnnnnnnnnnnnnnnn\n"
            "    ? nnnnnnnnnnnnnnnnnnnn\n"
            "    : nnnnnnnnnnnnnnnnnnnn == nnnnnnnnnnnnnnnnnnnn\n"
            "    ? nnnnnnnnnnnnnnnnnnnn\n"
            "    : 0;\n");
}

TEST(Format, LinesHaveAtMost100ColumnsWhereTheyCanBeBroken) {
  std::string tasks = "Task a", sum = "x = 1", tuple = "y = (0", nested, chain = "z = m";
  for (int i = 0; i < 150; ++i) {
    tasks += ",task" + std::to_string(i);
    sum += "+" + std::to_string(i);
    tuple += ",t" + std::to_string(i);
  }
  for (int i = 0; i < 30; ++i) nested += "(1, ", chain += ".split(0, 2)";
  nested += "1";
  for (int i = 0; i < 30; ++i) nested += ")";
  for (const std::string& text :
       {tasks + " GPU;", sum + ";", tuple + ");", "w = " + nested + ";", chain + ";"}) {
    std::string formatted = Formatted(text);
    EXPECT_EQ(Formatted(formatted), formatted);
    EXPECT_THAT(Lines(formatted), Each(SizeIs(Le(100u)))) << formatted;
  }
}

TEST(Format, ATextWithSyntaxErrorsIsRefused) {
  SourceFile source("a.map", "Task * GPU");
  DiagnosticSink sink;
  EXPECT_FALSE(Format(source, sink));
  EXPECT_TRUE(sink.HasErrors());
}

}  // namespace
}  // namespace groma::lang

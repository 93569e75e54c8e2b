#include "mapping/evaluate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/test_support.h"

namespace groma::mapping {
namespace {

using testing::HasSubstr;

/// What printing `expression` shows for task `t`, point (1, 2) of a launch over (4, 8), one GPU
/// node of 4; or the code and message of the failure.
std::string Printed(const std::string& expression, const std::string& before = "") {
  const Mapping mapping =
      Bound(fmt::format("{}m = Machine(GPU);\ndef f(Task task) {{\n  print(\"{{}}\", {});\n"
                        "  return m[0, 0];\n}}\nIndexTaskMap t f;\n",
                        before, expression));
  testing::internal::CaptureStderr();
  const Placement placement = mapping.Place(PointOf("t", {1, 2}, {4, 8}));
  const std::string text = testing::internal::GetCapturedStderr();
  if (placement.failure) return placement.failure->code + " " + placement.failure->message;
  return text.substr(0, text.size() - 1);
}

TEST(EvaluateTest, ArithmeticFollowsC) {
  EXPECT_EQ(Printed("2 + 3 * 4"), "14");
  EXPECT_EQ(Printed("-7 / 2"), "-3");
  EXPECT_EQ(Printed("-7 % 2"), "-1");
  EXPECT_EQ(Printed("1 - 2 - 3"), "-4");
  EXPECT_EQ(Printed("1 < 2 && !(3 == 4) || False"), "True");
  EXPECT_EQ(Printed("2 > 1 ? 10 : 20"), "10");
}

TEST(EvaluateTest, OnlyTheTakenSideIsEvaluated) {
  EXPECT_EQ(Printed("True ? 1 : 1 / (task.ipoint[0] - 1)"), "1");
  EXPECT_EQ(Printed("False && 1 / (task.ipoint[0] - 1) == 0"), "False");
  EXPECT_EQ(Printed("True || 1 / (task.ipoint[0] - 1) == 0"), "True");
}

TEST(EvaluateTest, OverflowIsAnErrorWithTheValues) {
  EXPECT_THAT(Printed("9223372036854775807 + task.ipoint[0]"),
              HasSubstr("E0601 9223372036854775807 + 1 does not fit in 64 bits"));
  EXPECT_THAT(Printed("(0 - 9223372036854775807 - 1) / (0 - 1)"), HasSubstr("E0601"));
  EXPECT_EQ(Printed("(0 - 9223372036854775807 - 1) % (0 - 1)"), "0");
  EXPECT_THAT(Printed("3037000500 * 3037000500"), HasSubstr("E0601"));
  EXPECT_THAT(Printed("-(0 - 9223372036854775807 - 1)"), HasSubstr("E0601"));
  EXPECT_THAT(Printed("(9223372036854775807, 2).volume"), HasSubstr("E0601"));
}

TEST(EvaluateTest, AZeroDivisorNamesValuesTaskAndPoint) {
  EXPECT_THAT(Printed("7 / (task.ipoint[0] - 1)"),
              HasSubstr("E0602 division by zero: 7 / 0 (task t, point (1, 2) of a launch over "
                        "(4, 8))"));
  EXPECT_THAT(Printed("(7, 8) % (1, 0)"), HasSubstr("8 % 0, in (7, 8) % (1, 0)"));
}

TEST(EvaluateTest, TuplesWorkElementByElement) {
  EXPECT_EQ(Printed("(1, 2) * (3, 4)"), "(3, 8)");
  EXPECT_EQ(Printed("10 - (1, 2)"), "(9, 8)");
  EXPECT_EQ(Printed("-(1, 2)"), "(-1, -2)");
  EXPECT_EQ(Printed("(1, 2) == (1, 2)"), "True");
  EXPECT_EQ(Printed("(1, 2) != (1, 2, 3)"), "True");
  EXPECT_THAT(Printed("task.ipoint + (1, 2, 3)"),
              HasSubstr("E0605 tuples of different lengths: (1, 2) + (1, 2, 3)"));
}

TEST(EvaluateTest, TuplesAreIndexedAndSlicedFromBothEnds) {
  EXPECT_EQ(Printed("(5, 6, 7)[0]"), "5");
  EXPECT_EQ(Printed("(5, 6, 7)[-1]"), "7");
  EXPECT_EQ(Printed("(5, 6, 7)[:-1]"), "(5, 6)");
  EXPECT_EQ(Printed("(5, 6, 7)[1:9]"), "(6, 7)");
  EXPECT_EQ(Printed("(5, 6, 7)[2:1]"), "()");
  EXPECT_EQ(Printed("len((5, 6, 7))"), "3");
  EXPECT_EQ(Printed("(5, 6, 7).volume"), "210");
  EXPECT_THAT(Printed("task.ipoint[2]"), HasSubstr("E0604 index 2 is outside the tuple (1, 2)"));
  EXPECT_THAT(Printed("task.ipoint[-3]"), HasSubstr("E0604"));
}

TEST(EvaluateTest, SpreadsAndComprehensionsMakeTuples) {
  EXPECT_EQ(Printed("(0, *(1, 2), 3)"), "(0, 1, 2, 3)");
  EXPECT_EQ(Printed("tuple(i * i for i in range(4))"), "(0, 1, 4, 9)");
  EXPECT_EQ(Printed("tuple(task.ipoint[i] for i in (1, 0))"), "(2, 1)");
  EXPECT_EQ(Printed("tuple(i + len(tuple(j for j in range(3))) for i in (0, 1))"), "(3, 4)");
  EXPECT_EQ(Printed("x", "x = tuple(i + len(tuple(j for j in range(3))) for i in (0, 1));\n"),
            "(3, 4)");
  EXPECT_THAT(Printed("range(task.ipoint[0] - 5)"), HasSubstr("E0610 range(-4)"));
}

TEST(EvaluateTest, TaskAttributesComeFromTheLaunch) {
  EXPECT_EQ(Printed("task.ipoint"), "(1, 2)");
  EXPECT_EQ(Printed("task.ispace"), "(4, 8)");
  EXPECT_EQ(Printed("task.name"), "t");
  EXPECT_EQ(Printed("task.name == \"t\""), "True");
  EXPECT_THAT(Printed("task.parent.name"), HasSubstr("E0608 task t has no parent"));
}

TEST(EvaluateTest, MachineSpacesAnswerForTheirShape) {
  EXPECT_EQ(Printed("m.size"), "(1, 4)");
  EXPECT_EQ(Printed("m.size[1]"), "4");
  EXPECT_EQ(Printed("m[:-1]"), "(1,)");
  EXPECT_EQ(Printed("m.volume"), "4");
  EXPECT_EQ(Printed("m.len"), "2");
  EXPECT_EQ(Printed("m.has(FBMEM)"), "True");
  EXPECT_EQ(Printed("m[0, 1].has(SYSMEM)"), "False");
  EXPECT_EQ(Printed("m.split(1, 2).swap(0, 2).size"), "(2, 2, 1)");
  EXPECT_EQ(Printed("m.merge(0, 1).decompose(0, (4, 2, 4)).size"), "(2, 1, 2)");
  EXPECT_EQ(Printed("m.merge(0, 1).auto_split(0, (2, 2)).size"), "(2, 2)");
  EXPECT_THAT(Printed("m.split(1, 3).size"),
              HasSubstr("E0606 split of dimension 1 by 3, which does not divide its size 4"));
}

TEST(EvaluateTest, AnIndexOutsideTheSpaceNamesDimensionSizeAndIndex) {
  const std::string text = Printed("m[0, task.ipoint[1] * 2].has(FBMEM)");
  EXPECT_THAT(text, HasSubstr("E0603 Slice processor index out of bound: index 4 of dimension 1 of "
                              "m, which has size 4 (0 to 3)"));
  EXPECT_THAT(Printed("m[0, -1].has(FBMEM)"), HasSubstr("E0603"));
  EXPECT_THAT(Printed("m[*task.ipoint[1:]].has(FBMEM)"), HasSubstr("E0607 1 index for m"));
}

TEST(EvaluateTest, AnIndexErrorPointsAtTheIndexAndOffersTheEdit) {
  const std::string text =
      "m = Machine(GPU);\ndef f(Task t) { return m[t.ipoint[0], 0]; }\nIndexTaskMap x f;\n";
  const Placement placement = Bound(text).Place(PointOf("x", {3}, {4}));
  ASSERT_TRUE(placement.failure);
  const Span span = placement.failure->span;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), "t.ipoint[0]");
  EXPECT_EQ(placement.failure->help, "end the index with `% m.size[0]`");
  ASSERT_TRUE(placement.failure->edit);
  EXPECT_EQ(placement.failure->edit->replacement, "(t.ipoint[0]) % m.size[0]");
  ASSERT_EQ(placement.failure->notes.size(), 1u);
  EXPECT_EQ(placement.failure->notes[0].span->begin, text.find("IndexTaskMap"));
}

TEST(EvaluateTest, FunctionsCallFunctionsAndSpreadTheirArguments) {
  const std::string functions =
      "def add(int a, int b) { c = a + b; return c; }\n"
      "def twice(tuple t) { return add(*t) * 2; }\n";
  EXPECT_EQ(Printed("twice((3, 4))", functions), "14");
  EXPECT_THAT(Printed("twice((3, 4, 5))", functions), HasSubstr("E0611"));
}

TEST(EvaluateTest, EveryEvaluationEnds) {
  EXPECT_THAT(Printed("range(1000000000)"), HasSubstr("E0609"));
  EXPECT_THAT(Printed("tuple(len(range(60000)) for i in range(60000))"),
              HasSubstr("E0609 the evaluation takes more than 1000000 steps"));
  std::string doubling = "def f0(int a) { return a + a; }\n";
  for (int i = 1; i < 40; ++i) {
    doubling += fmt::format("def f{0}(int a) {{ return f{1}(a) - f{1}(a); }}\n", i, i - 1);
  }
  EXPECT_THAT(Printed("f39(1)", doubling), HasSubstr("E0609"));
}

TEST(EvaluateTest, LongTuplesAreCutInMessages) {
  EXPECT_THAT(Printed("range(100)[task.ipoint[0] * 100]"),
              HasSubstr("the tuple (0, 1, 2, 3, 4, 5, 6, 7, … 100 elements), which has 100"));
}

TEST(EvaluateTest, PrintGoesToStderrALineEach) {
  EXPECT_EQ(Printed("m"), "Machine(GPU) of size (1, 4)");
  EXPECT_EQ(Printed("m[0, *]"), "[0, *]");
  const Mapping mapping = Bound(
      "m = Machine(GPU);\ndef f(Task t) { print(\"a {} b {}\", 1, (2,3)); return m[0, 0]; }\n"
      "IndexTaskMap x f;\n");
  testing::internal::CaptureStderr();
  PointQuery query = PointOf("x", {0}, {1});
  query.print = false;
  mapping.Place(query);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  query.print = true;
  mapping.Place(query);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "a 1 b (2, 3)\n");
}

TEST(EvaluateTest, GlobalValuesFailWhenTheMappingIsBound) {
  auto program = Compiled("m = Machine(GPU);\nb = m.split(1, 3);\n");
  DiagnosticSink sink;
  EXPECT_FALSE(Mapping::Bind(program, Nodes(1, 4), sink));
  const std::vector<Diagnostic> diagnostics = sink.Take();
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics[0].code, "E0606");
  EXPECT_EQ(program->source->PositionOf(diagnostics[0].span.begin).line, 2);
  DiagnosticSink fine;
  EXPECT_TRUE(Mapping::Bind(program, Nodes(1, 6), fine));
}

}  // namespace
}  // namespace groma::mapping

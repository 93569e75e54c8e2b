#include "codegen/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/names.h"
#include "lang/lang.h"

namespace groma::codegen {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Generated(const std::string& text, bool legion = false) {
  DiagnosticSink sink;
  auto program = lang::Compile(std::make_shared<const SourceFile>("folder/test.map", text), sink);
  if (!program) {
    ADD_FAILURE() << text;
    return "";
  }
  return Generate(*program, {.class_name = "Test", .legion = legion});
}

TEST(Generate, FunctionsReadLikeTheMapping) {
  EXPECT_THAT(
      Generated("mgpu = Machine(GPU);\n"
                "def linearblock(Task task) {\n"
                "  ip = task.ipoint;\n"
                "  return mgpu[ip[0] / mgpu.size[1] % mgpu.size[0], ip[0] % mgpu.size[1]];\n"
                "}\n"
                "IndexTaskMap step linearblock;\n"),
      HasSubstr(R"(  const Space mgpu = Machine(GPU);

  // Functions.
  Point linearblock(Task task) const {
    const Tuple ip = task.ipoint();
    Line where(4);
    return mgpu[{ip[0] / mgpu.size()[1] % mgpu.size()[0], ip[0] % mgpu.size()[1]}];
  }

  // Which function places which tasks.
  std::optional<Mapped> IndexTaskMap(Task task) const override {
    static constexpr MapStatement<Test> kTable[] = {
      {"step", &Test::linearblock, 6},
    };
    return MapBy(kTable, task);
  }
)"));
}

TEST(Generate, StatementsBecomeTablesInTheOrderInWhichTheyDecide) {
  EXPECT_THAT(Generated("Task * GPU,CPU;\nTask step CPU;\nTask * OMP;\n"), HasSubstr(R"({
      {"step", {CPU}, 2},
      {ANY, {OMP}, 3},
      {ANY, {GPU, CPU}, 1},
    };)"));
}

TEST(Generate, OfTwoOperandsThatCanFailTheFirstBecomesAVariable) {
  EXPECT_THAT(Generated("def f(tuple t) { return t[0] + t[1]; }"),
              HasSubstr("    const Int before = t[0];\n    return before + t[1];\n"));
  EXPECT_THAT(Generated("m = Machine(GPU);\ndef f(tuple t) { return m.size[0] / m.size[1]; }"),
              HasSubstr("    return m.size()[0] / m.size()[1];\n"));
}

TEST(Generate, AnOperationOnAnotherLineTellsItsLine) {
  EXPECT_THAT(Generated("def f(tuple t) {\n  return 1 +\n    t[1];\n}"),
              HasSubstr("    Line where(2);\n    where = 3;\n    const Int part = t[1];\n"
                        "    where = 2;\n    return 1 + part;\n"));
}

TEST(Generate, WordsOfCppAndOfTheSupportHeadersAreNoNames) {
  const std::string text =
      Generated("class = Machine(GPU);\nPoint = 3;\ndef new(int where) { return where + Point; }");
  EXPECT_THAT(text, HasSubstr("const Space class_ = Machine(GPU);"));
  EXPECT_THAT(text, HasSubstr("const Int Point_ = 3;"));
  EXPECT_THAT(text, HasSubstr("Int new_(Int where_) const {"));
}

TEST(Generate, ALocalVariableThatHidesAGlobalHasANameOfItsOwn) {
  EXPECT_THAT(Generated("x = 1;\ndef f(int a) { x = x + a; return x; }"),
              HasSubstr("const Int x_ = x + a;"));
}

TEST(Generate, LegionIsIncludedOnlyWhenItIsAskedFor) {
  const std::string text = "Task * GPU;";
  EXPECT_THAT(Generated(text, false), Not(HasSubstr("Legion")));
  EXPECT_THAT(Generated(text, true), HasSubstr("class TestMapper final : public MappingMapper"));
  EXPECT_THAT(Generated(text, false), HasSubstr("// test.map in C++"));
}

TEST(ClassName, ComesFromTheFileName) {
  EXPECT_EQ(ClassNameOf("a/circuit_expert.map"), "CircuitExpert");
  EXPECT_EQ(ClassNameOf("2d.map"), "Mapping2d");
  EXPECT_EQ(ClassNameOf("point"), "Point_");
  EXPECT_EQ(ClassNameOf("ä.map"), "Mapping_");
}

TEST(ClassName, MayNotMeanAnythingElseInTheMapper) {
  EXPECT_TRUE(IsClassName("CircuitExpert"));
  for (const char* name : {"", "int", "Mapping", "MappingMapper", "Tuple", "2d", "a b", "ä"})
    EXPECT_FALSE(IsClassName(name)) << name;
}

TEST(Quoted, KeepsAnyBytesInOneLiteral) { EXPECT_EQ(Quoted("a\"b\\c\n?"), R"("a\"b\\c\012\?")"); }

}  // namespace
}  // namespace groma::codegen

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

TEST(Generate, NamesThatCppKeepsForItselfAreNoNames) {
  const std::string text = Generated(
      "__LINE__ = Machine(GPU);\n_Bool = 3;\ndef f_(int _x) { return _x + _Bool; }\n"
      "def f(IPoint p, ISpace s, MSpace m) { return p; }\nIndexTaskMap * __LINE__ f;");
  EXPECT_THAT(text, HasSubstr("const Space LINE_ = Machine(GPU);"));
  EXPECT_THAT(text, HasSubstr("const Int Bool = 3;"));
  EXPECT_THAT(text, HasSubstr("Int f_(Int _x) const {"));
  EXPECT_THAT(text, HasSubstr("Point f_over_LINE_(Task task) const {"));
  EXPECT_THAT(text, Not(HasSubstr("__")));
}

TEST(Generate, ALocalVariableThatHidesAGlobalHasANameOfItsOwn) {
  EXPECT_THAT(Generated("x = 1;\ndef f(int a) { x = x + a; return x; }"),
              HasSubstr("const Int x_ = x + a;"));
}

TEST(Generate, ALongNameIsNotRepeatedForEachTask) {
  const std::string region(300, 'r'), function(300, 'f');
  const std::string text =
      Generated("m = Machine(GPU);\ndef " + function + "(Task t) { return m[0, 0]; }\n" +
                "Region a,b " + region + " GPU FBMEM;\nIndexTaskMap a,b " + function + ";");
  EXPECT_THAT(text, HasSubstr("  static constexpr char kName1[] = \"" + region + "\";"));
  EXPECT_THAT(text, HasSubstr("{\"b\", kName1, GPU, {FBMEM}, 3},"));
  EXPECT_THAT(text, HasSubstr("{\"b\", &Test::" + function.substr(0, 80) + ", 4},"));
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

TEST(Names, NumbersGoUpInLargerStepsWhereManyAreTaken) {
  Names names;
  for (int i = 2; i < 60; ++i) names.Take("before_" + std::to_string(i));
  for (const char* name : {"before", "before_", "before_73", "before_74"})
    EXPECT_EQ(names.Take("before"), name);
}

TEST(Names, WordsInCapitalsAreNoMacros) {
  Names names;
  EXPECT_EQ(names.Take("BUFSIZ"), "BUFSIZ_");
  EXPECT_EQ(names.Take("BUFSIZ"), "BUFSIZ_2");
  EXPECT_EQ(names.Take("_GNU_SOURCE"), "GNU_SOURCE_");
  EXPECT_EQ(names.Take("N"), "N");
  EXPECT_EQ(names.Take("MxN"), "MxN");
}

TEST(Names, InsideDoNotHideThoseAround) {
  Names around;
  around.Take("x");
  Names inside(&around);
  EXPECT_EQ(inside.Take("x"), "x_");
  EXPECT_EQ(Names(&around).Take("x"), "x_");
}

TEST(Quoted, KeepsAnyBytesInOneLiteral) { EXPECT_EQ(Quoted("a\"b\\c\n?"), R"("a\"b\\c\012\?")"); }

}  // namespace
}  // namespace groma::codegen

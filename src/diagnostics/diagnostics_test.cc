#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"

namespace groma {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Registry, CodesAreUniqueSortedAndWellFormed) {
  std::string_view last;
  for (const DiagnosticKind& kind : DiagnosticKinds()) {
    EXPECT_LT(last, kind.code);
    last = kind.code;
    EXPECT_EQ(kind.code.size(), 5u);
    EXPECT_TRUE(kind.code[0] == 'E' || kind.code[0] == 'W');
    EXPECT_FALSE(kind.title.empty());
    EXPECT_FALSE(kind.page.empty());
  }
}

TEST(Registry, FindsACodeWhateverItsCaseAndRefusesOthers) {
  ASSERT_NE(FindDiagnosticKind("e0107"), nullptr);
  EXPECT_EQ(FindDiagnosticKind("e0107")->code, "E0107");
  EXPECT_EQ(FindDiagnosticKind("E9999"), nullptr);
  EXPECT_EQ(FindDiagnosticKind(""), nullptr);
}

TEST(Sink, KeepsUpToItsLimitByPositionAndSaysThatThereAreMore) {
  DiagnosticSink sink(2);
  for (uint32_t i = 0; i < 5; ++i) sink.Report(MakeDiagnostic("E0104", {9 - i, 9}, "x"));
  auto taken = sink.Take();
  ASSERT_EQ(taken.size(), 3u);
  EXPECT_EQ(taken[0].span.begin, 8u);
  EXPECT_EQ(taken[1].span.begin, 9u);
  EXPECT_EQ(taken[2].code, "E0121");
  EXPECT_EQ(taken[2].message, "there are more than 2 errors; the others are not shown");
}

TEST(Sink, IsFullOnlyWhenSomethingIsLeftOut) {
  DiagnosticSink sink(2);
  for (uint32_t i = 0; i < 2; ++i) sink.Report(MakeDiagnostic("E0104", {i, 9}, "x"));
  EXPECT_FALSE(sink.Full());
  sink.Report(MakeDiagnostic("W0401", {0, 9}, "x"));
  EXPECT_EQ(sink.Take().size(), 3u);
  sink.Report(MakeDiagnostic("E0104", {0, 9}, "x"));
  EXPECT_TRUE(sink.Full());
}

TEST(Sink, CountsWarningsApartFromErrors) {
  DiagnosticSink sink(2);
  for (uint32_t i = 0; i < 3; ++i) sink.Report(MakeDiagnostic("W0401", {i, 9}, "x"));
  EXPECT_FALSE(sink.HasErrors());
  auto taken = sink.Take();
  ASSERT_EQ(taken.size(), 3u);
  EXPECT_EQ(taken[2].code, "W0101");
}

TEST(Render, ShowsPlaceLineCaretsNotesAndHelp) {
  SourceFile source("a.map", "Task * GPU;\nTask step GPUS;\n");
  Diagnostic diagnostic = MakeDiagnostic("E0207", {22, 26}, "there is no processor kind 'GPUS'");
  diagnostic.notes.push_back({"another place", Span{0, 4}});
  diagnostic.help = "did you mean 'GPU'?";
  EXPECT_EQ(Render(diagnostic, source, false),
            "a.map:2:11: error: there is no processor kind 'GPUS' [E0207]\n"
            "    2 | Task step GPUS;\n"
            "      |           ^^^^\n"
            "a.map:1:1: note: another place\n"
            "    1 | Task * GPU;\n"
            "      | ^^^^\n"
            "help: did you mean 'GPU'?\n");
  EXPECT_THAT(Render(diagnostic, source, true), HasSubstr("\033[1;31m"));
}

TEST(Render, CutsLongLinesAndShowsNoControlCharacters) {
  std::string text = std::string(5000, 'a') + "\x1b\xff" + std::string(5000, 'b');
  SourceFile source("a.map", text);
  std::string shown =
      Render(MakeDiagnostic("E0101", {5000, 5002}, "'\x1b\xff' is wrong"), source, false);
  EXPECT_LT(shown.size(), 500u);
  EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
  EXPECT_THAT(shown, HasSubstr("aa??bb"));
  EXPECT_THAT(shown, HasSubstr("^^"));
}

TEST(Render, ASpanAtTheEndOfTheFileHasACaret) {
  SourceFile source("a.map", "Task");
  EXPECT_EQ(Render(MakeDiagnostic("E0104", {4, 4}, "more"), source, false),
            "a.map:1:5: error: more [E0104]\n    1 | Task\n      |     ^\n");
}

TEST(RenderJson, HasThePromisedShapeForAnyBytes) {
  SourceFile source("a.map", "Task \xff GPU;\n");
  Diagnostic diagnostic = MakeDiagnostic("E0101", {5, 6}, "'\xff' has no meaning here");
  diagnostic.edit = Edit{{5, 6}, "*"};
  auto json = nlohmann::json::parse(RenderJson({diagnostic}, source));
  const auto& first = json["diagnostics"][0];
  EXPECT_EQ(first["code"], "E0101");
  EXPECT_EQ(first["severity"], "error");
  EXPECT_EQ(first["line"], 1);
  EXPECT_EQ(first["column"], 6);
  EXPECT_EQ(first["end_column"], 7);
  EXPECT_EQ(first["edit"]["replacement"], "*");
  EXPECT_TRUE(first["notes"].is_array());
}

TEST(Nearest, FindsSlipsAndLeavesStrangersAlone) {
  std::vector<std::string> known = {"calculate_new_currents", "distribute_charge", "GPU"};
  EXPECT_EQ(Nearest("calculate_new_current", known), "calculate_new_currents");
  EXPECT_EQ(Nearest("distribute_chrage", known), "distribute_charge");
  EXPECT_EQ(Nearest("gpu", known), "GPU");
  EXPECT_EQ(Nearest("update_voltages", known), std::nullopt);
  EXPECT_EQ(Nearest("", known), std::nullopt);
  EXPECT_EQ(Nearest(std::string(100000, 'x'), known), std::nullopt);
}

TEST(EditDistance, CountsASwapAsOneAndCaseAsHalf) {
  EXPECT_EQ(EditDistanceInHalves("abc", "acb"), 2);
  EXPECT_EQ(EditDistanceInHalves("abc", "Abc"), 1);
  EXPECT_EQ(EditDistanceInHalves("", "abc"), 6);
}

}  // namespace
}  // namespace groma

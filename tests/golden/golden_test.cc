// Mappings and what the checker says of them: FILE.map beside FILE.out. A file begins with `fail_`
// exactly when errors are expected. With FILE.app.json beside it the mapping is also checked
// against that application on a node of 4 CPUs and 4 GPUs. GROMA_REWRITE_GOLDEN=1 writes the .out
// files anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "diagnostics/registry.h"
#include "lang/lang.h"

namespace groma {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(GROMA_SOURCE_DIR) / "tests/golden";

std::vector<fs::path> Cases(std::string_view folder) {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(kFolder / folder))
    if (entry.path().extension() == ".map") cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string Name(const testing::TestParamInfo<fs::path>& info) {
  return info.param.stem().string();
}

struct Checked {
  std::shared_ptr<const SourceFile> source;
  std::vector<Diagnostic> diagnostics;
  bool errors = false;
};

Checked CheckText(const fs::path& file, const std::string& text) {
  Checked checked;
  checked.source = std::make_shared<SourceFile>(file.filename().string(), text);
  DiagnosticSink sink;
  std::optional<lang::Program> program = lang::Compile(checked.source, sink);
  fs::path application = file;
  application.replace_extension(".app.json");
  if (program && fs::exists(application)) {
    Result<app::Description> description = app::Read(application);
    EXPECT_TRUE(description) << (description ? "" : description.error().message);
    if (description)
      lang::CheckAgainst(*program, *description,
                         machine::Shape(1, {.cpu = 4, .utility = 1, .gpu = 4, .omp = 0}), sink);
  }
  EXPECT_TRUE(program || sink.HasErrors());
  checked.errors = sink.HasErrors();
  checked.diagnostics = sink.Take();
  return checked;
}

// The text with every edit applied, as `check --fix` does; overlapping ones are left for the next
// round.
std::string Mended(const std::string& text, const std::vector<Diagnostic>& diagnostics) {
  std::vector<Edit> edits;
  for (const Diagnostic& diagnostic : diagnostics)
    if (diagnostic.edit) edits.push_back(*diagnostic.edit);
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  std::string mended;
  size_t at = 0;
  for (const Edit& edit : edits) {
    if (edit.span.begin < at) continue;
    mended += text.substr(at, edit.span.begin - at) + edit.replacement;
    at = edit.span.end;
  }
  return mended + text.substr(at);
}

void Compare(const fs::path& file, const std::string& actual) {
  fs::path golden = file;
  golden.replace_extension(".out");
  if (std::getenv("GROMA_REWRITE_GOLDEN")) {
    Status written = WriteFile(golden, actual);
    ASSERT_TRUE(written) << written.error().message;
    return;
  }
  Result<std::string> expected = ReadFile(golden);
  ASSERT_TRUE(expected) << expected.error().message << "; write it with GROMA_REWRITE_GOLDEN=1";
  EXPECT_EQ(actual, *expected);
}

class GoldenDiagnostics : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenDiagnostics, AreAsWrittenDown) {
  Result<std::string> text = ReadFile(GetParam());
  ASSERT_TRUE(text);
  Checked checked = CheckText(GetParam(), *text);
  std::string actual = Render(checked.diagnostics, *checked.source, false);
  std::string mended = Mended(*text, checked.diagnostics);
  if (mended != *text) actual += "--- mended ---\n" + mended;
  EXPECT_EQ(checked.errors, GetParam().filename().string().starts_with("fail_")) << actual;
  Compare(GetParam(), actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenDiagnostics, testing::ValuesIn(Cases("diagnostics")), Name);

class GoldenMappings : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenMappings, HaveNoErrorsAndPrintBackToThemselves) {
  Result<std::string> text = ReadFile(GetParam());
  ASSERT_TRUE(text);
  Checked checked = CheckText(GetParam(), *text);
  EXPECT_FALSE(checked.errors) << Render(checked.diagnostics, *checked.source, false);
  Compare(GetParam(), Render(checked.diagnostics, *checked.source, false));
  DiagnosticSink sink;
  std::string printed = lang::Print(lang::Parse(*checked.source, sink));
  SourceFile again("printed.map", printed);
  EXPECT_EQ(lang::Print(lang::Parse(again, sink)), printed);
  EXPECT_FALSE(CheckText(GetParam(), printed).errors) << printed;
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenMappings, testing::ValuesIn(Cases("mappings")), Name);

TEST(Golden, EveryKindThatTheCheckerFindsHasACase) {
  std::set<std::string> seen;
  for (const fs::path& file : Cases("diagnostics"))
    for (const Diagnostic& diagnostic : CheckText(file, *ReadFile(file)).diagnostics)
      seen.insert(diagnostic.code);
  seen.insert("E0110");  // a file of more than 1 MiB: parser_test has it
  for (const DiagnosticKind& kind : DiagnosticKinds())
    if (kind.stage != Stage::kEvaluation) {
      EXPECT_TRUE(seen.contains(std::string(kind.code))) << kind.code;
    }
}

// ---- docs/language.md ----

// The fenced blocks of that kind.
std::vector<std::string> Blocks(const std::string& page, const std::string& kind) {
  std::vector<std::string> blocks;
  std::string opening = "```" + kind + "\n";
  for (size_t at = 0; (at = page.find(opening, at)) != std::string::npos;) {
    at += opening.size();
    size_t end = page.find("```", at);
    if (end == std::string::npos) break;
    blocks.push_back(page.substr(at, end - at));
    at = end + 3;
  }
  return blocks;
}

TEST(Manual, EveryExampleOfTheLanguagePageIsClean) {
  Result<std::string> page = ReadFile(fs::path(GROMA_SOURCE_DIR) / "docs/language.md");
  ASSERT_TRUE(page);
  std::vector<std::string> blocks = Blocks(*page, "groma");
  EXPECT_GE(blocks.size(), 8u);
  for (const std::string& block : blocks) {
    Checked checked = CheckText("example.map", block);
    EXPECT_EQ(Render(checked.diagnostics, *checked.source, false), "") << block;
  }
}

TEST(Manual, EveryWrongExampleOfTheLanguagePageIsRefused) {
  Result<std::string> page = ReadFile(fs::path(GROMA_SOURCE_DIR) / "docs/language.md");
  ASSERT_TRUE(page);
  std::vector<std::string> blocks = Blocks(*page, "groma-wrong");
  EXPECT_GE(blocks.size(), 1u);
  for (const std::string& block : blocks)
    EXPECT_TRUE(CheckText("example.map", block).errors) << block;
}

}  // namespace
}  // namespace groma

// Mappings and what the checker says of them: FILE.map beside FILE.out. A file begins with `fail_`
// exactly when errors are expected. With FILE.app.json beside it, or a first line that names
// another
// (`# against NAME.app.json`), the mapping is also checked against that application on a node of 4
// CPUs and 4 GPUs. GROMA_REWRITE_GOLDEN=1 writes the .out files anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "diagnostics/registry.h"
#include "lang/lang.h"
#include "mapping/check_text.h"
#include "mapping/fix.h"

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

machine::Description Machine() {
  machine::Description machine;
  machine.name = "golden";
  machine.processors = {.cpu = 4, .utility = 1, .gpu = 4, .omp = 0};
  machine.gpu.framebuffer = {int64_t{16} << 30};
  machine.host.memory = {int64_t{128} << 30};
  machine.host.zero_copy_memory = {int64_t{32} << 30};
  return machine;
}

/// FILE.app.json, or the file of the same folder that the first line names: `# against NAME`.
fs::path ApplicationOf(fs::path file, const std::string& text) {
  constexpr std::string_view kAgainst = "# against ";
  if (text.starts_with(kAgainst))
    return file.parent_path() / text.substr(kAgainst.size(), text.find('\n') - kAgainst.size());
  return file.replace_extension(".app.json");
}

std::optional<app::Description> ReadApplication(const fs::path& file, const std::string& text) {
  const fs::path application = ApplicationOf(file, text);
  if (!fs::exists(application)) return std::nullopt;
  Result<app::Description> description = app::Read(application);
  EXPECT_TRUE(description) << (description ? "" : description.error().message);
  return description ? std::optional(*description) : std::nullopt;
}

Checked CheckText(const fs::path& file, const std::string& text) {
  const std::optional<app::Description> app = ReadApplication(file, text);
  const machine::Description machine = Machine();
  mapping::CheckedText found =
      mapping::CheckText(std::make_shared<SourceFile>(file.filename().string(), text),
                         app ? &machine : nullptr, app ? &*app : nullptr);
  return {found.source, found.diagnostics, !found.ok()};
}

/// The text as `check --fix` leaves it.
std::string Mended(const fs::path& file, const std::string& text) {
  const std::optional<app::Description> app = ReadApplication(file, text);
  const machine::Description machine = Machine();
  return mapping::Fix(text, file.filename().string(), app ? &machine : nullptr,
                      app ? &*app : nullptr)
      .text;
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
  std::string mended = Mended(GetParam(), *text);
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

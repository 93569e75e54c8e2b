// `groma check --fix`, `explain`, `diff` and `grade` as a user runs them: what they write, and
// their exit codes.
#include "commands.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "diagnostics/registry.h"

namespace groma {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST_F(Commands, FixMendsTheFileAndSaysWhatItDid) {
  Write("a.map", "Task * GPUS\nmgpu = Machine(GPU)\n");
  const Ran ran = Groma("check --fix a.map");
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_EQ(Read("a.map"), "Task * GPU;\nmgpu = Machine(GPU);\n");
  EXPECT_THAT(ran.out, HasSubstr("a.map:1: fixed: `GPUS` becomes `GPU`"));
  EXPECT_THAT(ran.out, HasSubstr("a.map: no mistakes found"));
}

TEST_F(Commands, FixLeavesWhatItCannotMendAndItsPermissions) {
  Write("a.map", "Task * GPU;\nInstanceLimit step 0;\n");
  fs::permissions(folder_.path() / "a.map", fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(Groma("check --fix a.map").code, 1);
  EXPECT_EQ(Read("a.map"), "Task * GPU;\nInstanceLimit step 0;\n");
  Write("b.map", "Task * GPU\nInstanceLimit step 0;\n");
  fs::permissions(folder_.path() / "b.map", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("b.map", folder_.path() / "link.map");
  EXPECT_EQ(Groma("check --fix link.map").code, 1);
  EXPECT_EQ(Read("b.map"), "Task * GPU;\nInstanceLimit step 0;\n");
  EXPECT_TRUE(fs::is_symlink(folder_.path() / "link.map"));
  EXPECT_EQ(fs::status(folder_.path() / "b.map").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Commands, FixTellsItsEditsAsJson) {
  Write("a.map", "Task * GPUS;\n");
  const Ran ran = Groma("check --fix --json a.map");
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["fixed"][0]["code"], "E0207");
  EXPECT_EQ(json["fixed"][0]["removed"], "GPUS");
  EXPECT_TRUE(json["diagnostics"].empty());
}

TEST_F(Commands, ExplainHasAPageForEachCodeAndListsThem) {
  const Ran all = Groma("explain");
  EXPECT_EQ(all.code, 0);
  for (const DiagnosticKind& kind : DiagnosticKinds())
    EXPECT_THAT(all.out, HasSubstr(std::string(kind.code)));
  const Ran one = Groma("explain e0107");
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.out, HasSubstr("For example, this is wrong:"));
  EXPECT_EQ(nlohmann::json::parse(Groma("explain --json E0107").out)["code"], "E0107");
  const Ran none = Groma("explain E0177");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.out, HasSubstr("no diagnostic 'E0177'"));
}

TEST_F(Commands, DiffTellsSameDifferentAndTroubleApart) {
  const std::string target =
      " --machine p100x4 --nodes 2 --app " +
      std::string(GROMA_SOURCE_DIR "/tests/golden/decisions/circuit.app.json");
  Write("a.map", "");
  Write("b.map", "Task * GPU,CPU;\n");
  Write("c.map", "Region * rp_shared GPU ZCMEM;\n");
  Write("wrong.map", "Task\n");
  EXPECT_EQ(Groma("diff a.map b.map" + target).code, 0);
  const Ran differ = Groma("diff a.map c.map" + target);
  EXPECT_EQ(differ.code, 1);
  EXPECT_THAT(differ.out, HasSubstr("region 1 (rp_shared): memories: FBMEM,ZCMEM | ZCMEM"));
  EXPECT_EQ(Groma("diff a.map wrong.map" + target).code, 1);
  EXPECT_EQ(Groma("diff a.map missing.map" + target).code, 3);
  EXPECT_EQ(Groma("diff a.map b.map --machine p100x4").code, 2);
  EXPECT_EQ(nlohmann::json::parse(Groma("diff --json a.map b.map" + target).out)["same"], true);
}

TEST_F(Commands, TuneRefusesNumbersThatDoNotFit) {
  const std::string tune = "tune nosuch --machine p100x4 ";
  for (const char* option : {"--seed", "--iterations", "--runs", "--nodes"})
    for (const char* number : {"99999999999999999999999", "-1", "1.5", "many"}) {
      const Ran ran = Groma(tune + option + " " + number);
      EXPECT_EQ(ran.code, 2) << option << " " << number << ": " << ran.out;
      EXPECT_THAT(ran.out, HasSubstr(number));
    }
  EXPECT_THAT(Groma(tune + "--seed 18446744073709551616").out,
              HasSubstr("out of range: a whole number from 0 to 18446744073709551615"));
  // The largest is taken: what is wrong then is the program.
  EXPECT_THAT(Groma(tune + "--seed 18446744073709551615").out, HasSubstr("no benchmark 'nosuch'"));
}

TEST_F(Commands, GradeSaysRightWrongAndWhy) {
  Write("right.map", "Region * all_shared GPU ZCMEM;\n");
  Write("wrong.map", "Region * rp_shared GPU ZCMEM;\n");
  EXPECT_EQ(Groma("grade 2 right.map").code, 0);
  const Ran wrong = Groma("grade 2 wrong.map");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, HasSubstr("region 2 (rp_ghost)"));
  EXPECT_EQ(nlohmann::json::parse(Groma("grade 2 wrong.map --json").out)["right"], false);
  EXPECT_EQ(Groma("grade 11 right.map").code, 2);
  EXPECT_EQ(Groma("grade 2").code, 2);
  EXPECT_EQ(Groma("grade 2 missing.map").code, 3);
  EXPECT_EQ(nlohmann::json::parse(Groma("grade --list --json").out)["strategies"].size(), 10u);
}

TEST_F(Commands, CompileWritesOverNoMappingAndTakesNoWordOfCpp) {
  Write("a.map", "Task * GPU;\n");
  EXPECT_EQ(Groma("compile a.map -o a.map").code, 2);
  EXPECT_EQ(Groma("compile a.map --class int").code, 2);
  EXPECT_EQ(Read("a.map"), "Task * GPU;\n");
  EXPECT_EQ(Groma("compile a.map -o a.cc").code, 0);
  EXPECT_THAT(Read("a.cc"), HasSubstr("class A final"));
}

TEST_F(Commands, SpaceCountsExactlyAndAsALogarithm) {
  const Ran ran = Groma("space circuit --machine p100x4 --json", "/dev/null");
  ASSERT_EQ(ran.code, 0) << ran.out;
  const auto json = nlohmann::json::parse(ran.out);
  const auto digits = json["mappings"].get<std::string>().size();
  EXPECT_EQ(digits, static_cast<size_t>(json["log10"].get<double>()) + 1);
  EXPECT_LT(json["usable"]["log10"], json["log10"]);
  EXPECT_EQ(json["dimensions"][0]["task"], "toplevel");
  EXPECT_EQ(json["dimensions"][0]["choices"][0]["refused"], "the task has no variant for it");
}

TEST_F(Commands, SpaceDrawsTheSameMappingsForASeedAndOverwritesNone) {
  const std::string draw = "space circuit --machine p100x4 --sample 3 --seed 9 ";
  ASSERT_EQ(Groma(draw + "--out a/b").code, 0);
  const auto json = nlohmann::json::parse(Groma(draw + "--json", "/dev/null").out);
  ASSERT_EQ(json["samples"].size(), 3u);
  for (int number = 1; number <= 3; ++number) {
    const std::string file = fmt::format("a/b/{}.map", number);
    EXPECT_EQ(Read(file), json["samples"][static_cast<size_t>(number - 1)]["mapping"]);
    EXPECT_EQ(Groma("check " + file).code, 0);
  }
  const Ran again = Groma(draw + "--out a/b");
  EXPECT_EQ(again.code, 3);
  EXPECT_THAT(again.out, HasSubstr("does not overwrite a mapping"));
}

TEST_F(Commands, SpaceSaysWhatIsMissing) {
  EXPECT_EQ(Groma("space --machine p100x4").code, 2);
  EXPECT_EQ(Groma("space circuit --machine p100x4 --usable").code, 2);
  EXPECT_EQ(Groma("space circuit --machine p100x4 --out x").code, 2);
  EXPECT_EQ(Groma("space circuit --machine nowhere").code, 3);
}

}  // namespace
}  // namespace groma

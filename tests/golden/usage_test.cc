// What `groma` says of command lines that are wrong, and its exit codes: one fault, one code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands.h"

namespace groma {
namespace {

using testing::HasSubstr;
using testing::Not;

class Usage : public Commands {};

TEST_F(Usage, AMistypedCommandIsToldTheNearest) {
  const Ran ran = Groma("chekc a.map");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("there is no command 'chekc'. Did you mean 'check'?"));
  EXPECT_THAT(Groma("apps dscribe").out, HasSubstr("Did you mean 'describe'?"));
  EXPECT_THAT(Groma("my.map").out, HasSubstr("groma check my.map"));
}

TEST_F(Usage, AMistypedOptionIsToldTheNearest) {
  const Ran ran = Groma("check a.map --machnie p100x4");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("no option '--machnie'. Did you mean '--machine'?"));
  EXPECT_THAT(Groma("fmt a.map -c").out, Not(HasSubstr("Did you mean")));
}

TEST_F(Usage, HelpIsACommandToo) {
  EXPECT_EQ(Groma("help").out, Groma("--help").out);
  EXPECT_EQ(Groma("help check").out, Groma("check --help").out);
  EXPECT_EQ(Groma("help machine show").out, Groma("machine show --help").out);
  EXPECT_EQ(Groma("help check").code, 0);
  EXPECT_EQ(Groma("help chekc").code, 2);
}

TEST_F(Usage, EveryHelpHasAnExampleOfItsOwn) {
  for (const char* command :
       {"tune",         "run",          "eval",          "check",         "compile",
        "explain",      "fmt",          "show",          "diff",          "grade",
        "new",          "apps",         "apps list",     "apps describe", "machine",
        "machine list", "machine show", "machine probe", "lsp",           "doctor"}) {
    const std::string help = Groma(fmt::format("{} --help", command)).out;
    const size_t example = help.find("Example");
    ASSERT_NE(example, std::string::npos) << command;
    EXPECT_THAT(help.substr(example), HasSubstr(fmt::format("groma {}", command)));
    EXPECT_THAT(help.substr(example), Not(HasSubstr("groma tune circuit  "))) << command;
  }
}

TEST_F(Usage, AProgramWithoutDashesIsToldHowToRun) {
  EXPECT_THAT(Groma("run circuit").out, HasSubstr("groma eval my.map --app circuit"));
  EXPECT_THAT(Groma("run ./program").out,
              HasSubstr("groma run --mapping my.map -- ./program args"));
  EXPECT_THAT(Groma("eval circuit").out, HasSubstr("groma eval my.map --app circuit"));
  const Ran ran = Groma("check a.map -- ./program");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("`groma check` runs no program"));
}

TEST_F(Usage, AppTakesABenchmarkADescriptionOrAProgramFile) {
  Write("a.map", "Task no_such GPU;\n");
  const std::string json = Read(GROMA_SOURCE_DIR "/tests/golden/decisions/circuit.app.json");
  Write("mine.app.json", json);
  Write("named_otherwise", json);
  Write("prog.toml", "groma_program = 1\ncommand = [\"./p\"]\ndescription = \"mine.app.json\"\n");
  for (const char* app : {"circuit", "mine.app.json", "./mine.app.json", "named_otherwise",
                          "prog.toml", "./prog.toml"})
    for (const char* command : {"check a.map", "show a.map", "diff a.map a.map", "new"}) {
      const Ran ran = Groma(fmt::format("{} --app {} --machine p100x4", command, app));
      EXPECT_EQ(ran.code, 0) << command << " " << app << "\n" << ran.out;
    }
  EXPECT_THAT(Groma("check a.map --app prog.toml --machine p100x4").out, HasSubstr("W0501"));
}

TEST_F(Usage, ADashIsStandardInputWhereAMappingIsRead) {
  Write("a.map", "Task * GPU;\n");
  for (const char* command :
       {"check", "check --json", "show --app circuit --machine p100x4", "grade 1", "compile"}) {
    const Ran file = Groma(fmt::format("{} a.map", command));
    const Ran piped = Groma(fmt::format("{} - < a.map", command));
    EXPECT_EQ(piped.code, file.code) << command << "\n" << piped.out;
  }
  EXPECT_EQ(Groma("show - --machine p100x4 < a.map").out, Groma("show a.map --machine p100x4").out);
  EXPECT_THAT(Groma("check - < /dev/null").out, HasSubstr("<stdin>: no mistakes found"));
  EXPECT_EQ(Groma("check --fix - < a.map").code, 2);
}

TEST_F(Usage, GradeSaysWhichArgumentComesFirst) {
  const Ran ran = Groma("grade my.map 10");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("'my.map' is no strategy: its number, 1 to 10, comes first, as in "
                                 "groma grade 10 my.map"));
}

TEST_F(Usage, AnOfferIsOneThatTheCommandTakes) {
  Write("a.map", "");
  EXPECT_THAT(Groma("check a.map --app circiut").out, HasSubstr("Did you mean 'circuit'?"));
  EXPECT_THAT(Groma("check a.map --app other").out, Not(HasSubstr("-- ./program")));
  EXPECT_THAT(Groma("eval a.map --app other").out, HasSubstr("-- ./program"));
  Write("prog.toml", "groma_program = 1\ncommand = [\"./p\"]\n");
  EXPECT_THAT(Groma("check a.map --app prog.toml --machine p100x4").out,
              HasSubstr("names no description"));
}

TEST_F(Usage, OneFaultHasOneCodeInEveryCommand) {
  Write("a.map", "");
  Write("bad.map", "Task\n");
  const std::vector<std::string> runs = {"run", "eval a.map", "apps describe", "tune"};
  for (const std::string& command : runs) {
    EXPECT_EQ(Groma(command + " --machine cpu -- ./nosuch").code, 3) << command;
    EXPECT_EQ(Groma(command + " --machine cpu").code, 2) << command;
  }
  std::vector<std::string> all = runs;
  for (const char* knows : {"check a.map", "show a.map", "diff a.map a.map", "new"})
    all.emplace_back(knows);
  for (const std::string& command : all) {
    EXPECT_EQ(Groma(command + " --machine cpu --program no.toml").code, 3) << command;
    EXPECT_EQ(Groma(command + " --machine cpu --app nosuch").code, 3) << command;
    EXPECT_EQ(Groma(command + " --machine cpu --app circuit --program no.toml").code, 2) << command;
    EXPECT_EQ(Groma(command + " --machine nosuch --app circuit").code, 3) << command;
  }
  for (const char* reads :
       {"check bad.map", "show bad.map", "diff bad.map a.map", "grade 1 bad.map"})
    EXPECT_EQ(Groma(fmt::format("{} --machine p100x4 --app circuit", reads)).code, 1) << reads;
  EXPECT_EQ(Groma("compile bad.map").code, 1);
}

TEST_F(Usage, ALaunchThatCannotBeShownIsWrongUsageBeforeAnythingIsRead) {
  Write("a.map", "");
  EXPECT_EQ(Groma("show missing.map --task t --domain 4y --machine p100x4").code, 2);
  EXPECT_EQ(Groma("show a.map --task t --domain 99999x99999 --machine p100x4").code, 2);
  const Ran ran =
      Groma("show a.map --task distribute_chrage --domain 4 --app circuit --machine p100x4");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("Did you mean 'distribute_charge'?"));
}

TEST_F(Usage, ShowAndDiffTellTheMistakesOfAMappingAsJson) {
  Write("a.map", "");
  Write("bad.map", "Task\n");
  const auto wanted = nlohmann::json::parse(Groma("check bad.map --json").out)["diagnostics"];
  for (const char* command :
       {"show bad.map", "show bad.map --task t --domain 4", "diff a.map bad.map --app circuit"}) {
    const Ran ran = Groma(fmt::format("{} --json --machine p100x4", command));
    EXPECT_EQ(ran.code, 1) << command;
    EXPECT_EQ(nlohmann::json::parse(ran.out)["diagnostics"], wanted) << command;
  }
  const Ran both = Groma("diff bad.map bad.map --app circuit --json --machine p100x4");
  EXPECT_EQ(nlohmann::json::parse(both.out)["diagnostics"].size(), 2u);
}

}  // namespace
}  // namespace groma

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

TEST_F(Usage, AnOfferIsOneThatTheCommandTakes) {
  Write("a.map", "");
  EXPECT_THAT(Groma("check a.map --app circiut").out, HasSubstr("Did you mean 'circuit'?"));
  EXPECT_THAT(Groma("check a.map --app other").out, Not(HasSubstr("-- ./program")));
  EXPECT_THAT(Groma("eval a.map --app other").out, HasSubstr("-- ./program"));
  Write("prog.toml", "groma_program = 1\ncommand = [\"./p\"]\n");
  EXPECT_THAT(Groma("check a.map --app prog.toml --machine p100x4").out,
              HasSubstr("names no description"));
}

}  // namespace
}  // namespace groma

// The `groma` command: parses the command line and hands over to one subcommand.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/process.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "cli/version.h"

namespace groma::cli {
namespace {

constexpr std::string_view kFooter = R"(Examples:
  groma tune circuit                                   find a good mapping for a benchmark, on virtual GPUs if there are none
  groma tune --program prog.toml --machine p100x4      the same for your own Legion program
  groma check my.map --app circuit --machine p100x4    what is wrong with a mapping, before it runs
  groma show my.map --machine p100x4 --task t --domain 4x2
  groma run --mapping my.map -- ./program args         run any Legion program under a mapping

Exit codes: 0 done, 1 the mapping or the program is at fault, 2 wrong usage, 3 the environment (no such file, no runtime),
128 + N ended by signal N (130: Ctrl-C).)";

// Words that the design gives a meaning but this version does not have yet.
constexpr std::string_view kPlanned[] = {"compare", "report",   "record",
                                         "trace",   "simulate", "bench"};

/// What is wrong with the first word, before options are looked at; empty when nothing is.
std::string WrongCommand(const CLI::App& app, const std::vector<std::string>& words,
                         const Context& context) {
  if (words.empty() || words[0].starts_with("-")) return "";
  for (std::string_view planned : kPlanned)
    if (words[0] == planned)
      return fmt::format("`groma {}` is not in this version ({})", planned, kVersion);
  const std::vector<const CLI::App*> commands = app.get_subcommands(nullptr);
  const bool known = std::any_of(commands.begin(), commands.end(), [&](const CLI::App* command) {
    return command->get_name() == words[0];
  });
  return known ? TakesNoProgram(words[0], context) : NoSuchCommand(app, words[0]);
}

int Run(int argc, char** argv) {
  CLI::App app("groma writes, checks, runs, explains and improves mappers for Legion programs.",
               "groma");
  app.set_version_flag("--version", fmt::format("groma {}", kVersion));
  app.require_subcommand(0, 1);
  app.failure_message(WrongUse);
  app.footer(std::string(kFooter));
  bool manual = false;
  std::string completion;
  app.add_flag("--man", manual, "Print the manual page (troff): groma --man | man -l -");
  app.add_option("--completion", completion, "Print a completion script: bash")
      ->check(CLI::IsMember({"bash"}));

  // What follows `--` is the program's, not ours: no option parser sees it.
  Context context;
  std::vector<std::string> words(argv + 1, argv + argc);
  if (auto dashes = std::find(words.begin(), words.end(), "--"); dashes != words.end()) {
    context.program.assign(dashes + 1, words.end());
    words.erase(dashes, words.end());
  }
  words = WithHelpAsOption(std::move(words));
  AddTune(app, context);
  AddRun(app, context);
  AddEval(app, context);
  AddCheck(app, context);
  AddCompile(app, context);
  AddExplain(app, context);
  AddFmt(app, context);
  AddShow(app, context);
  AddDiff(app, context);
  AddGrade(app, context);
  AddNew(app, context);
  AddApps(app, context);
  AddSpace(app, context);
  AddMachine(app, context);
  AddLsp(app, context);
  AddDoctor(app, context);

  app.add_subcommand("help", "Print this, or the help of a command: groma help check");

  if (const std::string wrong = WrongCommand(app, words, context); !wrong.empty())
    return static_cast<int>(Fail(Exit::kUsage, wrong));
  const bool nothing_said = words.empty();
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError&) {
    return static_cast<int>(Fail(Exit::kUsage, NotExpected(app)));
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(Exit::kUsage);
  }
  if (manual || !completion.empty()) {
    fmt::print("{}", manual ? ManualPage(app) : BashCompletion(app));
    return 0;
  }
  if (app.get_subcommands().empty()) {
    fmt::print("{}", app.help());
    return nothing_said ? 0 : static_cast<int>(Exit::kUsage);
  }
  return static_cast<int>(context.exit);
}

}  // namespace
}  // namespace groma::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  using groma::cli::Exit, groma::cli::Fail;
  try {
    int code = groma::cli::Run(argc, argv);
    if (const int signal = groma::Interrupted(); signal != 0) code = 128 + signal;
    if (std::fflush(stdout) == 0 || errno == EPIPE) return code;
    return static_cast<int>(
        Fail(Exit::kEnvironment, fmt::format("the output cannot be written: {}", strerror(errno))));
  } catch (const std::system_error& error) {
    // A reader that has gone away (head -1) has what it wanted.
    if (error.code() == std::errc::broken_pipe) return 0;
    return static_cast<int>(Fail(Exit::kEnvironment, error.what()));
  } catch (const std::exception& error) {
    // Libraries' exceptions are caught where they are called; what arrives here is a mistake of
    // groma.
    return static_cast<int>(Fail(Exit::kEnvironment, fmt::format("unexpected: {}", error.what())));
  }
}

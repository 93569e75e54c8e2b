// The `groma` command: parses the command line and hands over to one subcommand.
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>
#include <system_error>

#include "base/process.h"
#include "cli/command.h"
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

int Run(int argc, char** argv) {
  CLI::App app("groma writes, checks, runs, explains and improves mappers for Legion programs.",
               "groma");
  app.set_version_flag("--version", fmt::format("groma {}", kVersion));
  app.require_subcommand(0, 1);
  app.failure_message(CLI::FailureMessage::simple);
  app.footer(std::string(kFooter));
  bool manual = false;
  std::string completion;
  app.add_flag("--man", manual, "Print the manual page (troff): groma --man | man -l -");
  app.add_option("--completion", completion, "Print a completion script: bash")
      ->check(CLI::IsMember({"bash"}));

  // What follows `--` is the program's, not ours: no option parser sees it.
  Context context;
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--") {
      context.program.assign(argv + i + 1, argv + argc);
      argc = i;
    }
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
  AddMachine(app, context);
  AddLsp(app, context);
  AddDoctor(app, context);

  if (argc > 1)
    for (std::string_view word : kPlanned)
      if (argv[1] == word)
        return static_cast<int>(Fail(
            Exit::kUsage, fmt::format("`groma {}` is not in this version ({})", word, kVersion)));

  try {
    app.parse(argc, argv);
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
    return argc > 1 ? static_cast<int>(Exit::kUsage) : 0;
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

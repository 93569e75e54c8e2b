// What the subcommands of `groma` share: exit codes and output.
#pragma once
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace groma::cli {

/// 0 done; 1 the mapping or the program is at fault; 2 wrong usage; 3 the environment.
enum class Exit { kDone = 0, kAtFault = 1, kUsage = 2, kEnvironment = 3 };

/// Prints to stderr. A reader that has gone away is no reason to stop.
template <class... Args>
void Tell(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// Prints `groma: MESSAGE` to stderr and gives the code back.
Exit Fail(Exit code, const std::string& message);

/// Whether stdout, or stderr, is a terminal that takes colours (NO_COLOR unset, TERM not dumb).
bool ColourOnStdout();
bool ColourOnStderr();

/// JSON as all commands write it: indented, and text that is not UTF-8 is replaced, never refused.
std::string JsonText(const nlohmann::ordered_json& document);

/// Prints one JSON document and a newline to stdout.
void PrintJson(const nlohmann::ordered_json& document);

/// What main and a subcommand tell each other.
struct Context {
  std::vector<std::string> program;  // what stood after `--`: a program and its arguments
  Exit exit = Exit::kDone;           // set by the subcommand
};

/// Adds a subcommand to `app`. One function a file, named after the subcommand.
void AddApps(CLI::App& app, Context& context);
void AddCheck(CLI::App& app, Context& context);
void AddCompile(CLI::App& app, Context& context);
void AddDiff(CLI::App& app, Context& context);
void AddDoctor(CLI::App& app, Context& context);
void AddEval(CLI::App& app, Context& context);
void AddExplain(CLI::App& app, Context& context);
void AddGrade(CLI::App& app, Context& context);
void AddFmt(CLI::App& app, Context& context);
void AddLsp(CLI::App& app, Context& context);
void AddMachine(CLI::App& app, Context& context);
void AddNew(CLI::App& app, Context& context);
void AddRun(CLI::App& app, Context& context);
void AddShow(CLI::App& app, Context& context);
void AddSpace(CLI::App& app, Context& context);
void AddTune(CLI::App& app, Context& context);

/// The whole command as a manual page (troff) and as a completion script for bash.
std::string ManualPage(const CLI::App& app);
std::string BashCompletion(const CLI::App& app);

}  // namespace groma::cli

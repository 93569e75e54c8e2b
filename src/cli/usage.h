// What to say of a command line with words that nothing takes.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

#include "cli/command.h"

namespace groma::cli {

/// For a first word that is no command: the nearest that there is.
std::string NoSuchCommand(const CLI::App& app, const std::string& word);

/// For the words that are left after a parse that failed for them: the nearest option or
/// subcommand, or how the command is written.
std::string NotExpected(const CLI::App& app);

/// For the other errors of a parse: CLI11's words, and where help is.
std::string WrongUse(const CLI::App* app, const CLI::Error& error);

/// For a program after `--` (Context) that the command would not run; empty when it takes one.
std::string TakesNoProgram(const std::string& command, const Context& context);

/// `help`, `help check` and `help machine show` as the command lines with --help that they mean;
/// others as they are.
std::vector<std::string> WithHelpAsOption(std::vector<std::string> words);

}  // namespace groma::cli

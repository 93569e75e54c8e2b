// The program and the machine that a subcommand works on: the options that name them, and what they
// mean.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/result.h"
#include "cli/command.h"
#include "eval/evaluate.h"
#include "eval/program.h"
#include "guide/rules.h"
#include "machine/description.h"

namespace groma::cli {

/// What the command line said. Empty: not given.
struct TargetOptions {
  std::string app;  // a shipped benchmark, a program file, or a description where nothing runs
  std::string program_file;  // prog.toml
  std::vector<std::string> command;
  std::string machine;
  int nodes = 0;
  int ranks_per_node = 0;
  bool virtual_gpus = false;
  bool real_gpus = false;
  bool functional = false;
  std::string rules;  // a file of AutoGuide's rules
};

/// --app and --program; `-- ./prog args` is the third way, see Context. `positional` makes the
/// app's name the first argument.
void AddProgramOptions(CLI::App& app, TargetOptions& options, bool positional);
/// --app and --program of a command that only needs to know the program, not to run it.
void AddDescriptionOptions(CLI::App& app, TargetOptions& options, bool positional = false);
/// --machine, --nodes and --ranks-per-node.
void AddMachineOptions(CLI::App& app, TargetOptions& options);
/// --virtual, --real, --functional.
void AddDeviceOptions(CLI::App& app, TargetOptions& options);

/// --rules, else the variable GROMA_RULES.
void AddRulesOption(CLI::App& app, TargetOptions& options);

/// The machine named, or: the one we run on when it has GPUs, else the paper's node as virtual GPUs
/// (and stderr says so).
Result<machine::Description> FindMachine(const TargetOptions& options);

/// The exit code of an error of FindProgram: wrong usage unless one program that can run is named.
Exit ExitOfProgram(const TargetOptions& options);
/// The same of FindDescription: wrong usage when several are named.
Exit ExitOfDescription(const TargetOptions& options);
/// The program named; an error when none or several are, or when the file is wrong.
Result<eval::Program> FindProgram(const TargetOptions& options);

/// The application description of --app (a shipped benchmark's, a description or a program file) or
/// of --program; empty when there is none.
Result<std::optional<app::Description>> FindDescription(const TargetOptions& options);

/// Why there is no description, and what to do, where FindDescription gave none.
std::string NoDescription(const TargetOptions& options);

/// The rules of the file named; none without one.
Result<std::vector<guide::Rule>> FindRules(const TargetOptions& options);

/// Options of one evaluation, devices and mode filled in. Refuses modelled runs where the virtual
/// clock is wrong.
Result<eval::EvaluateOptions> EvaluationOptions(const TargetOptions& options,
                                                const machine::Description& machine);

/// An error with what to do when a file cannot be made there: asked before a long run, not after.
Status RequireWritable(const std::string& file);
/// For --time-limit.
CLI::Validator AboveZero();
/// For --seed: 0 to 2⁶⁴ − 1.
CLI::Validator WholeNumber();

/// The names of the shipped benchmarks, sorted.
std::vector<std::string> ShippedApps();
bool IsShippedApp(const std::string& name);

}  // namespace groma::cli

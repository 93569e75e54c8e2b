// The program and the machine that a subcommand works on: the options that name them, and what they
// mean.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/result.h"
#include "eval/evaluate.h"
#include "eval/program.h"
#include "machine/description.h"

namespace groma::cli {

/// What the command line said. Empty: not given.
struct TargetOptions {
  std::string app;  // a shipped benchmark, or a description file (JSON) where only names are needed
  std::string program_file;  // prog.toml
  std::vector<std::string> command;
  std::string machine;
  int nodes = 0;
  bool virtual_gpus = false;
  bool real_gpus = false;
  bool functional = false;
};

/// --app and --program; `-- ./prog args` is the third way, see Context. `positional` makes the
/// app's name the first argument.
void AddProgramOptions(CLI::App& app, TargetOptions& options, bool positional);
/// --machine and --nodes.
void AddMachineOptions(CLI::App& app, TargetOptions& options);
/// --virtual, --real, --functional.
void AddDeviceOptions(CLI::App& app, TargetOptions& options);

/// The machine named, or: the one we run on when it has GPUs, else the paper's node as virtual GPUs
/// (and stderr says so).
Result<machine::Description> FindMachine(const TargetOptions& options);

/// Whether exactly one program is named; else FindProgram's error is a matter of usage.
bool NamesOneProgram(const TargetOptions& options);
/// The program named; an error when none or several are, or when the file is wrong.
Result<eval::Program> FindProgram(const TargetOptions& options);

/// The application description of --app (a shipped benchmark's, or a file's) or of the program
/// file; empty when there is none.
Result<std::optional<app::Description>> FindDescription(const TargetOptions& options);

/// Options of one evaluation, devices and mode filled in. Refuses modelled runs where the virtual
/// clock is wrong.
Result<eval::EvaluateOptions> EvaluationOptions(const TargetOptions& options,
                                                const machine::Description& machine);

/// An error with what to do when a file cannot be made there: asked before a long run, not after.
Status RequireWritable(const std::string& file);
/// For --time-limit.
CLI::Validator AboveZero();

/// The names of the shipped benchmarks, sorted.
std::vector<std::string> ShippedApps();

}  // namespace groma::cli

// `groma run`: any Legion program, under a mapping, on real or virtual GPUs.
#include <fmt/format.h>

#include <cstdio>

#include "base/files.h"
#include "cli/command.h"
#include "cli/target.h"
#include "eval/evaluate.h"

namespace groma::cli {
namespace {

struct Options {
  TargetOptions target;
  std::string mapping;
  bool wrap = false;
  std::string profile;
  bool json = false;
  double time_limit = 1e9;
};

/// A program that never started Legion has no virtual time.
void PrintEnd(const eval::Outcome& outcome, const std::string& mapping,
              const std::string& profile) {
  const bool ok = outcome.status == eval::OutcomeStatus::kOk;
  const bool modelled = outcome.fidelity == eval::Fidelity::kModelled;
  for (const std::string& mapper : outcome.mappers) Tell("groma: mapper {}\n", mapper);
  if (ok && !outcome.legion_started && !mapping.empty())
    Tell("groma: {}: {} was not used\n", outcome.reason, mapping);
  if (ok && outcome.legion_started && modelled)
    Tell("groma: {:.6g} s of virtual time{}\n", outcome.seconds,
         outcome.time_valid ? "" : fmt::format("; not valid: {}", outcome.reason));
  if (!ok)
    Tell("groma: {}: {} (exit code {})\n", eval::ToString(outcome.status), outcome.reason,
         outcome.exit_code);
  if (!profile.empty() && outcome.legion_started)
    Tell("groma: profile in {0}: legion_prof view {0}/prof_0.gz{1}\n", profile,
         modelled ? "; its structure is the run's, its times are this computer's and not virtual"
                  : "");
}

Exit Run(const Options& options) {
  Result<eval::Program> program = FindProgram(options.target);
  if (!program) return Fail(ExitOfProgram(options.target), program.error().message);
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<eval::EvaluateOptions> evaluation = EvaluationOptions(options.target, *machine);
  if (!evaluation) return Fail(Exit::kEnvironment, evaluation.error().message);
  if (!options.mapping.empty()) {
    Result<std::string> text = ReadFile(options.mapping);
    if (!text) return Fail(Exit::kEnvironment, text.error().message);
    evaluation->mapping = *text;
    evaluation->mapping_name = options.mapping;
  }
  evaluation->wrap_mappers = options.wrap;
  evaluation->time_limit_seconds = options.time_limit;
  if (!options.profile.empty()) evaluation->profile = options.profile;
  evaluation->inherit_input = true;
  evaluation->result_needed = false;
  if (!options.json)
    evaluation->on_output = [](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      std::fflush(stdout);
    };
  InterruptGuard guard;
  Result<eval::Outcome> outcome = eval::Evaluate(*program, *evaluation, eval::FindInstallation());
  if (!outcome) return Fail(Exit::kEnvironment, outcome.error().message);
  if (options.json)
    fmt::print("{}\n", eval::WriteJson(*outcome));
  else
    PrintEnd(*outcome, options.mapping, options.profile);
  return outcome->status == eval::OutcomeStatus::kOk ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddRun(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("run", "Run a Legion program under a mapping; it need not know of groma");
  command->add_option("--mapping", options->mapping,
                      "The mapping file; without it the program's own mapper stays");
  AddProgramOptions(*command, options->target, false);
  AddMachineOptions(*command, options->target);
  AddDeviceOptions(*command, options->target);
  command->add_flag("--wrap", options->wrap,
                    "Keep the program's own mapper for what the mapping does not mention");
  command->add_option("--time-limit", options->time_limit, "Seconds of wall time (default: none)")
      ->check(AboveZero());
  command->add_option("--prof", options->profile,
                      "Legion's profiler writes into this folder (to be read with legion_prof)");
  command->add_flag("--json", options->json,
                    "The outcome as JSON, with the program's output in it");
  command->footer("Example:\n  groma run --mapping my.map --machine p100x4 -- ./program -n 100");
  command->callback([options, &context] {
    options->target.command = context.program;
    context.exit = Run(*options);
  });
}

}  // namespace groma::cli

// `groma tune`: the main job. Finds a good mapping for a program on a machine.
#include <fmt/format.h>

#include <atomic>
#include <filesystem>

#include "app/description.h"
#include "base/files.h"
#include "base/temporary_folder.h"
#include "cli/command.h"
#include "cli/model.h"
#include "cli/progress.h"
#include "cli/target.h"
#include "eval/describe.h"
#include "eval/evaluate.h"
#include "machine/description.h"
#include "mapping/check_text.h"
#include "mapping/new_mapping.h"
#include "tune/loop/loop.h"
#include "tune/propose/canonical.h"
#include "tune/propose/proposer.h"

namespace groma::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  TargetOptions target;
  ModelOptions model;
  std::string proposer;  // empty: trace with a model, else guided
  std::string start, out;
  int iterations = 10;
  int evaluations = 0;
  bool no_check = false;
  int runs = 1;
  uint64_t seed = 1;
  bool resume = false;
  bool json = false;
};

// groma-circuit, or groma-circuit-2 … when that is taken.
fs::path FreeFolder(const std::string& name) {
  fs::path folder = "groma-" + name;
  for (int n = 2; fs::exists(folder); ++n) folder = fmt::format("groma-{}-{}", name, n);
  return folder;
}

// Everything that a tuning needs, put together from the command line.
struct Job {
  eval::Program program;
  machine::Description machine;
  app::Description app;
  eval::EvaluateOptions evaluation;
};

/// `exit`: the code of the error.
Result<Job> Prepare(const Options& options, ProgressLine& progress, Exit& exit) {
  exit = ExitOfProgram(options.target);
  Result<eval::Program> program = FindProgram(options.target);
  if (!program) return program.error();
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return machine.error();
  Result<eval::EvaluateOptions> evaluation = EvaluationOptions(options.target, *machine);
  if (!evaluation) return evaluation.error();
  evaluation->on_progress = [&progress, name = program->name](const ProcessProgress& now) {
    progress.Show(fmt::format("running {}: {:.0f} s", name, now.seconds));
  };
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return app.error();
  if (!*app) {
    Tell("groma: no application description: making one from one run of {}\n", program->name);
    Result<eval::Described> seen =
        eval::DescribeProgram(*program, *evaluation, eval::FindInstallation());
    progress.Clear();
    if (!seen) return seen.error();
    if (!seen->fault.empty()) {
      exit = Exit::kAtFault;
      return Error{seen->fault};
    }
    Result<app::Description> described = app::Parse(seen->text, program->name + ".app.json");
    if (!described) return described.error();
    *app = std::move(*described);
  }
  return Job{std::move(*program), std::move(*machine), std::move(**app), std::move(*evaluation)};
}

// The start mapping: --start, else the program file's, else a first mapping for the description.
Result<SourceFile> StartMapping(const Options& options, const Job& job) {
  fs::path file = options.start;
  if (file.empty() && !job.program.start_mapping.empty())
    file = job.program.folder / job.program.start_mapping;
  if (file.empty())
    return SourceFile("start.map", mapping::NewMapping(job.app, machine::Shape(job.machine)));
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  return SourceFile(file.string(), std::move(*text));
}

// What `groma check` says of the start mapping, told before anything runs.
std::string CheckStart(const SourceFile& start, const Job& job) {
  const mapping::CheckedText checked =
      mapping::CheckText(std::make_shared<const SourceFile>(start), &job.machine, &job.app);
  Tell("{}", Render(checked.diagnostics, start, ColourOnStderr()));
  if (!checked.ok())
    Tell(
        "groma: the start mapping has errors (above): the search goes on without a figure of it\n");
  return Render(checked.diagnostics, start, false);
}

// What `groma check` has against a mapping that would fail: no run is needed to know.
std::optional<eval::Outcome> Refused(const std::string& mapping, const Job& job) {
  const auto source = std::make_shared<const SourceFile>("mapping", mapping);
  const mapping::CheckedText checked = mapping::CheckText(source, &job.machine, &job.app);
  if (checked.ok()) return std::nullopt;
  eval::Outcome outcome;
  outcome.status = eval::OutcomeStatus::kMappingError;
  for (const Diagnostic& diagnostic : checked.diagnostics) {
    if (diagnostic.severity != Severity::kError) continue;
    if (outcome.reason.empty()) outcome.reason = "check: " + diagnostic.message;
    outcome.diagnostics += Render(diagnostic, *source, false);
  }
  return outcome;
}

// The program and where it runs: figures of another program, or of other devices, do not compare.
tune::Identity IdentityOf(const Job& job) {
  tune::Identity identity = tune::IdentityOf(job.program);
  const bool real = job.evaluation.devices != eval::Devices::kVirtual && eval::HasRealGpu();
  const bool functional = job.evaluation.mode == eval::RunMode::kFunctional;
  identity["device kind"] = real         ? "real"
                            : functional ? "virtual, functional"
                                         : "virtual, modelled";
  identity["machine description (hash)"] = tune::Hash(machine::Write(job.machine));
  return identity;
}

// What the loop is asked to do, all but what it calls. Tells what is wrong with the start.
Result<tune::Options> Asked(const Options& options, const Job& job, const SourceFile& start) {
  tune::Options tuning;
  tuning.app_name = job.program.name;
  tuning.machine_name = job.machine.name;
  tuning.proposer_name = options.proposer;
  tuning.evaluator_name = "run";  // real Legion
  tuning.program = IdentityOf(job);
  tuning.iterations = options.iterations;
  tuning.evaluations = options.evaluations;
  if (!options.no_check)
    tuning.check = [&job](const std::string& mapping) { return Refused(mapping, job); };
  tuning.runs = options.runs;
  tuning.seed = options.seed;
  tuning.out = options.out.empty() ? FreeFolder(job.program.name) : fs::path(options.out);
  tuning.resume = options.resume;
  tuning.start = start.text();
  tuning.start_diagnostics = CheckStart(start, job);
  tuning.context.app = &job.app;
  tuning.context.machine = &job.machine;
  if (!job.program.expert_mapping.empty()) {
    Result<std::string> expert = ReadFile(job.program.folder / job.program.expert_mapping);
    if (!expert) return expert.error();
    tuning.expert = *expert;
  }
  return tuning;
}

std::string Line(const tune::Progress& step) {
  std::string what =
      step.what.empty() ? fmt::format("{:>3}/{}", step.iteration, step.iterations) : step.what;
  const eval::Outcome& outcome = *step.outcome;
  std::string figure = outcome.status == eval::OutcomeStatus::kOk
                           ? fmt::format("{:.5g} {}", outcome.throughput, outcome.unit)
                           : std::string(eval::ToString(outcome.status));
  return fmt::format("{:<8} {:<22} {}{}", what, figure, step.replayed ? "(from the journal) " : "",
                     step.reason);
}

bool AsksAModel(const std::string& proposer) { return proposer == "trace" || proposer == "opro"; }

// What is wrong with the options together; empty when nothing is.
std::string Contradiction(const Options& options) {
  if (options.resume && options.out.empty())
    return "--resume needs --out FOLDER: that of the tuning to go on with";
  if (AsksAModel(options.proposer) && options.model.llm.empty())
    return fmt::format(
        "the proposer {} asks a language model: name one with --llm, for example "
        "--llm openai:MODEL --llm-url http://localhost:8080 (docs/providers.md)",
        options.proposer);
  if (!AsksAModel(options.proposer) && !options.model.llm.empty())
    return fmt::format(
        "the proposer {} asks no language model: leave out --llm, or say --proposer trace",
        options.proposer);
  return "";
}

std::unique_ptr<tune::Proposer> MakeProposer(const std::string& name, const tune::Problem& problem,
                                             Model* model, uint64_t seed) {
  if (name == "random") return tune::MakeRandom(problem, seed);
  if (!AsksAModel(name)) return tune::MakeGuided(problem, seed);
  tune::AgentOptions agent = model->agent();
  agent.style =
      name == "trace" ? tune::AgentOptions::Style::kTrace : tune::AgentOptions::Style::kOpro;
  return tune::MakeAgent(problem, std::move(agent), &model->conversation(), seed);
}

// The start alone is evaluated, into a folder that goes away, and what the model would be sent is
// printed.
Exit DryRun(tune::Options tuning, const tune::Evaluator& evaluate,
            const tune::ProposerFactory& propose) {
  Result<TemporaryFolder> folder = TemporaryFolder::Make();
  if (!folder) return Fail(Exit::kEnvironment, folder.error().message);
  tuning.out = folder->path() / "tuning";
  tuning.runs = 1;
  tuning.iterations = 1;
  tuning.expert.reset();
  tuning.evaluate_default = nullptr;
  const Result<tune::TuneResult> result = tune::Tune(tuning, evaluate, propose);
  if (!result) return Fail(Exit::kEnvironment, result.error().message);
  return Exit::kDone;
}

Exit Tune(Options options) {
  if (options.proposer.empty()) options.proposer = options.model.llm.empty() ? "guided" : "trace";
  if (const std::string wrong = Contradiction(options); !wrong.empty())
    return Fail(Exit::kUsage, wrong);
  std::unique_ptr<Model> model;
  if (!options.model.llm.empty()) {
    Result<std::unique_ptr<Model>> made = Model::Make(options.model, options.seed);
    if (!made) return Fail(Exit::kUsage, made.error().message);
    model = std::move(*made);
  }
  InterruptGuard guard;
  ProgressLine progress;
  Exit exit = Exit::kEnvironment;
  Result<Job> job = Prepare(options, progress, exit);
  if (!job) return Fail(exit, job.error().message);
  Result<SourceFile> start = StartMapping(options, *job);
  if (!start) return Fail(Exit::kEnvironment, start.error().message);

  Result<tune::Options> asked = Asked(options, *job, *start);
  if (!asked) return Fail(Exit::kEnvironment, asked.error().message);
  tune::Options& tuning = *asked;
  if (model) tuning.conversation = &model->conversation();
  Result<std::vector<guide::Rule>> rules = FindRules(options.target);
  if (!rules) return Fail(Exit::kEnvironment, rules.error().message);
  tuning.context.own_rules = &*rules;
  eval::Installation installation = eval::FindInstallation();
  tuning.evaluate_default = [&] {
    return eval::Evaluate(job->program, job->evaluation, installation);
  };
  std::atomic<bool> stop = false;
  tuning.stop = &stop;
  tuning.progress = [&](const tune::Progress& step) {
    if (step.kind != tune::Progress::Kind::kEvaluated) return;
    progress.Clear();
    Tell("{}\n", Line(step));
  };
  auto evaluate = [&](const std::string& mapping) {
    eval::EvaluateOptions evaluation = job->evaluation;
    evaluation.mapping = mapping;
    Result<eval::Outcome> outcome = eval::Evaluate(job->program, evaluation, installation);
    stop = Interrupted() != 0;
    return outcome;
  };
  auto propose = [&](uint64_t seed) {
    return MakeProposer(options.proposer, {job->app, job->machine}, model.get(), seed);
  };
  if (options.model.dry_run) return DryRun(tuning, evaluate, propose);
  Result<tune::TuneResult> result = tune::Tune(tuning, evaluate, propose);
  progress.Clear();
  if (!result) return Fail(Exit::kEnvironment, result.error().message);
  fmt::print("{}\n", options.json ? tune::WriteJson(*result) : tune::WriteSummary(*result));
  if (result->stopped)
    Tell("groma: stopped. Go on with: the same command and --resume --out {}\n",
         tuning.out.string());
  else if (!result->nothing_ran.empty())
    return Fail(Exit::kAtFault,
                fmt::format("no mapping ran. The first reason: {}", result->nothing_ran));
  return Exit::kDone;
}

}  // namespace

void AddTune(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("tune", "Find a good mapping for a program on a machine");
  AddProgramOptions(*command, options->target, true);
  AddMachineOptions(*command, options->target);
  AddDeviceOptions(*command, options->target);
  AddRulesOption(*command, options->target);
  command
      ->add_option("--proposer", options->proposer,
                   "guided: acts on AutoGuide's suggestions (default); random: the baseline; "
                   "trace, opro: a language model (--llm) that sees how the last mapping was "
                   "made and what came of it, or the scored history (default with --llm: trace)")
      ->check(CLI::IsMember({"guided", "random", "trace", "opro"}));
  command->add_option("--iterations", options->iterations, "Proposals a run")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command
      ->add_option("--evaluations", options->evaluations,
                   "End a run after so many runs of the program; proposals that `check` "
                   "refuses or that are known cost none")
      ->check(CLI::Range(1, 1000000));
  command->add_flag("--no-check", options->no_check,
                    "Run proposals that `groma check` says would fail, too");
  command->add_option("--runs", options->runs, "Independent runs, with seeds from --seed on")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "The same seed gives the same search")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_option("--start", options->start,
                      "The mapping to start from, instead of the program's");
  command->add_option("--out", options->out,
                      "Folder for the journal, the mappings and the summary (default groma-APP)");
  command->add_flag("--resume", options->resume, "Go on with the journal in --out");
  command->add_flag("--json", options->json, "The result as JSON");
  AddModelOptions(*command, options->model);
  command->footer(
      "Examples:\n  groma tune circuit\n  groma tune --program prog.toml --machine p100x4 "
      "--iterations 20 --out tuned\n"
      "  groma tune circuit --out groma-circuit --resume\n"
      "  groma tune circuit --llm openai:qwen --llm-url http://localhost:8080\n"
      "  groma tune circuit --llm command:'./my-model.py' --dry-run\n\n"
      "Exit codes: 0 done, 1 no mapping ran, 2 wrong usage, 3 the environment.");
  command->callback([options, &context] {
    options->target.command = context.program;
    context.exit = Tune(*options);
  });
}

}  // namespace groma::cli

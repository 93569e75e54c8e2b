// `groma eval`: one evaluation of a mapping, with AutoGuide's words on it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/target.h"
#include "eval/evaluate.h"
#include "guide/guide.h"
#include "guide/metrics.h"

namespace groma::cli {
namespace {

constexpr size_t kMostCosts = 5;

struct Options {
  std::string file;
  TargetOptions target;
  double time_limit = 0;
  std::string keep;
  std::string feedback;  // a level
  bool json = false;
  bool own_mapper = false;
};

void PrintOutcome(const eval::Outcome& outcome, const guide::Feedback& feedback) {
  fmt::print("status      {}{}{}\n", eval::ToString(outcome.status),
             outcome.reason.empty() ? "" : ": ", outcome.reason);
  if (outcome.status == eval::OutcomeStatus::kOk) {
    fmt::print("throughput  {:.6g} {} ({})\n", outcome.throughput, outcome.unit,
               eval::ToString(outcome.fidelity));
    fmt::print("seconds     {:.6g} ({}; the evaluation took {:.1f} s)\n", outcome.seconds,
               eval::ToString(outcome.fidelity), outcome.wall_seconds);
    if (!outcome.time_valid) fmt::print("not valid   {}\n", outcome.reason);
  } else {
    fmt::print("ended       after {:.1f} s, with exit code {}\n", outcome.wall_seconds,
               outcome.exit_code);
  }
  for (const eval::TaskTime& task : outcome.breakdown.tasks)
    fmt::print("task        {} on {}: {} points, {}\n", task.task, task.processor, task.points,
               ToString(task.busy));
  for (const eval::Traffic& traffic : outcome.breakdown.traffic)
    fmt::print("traffic     {} -> {}: {}{} in {}{}{}{}{}\n", traffic.from, traffic.to,
               eval::Amount(traffic.bytes),
               traffic.kind == eval::Traffic::Kind::kReduction ? " reduced" : "",
               ToString(traffic.time), traffic.task.empty() ? "" : ", task ", traffic.task,
               traffic.region.empty() ? "" : ", region ", traffic.region);
  for (const eval::MemoryPeak& memory : outcome.breakdown.memories)
    fmt::print("memory      {}: {} of {}\n", memory.memory, ToString(memory.peak),
               ToString(memory.capacity));
  if (!outcome.diagnostics.empty()) fmt::print("{}\n", outcome.diagnostics);
  if (!feedback.explain.empty()) fmt::print("explain     {}\n", feedback.explain);
  if (!feedback.suggest.empty()) fmt::print("suggest     {}\n", feedback.suggest);
  for (size_t i = 0; i < feedback.costs.size() && i < kMostCosts; ++i)
    fmt::print("cost        {}\n", ToString(feedback.costs[i]));
}

nlohmann::ordered_json CostsJson(const guide::Feedback& feedback) {
  auto costs = nlohmann::ordered_json::array();
  for (const guide::Cost& cost : feedback.costs) {
    nlohmann::ordered_json one = {{"statement", nullptr},
                                  {"line", nullptr},
                                  {"seconds", cost.seconds},
                                  {"share", cost.share},
                                  {"what", cost.what}};
    if (cost.line > 0) {
      one["statement"] = cost.statement;
      one["line"] = cost.line;
    }
    costs.push_back(std::move(one));
  }
  return costs;
}

/// What rules may ask for, where it is known.
nlohmann::ordered_json MetricsJson(const guide::Metrics& metrics) {
  auto known = nlohmann::ordered_json::object();
  for (size_t i = 0; i < metrics.size(); ++i)
    if (metrics[i]) known[std::string(guide::MetricInfos()[i].name)] = *metrics[i];
  return known;
}

void PrintAsJson(const eval::Outcome& outcome, const guide::Feedback& feedback,
                 const guide::Context& context) {
  auto document = nlohmann::ordered_json::parse(eval::WriteJson(outcome));
  document["explain"] = feedback.explain;
  document["suggest"] = feedback.suggest;
  document["cases"] = feedback.rules;
  document["attribution"] = CostsJson(feedback);
  document["metrics"] = MetricsJson(guide::MetricsOf(outcome, context));
  PrintJson(document);
}

/// What feedback of level `none` says.
std::string Score(const eval::Outcome& outcome) {
  if (outcome.status != eval::OutcomeStatus::kOk)
    return fmt::format("Score: 0 ({})", eval::ToString(outcome.status));
  return fmt::format("Score: {:.5g} {}", outcome.throughput, outcome.unit);
}

Exit Evaluate(const Options& options) {
  if (options.file.empty() != options.own_mapper)
    return Fail(Exit::kUsage, "name a mapping file, or --own-mapper for the program's own mapper");
  if (IsShippedApp(options.file))
    return Fail(
        Exit::kUsage,
        fmt::format("{0} is a benchmark, and the mapping is missing: `groma eval my.map --app "
                    "{0}`, or `groma eval --own-mapper --app {0}`",
                    options.file));
  Result<eval::Program> program = FindProgram(options.target);
  if (!program) return Fail(ExitOfProgram(options.target), program.error().message);
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfProgram(options.target), app.error().message);
  Result<eval::EvaluateOptions> evaluation = EvaluationOptions(options.target, *machine);
  if (!evaluation) return Fail(Exit::kEnvironment, evaluation.error().message);
  Result<std::vector<guide::Rule>> rules = FindRules(options.target);
  if (!rules) return Fail(Exit::kEnvironment, rules.error().message);
  std::string mapping;
  if (!options.own_mapper) {
    Result<std::string> text = ReadFile(options.file);
    if (!text) return Fail(Exit::kEnvironment, text.error().message);
    mapping = *text;
    evaluation->mapping = mapping;
    evaluation->mapping_name = options.file;
  }
  evaluation->time_limit_seconds = options.time_limit;
  if (!options.keep.empty()) evaluation->keep = options.keep;

  InterruptGuard guard;
  ProgressLine progress;
  evaluation->on_progress = [&](const ProcessProgress& now) {
    progress.Show(fmt::format("{} on {}: {:.0f} s", program->name, machine->name, now.seconds));
  };
  Result<eval::Outcome> outcome = eval::Evaluate(*program, *evaluation, eval::FindInstallation());
  progress.Clear();
  if (!outcome) return Fail(Exit::kEnvironment, outcome.error().message);

  guide::Context context{*app ? &**app : nullptr, &*machine, mapping, &*rules};
  guide::Feedback feedback = guide::Explain(*outcome, context);
  if (options.json) {
    PrintAsJson(*outcome, feedback, context);
  } else if (const auto level = guide::FeedbackLevelOf(options.feedback)) {
    fmt::print("{}\n", guide::Render(feedback, *level, Score(*outcome)));
  } else {
    PrintOutcome(*outcome, feedback);
  }
  return outcome->status == eval::OutcomeStatus::kOk ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddEval(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "eval", "Evaluate a mapping once: status, throughput, where the time went");
  command->add_option("file", options->file, "The mapping file");
  AddProgramOptions(*command, options->target, false);
  AddMachineOptions(*command, options->target);
  AddDeviceOptions(*command, options->target);
  AddRulesOption(*command, options->target);
  command
      ->add_option("--time-limit", options->time_limit,
                   "Seconds of wall time, instead of the program file's")
      ->check(AboveZero());
  command->add_option("--keep", options->keep,
                      "Keep the run's files (logs, machine, mapping) in this folder");
  command->add_flag("--own-mapper", options->own_mapper, "No mapping: the program's own mapper");
  std::vector<std::string> levels;
  for (const guide::FeedbackLevel level : guide::kFeedbackLevels)
    levels.emplace_back(guide::ToString(level));
  auto* feedback = command
                       ->add_option("--feedback", options->feedback,
                                    "Print AutoGuide's words alone, at this level (each has what "
                                    "those before have)")
                       ->check(CLI::IsMember(levels));
  command->add_flag("--json", options->json, "The outcome as JSON")->excludes(feedback);
  command->footer("Example:\n  groma eval my.map --app circuit --machine p100x4 --json");
  command->callback([options, &context] {
    options->target.command = context.program;
    context.exit = Evaluate(*options);
  });
}

}  // namespace groma::cli

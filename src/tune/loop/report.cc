// What a tuning tells at its end: JSON for programs, a summary for people.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tune/loop/loop.h"

namespace groma::tune {
namespace {

using nlohmann::json;

json Baseline(const Evaluation& evaluation) {
  return {{"throughput", evaluation.outcome.throughput},
          {"status", eval::ToString(evaluation.outcome.status)},
          {"seconds", evaluation.outcome.seconds}};
}

json ToJson(const Run& run) {
  json evaluations = json::array();
  for (const Evaluation& one : run.evaluations)
    evaluations.push_back({{"iteration", one.iteration},
                           {"status", eval::ToString(one.outcome.status)},
                           {"throughput", one.outcome.throughput},
                           {"source", ToString(one.source)},
                           {"seconds", one.outcome.seconds},
                           {"wall_seconds", one.outcome.wall_seconds},
                           {"reason", one.reason},
                           {"explain", one.feedback.explain},
                           {"suggest", one.feedback.suggest}});
  return {{"seed", run.seed},
          {"best",
           {{"throughput", run.best.throughput},
            {"iteration", run.best.iteration},
            {"mapping", run.best.mapping}}},
          {"evaluations", evaluations},
          {"ended", run.ended}};
}

/// Unit and fidelity of the first evaluation that has them.
const eval::Outcome& Sample(const TuneResult& result) {
  const eval::Outcome* sample = &result.start.outcome;
  for (const Run& run : result.runs)
    for (const Evaluation& one : run.evaluations)
      if (sample->status != eval::OutcomeStatus::kOk) sample = &one.outcome;
  return *sample;
}

std::string Figure(double throughput, const std::string& unit) {
  return fmt::format("{:.5g}{}{}", throughput, unit.empty() ? "" : " ", unit);
}

/// "4.21 GFLOP/s", or why there is none.
std::string Shown(const eval::Outcome& outcome) {
  if (outcome.status == eval::OutcomeStatus::kOk)
    return Figure(outcome.throughput, outcome.unit) + (outcome.time_valid ? "" : " (not valid)");
  return std::string(eval::ToString(outcome.status));
}

/// "1.34 times the expert's", or nothing where there is nothing to compare.
std::string Ratio(double throughput, const Evaluation& other) {
  if (other.outcome.throughput <= 0 || throughput <= 0) return "";
  return fmt::format("  (best is {:.2f} times that)", throughput / other.outcome.throughput);
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Long lines broken at blanks, what follows below the first.
std::string Wrapped(const std::string& line) {
  constexpr size_t kIndent = 32, kWidth = 88;
  std::istringstream words(line);
  std::string text;
  size_t column = 0;
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > kWidth) {
      text += "\n" + std::string(kIndent, ' ');
      column = 0;
    }
    text += (column > 0 ? " " : "") + word;
    column += word.size() + (column > 0 ? 1 : 0);
  }
  return text;
}

/// Why an evaluation failed, as far as it is known.
std::string Why(const Evaluation& step) {
  const std::string& why = step.outcome.reason.empty() ? step.feedback.raw : step.outcome.reason;
  return FirstLine(why);
}

/// The throughput, 0 where there is none that can be trusted.
double Trusted(const eval::Outcome& outcome) { return Level(outcome) > 0 ? outcome.throughput : 0; }

/// 1 where `a` is more than 1 % above `b`, -1 where it is more than 1 % below, else 0.
int Compare(double a, double b) { return a > b * 1.01 ? 1 : b > a * 1.01 ? -1 : 0; }

/// How far a step brought its run, in words.
std::string Effect(const Evaluation& step, double best_before) {
  const double throughput = Trusted(step.outcome);
  if (throughput <= 0) return Why(step).empty() ? "failed" : "failed, " + Why(step);
  const int change = Compare(throughput, best_before);
  return change > 0 ? "better" : change == 0 ? "as good" : "worse";
}

void AppendRun(const TuneResult& result, const Run& run, std::string& text) {
  const bool several = result.runs.size() > 1;
  text += several ? fmt::format("\nSteps of the run with seed {}", run.seed) : "\nSteps";
  text +=
      ": what was tried and why. Better, as good (within 1 %) or worse than the best before it.\n";
  double best = Trusted(result.start.outcome);
  text += fmt::format(
      "  start  {:<22} {}\n", Shown(result.start.outcome),
      Wrapped((best <= 0 ? "[" + Effect(result.start, 0) + "] " : "") + "the start mapping"));
  for (const Evaluation& step : run.evaluations) {
    text += fmt::format("  {:>5}  {:<22} {}\n", step.iteration, Shown(step.outcome),
                        Wrapped("[" + Effect(step, best) + "] " + FirstLine(step.reason)));
    best = std::max(best, Trusted(step.outcome));
  }
  if (run.ended != "budget") text += fmt::format("  ended: {}\n", run.ended);
}

/// What it means when Legion's default mapper does as well; nothing when it does not.
std::string OnDefault(const TuneResult& result) {
  const double theirs = Trusted(result.default_mapper->outcome);
  if (theirs <= 0 || Compare(result.best.throughput, theirs) > 0) return "";
  if (Compare(result.best.throughput, theirs) == 0)
    return "Legion's default mapper is as good as the best mapping found: here the program gains "
           "nothing from a\nmapping of its own.\n";
  return "Legion's default mapper is better than every mapping tried: run the program without a "
         "mapping, or let the\nsearch go on with --resume and more --iterations.\n";
}

std::string_view WhatFiguresAre(eval::Fidelity fidelity) {
  switch (fidelity) {
    case eval::Fidelity::kMeasured:
      return "measured on this machine";
    case eval::Fidelity::kModelled:
      return "the real Legion runtime on virtual GPUs, time modelled";
    case eval::Fidelity::kSimulated:
      return "simulated";
  }
  return "";
}

/// The best mapping and where it came from, or that there is none.
std::string BestLine(const TuneResult& result, const std::string& unit) {
  if (!result.nothing_ran.empty())
    return "Best found       none: no mapping ran\n" +
           fmt::format("First reason     {}\n", Wrapped(result.nothing_ran));
  std::string text = fmt::format("Best found       {}", Figure(result.best.throughput, unit));
  if (result.best.iteration == 0) return text + "  the start mapping: nothing better was found\n";
  text += fmt::format("  iteration {}", result.best.iteration);
  if (result.runs.size() > 1)
    text += fmt::format(" of seed {}", result.runs[static_cast<size_t>(result.best_run)].seed);
  return text + '\n';
}

json BestJson(const TuneResult& result) {
  if (!result.nothing_ran.empty()) return nullptr;
  return {{"throughput", result.best.throughput},
          {"mapping", result.best.mapping},
          {"run", result.best_run},
          {"iteration", result.best.iteration}};
}

json LedgerJson(const Ledger& ledger) {
  return {{"proposals", ledger.proposals},
          {"refused", ledger.refused},
          {"unreadable", ledger.unreadable},
          {"repeated", ledger.repeated},
          {"runs", ledger.runs},
          {"run_seconds", ledger.run_seconds},
          {"model_calls", ledger.model_calls},
          {"prompt_tokens", ledger.model.prompt_tokens},
          {"completion_tokens", ledger.model.completion_tokens},
          {"model_seconds", ledger.model.seconds},
          {"cost", ledger.model.cost}};
}

/// What it took, in a line or two.
std::string LedgerText(const Ledger& ledger) {
  std::string text = fmt::format("Took             {} proposals: {} run in {:.0f} s",
                                 ledger.proposals, ledger.runs, ledger.run_seconds);
  if (ledger.refused > 0) text += fmt::format(", {} refused by check", ledger.refused);
  if (ledger.unreadable > 0) text += fmt::format(", {} not readable", ledger.unreadable);
  if (ledger.repeated > 0) text += fmt::format(", {} known already", ledger.repeated);
  if (ledger.model_calls > 0)
    text += fmt::format("\n                 {} calls of the model: {} + {} tokens in {:.0f} s",
                        ledger.model_calls, ledger.model.prompt_tokens,
                        ledger.model.completion_tokens, ledger.model.seconds);
  if (ledger.model.cost > 0) text += fmt::format(", cost {:.4f}", ledger.model.cost);
  return text + "\n";
}

json FilesJson(const TuneResult& result) {
  const bool best = !result.best_mapping_file.empty();
  return {{"best", best ? json(result.best_mapping_file.string()) : json(nullptr)},
          {"journal", result.journal_file.string()},
          {"summary", result.summary_file.string()}};
}

}  // namespace

std::string WhyFailed(const Evaluation& evaluation) {
  const std::string status(eval::ToString(evaluation.outcome.status)), why = Why(evaluation);
  return why.empty() ? status : status + ": " + why;
}

std::string WriteJson(const TuneResult& result) {
  const eval::Outcome& sample = Sample(result);
  json runs = json::array();
  for (const Run& run : result.runs) runs.push_back(ToJson(run));
  const json value = {
      {"app", result.options.app_name},
      {"machine", result.options.machine_name},
      {"proposer", result.options.proposer_name},
      {"evaluator", result.options.evaluator_name},
      {"unit", sample.unit},
      {"fidelity", eval::ToString(sample.fidelity)},
      {"stopped", result.stopped},
      {"start", Baseline(result.start)},
      {"expert", result.expert ? Baseline(*result.expert) : json(nullptr)},
      {"default", result.default_mapper ? Baseline(*result.default_mapper) : json(nullptr)},
      {"runs", runs},
      {"ledger", LedgerJson(result.ledger)},
      {"best", BestJson(result)},
      {"nothing_ran", result.nothing_ran.empty() ? json(nullptr) : json(result.nothing_ran)},
      {"files", FilesJson(result)}};
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string WriteSummary(const TuneResult& result) {
  const Options& options = result.options;
  const eval::Outcome& sample = Sample(result);
  std::string text =
      fmt::format("Tuning {} on {} with the {} proposer: {} {} of {} proposals.\n",
                  options.app_name, options.machine_name, options.proposer_name, options.runs,
                  options.runs == 1 ? "run" : "runs", options.iterations);
  text += fmt::format("Figures: {}.\n\n", WhatFiguresAre(sample.fidelity));
  text += BestLine(result, sample.unit);
  const auto line = [&](const char* name, const Evaluation& other) {
    text += fmt::format("{:<16} {}{}\n", name, Shown(other.outcome),
                        Ratio(result.best.throughput, other));
  };
  if (result.expert) line("Expert's", *result.expert);
  line("Start", result.start);
  if (result.default_mapper) line("Legion's default", *result.default_mapper);
  if (result.ledger.proposals > 0) text += LedgerText(result.ledger);
  if (result.default_mapper) text += OnDefault(result);
  for (const Run& run : result.runs) AppendRun(result, run, text);
  if (!options.start_diagnostics.empty())
    text += "\nWhat check says of the start mapping:\n" + options.start_diagnostics;
  if (result.stopped) text += fmt::format("\nStopped. Go on with: the same command and --resume\n");
  const std::string best =
      result.best_mapping_file.empty() ? "" : result.best_mapping_file.string() + " (best), ";
  text += fmt::format("\nFiles: {}iter-*.map (every mapping), {} (journal), {} (this)\n", best,
                      result.journal_file.string(), result.summary_file.string());
  return text;
}

}  // namespace groma::tune

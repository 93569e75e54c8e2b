#include "tune/loop/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/files.h"
#include "base/process.h"
#include "tune/journal/journal.h"
#include "tune/propose/canonical.h"

namespace groma::tune {
namespace {

/// A tuning under way.
class Tuning {
 public:
  Tuning(const Options& options, const Evaluator& evaluate, const ProposerFactory& make_proposer)
      : options_(options), evaluate_(evaluate), make_proposer_(make_proposer) {}

  Result<TuneResult> Run() {
    if (Status status = Prepare(); !status) return status.error();
    result_.options = options_;
    if (Status status = Baselines(); !status) return status.error();
    for (int run = 0; run < options_.runs && !result_.stopped; ++run)
      if (Status status = RunOne(run); !status) return status.error();
    Conclude();
    if (Status status = WriteFiles(); !status) return status.error();
    return std::move(result_);
  }

 private:
  // ---- the folder and the journal ----

  Settings WantedSettings() const {
    return {options_.app_name,       options_.machine_name, options_.proposer_name,
            options_.evaluator_name, Hash(options_.start),  options_.seed,
            options_.program};
  }

  Status Prepare() {
    std::error_code error;
    if (std::filesystem::exists(options_.out, error) &&
        !std::filesystem::is_directory(options_.out, error))
      return Error{fmt::format("{} is a file, and --out is a folder. Give another --out.",
                               options_.out.string())};
    if (!options_.resume) std::filesystem::create_directories(options_.out, error);
    if (error && !options_.resume)
      return Error{fmt::format("The folder {} cannot be made: {}. Give another --out.",
                               options_.out.string(), error.message())};
    const std::filesystem::path file = options_.out / "journal.db";
    Result<Journal> journal = options_.resume
                                  ? Journal::Open(file)
                                  : Journal::Create(file, WantedSettings(), options_.journal_bytes);
    if (!journal) return journal.error();
    journal_.emplace(std::move(journal).value());
    result_.journal_file = file;
    if (options_.conversation != nullptr)
      if (Status status = options_.conversation->Attach(&*journal_); !status) return status;
    return options_.resume ? ReadBack() : Status(Done{});
  }

  /// Reads what an earlier process recorded; refuses to go on with something else.
  Status ReadBack() {
    const Result<Settings> there = journal_->ReadSettings();
    if (!there) return there.error();
    const Settings wanted = WantedSettings();
    std::string differences;
    const auto compare = [&](const char* what, const std::string& was, const std::string& is) {
      if (was != is) differences += fmt::format(" {} was {} and is {} now;", what, was, is);
    };
    compare("the application", there->app, wanted.app);
    compare("the machine", there->machine, wanted.machine);
    compare("the proposer", there->proposer, wanted.proposer);
    compare("the evaluator", there->evaluator, wanted.evaluator);
    compare("the start mapping", there->start_hash, wanted.start_hash);
    compare("the seed", std::to_string(there->seed), std::to_string(wanted.seed));
    differences += Differences(there->program, wanted.program);
    if (!differences.empty()) {
      differences.back() = '.';
      return Error{
          fmt::format("{} belongs to another tuning:{} Ask for the same, or give another "
                      "--out.",
                      journal_->file().string(), differences)};
    }
    Result<std::vector<Entry>> entries = journal_->ReadEntries();
    if (!entries) return entries.error();
    stored_ = std::move(entries).value();
    return Done{};
  }

  const Entry* Stored(Role role, int run, int iteration) const {
    for (const Entry& entry : stored_)
      if (entry.role == role && entry.run == run && entry.iteration == iteration) return &entry;
    return nullptr;
  }

  // ---- evaluations ----

  bool StopWanted() const {
    return Interrupted() != 0 || (options_.stop != nullptr && options_.stop->load());
  }

  static int64_t NowMilliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  void Tell(Progress::Kind kind, const Entry& entry, double best, bool replayed) const {
    if (!options_.progress) return;
    Progress progress;
    progress.kind = kind;
    if (entry.role != Role::kProposal) progress.what = ToString(entry.role);
    progress.run = entry.run;
    progress.iteration = entry.iteration;
    progress.iterations = options_.iterations;
    progress.reason = entry.reason;
    if (kind == Progress::Kind::kEvaluated) progress.outcome = &entry.outcome;
    progress.best = best;
    progress.replayed = replayed;
    options_.progress(progress);
  }

  static Evaluation FromEntry(Entry entry) {
    return {entry.iteration,          std::move(entry.mapping),  std::move(entry.reason),
            std::move(entry.outcome), std::move(entry.feedback), entry.source};
  }

  /// An evaluation of the same mapping; nothing when there is none yet.
  const Entry* Earlier(const Entry& entry) const {
    const auto found = evaluated_.find(entry.hash);
    return found == evaluated_.end() ? nullptr : &found->second;
  }

  /// What is known of a proposal without a run: nothing, or the outcome and where it is from.
  bool KnownWithoutRun(Entry& entry) const {
    if (entry.role != Role::kProposal) return false;
    if (entry.source == Source::kReply) return true;
    if (const Entry* earlier = Earlier(entry)) {
      entry.source = Source::kEarlier;
      entry.outcome = earlier->outcome;
      return true;
    }
    if (!options_.check) return false;
    std::optional<eval::Outcome> refused = options_.check(entry.mapping);
    if (!refused) return false;
    entry.source = Source::kCheck;
    entry.outcome = std::move(*refused);
    return true;
  }

  /// Runs it, or says what is known without; false when stopped.
  Result<bool> FindOutcome(Entry& entry, const std::function<Result<eval::Outcome>()>& run) const {
    if (KnownWithoutRun(entry)) return true;
    Result<eval::Outcome> outcome = run();
    // What spoilt the modelled time (a thread that slept) may have been chance.
    if (outcome && !outcome->time_valid && outcome->status == eval::OutcomeStatus::kOk &&
        !StopWanted())
      outcome = run();
    // Ctrl-C reaches the program too: what it did then says nothing of the mapping.
    if (StopWanted()) return false;
    if (!outcome) return outcome.error();
    entry.outcome = std::move(outcome).value();
    return true;
  }

  /// Evaluates and records one mapping, or takes it from the journal. Empty when stopped.
  Result<std::optional<Evaluation>> Evaluate(Entry entry, double best,
                                             const std::function<Result<eval::Outcome>()>& run) {
    if (const Entry* stored = Stored(entry.role, entry.run, entry.iteration)) {
      Tell(Progress::Kind::kEvaluated, *stored, Better(best, stored->outcome), true);
      Count(*stored);
      return std::optional(FromEntry(*stored));
    }
    if (StopWanted()) return std::optional<Evaluation>();
    Tell(entry.role == Role::kProposal ? Progress::Kind::kProposal : Progress::Kind::kBaseline,
         entry, best, false);
    entry.started_ms = NowMilliseconds();
    entry.hash = Hash(Canonical(entry.mapping));
    const Result<bool> found = FindOutcome(entry, run);
    if (!found) return found.error();
    if (!*found) return std::optional<Evaluation>();
    entry.finished_ms = NowMilliseconds();
    guide::Context context = options_.context;
    context.mapping = entry.mapping;
    entry.feedback = guide::Explain(entry.outcome, context);
    if (Status status = journal_->Append(entry); !status) return status.error();
    Tell(Progress::Kind::kEvaluated, entry, Better(best, entry.outcome), false);
    Count(entry);
    return std::optional(FromEntry(std::move(entry)));
  }

  void Count(const Entry& entry) {
    if (entry.role != Role::kDefault && entry.source == Source::kRun)
      evaluated_.emplace(entry.hash, entry);
    if (entry.role != Role::kProposal) return;
    Ledger& ledger = result_.ledger;
    ++ledger.proposals;
    ledger.refused += entry.source == Source::kCheck ? 1 : 0;
    ledger.unreadable += entry.source == Source::kReply ? 1 : 0;
    ledger.repeated += entry.source == Source::kEarlier ? 1 : 0;
    if (entry.source != Source::kRun) return;
    ++ledger.runs;
    ledger.run_seconds += entry.outcome.wall_seconds;
  }

  static double Better(double best, const eval::Outcome& outcome) {
    return Level(outcome) > 0 ? std::max(best, outcome.throughput) : best;
  }

  /// The throughput, 0 where there is none that can be trusted.
  static double Trusted(const eval::Outcome& outcome) { return Better(0, outcome); }

  Result<std::optional<Evaluation>> EvaluateMapping(Entry entry, double best) {
    const std::string mapping = entry.mapping;
    return Evaluate(std::move(entry), best, [&] { return evaluate_(mapping); });
  }

  Status Baselines() {
    Entry entry;
    entry.role = Role::kStart;
    entry.mapping = options_.start;
    entry.reason = "the start mapping";
    Result<std::optional<Evaluation>> start = EvaluateMapping(entry, 0);
    if (!start) return start.error();
    if (!*start) return Stop();
    result_.start = **start;
    result_.start_known = true;
    if (options_.expert) {
      entry.role = Role::kExpert;
      entry.mapping = *options_.expert;
      entry.reason = "the expert's mapping, for comparison";
      Result<std::optional<Evaluation>> expert = EvaluateMapping(entry, 0);
      if (!expert) return expert.error();
      if (!*expert) return Stop();
      result_.expert = **expert;
    }
    if (options_.evaluate_default) {
      entry.role = Role::kDefault;
      entry.mapping.clear();
      entry.reason = "Legion's default mapper, for comparison";
      Result<std::optional<Evaluation>> evaluation = Evaluate(entry, 0, options_.evaluate_default);
      if (!evaluation) return evaluation.error();
      if (!*evaluation) return Stop();
      result_.default_mapper = **evaluation;
    }
    return Done{};
  }

  Status Stop() {
    result_.stopped = true;
    return Done{};
  }

  // ---- one run ----

  bool EvaluationsSpent(const tune::Run& run) const {
    const auto runs =
        std::count_if(run.evaluations.begin(), run.evaluations.end(),
                      [](const Evaluation& one) { return one.source == Source::kRun; });
    return options_.evaluations > 0 && runs >= options_.evaluations;
  }

  Status RunOne(int number) {
    tune::Run& run = result_.runs.emplace_back();
    run.seed = options_.seed + static_cast<uint64_t>(number);
    const std::unique_ptr<Proposer> proposer = make_proposer_(run.seed);
    History history = {result_.start};
    run.ended = "budget";
    for (int iteration = 1; iteration <= options_.iterations && !EvaluationsSpent(run);
         ++iteration) {
      Entry entry;
      entry.run = number;
      entry.iteration = iteration;
      entry.seed = run.seed;
      if (const Entry* stored = Stored(Role::kProposal, number, iteration)) {
        entry.mapping = stored->mapping;
      } else if (StopWanted()) {
        run.ended = "stopped";
        result_.stopped = true;
        break;
      } else {
        if (options_.conversation != nullptr) options_.conversation->Begin(number, iteration);
        Next next = proposer->Propose(history);
        if (StopWanted()) {  // a model's answer that was cut short is none
          run.ended = "stopped";
          result_.stopped = true;
          break;
        }
        if (const auto* nothing = std::get_if<NothingLeft>(&next)) {
          run.ended = nothing->reason;
          break;
        }
        if (auto* unreadable = std::get_if<Unreadable>(&next)) {
          entry.mapping = std::move(unreadable->mapping);
          entry.reason = unreadable->reason;
          entry.outcome.status = eval::OutcomeStatus::kMappingError;
          entry.outcome.reason = std::move(unreadable->reason);
          entry.source = Source::kReply;
        } else {
          entry.mapping = std::move(std::get<Proposal>(next).mapping);
          entry.reason = std::move(std::get<Proposal>(next).reason);
        }
      }
      if (Status status = WriteFile(MappingFile(number, iteration), entry.mapping); !status)
        return status.error();
      const double best = Trusted(history[static_cast<size_t>(BestOf(history))].outcome);
      Result<std::optional<Evaluation>> evaluation = EvaluateMapping(std::move(entry), best);
      if (!evaluation) return evaluation.error();
      if (!*evaluation) {
        run.ended = "stopped";
        result_.stopped = true;
        break;
      }
      history.push_back(**evaluation);
      run.evaluations.push_back(std::move(**evaluation));
    }
    const Evaluation& best = history[static_cast<size_t>(std::max(0, FastestOf(history)))];
    run.best = {Trusted(best.outcome), best.iteration, best.mapping};
    return Done{};
  }

  std::filesystem::path MappingFile(int run, int iteration) const {
    const std::string name = fmt::format("iter-{:02d}.map", iteration);
    if (options_.runs == 1) return options_.out / name;
    return options_.out / fmt::format("run-{}-{}", run + 1, name);
  }

  // ---- the end ----

  void Conclude() {
    History all = {result_.start};
    std::vector<int> run_of = {0};
    for (size_t i = 0; i < result_.runs.size(); ++i)
      for (const Evaluation& evaluation : result_.runs[i].evaluations) {
        all.push_back(evaluation);
        run_of.push_back(static_cast<int>(i));
      }
    const auto fastest = static_cast<size_t>(std::max(0, FastestOf(all)));
    result_.best = {Trusted(all[fastest].outcome), all[fastest].iteration, all[fastest].mapping};
    result_.best_run = run_of[fastest];
    const bool any_ran = std::any_of(all.begin(), all.end(), [](const Evaluation& one) {
      return one.outcome.status == eval::OutcomeStatus::kOk;
    });
    if (result_.start_known && !any_ran) result_.nothing_ran = WhyFailed(result_.start);
    if (options_.conversation == nullptr) return;
    result_.ledger.model_calls = options_.conversation->calls();
    result_.ledger.model = options_.conversation->spent();
  }

  Status WriteFiles() {
    if (!result_.start_known) return Done{};
    result_.summary_file = options_.out / "summary.txt";
    if (result_.nothing_ran.empty()) {
      result_.best_mapping_file = options_.out / "best.map";
      if (Status status = WriteFile(result_.best_mapping_file, result_.best.mapping); !status)
        return status;
    }
    return WriteFile(result_.summary_file, WriteSummary(result_));
  }

  const Options& options_;
  const Evaluator& evaluate_;
  const ProposerFactory& make_proposer_;
  std::optional<Journal> journal_;
  std::vector<Entry> stored_;
  std::map<std::string, Entry> evaluated_;  // by hash
  TuneResult result_;
};

}  // namespace

Result<TuneResult> Tune(const Options& options, const Evaluator& evaluate,
                        const ProposerFactory& make_proposer) {
  return Tuning(options, evaluate, make_proposer).Run();
}

}  // namespace groma::tune

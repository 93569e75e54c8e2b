// The tuning loop: evaluates the start, the expert's and Legion's default mapper, then what a
// proposer proposes, within a budget; keeps a journal, so that it can be stopped and resumed.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/outcome.h"
#include "guide/guide.h"
#include "llm/budget.h"
#include "tune/journal/identity.h"
#include "tune/loop/conversation.h"
#include "tune/propose/proposer.h"

namespace groma::tune {

/// Evaluates a mapping text; asked again, once, when the modelled time came out as not valid. An
/// Error is the environment's fault (no runtime, no program) and ends the tuning; whatever the
/// mapping or the program does wrong is an Outcome.
using Evaluator = std::function<Result<eval::Outcome>(const std::string& mapping)>;
/// One proposer a run, by its seed.
using ProposerFactory = std::function<std::unique_ptr<Proposer>(uint64_t seed)>;

/// What happens, as it happens.
struct Progress {
  enum class Kind { kBaseline, kProposal, kEvaluated };
  Kind kind = Kind::kProposal;
  std::string what;                        // "start", "expert", "default", or "" for an iteration
  int run = 0;                             // 0-based
  int iteration = 0;                       // 1-based; 0 for baselines
  int iterations = 0;                      // budget
  std::string reason;                      // of the proposal
  const eval::Outcome* outcome = nullptr;  // kEvaluated: valid during the call
  double best = 0;                         // best throughput of the run so far
  bool replayed = false;                   // taken from the journal
};

struct Options {
  std::string app_name, machine_name, proposer_name, evaluator_name;  // for the journal and report
  Identity program;  // what decides the figures; resuming with another one is refused
  int iterations = 10;
  int runs = 1;
  uint64_t seed = 1;          // run r uses seed + r
  std::filesystem::path out;  // made when missing; holds journal.db and the files of the report
  bool resume = false;        // go on with out/journal.db; without it a journal there is an error
  std::string start;          // the mapping text to start from
  std::string start_diagnostics;      // what check says of it, for the summary; empty: nothing
  std::optional<std::string> expert;  // evaluated for comparison only: proposers never see it
  std::function<Result<eval::Outcome>()> evaluate_default;  // no mapping; empty: not evaluated
  int64_t journal_bytes = 0;                                // > 0: the journal may not grow beyond
  /// What `check` finds in a mapping that would fail: the outcome, without a run. Empty: proposals
  /// are run whatever they say.
  std::function<std::optional<eval::Outcome>(const std::string& mapping)> check;
  int evaluations = 0;                      // > 0: a run ends when so many proposals were run
  Conversation* conversation = nullptr;     // of the proposers, where they ask a model
  guide::Context context;                   // for AutoGuide; its mapping is filled in by the loop
  const std::atomic<bool>* stop = nullptr;  // set by Ctrl-C; the evaluation under way is dropped
  std::function<void(const Progress&)> progress;
};

struct Best {
  double throughput = 0;
  int iteration = 0;  // 0: the start mapping is the best
  std::string mapping;
};

/// What a tuning took. Baselines are not in it.
struct Ledger {
  int proposals = 0;
  int refused = 0;     // by check
  int unreadable = 0;  // replies
  int repeated = 0;    // decided the same as an earlier one
  int runs = 0;
  double run_seconds = 0;  // wall time of the runs
  int64_t model_calls = 0;
  llm::Spent model;
};

struct Run {
  uint64_t seed = 0;
  Best best;
  std::vector<Evaluation> evaluations;  // proposals alone, iterations 1…
  std::string ended;                    // why: "budget", or what the proposer said
};

/// Everything that a report needs.
struct TuneResult {
  Options options;
  Evaluation start;
  std::optional<Evaluation> expert, default_mapper;
  std::vector<Run> runs;
  int best_run = 0;
  Best best;
  Ledger ledger;
  bool stopped = false;      // by Ctrl-C: `resume` continues
  bool start_known = false;  // false: stopped before the start was evaluated
  std::string nothing_ran;   // why, when neither the start nor a proposal ran: `best` means nothing
                             // then, and there is no best_mapping_file. Else empty
  std::filesystem::path best_mapping_file, journal_file, summary_file;
};

/// Runs it. Errors: the folder or the journal cannot be used, the evaluator's environment failed.
/// What was evaluated by then is in the journal.
Result<TuneResult> Tune(const Options& options, const Evaluator& evaluate,
                        const ProposerFactory& make_proposer);

/// The keys of `groma tune --json` (design: start, expert, default, runs, best; more beside them).
std::string WriteJson(const TuneResult& result);
/// One line: why the evaluation failed, with its status first ("crashed: …"). For one that did not
/// fail, its status.
std::string WhyFailed(const Evaluation& evaluation);
/// For people: the best mapping, its throughput against the others, why each step was taken, where
/// the files are.
std::string WriteSummary(const TuneResult& result);

}  // namespace groma::tune

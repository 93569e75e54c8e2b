// The built-in proposer: a hill climb that asks AutoGuide first.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/check.h"
#include "mapping/new_mapping.h"
#include "tune/propose/canonical.h"
#include "tune/propose/catalogue.h"
#include "tune/propose/moves.h"

namespace groma::tune {
namespace {

constexpr int kMostRepairs = 2;       // in a row, once something has run
constexpr int kMostFirstRepairs = 6;  // while nothing has run yet

/// What is known of an evaluation beside its outcome.
struct Step {
  std::string text;
  Decisions decisions;
  int base = -1;                  // the evaluation that it was made from
  std::vector<std::string> keys;  // of the moves that led here from the base
  Family family = Family::kRepair;
  bool advised = false;  // AutoGuide asked for it
  int repairs = 0;       // how many repairs in a row led here
};

std::string Milliseconds(double seconds) { return fmt::format("{:.1f} ms", 1000 * seconds); }

/// A careful first mapping for the problem, as `groma new` writes it.
Decisions Plain(const Problem& problem) {
  return FromText(mapping::NewMapping(problem.app, machine::Shape(problem.machine)));
}

class Guided : public Proposer {
 public:
  Guided(Problem problem, uint64_t seed)
      : problem_(std::move(problem)), seed_(seed), catalogue_(problem_) {}

  std::string_view name() const override { return "guided"; }

  Next Propose(const History& history) override {
    CHECK(!history.empty(), "the history begins with the start mapping");
    CatchUp(history);
    if (!next_) Search(history);
    if (!next_)
      return NothingLeft{
          "every change of the best mapping, and every pair of them, has been tried"};
    return Proposal{next_->text, reason_};
  }

 private:
  // ---- what has happened ----

  /// Brings steps_ up to the history. Going through it call by call or at once gives the same.
  void CatchUp(const History& history) {
    while (steps_.size() < history.size()) {
      const std::string& text = history[steps_.size()].mapping;
      if (!steps_.empty() && !next_)
        Search(History(history.begin(), history.begin() + static_cast<long>(steps_.size())));
      if (next_ && next_->text == text) {
        steps_.push_back(std::move(*next_));
      } else {
        Step foreign;
        foreign.text = text;
        foreign.decisions = FromText(text);
        steps_.push_back(std::move(foreign));
      }
      next_.reset();
      catalogue_.Add(text);
      Learn(history, steps_.size() - 1);
    }
  }

  void Learn(const History& history, size_t at) {
    const Step& step = steps_[at];
    if (const auto view = View::Of(step.text, problem_))
      for (std::string& key : KeysInEffect(*view, problem_)) tried_.insert(std::move(key));
    if (step.base < 0) return;
    const int64_t level = Level(history[at].outcome);
    const bool better = level > Level(history[static_cast<size_t>(step.base)].outcome);
    for (const std::string& key : step.keys) {
      tried_.insert(key);
      if (level == 0 && step.keys.size() == 1) failed_.insert(key);
    }
    ++tries_[step.family];
    if (better) ++gains_[step.family];
  }

  // ---- what to try next ----

  void Search(const History& history) {
    const int best = BestOf(history);
    const bool something_runs = best >= 0 && Level(history[static_cast<size_t>(best)].outcome) > 0;
    if (Repair(history, something_runs)) return;
    if (!something_runs) {
      if (Offer(plain_, Child(0, {"plain"}), "a plain first mapping")) return;
      if (Offer(PlainInZeroCopy(), Child(0, {"plain ZCMEM"}), "everything in zero-copy memory"))
        return;
    }
    if (something_runs && Advised(history, best)) return;
    if (Around(history, best, something_runs)) return;
    if (Pairs(history, best, something_runs)) return;
    for (const int other : ByLevel(history))
      if (other != best && Around(history, other, something_runs)) return;
  }

  Decisions PlainInZeroCopy() const {
    Decisions plain = plain_;
    for (RegionDecision& region : plain.regions)
      if (region.processor == "GPU") region.memories = {"ZCMEM"};
    return plain;
  }

  Step Child(int base, std::vector<std::string> keys) const {
    Step step;
    step.base = base;
    step.keys = std::move(keys);
    return step;
  }

  /// Takes the decisions as the next proposal if they are new and legal.
  bool Offer(Decisions decisions, Step step, std::string reason) {
    const std::string bare = Print(decisions);
    if (!catalogue_.IsNewAndLegal(bare)) return false;
    step.text = Print(decisions,
                      {fmt::format("guided, seed {}, iteration {}", seed_, steps_.size()), reason});
    step.decisions = std::move(decisions);
    next_ = std::move(step);
    reason_ = std::move(reason);
    return true;
  }

  /// The last evaluation failed: what AutoGuide says against it, on top of it.
  bool Repair(const History& history, bool something_runs) {
    const size_t last = history.size() - 1;
    if (Level(history[last].outcome) > 0) return false;
    const Step& step = steps_[last];
    if (step.repairs >= (something_runs ? kMostRepairs : kMostFirstRepairs)) return false;
    // A neighbour that fails is one that was worth a try, no more.
    if (something_runs && !step.advised) return false;
    const int base = static_cast<int>(last);
    Step repaired = Child(base, {"legal"});
    repaired.repairs = step.repairs + 1;
    repaired.advised = true;
    if (Offer(step.decisions, repaired, "the same without what is not legal in it")) return true;
    for (const guide::Action& action : history[last].feedback.actions) {
      std::optional<Move> move = FromAction(action, step.decisions, problem_);
      if (!move) continue;
      repaired.keys = {move->Key()};
      if (Offer(std::move(move->result), repaired,
                "AutoGuide against this failure: " + move->reason))
        return true;
    }
    return false;
  }

  /// What AutoGuide says of the best: all of it at once, then one by one.
  bool Advised(const History& history, int best) {
    const auto base = static_cast<size_t>(best);
    std::vector<guide::Action> actions = history[base].feedback.actions;
    std::erase_if(actions, [](const guide::Action& action) { return action.seconds <= 0; });
    Step step = Child(best, {});
    step.advised = true;
    if (actions.size() > 1) {
      Decisions all = steps_[base].decisions;
      std::string changes;
      double seconds = 0;
      std::set<std::string> decided;  // of contradicting ones the more promising comes first
      for (const guide::Action& action : actions) {
        if (!decided.insert(fmt::format("{} {}", action.task, action.region)).second) continue;
        std::optional<Move> move = FromAction(action, all, problem_);
        if (!move) continue;
        all = std::move(move->result);
        step.keys.push_back(move->Key());
        changes += (changes.empty() ? "" : "; ") + move->reason;
        seconds += action.seconds;
      }
      const std::string reason = fmt::format(
          "AutoGuide on {}, all at once, to save up to {} of its {}: {}", NameOf(history, best),
          Milliseconds(seconds), Milliseconds(history[base].outcome.seconds), changes);
      if (Offer(std::move(all), step, reason)) return true;
    }
    for (const guide::Action& action : actions) {
      std::optional<Move> move = FromAction(action, steps_[base].decisions, problem_);
      if (!move || failed_.contains(move->Key())) continue;
      step.keys = {move->Key()};
      if (Offer(std::move(move->result), step,
                fmt::format("AutoGuide on {}: {}", NameOf(history, best), move->reason)))
        return true;
    }
    return false;
  }

  /// The neighbours of an evaluation: those never tried before, then those tried elsewhere.
  bool Around(const History& history, int at, bool something_runs) {
    std::vector<Move> moves = MovesAround(history, at, something_runs);
    for (const bool again : {false, true})
      for (Move& move : moves)
        if (tried_.contains(move.Key()) == again && !failed_.contains(move.Key()) &&
            OfferMove(history, at, move))
          return true;
    return false;
  }

  bool OfferMove(const History& history, int at, Move& move) {
    Step step = Child(at, {move.Key()});
    step.family = move.family;
    return Offer(std::move(move.result), std::move(step),
                 fmt::format("one change to {}: {}", NameAndRank(history, at), move.reason));
  }

  /// Two changes at once, those that did not fail alone.
  bool Pairs(const History& history, int at, bool something_runs) {
    for (const Move& first : MovesAround(history, at, something_runs)) {
      if (failed_.contains(first.Key())) continue;
      const std::optional<View> view = View::Of(Print(first.result), problem_);
      if (!view) continue;
      for (Move& second : Neighbours(first.result, *view, problem_, nullptr)) {
        if (second.slot == first.slot || failed_.contains(second.Key())) continue;
        Step step = Child(at, {first.Key(), second.Key()});
        step.family = second.family;
        if (Offer(std::move(second.result), std::move(step),
                  fmt::format("two changes to {}: {}; {}", NameAndRank(history, at), first.reason,
                              second.reason)))
          return true;
      }
    }
    return false;
  }

  std::vector<Move> MovesAround(const History& history, int at, bool something_runs) {
    const auto index = static_cast<size_t>(std::max(at, 0));
    const Decisions& decisions = something_runs ? steps_[index].decisions : plain_;
    const std::optional<View> view = View::Of(Print(decisions), problem_);
    if (!view) return {};
    const eval::Outcome& outcome = history[index].outcome;
    std::vector<Move> moves = Neighbours(decisions, *view, problem_, &outcome);
    std::stable_sort(moves.begin(), moves.end(), [&](const Move& a, const Move& b) {
      return Promise(a, outcome) > Promise(b, outcome);
    });
    return moves;
  }

  /// How much a move promises: what its family has brought, the time that it is about, and a little
  /// of the seed.
  double Promise(const Move& move, const eval::Outcome& outcome) const {
    static constexpr double kPrior[kFamilies] = {1.0, 0.95, 0.6, 0.8, 0.3, 0.1, 1.0};
    const auto count = [&](const std::map<Family, int>& counts) {
      const auto found = counts.find(move.family);
      return found == counts.end() ? 0 : found->second;
    };
    double promise = move.prior * kPrior[static_cast<int>(move.family)] * (count(gains_) + 1.0) /
                     (count(tries_) + 2.0);
    if (outcome.seconds > 0) promise *= 0.5 + std::min(1.0, move.weight / outcome.seconds);
    const std::string hash = Hash(fmt::format("{} {}", seed_, move.Key()));
    return promise * (0.9 + 0.2 * static_cast<double>(std::stoul(hash.substr(0, 8), nullptr, 16)) /
                                4294967296.0);
  }

  static std::vector<int> ByLevel(const History& history) {
    std::vector<int> order(history.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return Level(history[static_cast<size_t>(a)].outcome) >
             Level(history[static_cast<size_t>(b)].outcome);
    });
    return order;
  }

  static std::string NameOf(const History& history, int at) {
    const int iteration = history[static_cast<size_t>(at)].iteration;
    return iteration == 0 ? "the start" : fmt::format("iteration {}", iteration);
  }

  static std::string NameAndRank(const History& history, int at) {
    return NameOf(history, at) + (at == BestOf(history) ? ", the best so far" : "");
  }

  Problem problem_;
  uint64_t seed_;
  Catalogue catalogue_;
  Decisions plain_ = Plain(problem_);
  std::vector<Step> steps_;  // one an evaluation
  std::optional<Step> next_;
  std::string reason_;
  std::set<std::string> tried_, failed_;  // keys of moves
  std::map<Family, int> tries_, gains_;
};

}  // namespace

std::unique_ptr<Proposer> MakeGuided(Problem problem, uint64_t seed) {
  return std::make_unique<Guided>(std::move(problem), seed);
}

}  // namespace groma::tune

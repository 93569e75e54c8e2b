// A tuning's talk with a language model, in its journal: what was asked before is not asked again.
#pragma once
#include <map>
#include <utility>
#include <vector>

#include "llm/budget.h"
#include "llm/exchange.h"
#include "llm/keys.h"
#include "llm/provider.h"
#include "tune/journal/journal.h"

namespace groma::tune {

/// Between a proposer and a live provider. Answers a proposal's questions from the journal as long
/// as it holds them, so that a tuning that was killed goes on with the same replies; asks the
/// provider behind that. One thread at a time.
class Conversation : public llm::Provider {
 public:
  /// `live`: null for replies from the journal alone. `budget`: told of what earlier processes
  /// spent; may be null. Both must outlive this. `keys`: requests are recorded without them.
  Conversation(llm::Provider* live, llm::Budget* budget, llm::Keys keys = {})
      : live_(live), budget_(budget), keys_(std::move(keys)) {}

  /// The journal of the tuning, open for appending; must outlive this. Once, before the first Ask.
  Status Attach(Journal* journal);
  /// What follows is asked for that proposal.
  void Begin(int run, int iteration);

  llm::Answer Ask(const llm::Request& request) override;
  /// For LiveOptions::record.
  Status Record(const llm::Exchange& exchange);

  /// Of all processes of this tuning.
  int64_t calls() const { return calls_; }
  const llm::Spent& spent() const { return spent_; }

 private:
  using Place = std::pair<int, int>;  // run, iteration
  void Count(const llm::Spent& spent);

  llm::Provider* live_;
  llm::Budget* budget_;
  llm::Keys keys_;
  Journal* journal_ = nullptr;
  std::map<Place, std::vector<llm::Exchange>> stored_;  // without those that were cut short
  std::map<Place, int> recorded_;                       // how many, with those
  Place place_;
  size_t next_ = 0;  // of stored_
  int64_t calls_ = 0;
  llm::Spent spent_;
};

}  // namespace groma::tune

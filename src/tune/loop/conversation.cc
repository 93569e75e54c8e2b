#include "tune/loop/conversation.h"

#include <fmt/format.h>

#include "base/check.h"
#include "llm/replay.h"

namespace groma::tune {

void Conversation::Count(const llm::Spent& spent) {
  ++calls_;
  spent_.attempts += spent.attempts;
  spent_.prompt_tokens += spent.prompt_tokens;
  spent_.completion_tokens += spent.completion_tokens;
  spent_.seconds += spent.seconds;
  spent_.cost += spent.cost;
}

Status Conversation::Attach(Journal* journal) {
  journal_ = journal;
  Result<std::vector<RecordedExchange>> recorded = journal->ReadExchanges();
  if (!recorded) return recorded.error();
  for (const RecordedExchange& one : *recorded) {
    Result<llm::Exchange> exchange = llm::DecodeExchange(one.exchange);
    if (!exchange)
      return Error{fmt::format("{}: exchange {} of iteration {} is damaged: {}.",
                               journal->file().string(), one.number + 1, one.iteration,
                               exchange.error().message)};
    const Place place(one.run, one.iteration);
    recorded_[place] = one.number + 1;
    Count(exchange->spent);
    if (budget_ != nullptr) budget_->Add(exchange->spent);
    if (!llm::WasCutShort(*exchange)) stored_[place].push_back(std::move(*exchange));
  }
  return Done{};
}

void Conversation::Begin(int run, int iteration) {
  place_ = {run, iteration};
  next_ = 0;
}

llm::Answer Conversation::Ask(const llm::Request& request) {
  const std::vector<llm::Exchange>& stored = stored_[place_];
  if (next_ < stored.size()) {
    const llm::Exchange& exchange = stored[next_++];
    const std::string difference =
        llm::WhereTheyDiffer(exchange.request, llm::Cleaned(request, keys_));
    if (difference.empty()) return exchange.answer;
    return llm::Failure{
        llm::FailureKind::kReplay,
        fmt::format(
            "the journal's reply {} of iteration {} is to another question ({}): templates, "
            "settings or groma have changed. Give another --out to begin anew",
            next_, place_.second, difference)};
  }
  if (live_ == nullptr)
    return llm::Failure{llm::FailureKind::kReplay, "the journal holds no further replies"};
  return live_->Ask(request);
}

Status Conversation::Record(const llm::Exchange& exchange) {
  CHECK(journal_ != nullptr, "a conversation is attached before anything is asked");
  Count(exchange.spent);
  return journal_->Append(
      RecordedExchange{place_.first, place_.second, recorded_[place_]++, llm::Encode(exchange)});
}

}  // namespace groma::tune

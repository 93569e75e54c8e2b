#include "llm/replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "llm/text.h"

namespace groma::llm {
namespace {

std::string Shown(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "none";
}
std::string Shown(const std::optional<int64_t>& value) {
  return value ? fmt::format("{}", *value) : "none";
}

// A little of the text from there on.
std::string Excerpt(const std::string& text, size_t at) {
  if (at >= text.size()) return "its end";
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return fmt::format("\"{}\"", OneLine(std::string_view(text).substr(at), 40));
}

std::string WhereSettingsDiffer(const Settings& recorded, const Settings& asked) {
  if (recorded.max_tokens != asked.max_tokens)
    return fmt::format("the tokens of a reply: {} recorded, {} asked", recorded.max_tokens,
                       asked.max_tokens);
  if (recorded.temperature != asked.temperature)
    return fmt::format("the temperature: {} recorded, {} asked", Shown(recorded.temperature),
                       Shown(asked.temperature));
  if (recorded.seed != asked.seed)
    return fmt::format("the seed: {} recorded, {} asked", Shown(recorded.seed), Shown(asked.seed));
  return "";
}

}  // namespace

std::string WhereTheyDiffer(const Request& recorded, const Request& asked) {
  const size_t both = std::min(recorded.messages.size(), asked.messages.size());
  for (size_t i = 0; i < both; ++i) {
    const Message& one = recorded.messages[i];
    const Message& other = asked.messages[i];
    if (one.role != other.role)
      return fmt::format("message {} is of role {} where {} is recorded", i + 1,
                         OneLine(other.role, 40), OneLine(one.role, 40));
    if (one.content == other.content) continue;
    const auto [in_one, in_other] = std::mismatch(one.content.begin(), one.content.end(),
                                                  other.content.begin(), other.content.end());
    const auto at = static_cast<size_t>(in_one - one.content.begin());
    return fmt::format("message {} ({}) from byte {} on: {} recorded, {} asked", i + 1,
                       OneLine(one.role, 40), at, Excerpt(one.content, at),
                       Excerpt(other.content, at));
  }
  if (recorded.messages.size() != asked.messages.size())
    return fmt::format("{} messages where {} are recorded", asked.messages.size(),
                       recorded.messages.size());
  return WhereSettingsDiffer(recorded.settings, asked.settings);
}

Replay::Replay(std::vector<Exchange> exchanges, Keys keys, std::unique_ptr<Provider> then)
    : exchanges_(std::move(exchanges)), keys_(std::move(keys)), then_(std::move(then)) {}

Answer Replay::Ask(const Request& request) {
  if (next_ == exchanges_.size()) {
    if (then_) return then_->Ask(request);
    return Failure{
        FailureKind::kReplay,
        fmt::format("the journal holds {} exchanges, and one more is asked: it was recorded with "
                    "other settings or by another groma, or was cut short",
                    exchanges_.size())};
  }
  const Exchange& exchange = exchanges_[next_];
  const std::string difference = WhereTheyDiffer(exchange.request, Cleaned(request, keys_));
  if (!difference.empty())
    return Failure{
        FailureKind::kReplay,
        fmt::format(
            "exchange {} of the journal answers another request, so this run is not the one "
            "that was recorded. They differ in {}. Take the same program, machine, start "
            "mapping, settings and groma",
            next_ + 1, difference)};
  ++next_;
  return exchange.answer;
}

}  // namespace groma::llm

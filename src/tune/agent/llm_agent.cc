#include "tune/agent/llm_agent.h"

#include <algorithm>

#include "base/check.h"
#include "llm/text.h"
#include "tune/agent/reply.h"

namespace groma::tune {
namespace {

class LlmAgent : public Proposer {
 public:
  LlmAgent(Problem problem, AgentOptions options, llm::Provider* provider, uint64_t seed)
      : problem_(std::move(problem)), options_(std::move(options)), provider_(provider) {
    options_.settings.seed = static_cast<int64_t>(seed & 0x7fffffff);
  }

  std::string_view name() const override {
    return options_.style == AgentOptions::Style::kTrace ? "trace" : "opro";
  }

  Next Propose(const History& history) override {
    CHECK(!history.empty(), "the history begins with the start mapping");
    const bool trace = options_.style == AgentOptions::Style::kTrace;
    const std::string& base =
        trace ? history.back().mapping
              : history[static_cast<size_t>(std::max(0, FastestOf(history)))].mapping;
    llm::Request request;
    request.settings = options_.settings;
    request.messages = {
        {"system", SystemPrompt(options_.templates, problem_, options_.objective)},
        {"user", trace ? TracePrompt(options_.templates, problem_, history, options_.level)
                       : OproPrompt(options_.templates, problem_, history, options_.level)}};
    std::string problem;
    for (int attempt = 0; attempt < 2; ++attempt) {
      const llm::Answer answer = provider_->Ask(request);
      if (const auto* failure = std::get_if<llm::Failure>(&answer))
        return NothingLeft{"the model gave no answer: " + failure->message};
      const std::string& text = std::get<llm::Reply>(answer).text;
      const Result<AgentReply> reply = ReadReply(text);
      if (reply)
        return Proposal{
            Compose(Updated(Split(base), *reply)).text,
            reply->reasoning.empty() ? "the model gave no reason" : llm::OneLine(reply->reasoning)};
      problem = reply.error().message;
      request.messages.push_back({"assistant", text});
      request.messages.push_back(
          {"user", Fill(options_.templates.unreadable, {{"problem", problem}})});
    }
    return Unreadable{base, "the model's answer could not be read, twice: " + problem};
  }

 private:
  Problem problem_;
  AgentOptions options_;
  llm::Provider* provider_;
};

}  // namespace

std::unique_ptr<Proposer> MakeAgent(Problem problem, AgentOptions options, llm::Provider* provider,
                                    uint64_t seed) {
  return std::make_unique<LlmAgent>(std::move(problem), std::move(options), provider, seed);
}

}  // namespace groma::tune

// The paper's proposers: a language model that edits the agent's decisions.
#pragma once
#include <memory>

#include "llm/provider.h"
#include "tune/agent/prompt.h"
#include "tune/propose/proposer.h"

namespace groma::tune {

struct AgentOptions {
  /// What the model sees of what happened: the process graph of the last evaluation with its
  /// feedback (Trace), or the scored history (OPRO). Decisions, feedback and budget are the same.
  enum class Style { kTrace, kOpro } style = Style::kTrace;
  Templates templates = ShippedTemplates();
  FeedbackLevel level = FeedbackLevel::kSuggest;
  std::string objective = "maximize the throughput that the program reports";
  llm::Settings settings;  // the seed is the run's
};

/// Asks `provider`, which must outlive it, once for each proposal, and once more when the reply
/// cannot be read. What it asks depends on its arguments and the history alone, so a run can be
/// taken up with recorded replies. A provider that fails ends the run with its reason.
std::unique_ptr<Proposer> MakeAgent(Problem problem, AgentOptions options, llm::Provider* provider,
                                    uint64_t seed);

}  // namespace groma::tune

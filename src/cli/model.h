// The language model that a subcommand asks: the options that name it, and what they mean.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "llm/budget.h"
#include "llm/clock.h"
#include "llm/keys.h"
#include "tune/agent/llm_agent.h"
#include "tune/loop/conversation.h"

namespace groma::cli {

/// What the command line said.
struct ModelOptions {
  std::string llm, url;  // empty: no model
  std::string templates;
  std::string feedback = "suggest";
  std::optional<double> temperature;
  int64_t reply_tokens = 4096;
  llm::Limits limits;
  std::optional<double> price_in, price_out;
  bool dry_run = false;
};

/// --llm and what goes with it.
void AddModelOptions(CLI::App& app, ModelOptions& options);

/// A model that can be asked, with its budget and its place in a journal.
class Model {
 public:
  /// An error says what is wrong with the options, a key or a template.
  static Result<std::unique_ptr<Model>> Make(const ModelOptions& options, uint64_t seed);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  tune::Conversation& conversation() { return *conversation_; }
  const tune::AgentOptions& agent() const { return agent_; }

 private:
  explicit Model(llm::Budget budget) : budget_(std::move(budget)) {}

  llm::Budget budget_;
  llm::RealClock clock_;
  std::unique_ptr<llm::Provider> live_;
  std::optional<tune::Conversation> conversation_;
  tune::AgentOptions agent_;
};

}  // namespace groma::cli

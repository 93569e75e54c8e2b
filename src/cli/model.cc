#include "cli/model.h"

#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "base/process.h"
#include "llm/live.h"
#include "llm/service.h"

namespace groma::cli {
namespace {

/// Prints what would be sent, and sends nothing.
class DryRun : public llm::Provider {
 public:
  explicit DryRun(std::unique_ptr<llm::Service> service) : service_(std::move(service)) {}
  llm::Answer Ask(const llm::Request& request) override {
    fmt::print("{}\n", service_->WhatLeaves(request));
    return llm::Failure{llm::FailureKind::kCancelled, "--dry-run sends nothing"};
  }

 private:
  std::unique_ptr<llm::Service> service_;
};

}  // namespace

void AddModelOptions(CLI::App& app, ModelOptions& options) {
  CLI::Option* llm =
      app.add_option("--llm", options.llm,
                     "Language model of the proposers trace and opro: openai:MODEL, "
                     "anthropic:MODEL or command:'PROGRAM ARGS'. Keys come from OPENAI_API_KEY and "
                     "ANTHROPIC_API_KEY")
          ->group("Language model");
  const auto add = [&](const char* name, auto& value, const char* help) {
    return app.add_option(name, value, help)->needs(llm)->group("Language model");
  };
  add("--llm-url", options.url, "Server that speaks OpenAI's or Anthropic's interface");
  add("--feedback", options.feedback, "How much of what happened the model is told")
      ->check(CLI::IsMember({"none", "execution", "explain", "suggest", "attribution"}))
      ->capture_default_str();
  add("--templates", options.templates,
      "Folder with texts for the model in place of groma's: system.md, trace.md, opro.md, "
      "unreadable.md");
  add("--temperature", options.temperature, "Of the model")->check(CLI::Range(0.0, 2.0));
  add("--reply-tokens", options.reply_tokens, "Tokens of a reply at most")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  add("--max-cost", options.limits.max_cost, "Money for all calls; needs --price-in, --price-out");
  add("--max-tokens", options.limits.max_tokens, "Tokens of all prompts and replies");
  add("--max-seconds", options.limits.max_seconds, "Seconds of all calls");
  add("--price-in", options.price_in, "Money for a million tokens of prompts");
  add("--price-out", options.price_out, "Money for a million tokens of replies");
  app.add_flag("--dry-run", options.dry_run,
               "Evaluate the start, print what would be sent first, and send nothing")
      ->needs(llm)
      ->group("Language model");
}

Result<std::unique_ptr<Model>> Model::Make(const ModelOptions& options, uint64_t seed) {
  if (options.price_in.has_value() != options.price_out.has_value())
    return Error{"--price-in and --price-out belong together: give both"};
  std::optional<llm::Prices> prices;
  if (options.price_in) prices = llm::Prices{*options.price_in, *options.price_out};
  Result<llm::Budget> budget = llm::Budget::Make(options.limits, prices);
  if (!budget) return budget.error();
  const std::map<std::string, std::string> environment = CurrentEnvironment();
  Result<std::unique_ptr<llm::Service>> service =
      llm::MakeService(options.llm, options.url, environment);
  if (!service) return service.error();
  std::unique_ptr<Model> model(new Model(std::move(*budget)));
  if (!options.templates.empty()) {
    Result<tune::Templates> templates = tune::ReadTemplates(options.templates);
    if (!templates) return templates.error();
    model->agent_.templates = std::move(*templates);
  }
  model->agent_.level = *guide::FeedbackLevelOf(options.feedback);
  model->agent_.settings.temperature = options.temperature;
  model->agent_.settings.max_tokens = options.reply_tokens;
  if (options.dry_run) {
    model->live_ = std::make_unique<DryRun>(std::move(*service));
  } else {
    llm::LiveOptions live;
    live.retry.seed = seed ^ (static_cast<uint64_t>(::getpid()) << 32);
    live.record = [raw = model.get()](const llm::Exchange& exchange) {
      return raw->conversation_->Record(exchange);
    };
    model->live_ = std::make_unique<llm::LiveProvider>(std::move(*service), &model->budget_,
                                                       &model->clock_, std::move(live));
  }
  model->conversation_.emplace(model->live_.get(), &model->budget_, llm::Keys::From(environment));
  return model;
}

}  // namespace groma::cli

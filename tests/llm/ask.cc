// For tests and trials by hand: asks a language model one thing. What is kept in --journal, a line
// an exchange, is answered from by --replay.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "base/files.h"
#include "base/process.h"
#include "llm/live.h"
#include "llm/replay.h"

namespace groma::llm {
namespace {

struct Options {
  std::string llm, url, journal, replay;
  std::vector<std::string> prompts;
  Settings settings;
  Limits limits;
  std::optional<double> price_in, price_out;
  int attempts = 5;
  double timeout = 300;
  bool dry_run = false;
};

int Fail(const std::string& message) {
  fmt::print(stderr, "ask: {}\n", message);
  return 3;
}

Result<std::vector<Exchange>> ReadJournal(const std::string& file) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  std::vector<Exchange> exchanges;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    Result<Exchange> exchange = DecodeExchange(line);
    if (!exchange) return Error{fmt::format("{}: {}", file, exchange.error().message)};
    exchanges.push_back(std::move(*exchange));
  }
  return exchanges;
}

Status Append(const std::string& file, const Exchange& exchange) {
  std::ofstream out(file, std::ios::app);
  if (!(out << Encode(exchange) << '\n' << std::flush)) return Error{"cannot write " + file};
  return Done{};
}

// Asks each prompt by itself, prints each reply with its figures on stderr.
int AskAll(Provider& provider, const Options& options) {
  for (const std::string& prompt : options.prompts) {
    const Answer answer = provider.Ask({{{"user", prompt}}, options.settings});
    if (const Failure* failure = std::get_if<Failure>(&answer))
      return Fail(fmt::format("{}: {}", ToString(failure->kind), failure->message));
    const Reply& reply = std::get<Reply>(answer);
    fmt::print("{}\n", reply.text);
    std::fflush(stdout);
    fmt::print(stderr, "model={} prompt={} completion={} counted={} cut={} attempts={}\n",
               reply.model, reply.prompt_tokens, reply.completion_tokens, reply.counted, reply.cut,
               reply.attempts);
  }
  return 0;
}

int Run(const Options& options) {
  const std::map<std::string, std::string> environment = CurrentEnvironment();
  if (!options.replay.empty()) {
    Result<std::vector<Exchange>> exchanges = ReadJournal(options.replay);
    if (!exchanges) return Fail(exchanges.error().message);
    Replay replay(std::move(*exchanges), Keys::From(environment));
    return AskAll(replay, options);
  }
  Result<std::unique_ptr<Service>> service = MakeService(options.llm, options.url, environment);
  if (!service) return Fail(service.error().message);
  if (options.dry_run) {
    for (const std::string& prompt : options.prompts)
      fmt::print("{}", (*service)->WhatLeaves({{{"user", prompt}}, options.settings}));
    return 0;
  }
  std::optional<Prices> prices;
  if (options.price_in && options.price_out) prices = Prices{*options.price_in, *options.price_out};
  Result<Budget> budget = Budget::Make(options.limits, prices);
  if (!budget) return Fail(budget.error().message);
  LiveOptions live;
  live.retry.attempts = options.attempts;
  live.retry.seed = static_cast<uint64_t>(::getpid());
  live.timeout_seconds = options.timeout;
  if (!options.journal.empty())
    live.record = [&](const Exchange& exchange) { return Append(options.journal, exchange); };
  RealClock clock;
  const InterruptGuard guard;
  LiveProvider provider(std::move(*service), &*budget, &clock, live);
  return AskAll(provider, options);
}

}  // namespace
}  // namespace groma::llm

int main(int count, char** arguments) {
  groma::llm::Options options;
  CLI::App app{"Asks a language model"};
  app.add_option("prompt", options.prompts)->required();
  app.add_option("--llm", options.llm);
  app.add_option("--llm-url", options.url);
  app.add_flag("--dry-run", options.dry_run);
  app.add_option("--journal", options.journal);
  app.add_option("--replay", options.replay);
  app.add_option("--temperature", options.settings.temperature);
  app.add_option("--seed", options.settings.seed);
  app.add_option("--reply-tokens", options.settings.max_tokens);
  app.add_option("--max-cost", options.limits.max_cost);
  app.add_option("--max-tokens", options.limits.max_tokens);
  app.add_option("--max-seconds", options.limits.max_seconds);
  app.add_option("--price-in", options.price_in);
  app.add_option("--price-out", options.price_out);
  app.add_option("--attempts", options.attempts);
  app.add_option("--timeout", options.timeout);
  CLI11_PARSE(app, count, arguments);
  return groma::llm::Run(options);
}

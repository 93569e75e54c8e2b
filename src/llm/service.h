// Services: one attempt at a language model outside this process.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "llm/keys.h"
#include "llm/provider.h"

namespace groma::llm {

/// Makes calls; keeps no state between them.
class Service {
 public:
  Service(std::string name, std::string model, Keys keys)
      : name_(std::move(name)), model_(std::move(model)), keys_(std::move(keys)) {}
  virtual ~Service() = default;

  const std::string& name() const { return name_; }    // "openai", "anthropic" or "command"
  const std::string& model() const { return model_; }  // of a command: its command line
  const Keys& keys() const { return keys_; }

  /// What one call would send, byte for byte, and where to: for HTTP the address and the request
  /// with its headers, a key shown as $VARIABLE; for a command its words and its input. What is
  /// sent is this, from the same text.
  std::string WhatLeaves(const Request& request) const;

  /// One attempt, of at most that many seconds (> 0). A Reply has text, model and tokens; a Failure
  /// no advice on waiting. Nothing in the answer holds a key.
  Answer Call(const Request& request, double timeout_seconds);

 private:
  virtual std::string Show(const Request& clean) const = 0;
  virtual Answer Send(const Request& clean, double timeout_seconds) = 0;

  std::string name_, model_;
  Keys keys_;
};

/// The service of a `--llm` value, "openai:MODEL", "anthropic:MODEL" or "command:PROGRAM ARGS", and
/// a
/// `--llm-url` value (empty: the provider's own; then its key must be set). `environment` holds the
/// keys, and a command is given it. An error says what is wrong and what would be right.
Result<std::unique_ptr<Service>> MakeService(const std::string& spec, const std::string& url,
                                             const std::map<std::string, std::string>& environment);

}  // namespace groma::llm

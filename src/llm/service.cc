#include "llm/service.h"

#include <fmt/format.h>

#include "llm/command.h"
#include "llm/dialect.h"
#include "llm/http_service.h"
#include "llm/text.h"

namespace groma::llm {
namespace {

Error WrongSpec(const std::string& spec) {
  return Error{
      fmt::format("--llm {}: write openai:MODEL (any OpenAI-compatible server, with "
                  "--llm-url), anthropic:MODEL or command:'PROGRAM ARGS'",
                  OneLine(spec))};
}

using Environment = std::map<std::string, std::string>;

Result<std::unique_ptr<Service>> Make(const std::string& spec, const std::string& url,
                                      const Environment& environment) {
  const size_t colon = spec.find(':');
  if (colon == std::string::npos) return WrongSpec(spec);
  const std::string kind = spec.substr(0, colon);
  const std::string rest = spec.substr(colon + 1);
  if (kind == "command") {
    if (!url.empty()) return Error{"--llm-url goes with openai: and anthropic:, not with command:"};
    return MakeCommandService(rest, environment);
  }
  if (rest.find_first_not_of(' ') == std::string::npos) return WrongSpec(spec);
  if (kind == "openai") return MakeHttpService(OpenAi(), rest, url, environment);
  if (kind == "anthropic") return MakeHttpService(Anthropic(), rest, url, environment);
  return WrongSpec(spec);
}

}  // namespace

std::string Service::WhatLeaves(const Request& request) const {
  return Show(Cleaned(request, keys_));
}

Answer Service::Call(const Request& request, double timeout_seconds) {
  Answer answer = Send(Cleaned(request, keys_), timeout_seconds);
  if (Reply* reply = std::get_if<Reply>(&answer)) {
    reply->text = keys_.Redact(std::move(reply->text));
    reply->model = OneLine(keys_.Redact(std::move(reply->model)), 100);
  } else {
    Failure& failure = std::get<Failure>(answer);
    failure.message = OneLine(keys_.RedactMessage(std::move(failure.message)), 1000);
  }
  return answer;
}

Result<std::unique_ptr<Service>> MakeService(
    const std::string& spec, const std::string& url,
    const std::map<std::string, std::string>& environment) {
  Result<std::unique_ptr<Service>> service = Make(spec, url, environment);
  // People paste keys where they do not belong; the error must not hand them on.
  if (!service)
    return Error{OneLine(Keys::From(environment).RedactMessage(service.error().message), 1000)};
  return service;
}

}  // namespace groma::llm

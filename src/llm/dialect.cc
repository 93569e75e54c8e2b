#include "llm/dialect.h"

#include <fmt/format.h>

#include <algorithm>

#include "llm/json.h"
#include "llm/text.h"

namespace groma::llm {
namespace {

using nlohmann::json;
using Ordered = nlohmann::ordered_json;  // bodies read as the documentation has them

Ordered ToJson(const Message& message) {
  return {{"role", message.role}, {"content", message.content}};
}

std::string OpenAiBody(const std::string& model, const Request& request, bool home) {
  Ordered body{{"model", model}, {"messages", Ordered::array()}};
  for (const Message& message : request.messages) body["messages"].push_back(ToJson(message));
  const Settings& settings = request.settings;
  // OpenAI's newer models refuse the old name, local servers do not know the new one.
  body[home ? "max_completion_tokens" : "max_tokens"] = settings.max_tokens;
  if (settings.temperature) body["temperature"] = *settings.temperature;
  if (settings.seed) body["seed"] = *settings.seed;
  body["stream"] = false;
  return body.dump();
}

std::string AnthropicBody(const std::string& model, const Request& request, bool) {
  Ordered body{{"model", model}, {"max_tokens", request.settings.max_tokens}};
  std::string system;
  Ordered messages = Ordered::array();
  for (const Message& message : request.messages) {
    if (message.role == "system")
      system += (system.empty() ? "" : "\n\n") + message.content;
    else
      messages.push_back(ToJson(message));
  }
  if (!system.empty()) body["system"] = system;
  body["messages"] = std::move(messages);
  if (request.settings.temperature) body["temperature"] = *request.settings.temperature;
  return body.dump();
}

Failure Unreadable(std::string message) {
  Failure failure{FailureKind::kBadReply, std::move(message)};
  failure.may_cost = true;
  return failure;
}

// A token count; −1 when there is none, it is no number, or none that a model could have used.
int64_t Count(const json& usage, const char* name) {
  const json& found = At(usage, name);
  if (!found.is_number_integer()) return -1;
  const auto count = found.get<int64_t>();
  return count >= 0 && count <= int64_t{1} << 40 ? count : -1;
}

// Fills in the tokens that the server counted; what it did not is left as −1 (http_service.cc).
void TakeUsage(const json& usage, const char* in, const char* out, Reply* reply) {
  reply->prompt_tokens = Count(usage, in);
  reply->completion_tokens = Count(usage, out);
  reply->counted = reply->prompt_tokens >= 0 && reply->completion_tokens >= 0;
}

std::optional<Failure> Empty(const Reply& reply, const std::string& why) {
  if (reply.text.find_first_not_of(" \t\r\n") != std::string::npos) return std::nullopt;
  return Unreadable(
      fmt::format("the model said nothing (it stopped for: {}). With \"length\" or \"max_tokens\" "
                  "it used all its "
                  "tokens before the answer: allow more",
                  why.empty() ? "no reason given" : OneLine(why, 40)));
}

// Parses an object and reads it; nlohmann's exceptions end here.
template <class Read>
Answer ReadObject(const std::string& body, Read read) {
  try {
    const json value = json::parse(body);
    if (!value.is_object()) return Unreadable("the server's reply is JSON, but no object");
    return read(value);
  } catch (const json::exception&) {
    return Unreadable(fmt::format(
        "the server's reply is no JSON: {}. Is this the address of its API?", OneLine(body, 120)));
  }
}

Answer ReadOpenAi(const std::string& body) {
  return ReadObject(body, [](const json& value) -> Answer {
    const json& choices = At(value, "choices");
    if (!choices.is_array() || choices.empty())
      return Unreadable("the server's reply has no choices: is it an OpenAI-compatible server?");
    const json& message = At(choices[0], "message");
    if (!message.is_object() || !message.contains("content"))
      return Unreadable("the server's reply has no message with a content");
    Reply reply;
    reply.text = StringAt(message, "content");  // null when a model has only refused or thought
    reply.model = StringAt(value, "model");
    const std::string why = StringAt(choices[0], "finish_reason");
    reply.cut = why == "length";
    TakeUsage(At(value, "usage"), "prompt_tokens", "completion_tokens", &reply);
    if (std::optional<Failure> empty = Empty(reply, why)) return *empty;
    return reply;
  });
}

Answer ReadAnthropic(const std::string& body) {
  return ReadObject(body, [](const json& value) -> Answer {
    const json& content = At(value, "content");
    if (!content.is_array())
      return Unreadable("the server's reply has no content: is it Anthropic's API?");
    Reply reply;
    for (const json& block : content)
      if (block.is_object() && StringAt(block, "type") == "text")
        reply.text += StringAt(block, "text");
    reply.model = StringAt(value, "model");
    const std::string why = StringAt(value, "stop_reason");
    reply.cut = why == "max_tokens";
    const json& usage = At(value, "usage");
    TakeUsage(usage, "input_tokens", "output_tokens", &reply);
    // Counted apart by the API, and read by the model all the same.
    for (const char* cached : {"cache_creation_input_tokens", "cache_read_input_tokens"})
      if (reply.counted) reply.prompt_tokens += std::max(int64_t{0}, Count(usage, cached));
    if (std::optional<Failure> empty = Empty(reply, why)) return *empty;
    return reply;
  });
}

}  // namespace

const Dialect& OpenAi() {
  static const Dialect kDialect{"openai",
                                "https://api.openai.com",
                                "/v1",
                                "/chat/completions",
                                "OPENAI_API_KEY",
                                "Authorization",
                                "Bearer ",
                                {},
                                OpenAiBody,
                                ReadOpenAi};
  return kDialect;
}

const Dialect& Anthropic() {
  static const Dialect kDialect{"anthropic",
                                "https://api.anthropic.com",
                                "/v1",
                                "/messages",
                                "ANTHROPIC_API_KEY",
                                "x-api-key",
                                "",
                                {{"anthropic-version", "2023-06-01"}},
                                AnthropicBody,
                                ReadAnthropic};
  return kDialect;
}

std::string CallAddress(const Dialect& dialect, const std::string& url) {
  std::string address = url.empty() ? std::string(dialect.home) : url;
  while (address.ends_with('/')) address.pop_back();
  if (address.ends_with(dialect.endpoint)) return address;
  const size_t scheme = address.find("://");
  const bool has_path =
      address.find('/', scheme == std::string::npos ? 0 : scheme + 3) != std::string::npos;
  return fmt::format("{}{}{}", address, has_path ? "" : dialect.version, dialect.endpoint);
}

std::string ServerMessage(const std::string& body) {
  const json value = json::parse(body, nullptr, false);
  if (!value.is_object()) return body;
  const json& error = At(value, "error");
  if (error.is_string()) return error.get<std::string>();
  for (const json* place : {&error, &value})
    for (const char* name : {"message", "detail"})
      if (std::string message = StringAt(*place, name); !message.empty()) return message;
  return body;
}

}  // namespace groma::llm

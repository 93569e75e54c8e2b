#include "llm/exchange.h"

#include <fmt/format.h>

#include <array>

#include "llm/json.h"

namespace groma::llm {
namespace {

using nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::string_view kFormat = "groma-exchange";
constexpr int kVersion = 1;
constexpr std::array kKinds = {FailureKind::kBusy,        FailureKind::kConnection,
                               FailureKind::kTimeout,     FailureKind::kRefused,
                               FailureKind::kBadReply,    FailureKind::kCommand,
                               FailureKind::kBudget,      FailureKind::kCancelled,
                               FailureKind::kNotRecorded, FailureKind::kReplay};

Ordered ToJson(const Request& request) {
  Ordered messages = Ordered::array();
  for (const Message& message : request.messages)
    messages.push_back({{"role", message.role}, {"content", message.content}});
  Ordered value{{"messages", messages}, {"max_tokens", request.settings.max_tokens}};
  if (request.settings.temperature) value["temperature"] = *request.settings.temperature;
  if (request.settings.seed) value["seed"] = *request.settings.seed;
  return value;
}

Ordered ToJson(const Reply& reply) {
  return {{"text", reply.text},
          {"model", reply.model},
          {"prompt_tokens", reply.prompt_tokens},
          {"completion_tokens", reply.completion_tokens},
          {"counted", reply.counted},
          {"cut", reply.cut},
          {"seconds", reply.seconds},
          {"attempts", reply.attempts}};
}

Ordered ToJson(const Failure& failure) {
  return {{"kind", ToString(failure.kind)}, {"message", failure.message},
          {"status", failure.status},       {"retry_after", failure.retry_after},
          {"may_cost", failure.may_cost},   {"seconds", failure.seconds},
          {"attempts", failure.attempts}};
}

Ordered ToJson(const Spent& spent) {
  return {{"attempts", spent.attempts},
          {"prompt_tokens", spent.prompt_tokens},
          {"completion_tokens", spent.completion_tokens},
          {"seconds", spent.seconds},
          {"cost", spent.cost}};
}

// The object of that name, an empty one where there is none; throws where it is something else.
const json& Object(const json& value, const char* name) {
  static const json kEmpty = json::object();
  const json& found = At(value, name);
  if (found.is_null()) return kEmpty;
  if (!found.is_object())
    throw json::type_error::create(302, fmt::format("{} must be an object", name), &value);
  return found;
}

Request RequestFrom(const json& value) {
  Request request;
  for (const json& message : At(value, "messages"))
    request.messages.push_back({StringAt(message, "role"), StringAt(message, "content")});
  request.settings.max_tokens = value.value("max_tokens", request.settings.max_tokens);
  if (value.contains("temperature"))
    request.settings.temperature = value["temperature"].get<double>();
  if (value.contains("seed")) request.settings.seed = value["seed"].get<int64_t>();
  return request;
}

Reply ReplyFrom(const json& value) {
  Reply reply;
  reply.text = value.value("text", "");
  reply.model = value.value("model", "");
  reply.prompt_tokens = value.value("prompt_tokens", int64_t{0});
  reply.completion_tokens = value.value("completion_tokens", int64_t{0});
  reply.counted = value.value("counted", true);
  reply.cut = value.value("cut", false);
  reply.seconds = value.value("seconds", 0.0);
  reply.attempts = value.value("attempts", 1);
  return reply;
}

Failure FailureFrom(const json& value) {
  Failure failure;
  const std::string kind = value.value("kind", "");
  for (const FailureKind one : kKinds)
    if (kind == ToString(one)) failure.kind = one;
  failure.message = value.value("message", "");
  failure.status = value.value("status", 0);
  failure.retry_after = value.value("retry_after", 0.0);
  failure.may_cost = value.value("may_cost", false);
  failure.seconds = value.value("seconds", 0.0);
  failure.attempts = value.value("attempts", 0);
  return failure;
}

Spent SpentFrom(const json& value) {
  Spent spent;
  spent.attempts = value.value("attempts", int64_t{0});
  spent.prompt_tokens = value.value("prompt_tokens", int64_t{0});
  spent.completion_tokens = value.value("completion_tokens", int64_t{0});
  spent.seconds = value.value("seconds", 0.0);
  spent.cost = value.value("cost", 0.0);
  return spent;
}

Result<Exchange> ExchangeFrom(const json& value) {
  if (!value.is_object() || StringAt(value, "format") != kFormat)
    return Error{fmt::format("no exchange: its JSON has no \"format\": \"{}\"", kFormat)};
  if (const int version = value.value("version", 0); version < 1 || version > kVersion)
    return Error{
        fmt::format("an exchange of version {}; this groma reads version {}. Take the groma that "
                    "wrote it",
                    version, kVersion)};
  if (value.contains("reply") == value.contains("failure"))
    return Error{"no exchange: it has neither or both of \"reply\" and \"failure\""};
  Exchange exchange;
  exchange.provider = value.value("provider", "");
  exchange.model = value.value("model", "");
  exchange.started_ms = value.value("started_ms", int64_t{0});
  exchange.request = RequestFrom(Object(value, "request"));
  if (value.contains("reply"))
    exchange.answer = ReplyFrom(Object(value, "reply"));
  else
    exchange.answer = FailureFrom(Object(value, "failure"));
  exchange.spent = SpentFrom(Object(value, "spent"));
  return exchange;
}

}  // namespace

std::string Encode(const Exchange& exchange) {
  Ordered value{{"format", kFormat},
                {"version", kVersion},
                {"provider", exchange.provider},
                {"model", exchange.model},
                {"started_ms", exchange.started_ms},
                {"request", ToJson(exchange.request)}};
  if (const Reply* reply = std::get_if<Reply>(&exchange.answer))
    value["reply"] = ToJson(*reply);
  else
    value["failure"] = ToJson(std::get<Failure>(exchange.answer));
  value["spent"] = ToJson(exchange.spent);
  return value.dump(-1, ' ', false, Ordered::error_handler_t::replace);
}

Result<Exchange> DecodeExchange(std::string_view text) {
  try {
    return ExchangeFrom(json::parse(text));
  } catch (const json::exception& error) {
    return Error{fmt::format("no exchange: {}", error.what())};
  }
}

bool WasCutShort(const Exchange& exchange) {
  const Failure* failure = std::get_if<Failure>(&exchange.answer);
  return failure != nullptr &&
         (failure->kind == FailureKind::kBudget || failure->kind == FailureKind::kCancelled);
}

}  // namespace groma::llm

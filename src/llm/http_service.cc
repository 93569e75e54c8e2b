#include "llm/http_service.h"

#include <fmt/format.h>

#include "llm/text.h"

namespace groma::llm {
namespace {

std::string Advice(const Dialect& dialect, int status, const std::string& model, bool with_key) {
  switch (status) {
    case 400:
    case 422:
      return "The server takes other settings, or a shorter prompt";
    case 401:
      return with_key ? fmt::format("Check {}", dialect.variable)
                      : fmt::format("Put its key into {}", dialect.variable);
    case 402:
      return "Check the account's balance";
    case 403:
      return fmt::format("{} may not use {}: check its rights", dialect.variable, model);
    case 404:
      return fmt::format("Check the model's name ({}) and --llm-url", model);
    case 429:
      return "Ask less often, or check the account's limits";
    default:
      return status >= 500 ? "Try again later" : "Check --llm-url";
  }
}

class HttpService : public Service {
 public:
  HttpService(const Dialect& dialect, const std::string& model, std::string address,
              std::optional<Key> key, Keys keys)
      : Service(std::string(dialect.name), OneLine(keys.Redact(model), 200), std::move(keys)),
        dialect_(dialect),
        address_(std::move(address)),
        key_(std::move(key)) {}

 private:
  HttpRequest Make(const Request& clean) const {
    HttpRequest request;
    request.url = address_;
    request.headers = {{"User-Agent", "groma"},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/json"}};
    request.headers.insert(request.headers.end(), dialect_.headers.begin(), dialect_.headers.end());
    request.key = key_;
    request.key_header = dialect_.key_header;
    request.key_prefix = dialect_.key_prefix;
    request.body = dialect_.body(model(), clean, address_.starts_with(dialect_.home));
    return request;
  }

  std::string Show(const Request& clean) const override { return llm::Show(Make(clean)); }

  Answer Send(const Request& clean, double timeout_seconds) override {
    HttpRequest request = Make(clean);
    request.timeout_seconds = timeout_seconds;
    std::variant<HttpReply, Failure> sent = Post(request);
    if (const Failure* failure = std::get_if<Failure>(&sent)) return *failure;
    const HttpReply& http = std::get<HttpReply>(sent);
    if (http.status != 200) return FailureOf(http);
    Answer answer = dialect_.read(http.body);
    if (Reply* reply = std::get_if<Reply>(&answer)) Complete(clean, reply);
    return answer;
  }

  // What the server did not say of its reply.
  void Complete(const Request& clean, Reply* reply) const {
    if (reply->model.empty()) reply->model = model();
    if (reply->prompt_tokens < 0) reply->prompt_tokens = EstimateTokens(PromptBytes(clean));
    if (reply->completion_tokens < 0)
      reply->completion_tokens = EstimateTokens(static_cast<int64_t>(reply->text.size()));
  }

  Failure FailureOf(const HttpReply& http) const {
    Failure failure;
    failure.status = http.status;
    failure.retry_after = http.retry_after;
    const bool busy = http.status == 429 || http.status >= 500;
    failure.kind = busy ? FailureKind::kBusy : FailureKind::kRefused;
    if (!http.redirect.empty()) {
      failure.message = fmt::format(
          "{} answers {}: it redirects to {}. That is not followed, since the key would go along: "
          "if it "
          "is right, give it as --llm-url",
          address_, http.status, http.redirect);
      return failure;
    }
    // Redacted before it is shortened: a key that is cut would not be known any more.
    const std::string said = OneLine(keys().RedactMessage(ServerMessage(http.body)));
    failure.message =
        fmt::format("{} answers {}{}{}. {}", address_, http.status, said.empty() ? "" : ": ", said,
                    Advice(dialect_, http.status, model(), key_.has_value()));
    return failure;
  }

  const Dialect& dialect_;
  std::string address_;
  std::optional<Key> key_;
};

}  // namespace

Result<std::unique_ptr<Service>> MakeHttpService(
    const Dialect& dialect, const std::string& model, const std::string& url,
    const std::map<std::string, std::string>& environment) {
  const std::string address = CallAddress(dialect, url);
  Status right = CheckUrl(address);
  if (!right) return right.error();
  Keys keys = Keys::From(environment);
  std::optional<Key> key;
  if (url.empty() || keys.Has(dialect.variable)) {
    Result<Key> found = keys.Find(dialect.variable);
    if (!found) return found.error();
    key = std::move(*found);
  }
  if (keys.Redact(address) != address)
    return Error{
        "--llm-url holds a key, and would be recorded. Keys come from the environment alone"};
  if (key && address.starts_with("http://") && !IsLocal(address))
    return Error{
        fmt::format("{} would go to {} unencrypted, for anyone on the way to read. Use https, or "
                    "unset {} when the server needs none",
                    dialect.variable, address, dialect.variable)};
  return std::unique_ptr<Service>(
      std::make_unique<HttpService>(dialect, model, address, std::move(key), std::move(keys)));
}

}  // namespace groma::llm

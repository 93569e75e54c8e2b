#include "llm/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/process.h"
#include "llm/text.h"

namespace groma::llm {
namespace {

constexpr Bytes kLongestReply{8 << 20};

std::string Input(const Request& request) {
  nlohmann::ordered_json messages = nlohmann::ordered_json::array();
  for (const Message& message : request.messages)
    messages.push_back({{"role", message.role}, {"content", message.content}});
  return nlohmann::ordered_json{{"messages", messages}}.dump() + "\n";
}

class CommandService : public Service {
 public:
  CommandService(const std::string& line, std::vector<std::string> words,
                 std::map<std::string, std::string> environment)
      : Service("command", OneLine(Keys::From(environment).Redact(line)), Keys::From(environment)),
        words_(std::move(words)),
        environment_(std::move(environment)) {}

 private:
  std::string Show(const Request& clean) const override {
    return fmt::format("This command is started, without a shell:\n{}\n\nIts input:\n{}",
                       keys().Redact(fmt::format("{}", fmt::join(words_, "\n"))), Input(clean));
  }

  Answer Send(const Request& clean, double timeout_seconds) override {
    const std::string input = Input(clean);
    ProcessRequest process;
    process.command = words_;
    process.environment = environment_;
    process.input = input;
    process.errors_apart = true;
    process.limits.wall_seconds = timeout_seconds;
    process.limits.output = kLongestReply;
    process.output_kept = kLongestReply + Bytes{1};
    Result<ProcessResult> result = RunProcess(process);
    if (!result) return Failure{FailureKind::kCommand, result.error().message};
    if (std::optional<Failure> failure = FailureOf(*result)) return *failure;
    Reply reply;
    reply.text = std::move(result->output);
    reply.model = model();
    reply.prompt_tokens = EstimateTokens(PromptBytes(clean));
    reply.completion_tokens = EstimateTokens(static_cast<int64_t>(reply.text.size()));
    reply.counted = false;
    return reply;
  }

  std::optional<Failure> FailureOf(const ProcessResult& result) const {
    Failure failure{FailureKind::kCommand};
    failure.may_cost = true;
    const std::string said =
        result.errors.empty() ? "" : fmt::format(". It says: {}", OneLine(Redacted(result.errors)));
    if (result.end == ProcessEnd::kInterrupted) {
      failure.kind = FailureKind::kCancelled;
      failure.message = "interrupted";
    } else if (result.end == ProcessEnd::kWallLimit) {
      failure.kind = FailureKind::kTimeout;
      failure.message =
          fmt::format("{} gave no reply in time ({}){}", words_[0], result.detail, said);
    } else if (result.end != ProcessEnd::kExited || result.exit_code != 0) {
      failure.message = fmt::format("{} failed: {}{}", words_[0], result.detail, said);
    } else if (result.output.find_first_not_of(" \t\r\n") == std::string::npos) {
      failure.kind = FailureKind::kBadReply;
      failure.message = fmt::format(
          "{} printed nothing: the reply goes to stdout, and a failed call ends with another exit "
          "code than 0{}",
          words_[0], said);
    } else if (!IsUtf8(result.output)) {
      failure.kind = FailureKind::kBadReply;
      failure.message = fmt::format("{} printed bytes that are not UTF-8 text{}", words_[0], said);
    } else {
      return std::nullopt;
    }
    return failure;
  }

  // Before it is shortened: a key that is cut would not be known any more.
  std::string Redacted(const std::string& text) const { return keys().RedactMessage(text); }

  std::vector<std::string> words_;
  std::map<std::string, std::string> environment_;
};

}  // namespace

Result<std::unique_ptr<Service>> MakeCommandService(
    const std::string& line, const std::map<std::string, std::string>& environment) {
  Result<std::vector<std::string>> words = SplitWords(line);
  if (!words) return Error{"--llm " + words.error().message};
  return std::unique_ptr<Service>(
      std::make_unique<CommandService>(line, std::move(*words), environment));
}

}  // namespace groma::llm

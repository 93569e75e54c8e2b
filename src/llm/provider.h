// Language models: what is asked, what comes back, and the interface that the optimizer talks to.
//
// What a model says is data: it is never executed and never rendered as markup here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace groma::llm {

/// One turn of a conversation.
struct Message {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
  bool operator==(const Message&) const = default;
};

/// What a model may be told about its answer. What is not set is not sent.
struct Settings {
  std::optional<double> temperature;
  int64_t max_tokens = 4096;    // of the reply; always sent
  std::optional<int64_t> seed;  // Anthropic's API knows none: not sent there
  bool operator==(const Settings&) const = default;
};

struct Request {
  std::vector<Message> messages;
  Settings settings;
  bool operator==(const Request&) const = default;
};

/// A model's answer.
struct Reply {
  std::string text;   // UTF-8, never empty
  std::string model;  // as the server calls it
  int64_t prompt_tokens = 0, completion_tokens = 0;
  bool counted = true;  // the tokens are the server's count; false: an estimate (EstimateTokens)
  bool cut = false;     // the model stopped at max_tokens
  double seconds = 0;   // of all attempts and the waits between them
  int attempts = 1;
  bool operator==(const Reply&) const = default;
};

enum class FailureKind {
  kBusy,         // 429, 5xx: retried, like the next three
  kConnection,   // no connection, or one that broke
  kTimeout,      // no whole reply in time
  kRefused,      // 3xx, 4xx, an untrusted certificate: asking again would not help
  kBadReply,     // a reply that is none: not JSON, no text, too large
  kCommand,      // a command that cannot start, or that ended with another code than 0
  kBudget,       // the budget allows no (further) call
  kCancelled,    // Ctrl-C
  kNotRecorded,  // the reply could not be put into the journal
  kReplay        // the journal holds no answer to this request
};
/// "busy", "connection", …: as exchanges have it.
std::string_view ToString(FailureKind kind);

/// Why there is no answer.
struct Failure {
  FailureKind kind = FailureKind::kBadReply;
  std::string message;     // what happened and what to do next; one line, printable, without keys
  int status = 0;          // HTTP's, 0 when there was none
  double retry_after = 0;  // seconds for which the server asked to be left alone, 0: it did not
  bool may_cost = false;   // the model may have worked: counted as if it had used all it could
  double seconds = 0;      // as in Reply
  int attempts = 0;
  bool operator==(const Failure&) const = default;
};

using Answer = std::variant<Reply, Failure>;

/// Answers requests: a live one (live.h) or a replay of recorded exchanges (replay.h). One thread
/// at a time.
class Provider {
 public:
  virtual ~Provider() = default;
  /// Takes as long as the provider needs; ends early when `Interrupted()` (base/process.h) is set.
  virtual Answer Ask(const Request& request) = 0;
};

/// Tokens of a text of that many bytes where nobody has counted them: a third, rounded up. Program
/// text has about 3 bytes a token, English about 4.
int64_t EstimateTokens(int64_t bytes);

/// Bytes of a request that a model reads, with 12 for the marks around each message.
int64_t PromptBytes(const Request& request);

}  // namespace groma::llm

#include "llm/provider.h"

namespace groma::llm {

// The names are part of the format of exchanges: they do not follow a renaming.
std::string_view ToString(FailureKind kind) {
  switch (kind) {
    case FailureKind::kBusy:
      return "busy";
    case FailureKind::kConnection:
      return "connection";
    case FailureKind::kTimeout:
      return "timeout";
    case FailureKind::kRefused:
      return "refused";
    case FailureKind::kBadReply:
      return "bad_reply";
    case FailureKind::kCommand:
      return "command";
    case FailureKind::kBudget:
      return "budget";
    case FailureKind::kCancelled:
      return "cancelled";
    case FailureKind::kNotRecorded:
      return "not_recorded";
    case FailureKind::kReplay:
      return "replay";
  }
  return "";
}

int64_t EstimateTokens(int64_t bytes) { return (bytes + 2) / 3; }

int64_t PromptBytes(const Request& request) {
  int64_t bytes = 0;
  for (const Message& message : request.messages)
    bytes += static_cast<int64_t>(message.role.size() + message.content.size()) + 12;
  return bytes;
}

}  // namespace groma::llm

// What a language model answered, as decisions. Everything in it is text: nothing is run.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "tune/agent/agent.h"

namespace groma::tune {

/// Segments to replace, or a whole mapping.
struct AgentReply {
  std::map<Decision, std::string> segments;
  std::optional<std::string> mapping;  // with it no segments
  std::string reasoning;               // what the reply says beside them, trimmed
};

/// Longer replies are cut there.
inline constexpr size_t kLongestReply = 256 << 10;

/// Reads, in this order of preference:
/// 1. a JSON object (in a fence or bare) with "segments": {"task_decision": "…", …}, or with the
///    decisions as keys of its own; values are texts or lists of lines; "mapping": a whole one;
///    "reasoning": text;
/// 2. fenced blocks that name a decision, behind the fence or in the line before it;
/// 3. the last fenced block that holds statements of the language, as a whole mapping;
/// 4. a text that is nothing but statements.
/// An error says what was missing, in words for the model.
Result<AgentReply> ReadReply(const std::string& reply);

/// The agent after the reply.
Agent Updated(const Agent& agent, const AgentReply& reply);

}  // namespace groma::tune

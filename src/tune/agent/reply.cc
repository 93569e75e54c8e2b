#include "tune/agent/reply.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <vector>

#include "lang/lang.h"
#include "tune/agent/trimmed.h"

namespace groma::tune {
namespace {

using Json = nlohmann::json;

/// A text, or a list of texts as lines.
std::optional<std::string> TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return std::nullopt;
  std::string text;
  for (const Json& line : value) {
    if (!line.is_string()) return std::nullopt;
    text += line.get<std::string>() + "\n";
  }
  return text;
}

void ReadSegments(const Json& object, AgentReply& reply) {
  for (const auto& [key, value] : object.items()) {
    const std::optional<Decision> decision = ParseDecision(key);
    if (!decision) continue;
    if (const std::optional<std::string> text = TextOf(value))
      reply.segments[*decision] = Trimmed(*text);
  }
}

std::optional<AgentReply> FromJson(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  AgentReply reply;
  for (const char* key : {"segments", "decisions", "suggestion", "suggestions"})
    if (object.contains(key) && object[key].is_object()) ReadSegments(object[key], reply);
  ReadSegments(object, reply);
  for (const char* key : {"mapping", "mapper"})
    if (reply.segments.empty() && object.contains(key)) reply.mapping = TextOf(object[key]);
  for (const char* key : {"reasoning", "reason", "explanation"})
    if (reply.reasoning.empty() && object.contains(key))
      reply.reasoning = TextOf(object[key]).value_or("");
  if (reply.segments.empty() && !reply.mapping) return std::nullopt;
  return reply;
}

/// The object that begins at `begin`: behind its end; nothing when its braces do not close.
std::optional<size_t> EndOfObject(std::string_view text, size_t begin) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::nullopt;
}

/// The first object of the text that has decisions.
std::optional<AgentReply> ReadJson(const std::string& text) {
  constexpr int kMostTries = 64;  // replies are full of braces
  int tries = 0;
  for (size_t at = text.find('{'); at != std::string::npos && tries < kMostTries; ++tries) {
    const std::optional<size_t> end = EndOfObject(text, at);
    if (!end) break;
    const Json object = Json::parse(text.begin() + static_cast<long>(at),
                                    text.begin() + static_cast<long>(*end), nullptr, false);
    if (std::optional<AgentReply> reply = FromJson(object)) {
      if (reply->reasoning.empty()) reply->reasoning = Trimmed(text.substr(0, at));
      return reply;
    }
    at = text.find('{', object.is_discarded() ? at + 1 : *end);
  }
  return std::nullopt;
}

/// A block between fences, with the words behind the first and the line before it.
struct Block {
  std::string info, before, text;
};

struct Blocks {
  std::vector<Block> blocks;
  std::string outside;
};

Blocks BlocksOf(const std::string& text) {
  Blocks found;
  std::istringstream lines(text);
  std::optional<Block> open;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view trimmed = Trimmed(line);
    if (trimmed.starts_with("```")) {
      if (open) {
        found.blocks.push_back(std::move(*open));
        open.reset();
      } else {
        open = Block{std::string(Trimmed(trimmed.substr(3))), last, ""};
      }
      last.clear();
    } else if (open) {
      open->text += line + "\n";
    } else {
      if (!trimmed.empty()) last = trimmed;
      found.outside += line + "\n";
    }
  }
  if (open) found.blocks.push_back(std::move(*open));  // cut off at the model's limit
  return found;
}

/// "### `task_decision`:" → task_decision.
std::optional<Decision> NamedIn(const std::string& line) {
  std::string plain;
  for (const char c : line)
    if (std::string_view("#*`:\"'").find(c) == std::string_view::npos) plain += c;
  if (const std::optional<Decision> decision = ParseDecision(plain)) return decision;
  for (const Decision decision : kAllDecisions)
    if (plain.find(ToString(decision)) != std::string::npos) return decision;
  return std::nullopt;
}

/// Whether the text holds statements, and (with `only`) nothing else.
bool HoldsStatements(const std::string& text, bool only) {
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(SourceFile("reply", text), sink);
  for (const lang::tree::Statement& statement : tree.statements)
    if (statement.complete) return !only || !sink.HasErrors();
  return false;
}

std::optional<AgentReply> ReadBlocks(const std::string& text) {
  const Blocks found = BlocksOf(text);
  AgentReply reply;
  reply.reasoning = Trimmed(found.outside);
  for (const Block& block : found.blocks) {
    std::optional<Decision> decision = NamedIn(block.info);
    if (!decision) decision = NamedIn(block.before);
    if (decision) reply.segments[*decision] = Trimmed(block.text);
  }
  if (!reply.segments.empty()) return reply;
  for (auto block = found.blocks.rbegin(); block != found.blocks.rend(); ++block) {
    if (!HoldsStatements(block->text, false)) continue;
    reply.mapping = Trimmed(block->text);
    return reply;
  }
  return std::nullopt;
}

}  // namespace

Result<AgentReply> ReadReply(const std::string& whole) {
  const std::string text = whole.substr(0, kLongestReply);
  if (Trimmed(text).empty()) return Error{"The reply was empty."};
  if (std::optional<AgentReply> reply = ReadJson(text)) return std::move(*reply);
  if (std::optional<AgentReply> reply = ReadBlocks(text)) return std::move(*reply);
  if (HoldsStatements(text, true)) return AgentReply{{}, std::string(Trimmed(text)), ""};
  return Error{
      "The reply holds neither a JSON object with decisions, nor a fenced block for a decision, "
      "nor "
      "a mapping."};
}

Agent Updated(const Agent& agent, const AgentReply& reply) {
  if (reply.mapping) return Split(*reply.mapping);
  Agent updated = agent;
  for (const auto& [decision, segment] : reply.segments) updated[decision] = segment;
  return updated;
}

}  // namespace groma::tune

#include "tune/agent/agent.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "lang/lang.h"
#include "tune/agent/trimmed.h"

namespace groma::tune {
namespace {

using lang::tree::Statement;

constexpr std::array<std::string_view, kDecisions> kNames = {
    "task_decision",           "region_decision",         "layout_decision",
    "instance_limit_decision", "index_task_map_decision", "single_task_map_decision"};

/// The words of a text that could be names.
std::set<std::string> WordsOf(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.insert(word);
  return words;
}

/// The name that a statement defines; empty when it defines none.
std::string DefinedBy(const Statement& statement) {
  if (const auto* value = std::get_if<lang::tree::Assignment>(&statement.node))
    return value->variable.text;
  if (const auto* function = std::get_if<lang::tree::Function>(&statement.node))
    return function->name.text;
  return {};
}

/// The decision that the statement's keyword says; none for definitions.
std::optional<Decision> DecisionOf(const Statement& statement) {
  struct Visitor {
    std::optional<Decision> operator()(const lang::tree::TaskStatement&) { return Decision::kTask; }
    std::optional<Decision> operator()(const lang::tree::ReplicateStatement&) {
      return Decision::kTask;
    }
    std::optional<Decision> operator()(const lang::tree::RegionStatement&) {
      return Decision::kRegion;
    }
    std::optional<Decision> operator()(const lang::tree::CollectStatement&) {
      return Decision::kRegion;
    }
    std::optional<Decision> operator()(const lang::tree::LayoutStatement&) {
      return Decision::kLayout;
    }
    std::optional<Decision> operator()(const lang::tree::LimitStatement&) {
      return Decision::kInstanceLimit;
    }
    std::optional<Decision> operator()(const lang::tree::MapStatement& map) {
      return map.index ? Decision::kIndexTaskMap : Decision::kSingleTaskMap;
    }
    std::optional<Decision> operator()(const lang::tree::Assignment&) { return std::nullopt; }
    std::optional<Decision> operator()(const lang::tree::Function&) { return std::nullopt; }
  };
  return std::visit(Visitor{}, statement.node);
}

/// A statement with what stands before it.
struct Part {
  std::string text;
  std::string defines;
  std::set<std::string> words;
  std::optional<Decision> decision;
};

std::vector<Part> PartsOf(const std::string& text) {
  const SourceFile source("mapping.map", text);
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(source, sink);
  std::vector<Part> parts;
  size_t from = 0;
  for (const Statement& statement : tree.statements) {
    // A comment behind the statement, on its line, goes with it.
    size_t end = statement.span.end;
    const size_t line_end = std::min(text.find('\n', end), text.size());
    const std::string_view rest = Trimmed(std::string_view(text).substr(end, line_end - end));
    if (rest.starts_with('#') || rest.starts_with("//")) end = line_end;
    const std::string_view whole =
        std::string_view(text).substr(statement.span.begin, end - statement.span.begin);
    parts.push_back({std::string(Trimmed(std::string_view(text).substr(from, end - from))),
                     DefinedBy(statement), WordsOf(whole), DecisionOf(statement)});
    from = end;
  }
  const std::string_view rest = Trimmed(std::string_view(text).substr(from));
  if (!rest.empty()) parts.push_back({std::string(rest), "", {}, Decision::kSingleTaskMap});
  return parts;
}

/// The names that the maps of a decision use, through definitions too.
std::set<std::string> UsedBy(Decision decision, const std::vector<Part>& parts) {
  std::set<std::string> used;
  for (const Part& part : parts)
    if (part.decision == decision) used.insert(part.words.begin(), part.words.end());
  for (size_t before = 0; before != used.size();) {
    before = used.size();
    for (const Part& part : parts)
      if (!part.defines.empty() && used.contains(part.defines))
        used.insert(part.words.begin(), part.words.end());
  }
  return used;
}

void AppendLine(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

/// The segment without definitions that `written` holds already; adds its own to it.
std::string WithoutRepeated(const std::string& segment, std::set<std::string>& written) {
  std::string text;
  bool repeats = false;
  for (const Part& part : PartsOf(segment)) {
    if (part.defines.empty() || written.insert(part.text).second)
      AppendLine(text, part.text);
    else
      repeats = true;
  }
  return repeats ? text : segment;
}

/// The segments of a text that Compose wrote; nothing for others.
std::optional<Agent> SplitAtMarks(const std::string& text) {
  Agent agent;
  size_t at = 0;
  for (const Decision decision : kAllDecisions) {
    const std::string mark = fmt::format("# {}\n", kNames[static_cast<size_t>(decision)]);
    if (text.compare(at, mark.size(), mark) != 0) return std::nullopt;
    at += mark.size();
    size_t end = text.size();
    if (decision != kAllDecisions.back()) {
      end = text.find(fmt::format("# {}\n", kNames[static_cast<size_t>(decision) + 1]), at);
      if (end == std::string::npos || (end > at && text[end - 1] != '\n')) return std::nullopt;
    }
    agent[decision] = std::string(Trimmed(std::string_view(text).substr(at, end - at)));
    at = end;
  }
  return agent;
}

}  // namespace

std::string_view ToString(Decision decision) { return kNames[static_cast<size_t>(decision)]; }

std::optional<Decision> ParseDecision(std::string_view name) {
  std::string plain;
  for (const char c : Trimmed(name))
    plain +=
        c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (!plain.ends_with("_decision")) plain += "_decision";
  for (const Decision decision : kAllDecisions)
    if (plain == ToString(decision)) return decision;
  return std::nullopt;
}

Decision Composed::At(int line) const {
  Decision at = Decision::kTask;
  for (const Decision decision : kAllDecisions)
    if (line >= first_line[static_cast<size_t>(decision)]) at = decision;
  return at;
}

Composed Compose(const Agent& agent) {
  Composed composed;
  std::set<std::string> written;
  int line = 1;
  for (const Decision decision : kAllDecisions) {
    composed.first_line[static_cast<size_t>(decision)] = line;
    std::string part = fmt::format("# {}\n", ToString(decision));
    const std::string segment = WithoutRepeated(agent[decision], written);
    if (!segment.empty()) part += segment + "\n";
    line += static_cast<int>(std::count(part.begin(), part.end(), '\n'));
    composed.text += part;
  }
  return composed;
}

Agent Split(const std::string& text) {
  if (std::optional<Agent> agent = SplitAtMarks(text)) return std::move(*agent);
  const std::vector<Part> parts = PartsOf(text);
  const std::set<std::string> index = UsedBy(Decision::kIndexTaskMap, parts);
  const std::set<std::string> single = UsedBy(Decision::kSingleTaskMap, parts);
  Agent agent;
  for (const Part& part : parts) {
    Decision decision = part.decision.value_or(Decision::kIndexTaskMap);
    if (!part.decision && single.contains(part.defines) && !index.contains(part.defines))
      decision = Decision::kSingleTaskMap;
    AppendLine(agent[decision], part.text);
  }
  return agent;
}

}  // namespace groma::tune

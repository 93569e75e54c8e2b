// Rules out of TOML (docs/autoguide.md has the format).
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/source.h"
#include "guide/metrics.h"
#include "guide/rules.h"
#include "machine/nearest.h"
#include "machine/toml_text.h"

namespace groma::guide {
namespace {

using eval::OutcomeStatus;

constexpr int64_t kVersion = 1;
constexpr std::array kStatuses = {OutcomeStatus::kOk,           OutcomeStatus::kMappingError,
                                  OutcomeStatus::kRuntimeError, OutcomeStatus::kOutOfMemory,
                                  OutcomeStatus::kWrongResult,  OutcomeStatus::kTimeout,
                                  OutcomeStatus::kCrashed};

std::string Meant(const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = machine::Nearest(name, known);
  return nearest.empty() ? "" : fmt::format("; is '{}' meant?", nearest);
}

std::vector<std::string> MetricNames() {
  std::vector<std::string> names;
  for (const MetricInfo& info : MetricInfos()) names.emplace_back(info.name);
  return names;
}

/// One table of the file. What is wrong in it goes to the file's mistakes, a line each.
class Section {
 public:
  Section(const toml::table& table, std::string name, const std::string& file,
          std::vector<std::string>* mistakes)
      : table_(table), name_(std::move(name)), file_(file), mistakes_(mistakes) {}

  Section Inner(const toml::table& table, std::string name) const {
    return {table, std::move(name), file_, mistakes_};
  }
  const toml::node* Get(std::string_view key) {
    known_.insert(std::string(key));
    return table_.get(key);
  }
  void Mistake(const toml::source_region& where, std::string_view what) {
    mistakes_->push_back(
        fmt::format("{}:{}:{}: {}", file_, where.begin.line, where.begin.column, what));
  }
  void Mistake(std::string_view what) { Mistake(table_.source(), what); }

  std::string Text(std::string_view key) {
    const toml::node* node = Get(key);
    if (node == nullptr) return "";
    if (auto text = node->value_exact<std::string>()) return *text;
    Mistake(node->source(), fmt::format("'{}' must be a text", key));
    return "";
  }

  /// The items of a list, or one item without brackets; `what` says what they must be.
  std::vector<const toml::node*> Items(std::string_view key, std::string_view what,
                                       toml::node_type type) {
    const toml::node* node = Get(key);
    if (node == nullptr) return {};
    std::vector<const toml::node*> items;
    if (node->type() == type) {
      items.push_back(node);
    } else if (const toml::array* list = node->as_array()) {
      for (const toml::node& item : *list) {
        if (item.type() == type)
          items.push_back(&item);
        else
          Mistake(item.source(), fmt::format("'{}' must be a list of {}", key, what));
      }
    } else {
      Mistake(node->source(), fmt::format("'{}' must be a list of {}", key, what));
    }
    return items;
  }
  std::vector<std::string> Texts(std::string_view key) {
    std::vector<std::string> texts;
    for (const toml::node* item : Items(key, "texts", toml::node_type::string))
      texts.push_back(*item->value<std::string>());
    return texts;
  }

  /// Reports the keys that nobody asked for.
  void Finish() {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (!known_.contains(name))
        Mistake(key.source(), fmt::format("{} has no key '{}'{}", name_, name,
                                          Meant(name, {known_.begin(), known_.end()})));
    }
  }

 private:
  const toml::table& table_;
  std::string name_;
  const std::string& file_;
  std::vector<std::string>* mistakes_;
  std::set<std::string> known_;
};

void ReadStatuses(Section& section, Rule& rule) {
  for (const toml::node* item : section.Items("status", "texts", toml::node_type::string)) {
    const std::string name = *item->value<std::string>();
    const auto* status = std::find_if(kStatuses.begin(), kStatuses.end(), [&](OutcomeStatus one) {
      return eval::ToString(one) == name;
    });
    if (status != kStatuses.end()) {
      rule.statuses.push_back(*status);
      continue;
    }
    std::vector<std::string> names;
    for (const OutcomeStatus one : kStatuses) names.emplace_back(eval::ToString(one));
    section.Mistake(item->source(), fmt::format("no outcome has the status '{}': there are {}",
                                                name, fmt::join(names, ", ")));
  }
}

void ReadMatch(Section& section, Rule& rule) {
  for (const toml::node* item :
       section.Items("match", "tables { text, regex }", toml::node_type::table)) {
    Section inner = section.Inner(*item->as_table(), "a match");
    LinePattern pattern;
    pattern.text = inner.Text("text");
    if (pattern.text.empty() || pattern.text.find('\n') != std::string::npos)
      section.Mistake(item->source(),
                      "a match needs 'text', a part of the line: it is searched for first");
    if (inner.Get("regex") != nullptr) {
      Result<eval::Pattern> expression = eval::Pattern::Compile(inner.Text("regex"));
      if (expression)
        pattern.expression = std::move(*expression);
      else
        section.Mistake(inner.Get("regex")->source(),
                        fmt::format("'regex' {}", expression.error().message));
    }
    inner.Finish();
    rule.match.push_back(std::move(pattern));
  }
}

std::optional<Condition::Test> TestOf(std::string_view word) {
  using enum Condition::Test;
  for (const auto& [name, test] : {std::pair{"<", kLess},
                                   {"<=", kAtMost},
                                   {">", kMore},
                                   {">=", kAtLeast},
                                   {"==", kEqual},
                                   {"known", kKnown},
                                   {"unknown", kUnknown}})
    if (word == name) return test;
  return std::nullopt;
}

/// "gpu_busy < 50 %": the words apart, the value whole.
Result<Condition> ParseCondition(const std::string& text) {
  const size_t first = std::min(text.find(' '), text.size());
  const std::string name = text.substr(0, first);
  const std::optional<size_t> metric = FindMetric(name);
  if (!metric)
    return Error{fmt::format("there is no metric '{}'{}", name, Meant(name, MetricNames()))};
  const size_t at = std::min(text.find_first_not_of(' ', first), text.size());
  const size_t end = std::min(text.find(' ', at), text.size());
  const std::optional<Condition::Test> test = TestOf(text.substr(at, end - at));
  if (!test)
    return Error{
        fmt::format("'{}' must be a metric with <, <=, >, >= or == and a value, or with "
                    "`known` or `unknown`",
                    text)};
  Condition condition{*metric, *test};
  const std::string rest = text.substr(std::min(text.find_first_not_of(' ', end), text.size()));
  if (*test == Condition::Test::kKnown || *test == Condition::Test::kUnknown) {
    if (!rest.empty()) return Error{fmt::format("'{}' has more than one condition", text)};
    return condition;
  }
  Result<double> value = ParseMetricValue(*metric, rest);
  if (!value) return value.error();
  condition.value = *value;
  return condition;
}

void ReadWhen(Section& section, Rule& rule) {
  for (const toml::node* item : section.Items("when", "texts", toml::node_type::string)) {
    Result<Condition> condition = ParseCondition(*item->value<std::string>());
    if (condition)
      rule.when.push_back(*condition);
    else
      section.Mistake(item->source(), condition.error().message);
  }
}

/// What an action of that kind cannot do without; empty when it has it.
std::string_view Lacks(const Action& action) {
  switch (action.kind) {
    case ActionKind::kMoveTask:
      return action.processors.empty() ? "processors" : "";
    case ActionKind::kMoveRegion:
      return action.memories.empty() ? "memories" : "";
    case ActionKind::kSetLayout:
      return action.layout.empty() ? "layout" : "";
    case ActionKind::kSetInstanceLimit:
      return action.value <= 0 ? "value" : "";
    default:
      return "";
  }
}

void ReadAction(Section& section, const toml::node& node, Rule& rule) {
  Section inner = section.Inner(*node.as_table(), "an action");
  Action action;
  const std::string name = inner.Text("do");
  const std::optional<ActionKind> kind = ActionKindOf(name);
  if (kind) action.kind = *kind;
  action.task = inner.Text("task");
  action.region = inner.Text("region");
  action.processor = inner.Text("processor");
  action.processors = inner.Texts("processors");
  action.memories = inner.Texts("memories");
  action.layout = inner.Text("layout");
  action.name = inner.Text("name");
  if (const toml::node* value = inner.Get("value"))
    action.value = value->value_exact<int64_t>().value_or(0);
  inner.Finish();
  if (!kind) {
    std::vector<std::string> names;
    for (const ActionKind one : kActionKinds) names.emplace_back(ToString(one));
    section.Mistake(node.source(),
                    fmt::format("an action needs 'do', one of {}", fmt::join(names, ", ")));
  } else if (const std::string_view lacks = Lacks(action); !lacks.empty()) {
    section.Mistake(node.source(), fmt::format("{} needs '{}'", name, lacks));
  }
  rule.actions.push_back(std::move(action));
}

/// The mistakes in the places of a text: {4} of an expression with three groups, {gpu_bsy}.
std::vector<std::string> WrongPlaces(const std::string& text, size_t groups) {
  std::vector<std::string> wrong;
  size_t from = 0;
  for (size_t at = text.find('{'); at != std::string::npos; at = text.find('{', from)) {
    const size_t end = std::min(text.find('}', at), text.size());
    const std::string name = text.substr(at + 1, end - at - 1);
    from = at + 1;
    if (end == text.size() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") != std::string::npos)
      continue;
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    if (number && (name.size() > 1 || name[0] < '1' || static_cast<size_t>(name[0] - '0') > groups))
      wrong.push_back(
          fmt::format("{{{}}} stands for no group: the expression has {}", name, groups));
    else if (!number && !FindMetric(name))
      wrong.push_back(
          fmt::format("{{{}}} stands for no metric{}", name, Meant(name, MetricNames())));
  }
  return wrong;
}

void CheckPlaces(Section& section, const Rule& rule) {
  size_t groups = 0;
  for (const LinePattern& pattern : rule.match)
    if (pattern.expression) groups = std::max(groups, pattern.expression->groups());
  for (const std::string_view key : {"explain", "suggest"})
    if (const toml::node* node = section.Get(key))
      for (const std::string& wrong :
           WrongPlaces(key == "explain" ? rule.explain : rule.suggest, groups))
        section.Mistake(node->source(), wrong);
  for (const Action& action : rule.actions)
    for (const std::string* text :
         {&action.task, &action.region, &action.processor, &action.layout, &action.name})
      for (const std::string& wrong : WrongPlaces(*text, groups))
        section.Mistake(section.Get("action")->source(), wrong);
}

Rule ReadRule(Section& section) {
  Rule rule;
  rule.id = section.Text("id");
  rule.group = section.Text("case");
  if (rule.group.empty()) rule.group = rule.id;
  ReadStatuses(section, rule);
  ReadMatch(section, rule);
  ReadWhen(section, rule);
  if (const toml::node* last = section.Get("last")) {
    rule.last = last->value_exact<bool>().value_or(false);
    if (!last->is_boolean()) section.Mistake(last->source(), "'last' must be true or false");
  }
  rule.explain = section.Text("explain");
  rule.suggest = section.Text("suggest");
  for (const toml::node* item : section.Items("action", "tables", toml::node_type::table))
    ReadAction(section, *item, rule);
  CheckPlaces(section, rule);
  section.Finish();
  if (rule.id.empty()) section.Mistake("a rule needs 'id', a name that no other rule has");
  if (rule.explain.empty() && rule.suggest.empty())
    section.Mistake("a rule needs 'explain' or 'suggest': else it says nothing");
  if (section.Get("status") == nullptr && section.Get("match") == nullptr &&
      section.Get("when") == nullptr)
    section.Mistake("a rule needs 'match', 'when' or 'status': else it would always hold");
  if (section.Get("status") == nullptr)
    rule.statuses = rule.match.empty()
                        ? std::vector<OutcomeStatus>{OutcomeStatus::kOk}
                        : std::vector<OutcomeStatus>(kStatuses.begin() + 1, kStatuses.end());
  return rule;
}

/// The version comes before all else: the rest of a newer file means nothing to us.
bool IsReadable(Section& section) {
  const toml::node* node = section.Get("groma_rules");
  if (node == nullptr) {
    section.Mistake("this is no file of rules: it does not begin with groma_rules = 1");
    return false;
  }
  const auto version = node->value_exact<int64_t>();
  if (!version || *version < 1)
    section.Mistake(node->source(), "'groma_rules' must be 1");
  else if (*version > kVersion)
    section.Mistake(node->source(),
                    fmt::format("version {} of rules is newer than this groma, which reads up to "
                                "{}: install a newer groma",
                                *version, kVersion));
  return version == kVersion;
}

std::vector<Rule> ReadAll(Section& section) {
  std::vector<Rule> rules;
  std::set<std::string> ids;
  for (const toml::node* item : section.Items("rule", "tables [[rule]]", toml::node_type::table)) {
    Section inner = section.Inner(*item->as_table(), "a rule");
    rules.push_back(ReadRule(inner));
    if (!rules.back().id.empty() && !ids.insert(rules.back().id).second)
      inner.Mistake(fmt::format("there is a rule '{}' before this one", rules.back().id));
  }
  section.Finish();
  return rules;
}

}  // namespace

Result<std::vector<Rule>> ParseRules(std::string_view text, const std::string& name) {
  if (const auto flaw = machine::FindTomlFlaw(text)) {
    const Position at =
        SourceFile(name, std::string(text)).PositionOf(static_cast<uint32_t>(flaw->at));
    return Error{fmt::format("{}:{}:{}: {}", name, at.line, at.column, flaw->message)};
  }
  std::vector<std::string> mistakes;
  std::vector<Rule> rules;
  try {
    const toml::table table = toml::parse(text, name);
    Section section(table, "a file of rules", name, &mistakes);
    if (IsReadable(section)) rules = ReadAll(section);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    mistakes.push_back(fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
  }
  if (!mistakes.empty()) return Error{fmt::format("{}", fmt::join(mistakes, "\n"))};
  return rules;
}

}  // namespace groma::guide

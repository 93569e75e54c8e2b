// Mapping text → decisions.
#include <algorithm>
#include <set>

#include "lang/lang.h"
#include "tune/space/decisions.h"

namespace groma::tune {
namespace {

using lang::tree::Statement;

std::vector<std::string> Texts(const lang::tree::Names& names) {
  std::vector<std::string> texts;
  for (const lang::tree::Name& name : names) texts.push_back(name.text);
  return texts;
}

void AppendWord(std::string& words, const std::string& word) {
  if (!words.empty()) words += ' ';
  words += word;
}

/// Adds the statement to the decisions, once for each task that it names.
class Reader {
 public:
  Reader(std::string_view text, Decisions& decisions) : text_(text), decisions_(decisions) {}

  void Read(const Statement& statement) {
    span_ = statement.span;
    std::visit([this](const auto& node) { Add(node); }, statement.node);
  }

 private:
  std::string Source() const {
    return std::string(text_.substr(span_.begin, span_.end - span_.begin));
  }

  void Add(const lang::tree::TaskStatement& node) {
    for (const auto& task : node.tasks)
      decisions_.tasks.push_back({task.text, Texts(node.processors), ""});
  }
  void Add(const lang::tree::RegionStatement& node) {
    for (const auto& task : node.tasks)
      decisions_.regions.push_back(
          {task.text, node.region.name.text, node.processor.text, Texts(node.memories), ""});
  }
  void Add(const lang::tree::LayoutStatement& node) {
    for (const auto& task : node.tasks) {
      LayoutDecision layout{task.text, node.region.name.text, node.place.text};
      for (const lang::tree::Constraint& constraint : node.constraints) Put(constraint, layout);
      decisions_.layouts.push_back(std::move(layout));
    }
  }
  static void Put(const lang::tree::Constraint& constraint, LayoutDecision& layout) {
    const std::string& word = constraint.word.text;
    if (constraint.comparison) {
      layout.alignment = word + std::string(lang::ToString(*constraint.comparison)) +
                         std::to_string(constraint.value);
    } else if (word == "SOA" || word == "AOS") {
      layout.structure = word;
    } else if (word == "C_order" || word == "F_order") {
      layout.order = word;
    } else if (word == "No_Align") {
      layout.alignment = word;
    } else {
      AppendWord(layout.shape, word);
    }
  }
  void Add(const lang::tree::LimitStatement& node) {
    for (const auto& task : node.tasks) decisions_.limits.push_back({task.text, node.limit, ""});
  }
  void Add(const lang::tree::CollectStatement& node) {
    for (const auto& task : node.tasks)
      decisions_.collects.push_back({task.text, node.region.name.text, ""});
  }
  void Add(const lang::tree::MapStatement& node) {
    for (const auto& task : node.tasks)
      decisions_.maps.push_back(
          {node.index, task.text, node.machine ? node.machine->text : "", node.function.text, ""});
  }
  void Add(const lang::tree::ReplicateStatement& node) {
    for (const auto& task : node.tasks) decisions_.replicates.push_back(task.text);
  }
  void Add(const lang::tree::Assignment& node) {
    decisions_.definitions.push_back({node.variable.text, Source()});
  }
  void Add(const lang::tree::Function& node) {
    decisions_.definitions.push_back({node.name.text, Source()});
  }

  std::string_view text_;
  Decisions& decisions_;
  Span span_;
};

// Bytes that mending one text may compile: each statement that is tried compiles those before it.
constexpr size_t kMostCompiled = 32 << 20;

/// Whether the decisions are a legal mapping; false too when `budget` is used up.
bool IsLegal(const Decisions& decisions, size_t& budget) {
  if (budget == 0) return false;
  std::string text = Print(decisions);
  budget -= std::min(budget, text.size() + 1);
  DiagnosticSink sink;
  return lang::Compile(std::make_shared<SourceFile>("mapping.map", std::move(text)), sink)
      .has_value();
}

/// Leaves out what keeps the rest from being legal, the least valuable parts first.
void Mend(Decisions& decisions) {
  size_t budget = kMostCompiled;
  if (IsLegal(decisions, budget)) return;
  std::erase_if(decisions.maps, [&](const MapDecision& map) {
    return decisions.FindDefinition(map.function) == nullptr;
  });
  if (IsLegal(decisions, budget)) return;
  const auto keep_only_legal = [&](auto& list) {
    const auto all = std::exchange(list, {});
    for (const auto& one : all) {
      list.push_back(one);
      if (!IsLegal(decisions, budget)) list.pop_back();
    }
  };
  const Decisions all = std::exchange(decisions, {});
  decisions.definitions = all.definitions;
  keep_only_legal(decisions.definitions);
  const auto add_legal = [&](auto& list, const auto& from) {
    list = from;
    if (!IsLegal(decisions, budget)) keep_only_legal(list);
  };
  add_legal(decisions.tasks, all.tasks);
  add_legal(decisions.regions, all.regions);
  add_legal(decisions.layouts, all.layouts);
  add_legal(decisions.limits, all.limits);
  add_legal(decisions.collects, all.collects);
  add_legal(decisions.maps, all.maps);
  add_legal(decisions.replicates, all.replicates);
}

}  // namespace

Decisions FromTree(const lang::Tree& tree, std::string_view text) {
  Decisions decisions;
  Reader reader(text, decisions);
  for (const Statement& statement : tree.statements)
    if (statement.complete) reader.Read(statement);
  return decisions;
}

Decisions FromText(const std::string& text) {
  const SourceFile source("mapping.map", text.substr(0, kLongestText));
  DiagnosticSink sink;
  Decisions decisions = FromTree(lang::Parse(source, sink), source.text());
  Mend(decisions);
  return decisions;
}

}  // namespace groma::tune

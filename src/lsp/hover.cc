// What a statement decides, in words for people.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lsp/document.h"
#include "mapping/decisions.h"
#include "mapping/show.h"
#include "mapping/survey.h"

namespace groma::lsp {
namespace {

namespace tree = lang::tree;

constexpr size_t kMostLines = 40;
constexpr int64_t kMostHoverPoints = 4096;

template <class Kind>
std::string Words(const std::vector<Kind>& kinds) {
  std::vector<std::string_view> words;
  words.reserve(kinds.size());
  for (Kind kind : kinds) words.push_back(groma::ToString(kind));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The decisions of one statement over all tasks of the application.
class Teller {
 public:
  Teller(const mapping::Mapping& mapping, const app::Description& app,
         const tree::Statement& statement)
      : mapping_(mapping), app_(app), span_(statement.span) {
    std::visit(*this, statement.node);
  }
  std::vector<std::string> Take() { return std::move(lines_); }

  void operator()(const tree::TaskStatement&) {
    for (const app::Task& task : app_.tasks) {
      const mapping::ProcessorChoice choice = mapping_.Processors(task.name);
      if (!Mine(choice.origin)) continue;
      const auto kind = mapping::ChosenKind(mapping_, task);
      lines_.push_back(fmt::format("{}: runs on {} (of {})", task.name,
                                   kind ? groma::ToString(*kind) : "nothing", Words(choice.kinds)));
    }
  }

  void operator()(const tree::RegionStatement&) {
    Arguments([&](const app::Task& task, const mapping::RegionQuery& query, ProcessorKind kind) {
      const mapping::MemoryChoice choice = mapping_.Memories(query, kind);
      if (Mine(choice.origin))
        lines_.push_back(fmt::format("{} on {}: {}", Name(task, query), groma::ToString(kind),
                                     Words(choice.kinds)));
    });
  }

  void operator()(const tree::LayoutStatement&) {
    Arguments([&](const app::Task& task, const mapping::RegionQuery& query, ProcessorKind kind) {
      const std::vector<MemoryKind> seen =
          mapping::DecideRegion(mapping_, task, static_cast<size_t>(query.position), kind).memories;
      if (seen.empty() || seen.front() == MemoryKind::kVirtual) return;
      const MemoryKind memory = seen.front();
      const mapping::LayoutChoice choice = mapping_.Layout(query, kind, memory);
      if (Mine(choice.structure) || Mine(choice.order) || Mine(choice.align) || Mine(choice.shape))
        lines_.push_back(fmt::format("{} in {}: {}", Name(task, query), groma::ToString(memory),
                                     choice.ToString()));
    });
  }

  void operator()(const tree::LimitStatement&) {
    for (const app::Task& task : app_.tasks) {
      mapping::Origin origin;
      const auto limit = mapping_.InstanceLimit(task.name, &origin);
      if (limit && Mine(origin))
        lines_.push_back(fmt::format("{}: at most {} at once on a node", task.name, *limit));
    }
  }

  void operator()(const tree::CollectStatement& node) {
    Arguments([&](const app::Task& task, const mapping::RegionQuery& query, ProcessorKind) {
      const bool named =
          node.tasks.empty() || node.tasks[0].IsStar() ||
          std::any_of(node.tasks.begin(), node.tasks.end(),
                      [&](const tree::Name& name) { return name.text == task.name; });
      const auto argument = static_cast<size_t>(query.position);
      if (named && mapping_.Collects(query) &&
          task.arguments[argument].privilege == app::Privilege::kReadOnly)
        lines_.push_back(
            fmt::format("{}: instances may go once the task is done", Name(task, query)));
    });
  }

  void operator()(const tree::MapStatement&) {
    Placed([&](const mapping::Origin& origin) { return Mine(origin); });
  }
  void operator()(const tree::Function& node) {
    const lang::Program& program = mapping_.program();
    Placed([&](const mapping::Origin& origin) {
      for (const auto* maps : {&program.index_maps, &program.single_maps})
        for (const lang::MapStatement& map : *maps)
          if (origin.statement == map.span)
            return program.functions[static_cast<size_t>(map.function)].name == node.name.text;
      return false;
    });
  }
  void operator()(const tree::ReplicateStatement&) {
    for (const app::Task& task : app_.tasks)
      if (mapping_.ControlReplicates(task.name).value_or(false))
        lines_.push_back(fmt::format("{}: one shard a node", task.name));
  }
  void operator()(const tree::Assignment&) {}

 private:
  bool Mine(const mapping::Origin& origin) const { return origin.statement == span_; }

  static std::string Name(const app::Task& task, const mapping::RegionQuery& query) {
    const std::string_view region = query.names.empty() ? "" : query.names.front();
    return fmt::format("{} {}{}{}", task.name, query.position, region.empty() ? "" : " ", region);
  }

  template <class Tell>
  void Arguments(Tell tell) {
    for (const app::Task& task : app_.tasks) {
      const auto kind = mapping::ChosenKind(mapping_, task);
      if (!kind) continue;
      for (size_t i = 0; i < task.arguments.size(); ++i)
        tell(task, mapping::QueryFor(task, i), *kind);
    }
  }

  /// Where launches go that the application is known to make, of those that are placed by what
  /// `wanted` says yes to.
  template <class Wanted>
  void Placed(Wanted wanted) {
    for (const app::Task& task : app_.tasks) {
      const auto kind = mapping::ChosenKind(mapping_, task);
      if (!kind) continue;
      mapping::PointQuery query = mapping::QueryFor(mapping_, app_, task, *kind);
      query.print = false;
      if (task.single_launched && query.parent) {
        const mapping::Placement place = mapping_.Place(query);
        if (wanted(place.origin)) lines_.push_back(fmt::format("{}: {}", task.name, Text(place)));
      }
      query.index_launch = true;
      for (const auto& domain : task.domains) {
        query.extents = domain;
        query.point.assign(domain.size(), 0);
        if (wanted(mapping_.Place(query).origin)) Launch(task, domain);
      }
    }
  }

  static std::string Text(const mapping::Placement& place) {
    if (!place.processor) return place.failure ? place.failure->message : "";
    return fmt::format("the first goes to processor {} of node {}", place.processor->index,
                       place.processor->node);
  }

  void Launch(const app::Task& task, const std::vector<int64_t>& domain) {
    if (mapping::CountPoints(domain, kMostHoverPoints + 1) > kMostHoverPoints) {
      lines_.push_back(
          fmt::format("{} over ({}): too many points to show", task.name, fmt::join(domain, ", ")));
      return;
    }
    lines_.push_back(
        fmt::format("{} over ({}), node.processor:", task.name, fmt::join(domain, ", ")));
    const auto points = mapping::ShowPoints(mapping_, &app_, task.name, domain);
    const std::string text = points ? mapping::ToText(*points) : points.error().message;
    for (size_t at = 0; at < text.size() && lines_.size() <= kMostLines;) {
      const size_t end = std::min(text.find('\n', at), text.size());
      lines_.push_back("  " + text.substr(at, end - at));
      at = end + 1;
    }
  }

  const mapping::Mapping& mapping_;
  const app::Description& app_;
  Span span_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string Hover(const Document& document, const Subject& subject, size_t offset) {
  const auto& statements = document.tree.statements;
  auto at = std::find_if(statements.begin(), statements.end(), [&](const tree::Statement& one) {
    return offset >= one.span.begin && offset < one.span.end;
  });
  if (at == statements.end()) return "";
  // On the name of a function: that function, wherever the name stands.
  const std::optional<Symbol> symbol = SymbolAt(document.symbols, offset);
  if (symbol && symbol->kind == SymbolKind::kFunction)
    for (const Symbol& other : document.symbols)
      if (other.defines && Same(other, *symbol))
        at = statements.begin() + static_cast<std::ptrdiff_t>(other.statement);
  if (std::holds_alternative<tree::Assignment>(at->node)) return "";
  if (!document.program)
    return "what this decides is told once the mistakes of the file are mended";
  if (!document.mapping || !subject.app)
    return "what this decides is told when the application and the machine are known: set `app` "
           "and "
           "`machine` in the server's options";
  std::vector<std::string> lines = Teller(*document.mapping, *subject.app, *at).Take();
  if (lines.empty())
    return fmt::format("decides nothing for {} on {}", subject.app->name, subject.machine->name);
  const bool more = lines.size() > kMostLines;
  lines.resize(std::min(lines.size(), kMostLines));
  if (more) lines.emplace_back("…");
  return fmt::format("for {} on {}:\n{}", subject.app->name, subject.machine->name,
                     fmt::join(lines, "\n"));
}

}  // namespace groma::lsp

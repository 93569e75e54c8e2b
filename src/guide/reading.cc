#include "guide/reading.h"

#include <fmt/format.h>

#include "lang/lang.h"
#include "mapping/survey.h"

namespace groma::guide {
namespace {

/// A statement in one line.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  return line;
}

}  // namespace

std::optional<Reading> Reading::Of(const Context& context) {
  if (context.app == nullptr || context.machine == nullptr || context.mapping.empty())
    return std::nullopt;
  DiagnosticSink sink;
  std::optional<lang::Program> program =
      lang::Compile(std::make_shared<SourceFile>("mapping.map", context.mapping), sink);
  if (!program) return std::nullopt;
  std::optional<mapping::Mapping> mapping =
      mapping::Mapping::Bind(std::make_shared<const lang::Program>(std::move(*program)),
                             machine::Shape(*context.machine), sink);
  if (!mapping) return std::nullopt;
  return Reading(std::move(*mapping), context);
}

Reading::Reading(mapping::Mapping mapping, const Context& context)
    : mapping_(std::move(mapping)), app_(context.app) {}

std::optional<ProcessorKind> Reading::KindOf(const app::Task& task) const {
  return mapping::ChosenKind(mapping_, task);
}

std::vector<PlacedRegion> Reading::RegionsIn(MemoryKind memory, ProcessorKind processor,
                                             const std::string& task) const {
  std::vector<PlacedRegion> regions;
  const bool one_task = app_->FindTask(task) != nullptr;
  for (const app::Task& one : app_->tasks) {
    if ((one_task && one.name != task) || mapping::ChosenKind(mapping_, one) != processor) continue;
    for (size_t i = 0; i < one.arguments.size(); ++i) {
      if (one.arguments[i].privilege == app::Privilege::kNoAccess) continue;
      const mapping::MemoryChoice choice = mapping_.Memories(mapping::QueryFor(one, i), processor);
      if (choice.kinds.front() != memory) continue;
      const auto& names = one.arguments[i].names;
      PlacedRegion region{one.name, names.empty() ? std::to_string(i) : names.front(),
                          Quote(At(choice.origin)), choice.origin.names_task};
      // Several arguments of a task may have the same name: a statement says it once.
      if (regions.empty() || regions.back().task != region.task ||
          regions.back().region != region.region)
        regions.push_back(std::move(region));
    }
  }
  return regions;
}

Statement Reading::TaskStatement(const std::string& task) const {
  return At(mapping_.Processors(task).origin);
}

Statement Reading::RegionStatement(const std::string& task, const std::string& region) const {
  const app::Task* described = app_->FindTask(task);
  if (described == nullptr) return {};
  const std::optional<ProcessorKind> kind = KindOf(*described);
  if (!kind) return {};
  for (size_t i = 0; i < described->arguments.size(); ++i) {
    const auto& names = described->arguments[i].names;
    if (region == fmt::format("argument {}", i) || (!names.empty() && names.front() == region))
      return At(mapping_.Memories(mapping::QueryFor(*described, i), *kind).origin);
  }
  return {};
}

Statement Reading::MapStatement(const std::string& task) const {
  const app::Task* described = app_->FindTask(task);
  if (described == nullptr) return {};
  const std::optional<ProcessorKind> kind = KindOf(*described);
  if (!kind) return {};
  mapping::PointQuery query = mapping::QueryFor(mapping_, *app_, *described, *kind);
  query.print = false;
  if (!described->domains.empty()) {
    query.index_launch = true;
    query.extents = described->domains.front();
    query.point.assign(query.extents.size(), 0);
  }
  return At(mapping_.Place(query).origin);
}

Statement Reading::At(const mapping::Origin& origin) const {
  if (!origin.statement) return {};
  const SourceFile& source = *mapping_.program().source;
  const Span span = *origin.statement;
  return {OneLine(std::string_view(source.text()).substr(span.begin, span.end - span.begin)),
          source.PositionOf(span.begin).line};
}

std::string Quote(const Statement& statement) {
  return statement.line == 0 ? "" : fmt::format("`{}` (line {})", statement.text, statement.line);
}

}  // namespace groma::guide

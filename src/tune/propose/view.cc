#include "tune/propose/view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "mapping/check_text.h"
#include "mapping/survey.h"
#include "tune/propose/canonical.h"
#include "tune/space/data_use.h"

namespace groma::tune {
namespace {

// The mapper library begins the arrays of an SOA on lines where nothing is said.
constexpr std::pair<lang::Comparison, int64_t> kAlignedAnyway = {lang::Comparison::kEqual, 128};
constexpr int64_t kMostPoints = 4096;  // of a launch that a fingerprint looks at

std::string Describe(const mapping::Placement& place) {
  if (place.failure) return fmt::format("!{}", place.failure->message);
  if (!place.processor) return "?";
  return fmt::format("{}.{}", place.processor->node, place.processor->index);
}

}  // namespace

std::optional<View> View::Of(const std::string& text, const Problem& problem) {
  mapping::CheckedText checked =
      mapping::CheckText(std::make_shared<SourceFile>("mapping.map", text), &problem.machine,
                         problem.app.tasks.empty() ? nullptr : &problem.app);
  if (!checked.mapping || !checked.ok()) return std::nullopt;
  return View(std::move(*checked.mapping), problem, text);
}

View::View(mapping::Mapping mapping, const Problem& problem, const std::string& text)
    : mapping_(std::move(mapping)), problem_(&problem) {
  if (problem.app.tasks.empty()) fingerprint_ = Canonical(text);
  for (const app::Task& task : problem.app.tasks) fingerprint_ += Describe(task);
}

ProcessorKind View::KindOf(const app::Task& task) const {
  return mapping::ChosenKind(mapping_, task).value_or(mapping_.Processors(task.name).kinds.front());
}

std::vector<MemoryKind> View::MemoriesOf(const app::Task& task, size_t argument,
                                         ProcessorKind kind) const {
  const std::vector<MemoryKind> all =
      mapping_.Memories(mapping::QueryFor(task, argument), kind).kinds;
  std::vector<MemoryKind> usable;
  for (const MemoryKind memory : all)
    if (memory == MemoryKind::kVirtual ||
        (mapping_.shape().Has(memory) && mapping_.shape().Sees(kind, memory)))
      usable.push_back(memory);
  return usable.empty() ? all : usable;
}

std::string View::LayoutOf(const app::Task& task, size_t argument, ProcessorKind kind) const {
  const MemoryKind memory = MemoriesOf(task, argument, kind).front();
  return mapping_.Layout(mapping::QueryFor(task, argument), kind, memory).ToString();
}

std::optional<int64_t> View::LimitOf(const app::Task& task) const {
  return mapping_.InstanceLimit(task.name);
}

std::string View::Describe(const app::Task& task) const {
  std::string text = task.name + ":";
  const ProcessorKind kind = KindOf(task);
  const DataUse use(problem_->app);
  text += ToString(kind);
  for (size_t i = 0; i < task.arguments.size(); ++i) {
    if (task.arguments[i].privilege == app::Privilege::kNoAccess) continue;
    const mapping::RegionQuery query = mapping::QueryFor(task, i);
    text += fmt::format(" {}", i);
    for (const MemoryKind memory : MemoriesOf(task, i, kind)) {
      mapping::LayoutChoice layout = mapping_.Layout(query, kind, memory);
      layout.fortran_order &= DataUse::OrderMatters(task.arguments[i]);
      layout.array_of_structs &= use.StructureMatters(task.arguments[i]);
      const bool unaligned = layout.align.statement && !layout.alignment;
      if (!layout.array_of_structs && layout.alignment == kAlignedAnyway) layout.alignment.reset();
      text += fmt::format("/{} {}", ToString(memory), layout.ToString());
      if (unaligned) text += " No_Align";
    }
    if (mapping_.Collects(query)) text += " collected";
  }
  if (const auto limit = LimitOf(task)) text += fmt::format(" limit {}", *limit);
  return text + Places(task, kind) + "\n";
}

std::vector<mapping::Placement> View::PlacesOf(const app::Task& task, ProcessorKind kind,
                                               const std::vector<int64_t>& extents) const {
  mapping::PointQuery query = mapping::QueryFor(mapping_, problem_->app, task, kind);
  query.index_launch = true;
  query.extents = extents;
  query.point.assign(extents.size(), 0);
  std::vector<mapping::Placement> places;
  const int64_t points = mapping::CountPoints(extents, kMostPoints);
  for (int64_t i = 0; i < points; ++i, mapping::NextPoint(query.point, extents))
    places.push_back(mapping_.Place(query));
  return places;
}

double View::CrowdingOf(const app::Task& task) const {
  const ProcessorKind kind = KindOf(task);
  const size_t processors =
      static_cast<size_t>(std::max(1, mapping_.shape().nodes())) *
      static_cast<size_t>(std::max(1, mapping_.shape().ProcessorsPerNode(kind)));
  double crowding = 1;
  for (const std::vector<int64_t>& extents : task.domains) {
    std::map<mapping::Processor, size_t> loads;
    size_t points = 0, busiest = 0;
    for (const mapping::Placement& place : PlacesOf(task, kind, extents)) {
      ++points;
      if (place.processor) busiest = std::max(busiest, ++loads[*place.processor]);
    }
    if (busiest == 0) continue;
    const size_t fewest = (points + processors - 1) / processors;
    crowding = std::max(crowding, static_cast<double>(busiest) / static_cast<double>(fewest));
  }
  return crowding;
}

std::string View::Places(const app::Task& task, ProcessorKind kind) const {
  std::string text;
  for (const std::vector<int64_t>& extents : task.domains) {
    text += " [";
    for (const mapping::Placement& place : PlacesOf(task, kind, extents))
      text += fmt::format(" {}", tune::Describe(place));
    text += "]";
  }
  if (!task.single_launched || task.parents.empty()) return text;
  mapping::PointQuery query = mapping::QueryFor(mapping_, problem_->app, task, kind);
  text += " single";
  for (query.sequence = 0; query.sequence < 8; ++query.sequence)
    text += fmt::format(" {}", tune::Describe(mapping_.Place(query)));
  return text;
}

}  // namespace groma::tune

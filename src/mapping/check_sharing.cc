#include "mapping/check_sharing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "diagnostics/registry.h"
#include "mapping/check_placements.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

constexpr int64_t kMostSteps = 10'000'000;  // of the evaluation of a launch

/// A memory of the machine: a GPU's own, or one that a node's processors share.
struct Memory {
  MemoryKind kind = MemoryKind::kFramebuffer;
  int node = 0;
  int processor = -1;  // -1: all of the node

  auto operator<=>(const Memory&) const = default;
};

bool IsWritten(const app::Argument& argument) {
  return argument.privilege == app::Privilege::kReadWrite ||
         argument.privilege == app::Privilege::kWriteDiscard;
}

class SharingChecker {
 public:
  SharingChecker(const Mapping& mapping, const machine::Description& machine, const app::Task& task,
                 ProcessorKind kind, const std::vector<InstanceNeed>& needs, Findings& findings)
      : mapping_(mapping),
        machine_(machine),
        task_(task),
        kind_(kind),
        needs_(needs),
        findings_(findings) {}

  void Run(const std::vector<Processor>& processors);

 private:
  Memory MemoryOf(MemoryKind kind, Processor processor) const;
  bool HasRoom(const Memory& memory, Bytes size) const;
  bool Place(const InstanceNeed& need, Processor processor);
  void Warn(const InstanceNeed& need, Processor processor);
  void OfferMemory(Diagnostic& found, const InstanceNeed& need, Processor processor) const;

  const Mapping& mapping_;
  const machine::Description& machine_;
  const app::Task& task_;
  ProcessorKind kind_;
  const std::vector<InstanceNeed>& needs_;
  Findings& findings_;
  std::map<Processor, int64_t> points_;
  std::map<Memory, Bytes> used_;
  std::set<std::pair<size_t, Memory>> shared_;              // what is read or reduced, by argument
  std::map<std::pair<size_t, Processor>, int64_t> placed_;  // pieces that are written
};

Memory SharingChecker::MemoryOf(MemoryKind kind, Processor processor) const {
  return {kind, processor.node, kind == MemoryKind::kFramebuffer ? processor.index : -1};
}

bool SharingChecker::HasRoom(const Memory& memory, Bytes size) const {
  const std::optional<Bytes> capacity = CapacityOf(machine_, memory.kind);
  const auto used = used_.find(memory);
  return !capacity || (used == used_.end() ? Bytes{} : used->second) + size <= *capacity;
}

/// Puts the piece of one point into the first memory with room; false when none has any.
bool SharingChecker::Place(const InstanceNeed& need, Processor processor) {
  const bool written = IsWritten(task_.arguments[need.argument]);
  for (MemoryKind kind : need.usable) {
    const Memory memory = MemoryOf(kind, processor);
    if (!written && shared_.contains({need.argument, memory})) return true;
    if (!HasRoom(memory, need.size)) continue;
    used_[memory] += need.size;
    if (written)
      ++placed_[{need.argument, processor}];
    else
      shared_.emplace(need.argument, memory);
    return true;
  }
  return false;
}

void SharingChecker::OfferMemory(Diagnostic& found, const InstanceNeed& need,
                                 Processor processor) const {
  int64_t on_node = 0;
  for (const auto& [each, points] : points_)
    if (each.node == processor.node) on_node += points;
  const auto all = static_cast<int64_t>(
      std::min<__int128>(static_cast<__int128>(need.size.count) * on_node, INT64_MAX / 4));
  for (MemoryKind kind : VisibleMemories(mapping_.shape(), kind_)) {
    const bool listed =
        std::find(need.usable.begin(), need.usable.end(), kind) != need.usable.end();
    if (listed || !HasRoom(MemoryOf(kind, processor), {all})) continue;
    found.help = fmt::format("{} has room", ToString(kind));
    if (const auto* statement = RegionStatementAt(mapping_.program(), found.span)) {
      const uint32_t end = statement->memories_span.end;
      found.edit = Edit{{end, end}, fmt::format(",{}", ToString(kind))};
    }
    return;
  }
}

void SharingChecker::Warn(const InstanceNeed& need, Processor processor) {
  // Of the last memory that is left: all points of the node may use it, or those of the processor.
  const bool own = need.usable.back() == MemoryKind::kFramebuffer;
  int64_t points = 0, placed = 0;
  for (const auto& [each, count] : points_) {
    if (own ? each != processor : each.node != processor.node) continue;
    points += count;
    const auto found = placed_.find({need.argument, each});
    if (found != placed_.end()) placed += found->second;
  }
  const std::string place =
      own ? fmt::format("{} {} of node {}", ToString(kind_), processor.index, processor.node)
          : fmt::format("node {}", processor.node);
  Diagnostic found = MakeDiagnostic(
      "W0509", need.statement,
      fmt::format("{} needs {} for each of the {} points on {}; there is room for {} in {}",
                  NameOf(task_, need.argument), ToString(need.size), points, place, placed,
                  Joined(need.usable)));
  found.help = "let the points go to more processors, or use a larger machine";
  OfferMemory(found, need, processor);
  findings_.Add(std::move(found), NameOf(task_, need.argument));
}

void SharingChecker::Run(const std::vector<Processor>& processors) {
  for (Processor processor : processors) ++points_[processor];
  for (const auto& [processor, points] : points_) {
    for (int64_t point = 0; point < points; ++point) {
      for (const InstanceNeed& need : needs_)
        if (!Place(need, processor)) return Warn(need, processor);
    }
  }
}

/// Whether even one memory has room for what all points need.
bool FitTogether(const machine::Description& machine, const std::vector<InstanceNeed>& needs,
                 int64_t points) {
  std::map<MemoryKind, __int128> wanted;
  for (const InstanceNeed& need : needs)
    wanted[need.usable.front()] += static_cast<__int128>(need.size.count) * points;
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& each) {
    const std::optional<Bytes> capacity = CapacityOf(machine, each.first);
    return !capacity || each.second <= capacity->count;
  });
}

/// Where the points of the launch go; nothing when one fails (told with the placements) or the
/// evaluation takes long.
std::optional<std::vector<Processor>> ProcessorsOf(const Mapping& mapping, PointQuery query,
                                                   const std::vector<int64_t>& domain,
                                                   int64_t points) {
  query.index_launch = true;
  query.print = false;
  query.extents = domain;
  query.point.assign(domain.size(), 0);
  std::vector<Processor> processors;
  int64_t steps_left = kMostSteps;
  for (; points > 0; --points, NextPoint(query.point, domain)) {
    const Placement placement = mapping.Place(query);
    steps_left -= placement.steps;
    if (!placement.processor || steps_left < 0) return std::nullopt;
    processors.push_back(*placement.processor);
  }
  return processors;
}

}  // namespace

void CheckSharing(const Mapping& mapping, const machine::Description& machine,
                  const app::Task& task, const PointQuery& about,
                  const std::vector<InstanceNeed>& needs, Findings& findings) {
  if (task.single_launched || task.domains.size() != 1) return;
  const std::vector<int64_t>& domain = task.domains[0];
  const int64_t points = CountPoints(domain, kMostPointsOfALaunch + 1);
  if (points < 2 || points > kMostPointsOfALaunch || FitTogether(machine, needs, points)) return;
  if (const auto processors = ProcessorsOf(mapping, about, domain, points))
    SharingChecker(mapping, machine, task, about.kind, needs, findings).Run(*processors);
}

}  // namespace groma::mapping

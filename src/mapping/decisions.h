// All that a mapping decides for a described application, as values that can be compared.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// Where a point or a single task runs, or why it runs nowhere.
struct Place {
  ProcessorKind kind = ProcessorKind::kCpu;
  std::optional<Processor> processor;
  std::string failure;  // "E0603: Slice processor index …"; empty with a processor

  bool operator==(const Place&) const = default;
  /// "GPU 1 of node 0".
  std::string ToString() const;
};

/// One region requirement on the processor kind that the task runs on. Where the task has no access
/// to the region there is no instance, and nothing is decided.
struct RegionDecision {
  int position = 0;
  std::string name;                  // the nearest; empty when the program names none
  std::vector<MemoryKind> memories;  // those of the list that the processor sees; VIRTUAL alone for
                                     // regions of an inner task that get no instance
  LayoutChoice layout;               // in the first of them
  bool collects = false;             // and it is only read: else the statement does nothing
};

/// One index launch, its points in row-major order.
struct LaunchDecision {
  std::vector<int64_t> domain;
  std::vector<Place> places;  // at most kMostPointsOfALaunch (check_placements.h)
  bool mapped = false;        // by a statement, not by the default placement
};

struct TaskDecisions {
  std::string name;
  std::optional<ProcessorKind> runs_on;  // none: no kind of the list works
  std::optional<int64_t> limit;
  bool replicated = false;  // on several nodes
  std::vector<RegionDecision> regions;
  std::vector<LaunchDecision> launches;
  std::vector<Place> singles;  // the first single launches, one after another; empty for tasks that
                               // are not launched on their own, and for the top-level task
};

/// On that processor kind, whether or not the task is to run on it.
RegionDecision DecideRegion(const Mapping& mapping, const app::Task& task, size_t argument,
                            ProcessorKind kind);

/// The decisions for each task that the application launches, in its order. `print` statements are
/// silent. Costs an evaluation for each point of each launch.
std::vector<TaskDecisions> DecisionsOf(const Mapping& mapping, const app::Description& app);

}  // namespace groma::mapping

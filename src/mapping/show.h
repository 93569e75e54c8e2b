// What a mapping decides, as `groma show` tells it.
#pragma once
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/result.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// A region requirement of a task on one processor kind. Without an application: what statements
/// say of a region name or of all regions ("*"), and no index.
struct ShownRegion {
  std::string name;              // the nearest name; "" when the program names none
  std::optional<int64_t> index;  // position among the task's region requirements
  ProcessorKind processor = ProcessorKind::kCpu;
  std::vector<MemoryKind> memories;  // in order
  std::string layout;                // in the first of the memories: "SOA C_order Align==64"
  bool collects = false;
};

struct ShownTask {
  std::string name;  // "*" without an application: the tasks that no statement names
  std::vector<ProcessorKind> processors;  // in order of preference
  std::optional<ProcessorKind> runs_on;   // with an application: the first of them that works
  std::optional<int64_t> instance_limit;
  std::optional<std::string> index_map;  // the function's name
  std::optional<std::string> single_map;
  std::vector<ShownRegion> regions;  // by processor in the order above, then by index
};

struct ShownPoint {
  std::vector<int64_t> point;
  std::optional<Processor> processor;  // empty with a failure
  ProcessorKind kind = ProcessorKind::kCpu;
  std::optional<Diagnostic> failure;
};

/// Tells each task of the application, or, without one (null), those that the mapping names and
/// "*". One at a time: all together may be many times as large as the mapping.
void ShowTasks(const Mapping& mapping, const app::Description* app,
               const std::function<void(const ShownTask&)>& tell);

/// Points of a launch of `task` over `extents`, in row-major order. The kind is the one that the
/// task would run on; without an application the first that the machine has. An error: more than a
/// million points, more than kMaxSurveySteps, a task that the application does not have or that
/// runs on nothing.
Result<std::vector<ShownPoint>> ShowPoints(const Mapping& mapping, const app::Description* app,
                                           const std::string& task,
                                           const std::vector<int64_t>& extents);

/// "4x2" → (4, 2): the domain of `--domain`, of at most a million points.
Result<std::vector<int64_t>> ParseDomain(std::string_view text);

/// {"name", "processors": ["GPU"], "regions": [{"name", "index", "processor", "memories": […],
/// "layout"}]}; "index" is null without an application.
nlohmann::ordered_json ToJson(const ShownTask& task);
/// {"points": [{"point": [0, 0], "node": 0, "processor": 1, "kind": "GPU"}]}; a point that fails
/// has "node" and "processor" null, and "code" and "error".
nlohmann::ordered_json ToJson(const std::vector<ShownPoint>& points);

/// For people: a block of lines.
std::string ToText(const ShownTask& task);
/// For people: a line a point; in two dimensions a grid of "node.processor".
std::string ToText(const std::vector<ShownPoint>& points);

}  // namespace groma::mapping

// `groma show` as data and as text.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapping/show.h"

namespace groma::mapping {
namespace {

using Json = nlohmann::ordered_json;

template <class Kind>
std::vector<std::string> Names(const std::vector<Kind>& kinds) {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (Kind kind : kinds) names.emplace_back(groma::ToString(kind));
  return names;
}

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json RegionJson(const ShownRegion& region) {
  return {{"name", region.name},
          {"index", OrNull(region.index)},
          {"processor", groma::ToString(region.processor)},
          {"memories", Names(region.memories)},
          {"layout", region.layout},
          {"collect", region.collects}};
}

/// The processors of a launch of two dimensions, a row of the first one a line.
std::string Grid(const std::vector<ShownPoint>& points) {
  std::string text;
  size_t width = 3;
  std::vector<std::string> cells;
  for (const ShownPoint& point : points) {
    cells.push_back(point.processor
                        ? fmt::format("{}.{}", point.processor->node, point.processor->index)
                        : "?");
    width = std::max(width, cells.back().size());
  }
  for (size_t i = 0; i < points.size(); ++i) {
    const bool ends_row = i + 1 == points.size() || points[i + 1].point[0] != points[i].point[0];
    text += ends_row ? cells[i] + "\n" : fmt::format("{:<{}} ", cells[i], width);
  }
  return text;
}

}  // namespace

Json ToJson(const ShownTask& task) {
  Json regions = Json::array();
  for (const ShownRegion& region : task.regions) regions.push_back(RegionJson(region));
  const auto runs_on = task.runs_on ? Json(groma::ToString(*task.runs_on)) : Json(nullptr);
  return {{"name", task.name},
          {"processors", Names(task.processors)},
          {"runs_on", runs_on},
          {"instance_limit", OrNull(task.instance_limit)},
          {"index_map", OrNull(task.index_map)},
          {"single_map", OrNull(task.single_map)},
          {"regions", std::move(regions)}};
}

Json ToJson(const std::vector<ShownPoint>& points) {
  Json list = Json::array();
  for (const ShownPoint& point : points) {
    Json entry = {{"point", point.point}, {"node", nullptr}, {"processor", nullptr}};
    if (point.processor) {
      entry["node"] = point.processor->node;
      entry["processor"] = point.processor->index;
    }
    entry["kind"] = groma::ToString(point.kind);
    if (point.failure) {
      entry["code"] = point.failure->code;
      entry["error"] = point.failure->message;
    }
    list.push_back(std::move(entry));
  }
  return {{"points", std::move(list)}};
}

std::string ToText(const ShownTask& task) {
  std::string text = fmt::format("{}: {}", task.name, fmt::join(Names(task.processors), ", "));
  if (task.runs_on) text += fmt::format("; runs on {}", groma::ToString(*task.runs_on));
  if (task.index_map) text += fmt::format("; points by {}", *task.index_map);
  if (task.single_map) text += fmt::format("; single launches by {}", *task.single_map);
  if (task.instance_limit) text += fmt::format("; at most {} at once", *task.instance_limit);
  text += "\n";
  for (const ShownRegion& region : task.regions) {
    const std::string index = region.index ? fmt::format("{} ", *region.index) : "";
    text += fmt::format("  {:<28} {:<4} {:<20} {}{}\n", index + region.name,
                        groma::ToString(region.processor),
                        fmt::to_string(fmt::join(Names(region.memories), ",")), region.layout,
                        region.collects ? "; collected" : "");
  }
  return text;
}

std::string ToText(const std::vector<ShownPoint>& points) {
  if (points.empty()) return "";
  std::string text;
  const bool all_placed = std::all_of(
      points.begin(), points.end(), [](const ShownPoint& point) { return bool(point.processor); });
  if (points[0].point.size() == 2 && all_placed) {
    return fmt::format("node.{} of each point, a line for each value of the first dimension:\n{}",
                       groma::ToString(points[0].kind), Grid(points));
  }
  for (const ShownPoint& point : points) {
    text += fmt::format("({}) ", fmt::join(point.point, ", "));
    text += point.processor ? fmt::format("node {} {} {}\n", point.processor->node,
                                          groma::ToString(point.kind), point.processor->index)
                            : point.failure->message + "\n";
  }
  return text;
}

}  // namespace groma::mapping

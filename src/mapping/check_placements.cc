#include "mapping/check_placements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "mapping/survey.h"

namespace groma::mapping {
namespace {

class Checker {
 public:
  Checker(const Mapping& mapping, const app::Description& app, DiagnosticSink& sink)
      : mapping_(mapping), app_(app), sink_(sink) {}

  void CheckTask(const app::Task& task);
  void ReportNoted();

 private:
  void CheckLaunch(const app::Task& task, PointQuery query, const std::vector<int64_t>& domain);
  void Note(const app::Task& task, const Placement& placement);
  void WarnOfOneProcessor(const app::Task& task, const PointQuery& query,
                          const Placement& placement);

  /// The first diagnostic of its kind at its place, and how many points of which tasks have it.
  struct Noted {
    Diagnostic diagnostic;
    std::vector<std::pair<std::string, int64_t>> points;
  };
  std::map<std::tuple<Span, std::string>, Noted> noted_;
  std::set<std::string> told_;  // tasks whose points were said to share one processor

  const Mapping& mapping_;
  const app::Description& app_;
  DiagnosticSink& sink_;
  int64_t points_left_ = kMostPoints;
};

void Checker::Note(const app::Task& task, const Placement& placement) {
  for (const auto& diagnostic : {placement.failure, placement.warning}) {
    if (!diagnostic) continue;
    auto [at, is_new] = noted_.try_emplace({diagnostic->span, diagnostic->code});
    if (is_new) at->second.diagnostic = *diagnostic;
    auto& points = at->second.points;
    if (points.empty() || points.back().first != task.name) points.emplace_back(task.name, 0);
    ++points.back().second;
  }
}

void Checker::ReportNoted() {
  for (auto& [key, noted] : noted_) {
    std::string who;
    for (const auto& [task, points] : noted.points) {
      who += fmt::format("{}{} {} of task {}", who.empty() ? "" : ", ", points,
                         points == 1 ? "point" : "points", task);
    }
    if (noted.points.size() > 1 || noted.points[0].second > 1) {
      noted.diagnostic.notes.push_back({"so for " + who, std::nullopt});
    }
    sink_.Report(std::move(noted.diagnostic));
  }
}

void Checker::WarnOfOneProcessor(const app::Task& task, const PointQuery& query,
                                 const Placement& placement) {
  if (!told_.insert(task.name).second) return;
  const int processors = mapping_.shape().nodes() * mapping_.shape().ProcessorsPerNode(query.kind);
  sink_.Report(
      {.code = "W0603",
       .severity = Severity::kWarning,
       .message =
           fmt::format("all points of task {} over ({}) go to one processor, {} {} of node {}, "
                       "while {} others idle",
                       task.name, fmt::join(query.extents, ", "), groma::ToString(query.kind),
                       placement.processor->index, placement.processor->node, processors - 1),
       .span = *placement.origin.statement,
       .help = "let the function depend on task.ipoint, or leave the statement out: points then "
               "spread in blocks"});
}

void Checker::CheckLaunch(const app::Task& task, PointQuery query,
                          const std::vector<int64_t>& domain) {
  int64_t points = std::min(CountPoints(domain, kMostPointsOfALaunch), points_left_);
  points_left_ -= points;
  query.index_launch = true;
  query.extents = domain;
  query.point.assign(domain.size(), 0);
  std::set<Processor> used;
  Placement last;
  const int64_t asked = points;
  for (; points > 0; --points, NextPoint(query.point, domain)) {
    last = mapping_.Place(query);
    Note(task, last);
    if (last.processor) used.insert(*last.processor);
  }
  const bool more = mapping_.shape().nodes() * mapping_.shape().ProcessorsPerNode(query.kind) > 1;
  if (asked > 1 && used.size() == 1 && more && last.processor && last.origin.statement) {
    WarnOfOneProcessor(task, query, last);
  }
}

void Checker::CheckTask(const app::Task& task) {
  const std::optional<ProcessorKind> kind = ChosenKind(mapping_, task);
  if (!kind) return;  // checked with the application's names and variants
  PointQuery query = QueryFor(mapping_, app_, task, *kind);
  query.print = false;
  for (const auto& domain : task.domains) CheckLaunch(task, query, domain);
  // The top-level task is launched by nobody: no statement places it.
  if (task.single_launched && query.parent) Note(task, mapping_.Place(query));
}

}  // namespace

void CheckPlacements(const Mapping& mapping, const app::Description& app, DiagnosticSink& sink) {
  Checker checker(mapping, app, sink);
  for (const app::Task& task : app.tasks) checker.CheckTask(task);
  checker.ReportNoted();
}

}  // namespace groma::mapping

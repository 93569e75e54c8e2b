#include "mapping/check_placements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/check.h"
#include "diagnostics/registry.h"
#include "lang/check/edits.h"
#include "lang/syntax/written_name.h"
#include "mapping/evaluate.h"
#include "mapping/factor.h"
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
  /// What became of a launch.
  struct Launch {
    int64_t points = 0;
    std::set<Processor> used;
    bool failed = false;
    Span statement;  // that maps it
  };
  void WarnOfIdle(const app::Task& task, const PointQuery& query, const Launch& launch);
  void LeaveOut(Diagnostic& found, const app::Task& task) const;
  std::string BlocksInWords(const app::Task& task, const PointQuery& query, int64_t could) const;

  /// The first diagnostic of its kind at its place, and how many points of which tasks have it.
  struct Noted {
    Diagnostic diagnostic;
    std::vector<std::pair<std::string, int64_t>> points;
  };
  std::map<std::tuple<Span, std::string>, Noted> noted_;
  std::set<std::string> told_;  // tasks whose points were said to share processors

  const Mapping& mapping_;
  const app::Description& app_;
  DiagnosticSink& sink_;
  int64_t points_left_ = kMostPoints;
  int64_t steps_left_ = kMaxSurveySteps;
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

void Checker::WarnOfIdle(const app::Task& task, const PointQuery& query, const Launch& launch) {
  const auto processors = static_cast<int64_t>(mapping_.shape().nodes()) *
                          mapping_.shape().ProcessorsPerNode(query.kind);
  const auto used = static_cast<int64_t>(launch.used.size());
  const int64_t could = std::min(launch.points, processors);
  if (launch.failed || used == 0 || used >= could) return;
  if (!told_.insert(task.name).second) return;
  const std::string domain = fmt::format("{}", fmt::join(query.extents, ", "));
  Diagnostic found;
  if (used == 1) {
    found = MakeDiagnostic(
        "W0603", launch.statement,
        fmt::format("all points of task {} over ({}) go to one processor, {} {} of node {}, while "
                    "{} others idle",
                    task.name, domain, groma::ToString(query.kind), launch.used.begin()->index,
                    launch.used.begin()->node, processors - 1));
    LeaveOut(found, task);
  } else {
    found = MakeDiagnostic(
        "W0604", launch.statement,
        fmt::format("the {} points of task {} over ({}) go to {} of {} {} processors: several "
                    "share one while others idle",
                    launch.points, task.name, domain, used, processors,
                    groma::ToString(query.kind)));
    found.help = BlocksInWords(task, query, could);
  }
  sink_.Report(std::move(found));
}

void Checker::LeaveOut(Diagnostic& found, const app::Task& task) const {
  const lang::MapStatement* statement = nullptr;
  for (const lang::MapStatement& map : mapping_.program().index_maps)
    if (map.span == found.span) statement = &map;
  CHECK(statement != nullptr);
  // One that does not name the task is about each task alike.
  const lang::TaskSelector* selector = &statement->tasks[0];
  for (const lang::TaskSelector& each : statement->tasks)
    if (each.form == lang::TaskSelector::Form::kName && each.name == task.name) selector = &each;
  found.help =
      fmt::format("let the function depend on task.ipoint, or {}: points then spread in blocks",
                  lang::WithoutTaskInWords(statement->tasks, *selector));
}

std::string Checker::BlocksInWords(const app::Task& task, const PointQuery& query,
                                   int64_t could) const {
  const int64_t processors = static_cast<int64_t>(mapping_.shape().nodes()) *
                             mapping_.shape().ProcessorsPerNode(query.kind);
  const std::vector<int64_t> grid = CheapestFactors(processors, query.extents);
  int64_t used = 1;
  for (size_t i = 0; i < grid.size(); ++i) used *= std::min(grid[i], query.extents[i]);
  if (used < could) return "without the statement the points spread in blocks";
  std::string name = "blocks";
  while (mapping_.program().FindFunction(name) || mapping_.program().FindGlobal(name)) name += "_";
  return fmt::format(
      "if that is not meant, spread them in blocks, in place of this statement: `def {0}(Task "
      "task) {{ grid = "
      "Machine({1}).merge(0, 1).decompose(0, task.ispace); return grid[*(task.ipoint * grid.size / "
      "task.ispace)]; }} IndexTaskMap {2} {0};`",
      name, groma::ToString(query.kind), lang::WrittenName(task.name));
}

void Checker::CheckLaunch(const app::Task& task, PointQuery query,
                          const std::vector<int64_t>& domain) {
  const int64_t all = CountPoints(domain, kMostPointsOfALaunch + 1);
  int64_t points = std::min({all, kMostPointsOfALaunch, points_left_});
  points_left_ -= points;
  query.index_launch = true;
  query.extents = domain;
  query.point.assign(domain.size(), 0);
  Launch launch{.points = points};
  bool mapped = false;
  for (; points > 0 && steps_left_ > 0; --points, NextPoint(query.point, domain)) {
    const Placement placement = mapping_.Place(query);
    steps_left_ -= placement.steps;
    Note(task, placement);
    if (placement.processor)
      launch.used.insert(*placement.processor);
    else
      launch.failed = true;
    mapped = placement.origin.statement.has_value();
    if (mapped) launch.statement = *placement.origin.statement;
  }
  // The rest of a launch that was looked at in part may go elsewhere.
  if (mapped && points == 0 && launch.points == all) WarnOfIdle(task, query, launch);
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

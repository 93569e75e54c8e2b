#include "mapping/grade.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/check.h"
#include "mapping/check_text.h"
#include "mapping/decisions.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

constexpr int kBlockStrategy = 1, kCyclicStrategy = 10, kAlignStrategy = 5, kLimitStrategy = 8;
constexpr std::array<std::string_view, 3> kTasks = {"calculate_new_currents", "distribute_charge",
                                                    "update_voltages"};
constexpr size_t kMostReasons = 12;

/// The same program with launches that tell mappings apart on this machine.
app::Description WithTellingLaunches(app::Description app, int64_t gpus) {
  for (app::Task& task : app.tasks) {
    if (!task.index_launched) continue;
    task.domains = {{gpus}, {2 * gpus}, {gpus / 2}, {2 * gpus + 3}};
  }
  return app;
}

Result<std::vector<TaskDecisions>> DecisionsOfText(const std::string& text,
                                                   const app::Description& app,
                                                   const machine::Description& machine) {
  auto source = std::make_shared<const SourceFile>("answer.map", text);
  const CheckedText checked = CheckText(source, &machine, nullptr);
  if (!checked.mapping) return Error{Render(checked.diagnostics, *source, false)};
  return DecisionsOf(*checked.mapping, app);
}

/// Words for a layout. A constraint that is met whenever another one is reads like it.
std::string LayoutText(LayoutChoice layout) {
  if (layout.alignment && layout.alignment->first == Comparison::kGreaterEqual)
    layout.alignment->first = Comparison::kEqual;
  if (layout.alignment && layout.alignment->second == 1) layout.alignment.reset();
  return layout.ToString();
}

std::string FirstMemory(const RegionDecision& region) {
  if (region.memories.empty()) return "no memory that the processor sees";
  return std::string(ToString(region.memories.front()));
}

class Grader {
 public:
  Grader(const Strategy& strategy, const machine::Description& machine, Grade& grade)
      : strategy_(strategy),
        nodes_(machine::Shape(machine).nodes()),
        gpus_(machine::Shape(machine).ProcessorsPerNode(ProcessorKind::kGpu)),
        grade_(grade) {}

  /// `start`: of the fixed start; `wanted`: of the published answer; `actual`: of the mapping.
  void Compare(const std::vector<TaskDecisions>& start, const std::vector<TaskDecisions>& wanted,
               const std::vector<TaskDecisions>& actual);

 private:
  void CompareTask(const TaskDecisions& start, const TaskDecisions& wanted,
                   const TaskDecisions& actual);
  void CompareRegion(const std::string& task, const RegionDecision& start,
                     const RegionDecision& wanted, const RegionDecision& actual);
  void CompareLaunch(const std::string& task, const LaunchDecision& wanted,
                     const LaunchDecision& actual);
  void CheckBlocks(const std::string& task, const LaunchDecision& launch);
  /// A decision as a text; `who` names what it is about.
  void CompareTexts(const std::string& who, const std::string& start, const std::string& wanted,
                    const std::string& actual);
  void Refuse(std::string reason);
  int64_t Linear(const Place& place) const {
    return static_cast<int64_t>(place.processor->node) * gpus_ + place.processor->index;
  }

  const Strategy& strategy_;
  int nodes_, gpus_;
  Grade& grade_;
  std::set<std::string> told_;  // tasks whose placement was already refused
};

void Grader::Refuse(std::string reason) { grade_.reasons.push_back(std::move(reason)); }

void Grader::CompareTexts(const std::string& who, const std::string& start,
                          const std::string& wanted, const std::string& actual) {
  if (actual == wanted) return;
  if (wanted == start)
    Refuse(fmt::format("{} {}; the strategy does not speak of it, it should stay {}", who, actual,
                       wanted));
  else
    Refuse(fmt::format("{} {}; the strategy wants {}", who, actual, wanted));
}

void Grader::CompareRegion(const std::string& task, const RegionDecision& start,
                           const RegionDecision& wanted, const RegionDecision& actual) {
  const std::string who =
      fmt::format("region {}{} of task {}", actual.position,
                  actual.name.empty() ? "" : fmt::format(" ({})", actual.name), task);
  CompareTexts(who + " lies in", FirstMemory(start), FirstMemory(wanted), FirstMemory(actual));
  LayoutChoice layout = actual.layout;
  // What is aligned to a multiple is aligned.
  if (strategy_.number == kAlignStrategy && layout.alignment && wanted.layout.alignment &&
      layout.alignment->second % wanted.layout.alignment->second == 0)
    layout.alignment->second = wanted.layout.alignment->second;
  CompareTexts(who + " has the layout", LayoutText(start.layout), LayoutText(wanted.layout),
               LayoutText(layout));
  const auto collected = [](const RegionDecision& region) {
    return std::string(region.collects ? "collected" : "not collected");
  };
  CompareTexts(who + " is", collected(start), collected(wanted), collected(actual));
}

void Grader::CheckBlocks(const std::string& task, const LaunchDecision& launch) {
  const auto points = static_cast<int64_t>(launch.places.size());
  const int64_t processors = static_cast<int64_t>(nodes_) * gpus_;
  const int64_t most = (points + processors - 1) / processors;
  std::map<int64_t, int64_t> load;
  int64_t last = 0;
  for (int64_t i = 0; i < points; ++i) {
    const Place& place = launch.places[static_cast<size_t>(i)];
    if (!place.processor && points > processors) {
      // As the published answer does.
      const std::string remark = fmt::format(
          "it places no more points than there are GPUs: with {} points it fails", points);
      if (std::find(grade_.remarks.begin(), grade_.remarks.end(), remark) == grade_.remarks.end())
        grade_.remarks.push_back(remark);
      return;
    }
    const std::string where =
        fmt::format("task {}: point {} of {} goes to {}", task, i, points, place.ToString());
    if (!place.processor) return Refuse(where);
    const int64_t at = Linear(place);
    if (points == processors && at != i)
      return Refuse(fmt::format("{}; blocks on the linearized GPUs put it on GPU {} of node {}",
                                where, i % gpus_, i / gpus_));
    if (at < last)
      return Refuse(
          fmt::format("{}, before the GPU of point {}: neighbouring points of a block "
                      "mapping stay together and in order",
                      where, i - 1));
    if (++load[at] > most && points % processors == 0)
      return Refuse(
          fmt::format("{}, which then has more than the {} that its block holds", where, most));
    last = at;
  }
}

void Grader::CompareLaunch(const std::string& task, const LaunchDecision& wanted,
                           const LaunchDecision& actual) {
  if (told_.contains(task)) return;
  const size_t before = grade_.reasons.size();
  const bool asked = (strategy_.number == kBlockStrategy || strategy_.number == kCyclicStrategy) &&
                     std::find(kTasks.begin(), kTasks.end(), task) != kTasks.end();
  if (asked && !actual.mapped) {
    Refuse(
        fmt::format("task {} is placed by no IndexTaskMap statement: its points go where they go "
                    "without a mapping",
                    task));
  } else if (asked && strategy_.number == kBlockStrategy) {
    CheckBlocks(task, actual);
  } else {
    for (size_t i = 0; i < actual.places.size() && grade_.reasons.size() == before; ++i) {
      const std::string wanted_place = wanted.places[i].ToString();
      CompareTexts(fmt::format("task {}: point {} of {} goes to", task, i, actual.places.size()),
                   asked ? "" : wanted_place, wanted_place, actual.places[i].ToString());
    }
  }
  if (grade_.reasons.size() > before) told_.insert(task);
}

void Grader::CompareTask(const TaskDecisions& start, const TaskDecisions& wanted,
                         const TaskDecisions& actual) {
  const auto kind = [](const TaskDecisions& task) {
    return task.runs_on ? std::string(ToString(*task.runs_on)) : "no processor kind that works";
  };
  const size_t before = grade_.reasons.size();
  CompareTexts(fmt::format("task {} runs on", actual.name), kind(start), kind(wanted),
               kind(actual));
  if (grade_.reasons.size() > before) return;  // the rest follows from it
  const auto limit = [](const TaskDecisions& task) {
    return task.limit ? fmt::format("{}", *task.limit) : std::string("none");
  };
  // "At most" so many.
  const bool within = strategy_.number == kLimitStrategy && wanted.limit && actual.limit &&
                      *actual.limit <= *wanted.limit && wanted.limit != start.limit;
  if (!within)
    CompareTexts(fmt::format("the InstanceLimit of task {} is", actual.name), limit(start),
                 limit(wanted), limit(actual));
  const auto replicated = [](const TaskDecisions& task) {
    return std::string(task.replicated ? "control-replicated" : "not control-replicated");
  };
  CompareTexts(fmt::format("task {} is", actual.name), replicated(start), replicated(wanted),
               replicated(actual));
  for (size_t i = 0; i < actual.regions.size(); ++i) {
    const bool same_kind = i < start.regions.size() && start.runs_on == wanted.runs_on;
    CompareRegion(actual.name, same_kind ? start.regions[i] : wanted.regions[i], wanted.regions[i],
                  actual.regions[i]);
  }
  for (size_t i = 0; i < actual.launches.size(); ++i)
    CompareLaunch(actual.name, wanted.launches[i], actual.launches[i]);
  for (size_t i = 0; i < actual.singles.size() && grade_.reasons.size() == before; ++i) {
    const std::string place = wanted.singles[i].ToString();
    CompareTexts(fmt::format("task {}, launched alone, goes to", actual.name), place, place,
                 actual.singles[i].ToString());
  }
}

void Grader::Compare(const std::vector<TaskDecisions>& start,
                     const std::vector<TaskDecisions>& wanted,
                     const std::vector<TaskDecisions>& actual) {
  CHECK(start.size() == actual.size() && wanted.size() == actual.size(), "one application");
  for (size_t i = 0; i < actual.size(); ++i) CompareTask(start[i], wanted[i], actual[i]);
}

/// What the checker says about the mapping and this application goes to the remarks: a misspelt
/// name explains why a decision is not what was meant.
void AddRemarks(const CheckedText& checked, Grade& grade) {
  for (const Diagnostic& diagnostic : checked.diagnostics) {
    if (!diagnostic.code.starts_with("W05") && !diagnostic.code.starts_with("E05")) continue;
    const Position at = checked.source->PositionOf(diagnostic.span.begin);
    grade.remarks.push_back(fmt::format("{}:{}: {}{}", checked.source->name(), at.line,
                                        diagnostic.message,
                                        diagnostic.help.empty() ? "" : ": " + diagnostic.help));
  }
}

void AddMistakes(const CheckedText& checked, Grade& grade) {
  for (const Diagnostic& diagnostic : checked.diagnostics) {
    if (diagnostic.severity != Severity::kError) continue;
    const Position at = checked.source->PositionOf(diagnostic.span.begin);
    grade.reasons.push_back(fmt::format("{}:{}: {} [{}]", checked.source->name(), at.line,
                                        diagnostic.message, diagnostic.code));
  }
}

void Shorten(std::vector<std::string>& lines) {
  if (lines.size() <= kMostReasons) return;
  const size_t more = lines.size() - kMostReasons;
  lines.resize(kMostReasons);
  lines.push_back(fmt::format("and {} more", more));
}

std::string MissingName(const app::Description& app) {
  for (std::string_view name : kTasks)
    if (app.FindTask(name) == nullptr) return fmt::format("task {}", name);
  const std::vector<std::string> regions = app.RegionNames();
  for (const char* name : {"rp_shared", "rp_ghost"})
    if (std::find(regions.begin(), regions.end(), name) == regions.end())
      return fmt::format("region {}", name);
  return "";
}

}  // namespace

Result<Grade> GradeMapping(const Strategy& strategy, std::shared_ptr<const SourceFile> source,
                           const app::Description& app, const machine::Description& machine) {
  const machine::Shape shape(machine);
  const int nodes = shape.nodes(), gpus_per_node = shape.ProcessorsPerNode(ProcessorKind::kGpu);
  if (nodes < 2 || gpus_per_node < 2)
    return Error{fmt::format(
        "the strategies can be told apart on two nodes or more of two GPUs or more; {} has {} x {}",
        machine.name, nodes, gpus_per_node)};
  if (std::string missing = MissingName(app); !missing.empty())
    return Error{fmt::format("{} has no {}; the strategies are about the circuit benchmark",
                             app.name, missing)};
  Grade grade{.strategy = strategy.number, .nodes = nodes, .gpus = gpus_per_node};
  const int64_t gpus = static_cast<int64_t>(nodes) * gpus_per_node;
  const app::Description telling = WithTellingLaunches(app, gpus);
  const CheckedText checked = CheckText(std::move(source), &machine, nullptr);
  if (!checked.mapping) {
    AddMistakes(checked, grade);
    Shorten(grade.reasons);
    return grade;
  }
  const auto start = DecisionsOfText(FixedStart(true), telling, machine);
  const auto wanted = DecisionsOfText(PublishedAnswer(strategy), telling, machine);
  CHECK(start.ok() && wanted.ok(), "the published answers check clean");
  Grader(strategy, machine, grade).Compare(*start, *wanted, DecisionsOf(*checked.mapping, telling));
  AddRemarks(CheckText(checked.source, &machine, &app), grade);
  grade.right = grade.reasons.empty();
  Shorten(grade.reasons);
  Shorten(grade.remarks);
  return grade;
}

nlohmann::ordered_json ToJson(const Grade& grade) {
  const auto strategies = Strategies();
  return {{"strategy", grade.strategy},
          {"text", strategies[static_cast<size_t>(grade.strategy - 1)].text},
          {"right", grade.right},
          {"nodes", grade.nodes},
          {"gpus", grade.gpus},
          {"reasons", grade.reasons},
          {"remarks", grade.remarks}};
}

}  // namespace groma::mapping

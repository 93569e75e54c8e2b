// What can be said about a mapping once the application and the machine are known.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/check/edits.h"
#include "lang/lang.h"
#include "lang/syntax/written_name.h"

namespace groma::lang {
namespace {

constexpr size_t kMostNamesTold = 12;

class Against {
 public:
  Against(const Program& program, const app::Description& app, const machine::Shape& shape,
          DiagnosticSink& sink)
      : program_(program), app_(app), shape_(shape), sink_(sink) {
    for (const app::Task& task : app.tasks) {
      tasks_.emplace(task.name, &task);
      for (const app::Argument& argument : task.arguments)
        regions_.insert(argument.names.begin(), argument.names.end());
    }
  }

  void Run() {
    for (const TaskStatement& statement : program_.tasks) CheckTasks(statement.tasks);
    for (const RegionStatement& statement : program_.regions) {
      CheckTasksAndRegion(statement.tasks, statement.region);
      CheckSeen(statement);
    }
    for (const LayoutStatement& statement : program_.layouts) {
      CheckTasksAndRegion(statement.tasks, statement.region);
    }
    for (const LimitStatement& statement : program_.limits) CheckTasks(statement.tasks);
    for (const CollectStatement& statement : program_.collects) {
      CheckTasksAndRegion(statement.tasks, statement.region);
    }
    for (const MapStatement& statement : program_.index_maps) {
      CheckTasks(statement.tasks);
      CheckLaunched(statement, true);
    }
    for (const MapStatement& statement : program_.single_maps) {
      CheckTasks(statement.tasks);
      CheckLaunched(statement, false);
    }
    for (const ReplicateStatement& statement : program_.replicates) CheckTasks(statement.tasks);
    CheckVariants();
  }

 private:
  const app::Task* Find(const TaskSelector& selector) const {
    auto entry = tasks_.find(selector.name);
    bool named = selector.form == TaskSelector::Form::kName && entry != tasks_.end();
    return named ? entry->second : nullptr;
  }

  void Unknown(std::string_view code, Span span, const std::string& name, std::string_view what,
               const std::vector<std::string>& known) {
    if (!told_.insert(fmt::format("{} {}", code, name)).second) return;
    Diagnostic found =
        MakeDiagnostic(code, span, fmt::format("the application has no {} named '{}'", what, name));
    if (code == "W0501" && regions_.contains(name)) {
      found.message = fmt::format("'{}' is a region, not a task", name);
    } else if (code == "W0502" && tasks_.contains(name)) {
      found.message = fmt::format("'{}' is a task, not a region", name);
    } else if (auto nearest = Nearest(name, known)) {
      found.help = fmt::format("did you mean '{}'?", *nearest);
      found.edit = Edit{span, WrittenName(*nearest)};
    } else if (!known.empty() && known.size() <= kMostNamesTold) {
      found.help = fmt::format("there are {}", fmt::join(known, ", "));
    }
    sink_.Report(std::move(found));
  }

  /// `Region rp_shared * GPU ZCMEM;`: one message for both words.
  bool SaidToBeSwapped(const std::vector<TaskSelector>& selectors, const RegionSelector& region) {
    if (selectors.size() != 1 || !IsRegion(selectors[0])) return false;
    const bool task_behind =
        region.form == RegionSelector::Form::kAny ||
        (region.form == RegionSelector::Form::kName && tasks_.contains(region.name));
    if (!task_behind) return false;
    Diagnostic found = MakeDiagnostic(
        "W0501", {selectors[0].span.begin, region.span.end},
        fmt::format("'{}' is a region, not a task; the task comes first, then the region",
                    selectors[0].name));
    found.edit = Swapped(program_.source->text(), selectors[0].span, region.span);
    found.help = fmt::format("write `{}`", found.edit->replacement);
    sink_.Report(std::move(found));
    return true;
  }

  bool IsRegion(const TaskSelector& selector) const {
    return selector.form == TaskSelector::Form::kName && !tasks_.contains(selector.name) &&
           regions_.contains(selector.name);
  }

  void CheckTasksAndRegion(const std::vector<TaskSelector>& selectors,
                           const RegionSelector& region) {
    if (SaidToBeSwapped(selectors, region)) return;
    CheckTasks(selectors);
    CheckRegion(selectors, region);
  }

  void CheckTasks(const std::vector<TaskSelector>& selectors) {
    for (const TaskSelector& selector : selectors) {
      if (selector.form != TaskSelector::Form::kName || tasks_.contains(selector.name)) continue;
      std::vector<std::string> known;
      for (const app::Task& task : app_.tasks) known.push_back(task.name);
      Unknown("W0501", selector.span, selector.name, "task", known);
    }
  }

  void CheckRegion(const std::vector<TaskSelector>& selectors, const RegionSelector& region) {
    if (region.form == RegionSelector::Form::kName && !regions_.contains(region.name))
      Unknown("W0502", region.span, region.name, "region or partition",
              {regions_.begin(), regions_.end()});
    if (region.form != RegionSelector::Form::kPosition) return;
    for (const TaskSelector& selector : selectors) {
      const app::Task* task = Find(selector);
      if (!task || region.position < static_cast<int64_t>(task->arguments.size())) continue;
      Diagnostic found =
          MakeDiagnostic("W0503", region.span,
                         fmt::format("task '{}' has {} region requirement{}; there is no number {}",
                                     task->name, task->arguments.size(),
                                     task->arguments.size() == 1 ? "" : "s", region.position));
      found.help =
          "positions count from 0, in the order in which the program adds the requirements";
      sink_.Report(std::move(found));
    }
  }

  /// Memories that stand in the list in vain. Where the processors see none of them it is an error
  /// for each task that the statement decides for.
  void CheckSeen(const RegionStatement& statement) {
    if (!statement.processor || shape_.ProcessorsPerNode(*statement.processor) == 0) return;
    std::vector<std::string_view> seen, unseen;
    bool any = false;
    for (const MemoryKind memory : statement.memories) {
      const bool in_sight = shape_.Sees(*statement.processor, memory);
      any |= in_sight;
      (in_sight || memory == MemoryKind::kVirtual ? seen : unseen).push_back(ToString(memory));
    }
    if (!any || unseen.empty()) return;
    Diagnostic found =
        MakeDiagnostic("W0510", statement.memories_span,
                       fmt::format("a {} of this machine does not see {}: no data goes there",
                                   ToString(*statement.processor), fmt::join(unseen, ", ")));
    found.edit = Edit{statement.memories_span, fmt::format("{}", fmt::join(seen, ","))};
    found.help = fmt::format("leave it out: `{}`", found.edit->replacement);
    sink_.Report(std::move(found));
  }

  void CheckLaunched(const MapStatement& statement, bool index) {
    for (const TaskSelector& selector : statement.tasks) {
      const app::Task* task = Find(selector);
      if (!task) continue;
      if (!index && task->single_launched && task->parents.empty()) {
        LaunchedByNobody(statement, selector);
        continue;
      }
      const bool meant = index ? task->index_launched : task->single_launched;
      const bool other = index ? task->single_launched : task->index_launched;
      if (meant || !other) continue;
      Diagnostic found = MakeDiagnostic("W0505", selector.span,
                                        fmt::format("task '{}' is never launched {}", task->name,
                                                    index ? "over an index space" : "on its own"));
      Mend(found, statement, selector, *task, index);
      sink_.Report(std::move(found));
    }
  }

  void LaunchedByNobody(const MapStatement& statement, const TaskSelector& selector) {
    Diagnostic found =
        MakeDiagnostic("W0505", selector.span,
                       fmt::format("task '{}' is launched by the runtime itself: no map places it",
                                   selector.name));
    found.help = WithoutTaskInWords(statement.tasks, selector);
    found.edit = WithoutTask(program_.source->text(), statement.span, statement.tasks, selector);
    sink_.Report(std::move(found));
  }

  /// The other map where it places the task, else no map.
  void Mend(Diagnostic& found, const MapStatement& statement, const TaskSelector& selector,
            const app::Task& task, bool index) {
    const std::string& text = program_.source->text();
    const std::string_view now = index ? "IndexTaskMap" : "SingleTaskMap";
    const std::string_view other = index ? "SingleTaskMap" : "IndexTaskMap";
    const std::string_view launches =
        index ? "tasks that are launched on their own" : "the points of index launches";
    if (OtherMapFits(statement, task, index)) {
      const uint32_t begin = statement.span.begin;
      found.help =
          fmt::format("{} places {}: write `{}{}`", other, launches, other,
                      text.substr(begin + now.size(), statement.span.end - begin - now.size()));
      found.edit = Edit{{begin, begin + static_cast<uint32_t>(now.size())}, std::string(other)};
      return;
    }
    found.help =
        fmt::format("{}: it places nothing here", WithoutTaskInWords(statement.tasks, selector));
    found.edit = WithoutTask(text, statement.span, statement.tasks, selector);
  }

  /// Whether the statement with the other keyword would place the task, and well: a single task has
  /// no point to read, and a function that reads none sends all points to one processor.
  bool OtherMapFits(const MapStatement& statement, const app::Task& task, bool index) const {
    const bool alone = statement.tasks.size() == 1 && !statement.machine;
    const bool launched_by_a_task = !task.parents.empty();
    const auto function = static_cast<size_t>(statement.function);
    if (!alone || !launched_by_a_task || function >= program_.functions.size()) return false;
    const auto& others = index ? program_.single_maps : program_.index_maps;
    const bool has_one = std::any_of(others.begin(), others.end(), [&](const MapStatement& map) {
      return std::any_of(map.tasks.begin(), map.tasks.end(),
                         [&](const TaskSelector& each) { return Find(each) == &task; });
    });
    return !has_one && program_.functions[function].uses_task_point != index;
  }

  bool Runs(const app::Task& task, ProcessorKind kind) const {
    // Where there are no OpenMP processors OMP means CPU.
    bool as_cpu = kind == ProcessorKind::kOmp && shape_.ProcessorsPerNode(kind) == 0;
    ProcessorKind real = as_cpu ? ProcessorKind::kCpu : kind;
    return shape_.ProcessorsPerNode(real) > 0 &&
           std::any_of(task.variants.begin(), task.variants.end(),
                       [&](const app::Variant& variant) { return variant.processor == real; });
  }

  // Of several statements that name a task the last one decides.
  void CheckVariants() {
    std::map<const app::Task*, std::pair<const TaskStatement*, Span>> deciding;
    for (const TaskStatement& statement : program_.tasks)
      for (const TaskSelector& selector : statement.tasks)
        if (const app::Task* task = Find(selector)) deciding[task] = {&statement, selector.span};
    for (const auto& [task, decision] : deciding) {
      const auto& kinds = decision.first->processors;
      bool runs = task->variants.empty() || kinds.empty() ||
                  std::any_of(kinds.begin(), kinds.end(),
                              [&, task = task](ProcessorKind kind) { return Runs(*task, kind); });
      if (runs) continue;
      std::set<std::string> have;
      for (const app::Variant& variant : task->variants)
        have.insert(std::string(ToString(variant.processor)));
      std::string list;
      for (const std::string& kind : have) list += (list.empty() ? "" : ", ") + kind;
      std::optional<ProcessorKind> works;
      for (ProcessorKind kind : kProcessorKinds)
        if (!works && Runs(*task, kind)) works = kind;
      Diagnostic found = MakeDiagnostic(
          "E0501", decision.second,
          fmt::format("task '{}' can run on none of these processor kinds", task->name));
      found.notes.push_back({fmt::format("it has variants for {}", list), std::nullopt});
      found.help = "use a machine that has such processors";
      if (works) {
        const Span words = decision.first->processors_span;
        const std::string_view kind = ToString(*works);
        found.help = fmt::format("name one of them that the machine has: `Task {} {};`",
                                 WrittenName(task->name), kind);
        found.edit = Edit{words, std::string(kind)};
        if (decision.first->tasks.size() > 1) {
          found.help = fmt::format("name one of them that the machine has too: `,{}`", kind);
          found.edit = Edit{{words.end, words.end}, fmt::format(",{}", kind)};
        }
      }
      sink_.Report(std::move(found));
    }
  }

  const Program& program_;
  const app::Description& app_;
  const machine::Shape& shape_;
  DiagnosticSink& sink_;
  std::map<std::string, const app::Task*> tasks_;
  std::set<std::string> regions_;
  std::set<std::string> told_;
};

}  // namespace

void CheckAgainst(const Program& program, const app::Description& app, const machine::Shape& shape,
                  DiagnosticSink& sink) {
  Against(program, app, shape, sink).Run();
}

}  // namespace groma::lang

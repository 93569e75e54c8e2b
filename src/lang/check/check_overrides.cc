// Warnings for statements that a later, equally specific one overrides.
#include <fmt/format.h>

#include <set>
#include <string_view>
#include <unordered_map>

#include "diagnostics/registry.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

enum class Aspect {
  kTask,
  kRegion,
  kStructure,
  kOrder,
  kAlignment,
  kShape,
  kLimit,
  kIndexMap,
  kSingleMap
};

/// What one statement decides for one task: equal for two statements of which one overrides the
/// other. Looks into the program.
struct Subject {
  Aspect aspect = Aspect::kTask;
  TaskSelector::Form task_form = TaskSelector::Form::kAny;
  ProcessorKind kind = ProcessorKind::kCpu;
  std::string_view task;
  RegionSelector::Form region_form = RegionSelector::Form::kAny;
  int64_t position = 0;
  size_t region = 0;       // Overrides::Number of its name
  std::string_view place;  // a kind of processor or memory; empty: any

  Subject(Aspect aspect, const TaskSelector& task)
      : aspect(aspect), task_form(task.form), kind(task.kind), task(task.name) {}
  Subject(Aspect aspect, const TaskSelector& task, const RegionSelector& region, size_t number,
          std::string_view place)
      : Subject(aspect, task) {
    region_form = region.form;
    position = region.position;
    this->region = number;
    this->place = place;
  }
  bool operator==(const Subject&) const = default;
};

struct SubjectHash {
  size_t operator()(const Subject& subject) const {
    constexpr size_t kMix = 0x9e3779b97f4a7c15;  // 2⁶⁴ / golden ratio: spreads neighbours
    const std::hash<std::string_view> hash;
    size_t all = static_cast<size_t>(subject.aspect) * 64 + static_cast<size_t>(subject.kind);
    for (size_t part : {hash(subject.task), subject.region, hash(subject.place),
                        static_cast<size_t>(subject.position)})
      all = (all ^ part) * kMix;
    return all ^ (all >> 32);
  }
};

// For people: what two statements both decide.
std::string Described(const TaskSelector& task) {
  if (task.form == TaskSelector::Form::kAny) return "any task";
  if (task.form == TaskSelector::Form::kKind)
    return fmt::format("tasks on a {}", ToString(task.kind));
  return fmt::format("task '{}'", task.name);
}

class Overrides {
 public:
  Overrides(DiagnosticSink& sink, size_t statements) : sink_(sink) { first_.reserve(statements); }

  /// Of a region's name, the same for equal names: a statement about many tasks reads it once.
  size_t Number(const RegionSelector& region) {
    return numbers_.try_emplace(region.name, numbers_.size()).first->second;
  }

  // `statement` decides `subject`; warns when an earlier one did.
  void Decide(const Subject& subject, const TaskSelector& task, Span statement) {
    auto [entry, added] = first_.emplace(subject, statement);
    if (added || entry->second == statement) return;
    Span earlier = std::exchange(entry->second, statement);
    // One warning for a pair of statements, however many names and aspects they share.
    if (!told_.emplace(earlier.begin, statement.begin).second) return;
    Diagnostic found =
        MakeDiagnostic("W0404", statement,
                       fmt::format("this overrides an earlier statement for {}", Described(task)));
    found.notes.push_back({"the statement that no longer counts", earlier});
    found.help = "among equally specific statements the later one decides; leave one of them out";
    sink_.Report(std::move(found));
  }

 private:
  DiagnosticSink& sink_;
  std::unordered_map<Subject, Span, SubjectHash> first_;
  std::unordered_map<std::string_view, size_t> numbers_;
  std::set<std::pair<uint32_t, uint32_t>> told_;
};

void DecideLayout(Overrides& overrides, const LayoutStatement& layout) {
  const std::string_view place = layout.processor ? ToString(*layout.processor)
                                 : layout.memory  ? ToString(*layout.memory)
                                                  : std::string_view();
  const size_t region = overrides.Number(layout.region);
  for (const TaskSelector& task : layout.tasks) {
    const auto decide = [&](Aspect aspect) {
      overrides.Decide({aspect, task, layout.region, region, place}, task, layout.span);
    };
    if (layout.array_of_structs) decide(Aspect::kStructure);
    if (layout.fortran_order) decide(Aspect::kOrder);
    if (layout.alignment || layout.no_alignment) decide(Aspect::kAlignment);
    if (layout.compact || layout.exact) decide(Aspect::kShape);
  }
}

template <class Statement>
void DecideForTasks(Overrides& overrides, Aspect aspect, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements)
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide({aspect, task}, task, statement.span);
}

}  // namespace

void Checker::WarnOfOverrides() {
  Overrides overrides(sink_, tree_.statements.size());
  // A kind that is misspelt is missing in its statement, which then seems to be about all kinds.
  if (!lost_.tasks) DecideForTasks(overrides, Aspect::kTask, program_.tasks);
  for (const RegionStatement& statement : program_.regions) {
    if (lost_.regions) break;
    const auto place = statement.processor ? ToString(*statement.processor) : std::string_view();
    const size_t region = overrides.Number(statement.region);
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide({Aspect::kRegion, task, statement.region, region, place}, task,
                       statement.span);
  }
  for (const LayoutStatement& statement : program_.layouts)
    if (!lost_.layouts) DecideLayout(overrides, statement);
  DecideForTasks(overrides, Aspect::kLimit, program_.limits);
  DecideForTasks(overrides, Aspect::kIndexMap, program_.index_maps);
  DecideForTasks(overrides, Aspect::kSingleMap, program_.single_maps);
}

}  // namespace groma::lang

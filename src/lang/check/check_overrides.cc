// Warnings for statements that a later, equally specific one overrides.
#include <fmt/format.h>

#include <map>

#include "diagnostics/registry.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

std::string Key(const TaskSelector& task) {
  if (task.form == TaskSelector::Form::kAny) return "*";
  if (task.form == TaskSelector::Form::kKind) return fmt::format("kind {}", ToString(task.kind));
  return fmt::format("name {}", task.name);
}

// For people: what two statements both decide.
std::string Subject(const TaskSelector& task) {
  if (task.form == TaskSelector::Form::kAny) return "any task";
  if (task.form == TaskSelector::Form::kKind)
    return fmt::format("tasks on a {}", ToString(task.kind));
  return fmt::format("task '{}'", task.name);
}

class Overrides {
 public:
  explicit Overrides(DiagnosticSink& sink) : sink_(sink) {}

  /// Short for any name: a statement's keys hold it once for each of its tasks.
  std::string Key(const RegionSelector& region) {
    if (region.form == RegionSelector::Form::kAny) return "*";
    if (region.form == RegionSelector::Form::kPosition)
      return fmt::format("position {}", region.position);
    const auto number = names_.size();
    return fmt::format("name {}", names_.try_emplace(region.name, number).first->second);
  }

  // `statement` decides `what` (one key an aspect); warns when an earlier one did.
  void Decide(std::string what, const TaskSelector& task, Span statement) {
    auto [entry, added] = first_.emplace(std::move(what), statement);
    if (added || entry->second == statement) return;
    Span earlier = std::exchange(entry->second, statement);
    // One warning for a pair of statements, however many names and aspects they share.
    if (!told_.emplace(earlier.begin, statement.begin).second) return;
    Diagnostic found =
        MakeDiagnostic("W0404", statement,
                       fmt::format("this overrides an earlier statement for {}", Subject(task)));
    found.notes.push_back({"the statement that no longer counts", earlier});
    found.help = "among equally specific statements the later one decides; leave one of them out";
    sink_.Report(std::move(found));
  }

 private:
  DiagnosticSink& sink_;
  std::map<std::string, size_t> names_;  // of regions, numbered as they come
  std::map<std::string, Span> first_;
  std::set<std::pair<uint32_t, uint32_t>> told_;
};

void DecideLayout(Overrides& overrides, const LayoutStatement& layout) {
  std::string place = layout.processor ? std::string(ToString(*layout.processor))
                      : layout.memory  ? std::string(ToString(*layout.memory))
                                       : "*";
  const std::string region = overrides.Key(layout.region);
  for (const TaskSelector& task : layout.tasks) {
    std::string key = fmt::format("layout|{}|{}|{}|", Key(task), region, place);
    if (layout.array_of_structs) overrides.Decide(key + "structure", task, layout.span);
    if (layout.fortran_order) overrides.Decide(key + "order", task, layout.span);
    if (layout.alignment || layout.no_alignment)
      overrides.Decide(key + "alignment", task, layout.span);
    if (layout.compact || layout.exact) overrides.Decide(key + "shape", task, layout.span);
  }
}

}  // namespace

void Checker::WarnOfOverrides() {
  Overrides overrides(sink_);
  for (const TaskStatement& statement : program_.tasks)
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide("task|" + Key(task), task, statement.span);
  for (const RegionStatement& statement : program_.regions) {
    const std::string region = overrides.Key(statement.region);
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide(fmt::format("region|{}|{}|{}", Key(task), region,
                                   statement.processor ? ToString(*statement.processor) : "*"),
                       task, statement.span);
  }
  for (const LayoutStatement& statement : program_.layouts) DecideLayout(overrides, statement);
  for (const LimitStatement& statement : program_.limits)
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide("limit|" + Key(task), task, statement.span);
  for (const MapStatement& statement : program_.index_maps)
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide("index map|" + Key(task), task, statement.span);
  for (const MapStatement& statement : program_.single_maps)
    for (const TaskSelector& task : statement.tasks)
      overrides.Decide("single map|" + Key(task), task, statement.span);
}

}  // namespace groma::lang

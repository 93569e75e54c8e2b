#include "mapping/check_decisions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnostics/registry.h"
#include "lang/check/edits.h"
#include "mapping/check_instances.h"
#include "mapping/check_sharing.h"
#include "mapping/findings.h"
#include "mapping/survey.h"

namespace groma::mapping {
namespace {

class Checker {
 public:
  Checker(const Mapping& mapping, const app::Description& app, const machine::Description& machine)
      : mapping_(mapping), app_(app), machine_(machine) {}

  void Run(DiagnosticSink& sink);

 private:
  void CheckTask(const app::Task& task);
  std::optional<ProcessorKind> AnyKind(const app::Task& task);
  void CheckLimit(const app::Task& task);
  bool IsOwnAncestor(const app::Task& task) const;
  void CheckReplicate(const app::Task& task);
  void SeeCollects(const app::Task& task);
  void WarnOfCollects();
  void WarnOfUnseen();

  const Mapping& mapping_;
  const app::Description& app_;
  const machine::Description& machine_;
  Findings findings_;
  /// CollectMemory statements that decide something: whether any of it is only read, and what.
  struct Collected {
    bool read_only = false;
    std::string first;
  };
  std::map<Span, Collected> collects_;
};

template <class Statement>
const Statement* At(const std::vector<Statement>& statements, Span span) {
  for (const Statement& statement : statements)
    if (statement.span == span) return &statement;
  return nullptr;
}

/// The kind that the task runs on although the statement for all tasks lists none that works.
std::optional<ProcessorKind> Checker::AnyKind(const app::Task& task) {
  const ProcessorChoice choice = mapping_.Processors(task.name);
  for (const app::Variant& variant : task.variants) {
    if (mapping_.shape().ProcessorsPerNode(variant.processor) == 0) continue;
    if (!choice.origin.statement || choice.origin.names_task) return variant.processor;
    const std::string_view kind = ToString(variant.processor);
    Diagnostic found = MakeDiagnostic(
        "W0506", *choice.origin.statement,
        fmt::format("task '{}' has no variant for these processor kinds: it will run on {}",
                    task.name, kind));
    found.help = fmt::format("name the kind here, or for the task: `Task {} {};`", task.name, kind);
    if (const auto* statement = At(mapping_.program().tasks, found.span)) {
      const uint32_t end = statement->processors_span.end;
      found.edit = Edit{{end, end}, fmt::format(",{}", kind)};
    }
    findings_.Add(std::move(found), fmt::format("task {}", task.name));
    return variant.processor;
  }
  return std::nullopt;
}

bool Checker::IsOwnAncestor(const app::Task& task) const {
  std::set<std::string> seen;
  std::vector<std::string> next = task.parents;
  while (!next.empty()) {
    const std::string name = std::move(next.back());
    next.pop_back();
    if (name == task.name) return true;
    if (!seen.insert(name).second) continue;
    if (const app::Task* parent = app_.FindTask(name))
      next.insert(next.end(), parent->parents.begin(), parent->parents.end());
  }
  return false;
}

void Checker::CheckLimit(const app::Task& task) {
  Origin origin;
  const std::optional<int64_t> limit = mapping_.InstanceLimit(task.name, &origin);
  if (!limit || !origin.statement) return;
  int64_t needed = 1;
  for (const auto& domain : task.domains) needed = std::max(needed, CountPoints(domain, INT64_MAX));
  if (task.concurrent && *limit < needed) {
    Diagnostic found = MakeDiagnostic(
        "E0506", *origin.statement,
        fmt::format("InstanceLimit {} for task '{}', whose {} points must all run at once: they "
                    "would wait for each other for ever",
                    *limit, task.name, needed));
    found.help = fmt::format("allow at least {}, or leave the statement out", needed);
    if (const auto* statement = At(mapping_.program().limits, found.span))
      found.edit = Edit{statement->limit_span, fmt::format("{}", needed)};
    findings_.Add(std::move(found), fmt::format("task {}", task.name));
  }
  if (IsOwnAncestor(task)) {
    Diagnostic found = MakeDiagnostic(
        "E0507", *origin.statement,
        fmt::format("InstanceLimit for task '{}', which launches itself: tasks would wait for "
                    "those that they launched, which wait to be mapped",
                    task.name));
    found.help = "leave the task out of the statement";
    const auto* statement = At(mapping_.program().limits, found.span);
    if (statement != nullptr && statement->tasks.size() == 1 && origin.names_task)
      found.edit = lang::WithoutStatement(mapping_.program().source->text(), found.span);
    findings_.Add(std::move(found), fmt::format("task {}", task.name));
  }
}

void Checker::CheckReplicate(const app::Task& task) {
  const bool asked = mapping_.ControlReplicates(task.name).value_or(false);
  const bool can = std::any_of(task.variants.begin(), task.variants.end(),
                               [](const app::Variant& variant) { return variant.replicable; });
  if (!asked || can || task.variants.empty()) return;
  for (const lang::ReplicateStatement& statement : mapping_.program().replicates) {
    for (const lang::TaskSelector& selector : statement.tasks) {
      if (selector.form != lang::TaskSelector::Form::kName || selector.name != task.name) continue;
      Diagnostic found = MakeDiagnostic(
          "W0507", selector.span,
          fmt::format("task '{}' cannot be control-replicated: no variant was registered as "
                      "replicable",
                      task.name));
      found.help = fmt::format("{}, or register the variant with set_replicable",
                               lang::WithoutTaskInWords(statement.tasks, selector));
      found.edit = lang::WithoutTask(mapping_.program().source->text(), statement.span,
                                     statement.tasks, selector);
      findings_.Add(std::move(found), fmt::format("task {}", task.name));
    }
  }
}

void Checker::SeeCollects(const app::Task& task) {
  for (size_t i = 0; i < task.arguments.size(); ++i) {
    Origin origin;
    if (!mapping_.Collects(QueryFor(task, i), &origin) || !origin.statement) continue;
    Collected& collected = collects_[*origin.statement];
    if (collected.first.empty())
      collected.first = fmt::format("region {} of task {}", i, task.name);
    collected.read_only |= task.arguments[i].privilege == app::Privilege::kReadOnly;
  }
}

void Checker::WarnOfCollects() {
  for (const auto& [span, collected] : collects_) {
    if (collected.read_only) continue;
    Diagnostic found = MakeDiagnostic(
        "W0508", span, fmt::format("this frees nothing: {} is not only read", collected.first));
    found.help =
        "leave the statement out: only data that a task reads can be freed when it is done";
    found.edit = lang::WithoutStatement(mapping_.program().source->text(), span);
    findings_.Add(std::move(found), "");
  }
}

/// Statements that no known task meets, but that no processor could follow.
void Checker::WarnOfUnseen() {
  const machine::Shape& shape = mapping_.shape();
  for (const lang::RegionStatement& statement : mapping_.program().regions) {
    if (!statement.processor || shape.ProcessorsPerNode(*statement.processor) == 0) continue;
    const bool usable =
        std::any_of(statement.memories.begin(), statement.memories.end(), [&](MemoryKind memory) {
          return memory == MemoryKind::kVirtual || shape.Sees(*statement.processor, memory);
        });
    if (usable || findings_.Has("E0503", statement.span)) continue;
    const std::string can = Joined(VisibleMemories(shape, *statement.processor));
    Diagnostic found = MakeDiagnostic("W0504", statement.span,
                                      fmt::format("on this machine a {} sees none of these "
                                                  "memories",
                                                  ToString(*statement.processor)));
    found.help = fmt::format("it sees {}", can);
    found.edit = Edit{statement.memories_span, can};
    findings_.Add(std::move(found), "");
  }
}

void Checker::CheckTask(const app::Task& task) {
  if (!task.single_launched && !task.index_launched) return;
  std::optional<ProcessorKind> kind = ChosenKind(mapping_, task);
  if (!kind) kind = AnyKind(task);
  CheckLimit(task);
  CheckReplicate(task);
  SeeCollects(task);
  if (!kind) return;
  const std::vector<InstanceNeed> needs =
      CheckInstances(mapping_, machine_, task, *kind, findings_);
  CheckSharing(mapping_, machine_, task, QueryFor(mapping_, app_, task, *kind), needs, findings_);
}

void Checker::Run(DiagnosticSink& sink) {
  for (const app::Task& task : app_.tasks) CheckTask(task);
  WarnOfCollects();
  WarnOfUnseen();
  findings_.Report(sink);
}

}  // namespace

void CheckDecisions(const Mapping& mapping, const app::Description& app,
                    const machine::Description& machine, DiagnosticSink& sink) {
  Checker(mapping, app, machine).Run(sink);
}

}  // namespace groma::mapping

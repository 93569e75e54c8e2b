#include "mapping/check_text.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "mapping/check_decisions.h"
#include "mapping/check_placements.h"

namespace groma::mapping {
namespace {

using Lost = lang::Partial::Lost;

/// Whether a finding of CheckDecisions holds whatever the lost statements turn out to say.
bool Stands(const std::string& code, const Lost& lost) {
  if (code == "E0506" || code == "E0507") return !lost.limits;
  if (code == "W0506") return !lost.tasks;
  if (code == "W0507") return !lost.replicates;
  if (code == "W0508") return !lost.collects;
  const bool memories = !lost.tasks && !lost.regions;
  return code == "E0502" ? memories && !lost.layouts : memories;
}

/// The sorts of statements about which Stands says no.
std::vector<std::string> Unchecked(const Lost& lost) {
  std::vector<std::string> words;
  const auto add = [&](bool any, const char* word) {
    if (any) words.emplace_back(word);
  };
  add(lost.tasks, "Task");
  add(lost.tasks || lost.regions, "Region");
  add(lost.tasks || lost.regions || lost.layouts, "Layout");
  add(lost.limits, "InstanceLimit");
  add(lost.collects, "CollectMemory");
  add(lost.tasks || lost.maps, "IndexTaskMap");
  add(lost.tasks || lost.maps, "SingleTaskMap");
  add(lost.replicates, "ControlReplicate");
  return words;
}

/// Statements of a sort that was lost in part may lack parts themselves.
lang::Program WithoutLost(lang::Program program, const Lost& lost) {
  if (lost.tasks) program.tasks.clear();
  if (lost.regions) program.regions.clear();
  if (lost.layouts) program.layouts.clear();
  if (lost.limits) program.limits.clear();
  if (lost.collects) program.collects.clear();
  if (lost.replicates) program.replicates.clear();
  if (lost.maps) {
    program.globals.clear();
    program.functions.clear();
    program.index_maps.clear();
    program.single_maps.clear();
  }
  return program;
}

void CheckWhatStands(lang::Partial partial, const machine::Description& machine,
                     const app::Description& app, DiagnosticSink& sink) {
  const auto program = std::make_shared<const lang::Program>(
      WithoutLost(std::move(partial.program), partial.lost));
  const std::optional<Mapping> mapping = Mapping::Bind(program, machine::Shape(machine), sink);
  if (!mapping) return;
  DiagnosticSink found(std::numeric_limits<size_t>::max());
  CheckDecisions(*mapping, app, machine, found);
  for (Diagnostic& diagnostic : found.Take())
    if (Stands(diagnostic.code, partial.lost)) sink.Report(std::move(diagnostic));
  if (!partial.lost.tasks && !partial.lost.maps) CheckPlacements(*mapping, app, sink);
}

}  // namespace

size_t CheckedText::Errors() const {
  return static_cast<size_t>(std::count_if(
      diagnostics.begin(), diagnostics.end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; }));
}

CheckedText CheckText(std::shared_ptr<const SourceFile> source, const machine::Description* machine,
                      const app::Description* app, size_t limit) {
  CheckedText checked;
  checked.source = std::move(source);
  DiagnosticSink sink(limit);
  checked.tree = lang::Parse(*checked.source, sink);
  lang::Partial partial;
  std::optional<lang::Program> program = lang::Check(checked.tree, checked.source, sink, &partial);
  checked.text_errors = sink.Errors();
  if (machine != nullptr && app != nullptr)
    lang::CheckAgainst(program ? *program : partial.program, *app, machine::Shape(*machine), sink);
  if (program) {
    checked.program = std::make_shared<const lang::Program>(std::move(*program));
    if (machine != nullptr)
      checked.mapping = Mapping::Bind(checked.program, machine::Shape(*machine), sink);
    if (checked.mapping && app != nullptr) {
      CheckDecisions(*checked.mapping, *app, *machine, sink);
      CheckPlacements(*checked.mapping, *app, sink);
    }
  } else if (machine != nullptr && app != nullptr) {
    checked.unchecked = Unchecked(partial.lost);
    CheckWhatStands(std::move(partial), *machine, *app, sink);
  }
  checked.diagnostics = sink.Take();
  return checked;
}

}  // namespace groma::mapping

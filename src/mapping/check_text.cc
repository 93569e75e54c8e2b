#include "mapping/check_text.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "mapping/check_decisions.h"
#include "mapping/check_placements.h"

namespace groma::mapping {
namespace {

using Lost = lang::Partial::Lost;

/// Whether a finding about the application holds whatever the lost statements turn out to say.
bool Stands(const std::string& code, const Lost& lost) {
  if (code == "W0501" || code == "W0502" || code == "W0503") return true;  // names
  if (code == "E0506" || code == "E0507") return !lost.limits;
  if (code == "E0501" || code == "W0506") return !lost.tasks;
  if (code == "W0507") return !lost.replicates;
  if (code == "W0508") return !lost.collects;
  if (code == "W0505") return !lost.maps;
  if (code == "W0510") return !lost.regions;
  const bool memories = !lost.tasks && !lost.regions;
  if (code == "W0509") return memories && !lost.maps;
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

/// Without the sorts that were lost in part: their statements may lack parts themselves.
lang::Program WithoutLost(lang::Program program, const Lost& lost) {
  if (lost.tasks) program.tasks.clear();
  if (lost.regions) program.regions.clear();
  if (lost.layouts) program.layouts.clear();
  if (lost.limits) program.limits.clear();
  if (lost.collects) program.collects.clear();
  if (lost.replicates) program.replicates.clear();
  return program;
}

/// Without the functions, the values of the file, and the maps that name them.
lang::Program WithoutMaps(const lang::Program& program) {
  lang::Program rest;
  rest.source = program.source;
  rest.tasks = program.tasks;
  rest.regions = program.regions;
  rest.layouts = program.layouts;
  rest.limits = program.limits;
  rest.collects = program.collects;
  rest.replicates = program.replicates;
  return rest;
}

/// The findings that stand, of all that `check` reports to a sink.
template <class Check>
void Report(const Lost& lost, DiagnosticSink& sink, Check check) {
  DiagnosticSink found(std::numeric_limits<size_t>::max());
  check(found);
  for (Diagnostic& diagnostic : found.Take())
    if (Stands(diagnostic.code, lost)) sink.Report(std::move(diagnostic));
}

/// What the text decides as far as no lost statement may change it. Where values of the file fail
/// on this machine, the maps are lost too. `bound`: the whole was bound already, and failed.
void CheckWhatStands(const std::shared_ptr<const lang::Program>& said, bool bound, Lost& lost,
                     const machine::Description& machine, const app::Description& app,
                     DiagnosticSink& sink) {
  const machine::Shape shape(machine);
  std::optional<Mapping> mapping;
  if (!lost.maps) {
    mapping = Mapping::Bind(said, shape, sink);
    bound = true;
  }
  if (!mapping) {
    lost.maps = true;
    DiagnosticSink told;  // what is wrong without the maps was told of the whole
    mapping = Mapping::Bind(std::make_shared<const lang::Program>(WithoutMaps(*said)), shape,
                            bound ? told : sink);
  }
  if (!mapping) {  // a file that is too large
    lost = {true, true, true, true, true, true, true};
    return;
  }
  Report(lost, sink, [&](DiagnosticSink& found) { CheckDecisions(*mapping, app, machine, found); });
  if (!lost.tasks && !lost.maps) CheckPlacements(*mapping, app, sink);
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
  Lost& lost = partial.lost;
  if (program) {
    checked.program = std::make_shared<const lang::Program>(std::move(*program));
    if (machine != nullptr)
      checked.mapping = Mapping::Bind(checked.program, machine::Shape(*machine), sink);
    lost = {.maps = machine != nullptr && !checked.mapping};
  }
  if (machine != nullptr && app != nullptr) {
    Report(lost, sink, [&](DiagnosticSink& found) {
      lang::CheckAgainst(checked.program ? *checked.program : partial.program, *app,
                         machine::Shape(*machine), found);
    });
    if (checked.mapping) {
      CheckDecisions(*checked.mapping, *app, *machine, sink);
      CheckPlacements(*checked.mapping, *app, sink);
    } else {
      const auto said = checked.program ? checked.program
                                        : std::make_shared<const lang::Program>(
                                              WithoutLost(std::move(partial.program), lost));
      CheckWhatStands(said, checked.program != nullptr, lost, *machine, *app, sink);
      checked.unchecked = Unchecked(lost);
    }
  }
  checked.diagnostics = sink.Take();
  return checked;
}

}  // namespace groma::mapping

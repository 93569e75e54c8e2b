#include "mapping/check_text.h"

#include <algorithm>

#include "lang/lang.h"
#include "mapping/check_decisions.h"
#include "mapping/check_placements.h"

namespace groma::mapping {

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
  lang::Program partial;
  std::optional<lang::Program> program = lang::Compile(checked.source, sink, &partial);
  if (machine != nullptr && app != nullptr) {
    // Names are told together with the mistakes of the text.
    lang::CheckAgainst(program ? *program : partial, *app, machine::Shape(*machine), sink);
  }
  if (program) {
    checked.program = std::make_shared<const lang::Program>(std::move(*program));
    if (machine != nullptr)
      checked.mapping = Mapping::Bind(checked.program, machine::Shape(*machine), sink);
    if (checked.mapping && app != nullptr) {
      CheckDecisions(*checked.mapping, *app, *machine, sink);
      CheckPlacements(*checked.mapping, *app, sink);
    }
  }
  checked.diagnostics = sink.Take();
  return checked;
}

}  // namespace groma::mapping

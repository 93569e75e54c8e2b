// Diagnostics for editors and agents.
#include <nlohmann/json.hpp>

#include "diagnostics/diagnostic.h"

namespace groma {
namespace {

using Json = nlohmann::ordered_json;

void AddSpan(Json& object, Span span, const SourceFile& source) {
  Position from = source.PositionOf(span.begin);
  Position to = source.PositionOf(span.end);
  object["line"] = from.line;
  object["column"] = from.column;
  object["end_line"] = to.line;
  object["end_column"] = to.column;
}

Json ToJson(const Diagnostic& diagnostic, const SourceFile& source) {
  Json object;
  object["code"] = diagnostic.code;
  object["severity"] = diagnostic.severity == Severity::kError ? "error" : "warning";
  object["message"] = diagnostic.message;
  object["file"] = source.name();
  AddSpan(object, diagnostic.span, source);
  object["notes"] = Json::array();
  for (const Note& note : diagnostic.notes) {
    Json entry;
    entry["message"] = note.message;
    if (note.span) AddSpan(entry, *note.span, source);
    object["notes"].push_back(std::move(entry));
  }
  object["help"] = diagnostic.help;
  object["edit"] = nullptr;
  if (diagnostic.edit) {
    Json edit;
    AddSpan(edit, diagnostic.edit->span, source);
    edit["replacement"] = diagnostic.edit->replacement;
    object["edit"] = std::move(edit);
  }
  return object;
}

}  // namespace

std::string RenderJson(const std::vector<Diagnostic>& diagnostics, const SourceFile& source) {
  Json report;
  report["diagnostics"] = Json::array();
  for (const Diagnostic& diagnostic : diagnostics)
    report["diagnostics"].push_back(ToJson(diagnostic, source));
  // Quoted source may hold any bytes; JSON may not.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace groma

// The kinds of diagnostics: one table of codes that stay stable for ever, with the page that
// `groma explain CODE` prints. E01xx syntax, E02xx names, E03xx types, E04xx statements, E05xx what
// the application or the machine lacks, E06xx values that turn out wrong when a mapping is
// evaluated; W for warnings, with the same groups.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"

namespace groma {

/// What has to be known to find a mistake of that kind.
enum class Stage {
  kText,         // the mapping alone
  kApplication,  // the mapping, the application and the machine
  kEvaluation,   // the mapping bound to a machine, at one point, or in a run
};

struct DiagnosticKind {
  std::string_view code;  // "E0107"
  Stage stage = Stage::kText;
  std::string_view title;  // "':' in a function definition"
  std::string_view page;   // what it means and what to do: a few sentences
  std::string_view wrong;  // a mapping that has the mistake; with kText the checker reports it
  std::string_view right;  // the same, mended
};

/// Every kind, sorted by code.
std::span<const DiagnosticKind> DiagnosticKinds();

/// The kind of that code ("e0107" is fine too); null when there is none.
const DiagnosticKind* FindDiagnosticKind(std::string_view code);

/// The page for people: title, explanation, both examples.
std::string ExplainDiagnosticKind(const DiagnosticKind& kind);

/// A diagnostic of a kind of the registry (CHECKs that there is one); the severity follows from the
/// code.
Diagnostic MakeDiagnostic(std::string_view code, Span span, std::string message);

}  // namespace groma

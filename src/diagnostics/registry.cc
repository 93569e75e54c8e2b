#include "diagnostics/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/check.h"
#include "diagnostics/kinds.h"

namespace groma {

std::span<const DiagnosticKind> DiagnosticKinds() {
  static const std::vector<DiagnosticKind> kKinds = [] {
    std::vector<DiagnosticKind> kinds;
    for (auto piece : {SyntaxKinds(), NameKinds(), TypeKinds(), StatementKinds(),
                       ApplicationKinds(), EvaluationKinds(), RunKinds()})
      kinds.insert(kinds.end(), piece.begin(), piece.end());
    std::sort(kinds.begin(), kinds.end(),
              [](const DiagnosticKind& a, const DiagnosticKind& b) { return a.code < b.code; });
    return kinds;
  }();
  return kKinds;
}

const DiagnosticKind* FindDiagnosticKind(std::string_view code) {
  std::string wanted(code.substr(0, 16));
  for (char& c : wanted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::span<const DiagnosticKind> kinds = DiagnosticKinds();
  auto at = std::lower_bound(
      kinds.begin(), kinds.end(), wanted,
      [](const DiagnosticKind& kind, const std::string& name) { return kind.code < name; });
  return at != kinds.end() && at->code == wanted ? &*at : nullptr;
}

std::string ExplainDiagnosticKind(const DiagnosticKind& kind) {
  auto indent = [](std::string_view text) {
    std::string out = "    ";
    for (char c : text) {
      out += c;
      if (c == '\n') out += "    ";
    }
    return out + "\n";
  };
  std::string out = fmt::format("{}: {}\n\n{}\n", kind.code, kind.title, kind.page);
  if (!kind.wrong.empty())
    out += fmt::format("\nFor example, this is wrong:\n\n{}", indent(kind.wrong));
  if (!kind.right.empty()) out += fmt::format("\nand this is right:\n\n{}", indent(kind.right));
  return out;
}

Diagnostic MakeDiagnostic(std::string_view code, Span span, std::string message) {
  CHECK(FindDiagnosticKind(code) != nullptr, std::string(code));
  Diagnostic diagnostic;
  diagnostic.code = std::string(code);
  diagnostic.severity = code.starts_with('W') ? Severity::kWarning : Severity::kError;
  diagnostic.message = std::move(message);
  diagnostic.span = span;
  return diagnostic;
}

}  // namespace groma

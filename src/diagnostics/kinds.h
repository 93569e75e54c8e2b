// The table of the registry, in pieces; each is sorted by code.
#pragma once
#include <span>

#include "diagnostics/registry.h"

namespace groma {

std::span<const DiagnosticKind> SyntaxKinds();
std::span<const DiagnosticKind> NameKinds();
std::span<const DiagnosticKind> TypeKinds();
std::span<const DiagnosticKind> StatementKinds();
std::span<const DiagnosticKind> ApplicationKinds();
std::span<const DiagnosticKind> EvaluationKinds();
std::span<const DiagnosticKind> RunKinds();

}  // namespace groma

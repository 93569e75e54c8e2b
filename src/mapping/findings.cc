#include "mapping/findings.h"

#include <fmt/format.h>

#include <optional>

namespace groma::mapping {
namespace {

constexpr size_t kMostNamed = 5;

std::string Others(const std::vector<std::string>& others) {
  std::string text = "the same for ";
  for (size_t i = 0; i < others.size() && i < kMostNamed; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", others[i]);
  if (others.size() > kMostNamed) text += fmt::format(" and {} more", others.size() - kMostNamed);
  return text;
}

}  // namespace

void Findings::Add(Diagnostic diagnostic, std::string who) {
  auto [at, is_new] = found_.try_emplace({diagnostic.span, diagnostic.code});
  Finding& finding = at->second;
  if (is_new) {
    finding.diagnostic = std::move(diagnostic);
    return;
  }
  finding.others.push_back(std::move(who));
  std::optional<Edit>& edit = finding.diagnostic.edit;
  if (!edit || !diagnostic.edit || edit->span != diagnostic.edit->span) return;
  // One edit mends all: what is inserted for each is inserted together, once.
  const bool inserts = edit->span.begin == edit->span.end;
  if (inserts && edit->replacement.find(diagnostic.edit->replacement) == std::string::npos)
    edit->replacement += diagnostic.edit->replacement;
}

bool Findings::Has(std::string_view code, Span span) const {
  return found_.contains({span, std::string(code)});
}

void Findings::Report(DiagnosticSink& sink) {
  for (auto& [key, finding] : found_) {
    if (!finding.others.empty())
      finding.diagnostic.notes.push_back({Others(finding.others), std::nullopt});
    sink.Report(std::move(finding.diagnostic));
  }
}

}  // namespace groma::mapping

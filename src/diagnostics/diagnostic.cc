#include "diagnostics/diagnostic.h"

#include <algorithm>

namespace groma {
namespace {

constexpr size_t kLongestText = 600;  // of a message: names in it may be as long as the file

void Shorten(std::string& text) {
  if (text.size() <= kLongestText) return;
  size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text += "…";
}

}  // namespace

void DiagnosticSink::Report(Diagnostic diagnostic) {
  size_t& count = diagnostic.severity == Severity::kError ? errors_ : warnings_;
  if (++count > limit_) return;
  Shorten(diagnostic.message);
  Shorten(diagnostic.help);
  for (Note& note : diagnostic.notes) Shorten(note.message);
  diagnostics_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> DiagnosticSink::Take() {
  std::vector<Diagnostic> taken = std::move(diagnostics_);
  diagnostics_.clear();
  std::stable_sort(taken.begin(), taken.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.begin < b.span.begin;
  });
  return taken;
}

}  // namespace groma

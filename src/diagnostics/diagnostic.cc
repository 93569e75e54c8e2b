#include "diagnostics/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"

namespace groma {

Edit Swapped(const std::string& text, Span first, Span second) {
  const auto piece = [&](uint32_t begin, uint32_t end) { return text.substr(begin, end - begin); };
  return {{first.begin, second.end},
          piece(second.begin, second.end) + piece(first.end, second.begin) +
              piece(first.begin, first.end)};
}

namespace {

constexpr size_t kLongestText = 600;  // of a message: names in it may be as long as the file

void Shorten(std::string& text) {
  if (text.size() <= kLongestText) return;
  size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text += "…";
}

// Stages stop looking when the sink is full, so how many more there are is not known.
Diagnostic MoreThan(size_t limit, std::string_view code, std::string_view what) {
  Diagnostic more = MakeDiagnostic(
      code, {}, fmt::format("there are more than {} {}; the others are not shown", limit, what));
  more.help = "mend these, then check again";
  return more;
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
  if (warnings_ > limit_) taken.push_back(MoreThan(limit_, "W0101", "warnings"));
  if (errors_ > limit_) taken.push_back(MoreThan(limit_, "E0121", "errors"));
  return taken;
}

}  // namespace groma

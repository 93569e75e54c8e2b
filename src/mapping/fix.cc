#include "mapping/fix.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <tuple>

#include "mapping/check_text.h"

namespace groma::mapping {
namespace {

constexpr size_t kMostDiagnostics = 10'000;  // a file in the indented form has one a line
constexpr size_t kMostTries = 200;           // edits that are tried alone, in one round
constexpr size_t kMostChecks = 1'000;        // of a file, all rounds together

/// How bad a text is: smaller is better.
using Badness = std::tuple<size_t, size_t, size_t>;

struct State {
  CheckedText checked;
  Badness badness;
};

class Fixer {
 public:
  Fixer(std::string name, const machine::Description* machine, const app::Description* app)
      : name_(std::move(name)), machine_(machine), app_(app) {}

  FixedText Run(const std::string& text);

 private:
  State Look(std::string text);
  bool Round(State& state, FixedText& fixed);
  static std::vector<const Diagnostic*> Offered(const State& state);

  std::string name_;
  const machine::Description* machine_;
  const app::Description* app_;
  size_t checks_ = 0;
  std::set<size_t> seen_;  // of texts gone through: edits must not undo each other
};

State Fixer::Look(std::string text) {
  ++checks_;
  auto source = std::make_shared<const SourceFile>(name_, std::move(text));
  State state{CheckText(std::move(source), machine_, app_, kMostDiagnostics), {}};
  const size_t errors = state.checked.Errors();
  const size_t warnings = state.checked.diagnostics.size() - errors;
  const size_t of_text = std::min(errors, state.checked.text_errors);
  state.badness = {of_text, errors - of_text, warnings};
  return state;
}

/// Whether an end of a line or of a statement lies between the edits: two that mend the same
/// expression would mend it twice.
bool Apart(const Edit& first, const Edit& second, const std::string& text) {
  if (second.span.begin < first.span.end || second.span == first.span) return false;
  const size_t end = text.find_first_of("\n;{}", first.span.end);
  return end < second.span.begin;
}

/// The diagnostics whose edits can be applied together.
std::vector<const Diagnostic*> Fixer::Offered(const State& state) {
  std::vector<const Diagnostic*> all;
  for (const Diagnostic& diagnostic : state.checked.diagnostics)
    if (diagnostic.edit) all.push_back(&diagnostic);
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return a->edit->span.begin < b->edit->span.begin;
  });
  std::vector<const Diagnostic*> apart;
  for (const Diagnostic* diagnostic : all) {
    if (apart.empty() ||
        Apart(*apart.back()->edit, *diagnostic->edit, state.checked.source->text()))
      apart.push_back(diagnostic);
  }
  return apart;
}

std::string Applied(const std::string& text, const std::vector<const Diagnostic*>& diagnostics) {
  std::string result;
  size_t at = 0;
  for (const Diagnostic* diagnostic : diagnostics) {
    const Edit& edit = *diagnostic->edit;
    result += text.substr(at, edit.span.begin - at) + edit.replacement;
    at = edit.span.end;
  }
  return result + text.substr(at);
}

void Record(const State& before, const std::vector<const Diagnostic*>& diagnostics,
            FixedText& fixed) {
  for (const Diagnostic* diagnostic : diagnostics) {
    const Edit& edit = *diagnostic->edit;
    const SourceFile& source = *before.checked.source;
    fixed.applied.push_back(
        {diagnostic->code, diagnostic->message, source.PositionOf(edit.span.begin).line,
         source.text().substr(edit.span.begin, edit.span.end - edit.span.begin), edit.replacement});
  }
}

size_t HashOf(const State& state) { return std::hash<std::string>()(state.checked.source->text()); }

size_t CountOf(const std::string& code, const State& state) {
  const auto& all = state.checked.diagnostics;
  return static_cast<size_t>(std::count_if(
      all.begin(), all.end(), [&](const Diagnostic& each) { return each.code == code; }));
}

/// Whether the edit is progress even where it brings another mistake to light: it puts a definition
/// before its use, or mends a word that hid what the rest means.
bool Uncovers(const Diagnostic& diagnostic, const State& before, const State& after) {
  const std::string& code = diagnostic.code;
  if (code == "E0202" || code == "E0204") return true;
  const bool of_words = code.starts_with("E01") || code.starts_with("E02");
  const Span replaced = diagnostic.edit->span;
  return of_words && replaced.begin < replaced.end && CountOf(code, after) < CountOf(code, before);
}

bool Fixer::Round(State& state, FixedText& fixed) {
  const std::vector<const Diagnostic*> offered = Offered(state);
  if (offered.empty()) return false;
  std::vector<std::vector<const Diagnostic*>> tries = {offered};
  // Where the edits together do not help, one of them may.
  for (size_t i = 0; offered.size() > 1 && i < std::min(offered.size(), kMostTries); ++i)
    tries.push_back({offered[i]});
  for (const auto& edits : tries) {
    if (checks_ >= kMostChecks) return false;
    State next = Look(Applied(state.checked.source->text(), edits));
    const bool helps = next.badness < state.badness ||
                       (next.badness == state.badness && edits.size() == 1 &&
                        Uncovers(*edits[0], state, next) && !seen_.contains(HashOf(next)));
    if (!helps) continue;
    seen_.insert(HashOf(next));
    Record(state, edits, fixed);
    state = std::move(next);
    return true;
  }
  return false;
}

FixedText Fixer::Run(const std::string& text) {
  FixedText fixed;
  State state = Look(text);
  seen_ = {HashOf(state)};
  while (Round(state, fixed)) {
  }
  fixed.text = state.checked.source->text();
  return fixed;
}

}  // namespace

FixedText Fix(const std::string& text, const std::string& name, const machine::Description* machine,
              const app::Description* app) {
  return Fixer(name, machine, app).Run(text);
}

}  // namespace groma::mapping

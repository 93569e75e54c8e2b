// A diagnostic: something wrong in the user's text (a mapping), told the same way by every stage.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/source.h"

namespace groma {

enum class Severity { kError, kWarning };

/// Another place that has to do with it.
struct Note {
  std::string message;
  std::optional<Span> span;  // in the same source file
};

/// A replacement of text that mends the mistake; `check --fix` applies it.
struct Edit {
  Span span;  // replaced; empty for an insertion
  std::string replacement;
};

/// Puts the second of two pieces of `text` before the first; what lies between them stays there.
Edit Swapped(const std::string& text, Span first, Span second);

struct Diagnostic {
  std::string code;  // "E0107" or "W0203": a kind of the registry, stable for ever
  Severity severity = Severity::kError;
  std::string message;  // one line, no newline
  Span span;            // empty at offset 0 when the whole file is meant
  std::vector<Note> notes;
  std::string help;  // what to do, empty when nothing better than the message is known
  std::optional<Edit> edit;
};

/// Collects diagnostics in the order in which they are found; keeps at most `limit` errors and as
/// many warnings. Where there are more, a last diagnostic (E0121, W0101) says so.
class DiagnosticSink {
 public:
  explicit DiagnosticSink(size_t limit = 100) : limit_(limit) {}
  void Report(Diagnostic diagnostic);
  bool HasErrors() const { return errors_ > 0; }
  size_t Errors() const { return errors_; }
  /// More errors were found than are kept: a stage may stop looking.
  bool Full() const { return errors_ > limit_; }
  /// Sorted by position, those beyond the limit left out; to be called once.
  std::vector<Diagnostic> Take();

 private:
  size_t limit_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  std::vector<Diagnostic> diagnostics_;
};

/// "file:3:7: error: … [E0107]", the source line, carets, notes, help. `colour` adds ANSI colours.
/// Long lines are cut around the span, control characters shown as '?'. Ends with a newline.
std::string Render(const Diagnostic& diagnostic, const SourceFile& source, bool colour);
std::string Render(const std::vector<Diagnostic>& diagnostics, const SourceFile& source,
                   bool colour);

/// `{"diagnostics": [{"code", "severity", "message", "file", "line", "column", "end_line",
/// "end_column", "notes": [], "help", "edit"}]}`.
std::string RenderJson(const std::vector<Diagnostic>& diagnostics, const SourceFile& source);

}  // namespace groma

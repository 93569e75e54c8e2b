// Diagnostics for people.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/diagnostic.h"

namespace groma {
namespace {

constexpr uint32_t kWidest = 110;  // columns of source shown of a line
constexpr uint32_t kBefore = 60;   // of them, how many may stand before the span

struct Palette {
  std::string_view error, warning, note, help, strong, reset;
};
constexpr Palette kPlain = {};
constexpr Palette kAnsi = {"\033[1;31m", "\033[1;35m", "\033[1;36m",
                           "\033[1;32m", "\033[1m",    "\033[0m"};

// The length of the valid UTF-8 sequence that starts at text[at], 0 if there is none.
size_t SequenceLength(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  size_t length = byte(at) < 0x80   ? 1
                  : byte(at) < 0xC2 ? 0
                  : byte(at) < 0xE0 ? 2
                  : byte(at) < 0xF0 ? 3
                  : byte(at) < 0xF5 ? 4
                                    : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  return length;
}

// `text` with one column a character: tabs become blanks, what cannot be shown a '?'. `marks` gets
// as many blanks before the span and carets within it.
void ShowLine(std::string_view text, size_t mark_begin, size_t mark_end, std::string& shown,
              std::string& marks) {
  for (size_t at = 0; at < text.size();) {
    size_t length = SequenceLength(text, at);
    bool control = static_cast<unsigned char>(text[at]) < 0x20 || text[at] == 0x7F;
    if (text[at] == '\t')
      shown += ' ';
    else if (length == 0 || control)
      shown += '?';
    else
      shown += text.substr(at, length);
    if (at < mark_end) marks += at < mark_begin ? ' ' : '^';
    at += std::max<size_t>(length, 1);
  }
  if (mark_begin >= text.size()) marks += '^';
}

void RenderPlace(std::string& out, Span span, const SourceFile& source, const Palette& palette,
                 std::string_view colour) {
  Position from = source.PositionOf(span.begin);
  std::string_view line = source.Line(from.line);
  size_t begin = std::min<size_t>(from.column - 1, line.size());
  size_t end = std::min<size_t>(begin + (span.end - std::min(span.begin, span.end)), line.size());
  end = std::max(end, begin + 1);
  bool cut_front = false, cut_back = false;
  if (line.size() > kWidest) {
    size_t first = begin > kBefore ? begin - kBefore : 0;
    cut_front = first > 0;
    cut_back = line.size() - first > kWidest;
    line = line.substr(first, kWidest);
    begin -= first;
    end = std::min(end - first, std::max<size_t>(line.size(), begin + 1));
  }
  std::string shown, marks;
  ShowLine(line, begin, end, shown, marks);
  std::string_view front = cut_front ? "…" : "";
  out += fmt::format("{:5} | {}{}{}\n", from.line, front, shown, cut_back ? "…" : "");
  out += fmt::format("      | {}{}{}{}\n", cut_front ? " " : "", colour, marks, palette.reset);
}

// Messages quote the text; a terminal must not obey what stands there.
std::string Harmless(std::string_view message) {
  std::string shown, marks;
  ShowLine(message, 0, 0, shown, marks);
  return shown;
}

std::string Place(Span span, const SourceFile& source) {
  Position at = source.PositionOf(span.begin);
  return fmt::format("{}:{}:{}", source.name(), at.line, at.column);
}

bool MeansWholeFile(Span span) { return span == Span{}; }

}  // namespace

std::string Render(const Diagnostic& diagnostic, const SourceFile& source, bool colour) {
  const Palette& palette = colour ? kAnsi : kPlain;
  bool error = diagnostic.severity == Severity::kError;
  std::string_view shade = error ? palette.error : palette.warning;
  std::string place =
      MeansWholeFile(diagnostic.span) ? source.name() : Place(diagnostic.span, source);
  std::string out =
      fmt::format("{}{}:{} {}{}:{} {}{}{} [{}]\n", palette.strong, place, palette.reset, shade,
                  error ? "error" : "warning", palette.reset, palette.strong,
                  Harmless(diagnostic.message), palette.reset, diagnostic.code);
  if (!MeansWholeFile(diagnostic.span)) RenderPlace(out, diagnostic.span, source, palette, shade);
  for (const Note& note : diagnostic.notes) {
    std::string where = note.span ? Place(*note.span, source) + ": " : "";
    out +=
        fmt::format("{}{}note:{} {}\n", where, palette.note, palette.reset, Harmless(note.message));
    if (note.span) RenderPlace(out, *note.span, source, palette, palette.note);
  }
  if (!diagnostic.help.empty())
    out += fmt::format("{}help:{} {}\n", palette.help, palette.reset, Harmless(diagnostic.help));
  return out;
}

std::string Render(const std::vector<Diagnostic>& diagnostics, const SourceFile& source,
                   bool colour) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += Render(diagnostic, source, colour);
  return out;
}

}  // namespace groma

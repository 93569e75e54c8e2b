// Whole files: statements, the comments between them, blank lines.
#include "lang/syntax/printer.h"

#include <fmt/format.h>

#include <limits>

#include "diagnostics/registry.h"
#include "lang/lang.h"
#include "lang/syntax/statement_printer.h"

namespace groma::lang {
namespace {

constexpr int kIndent = 2;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

class FilePrinter {
 public:
  explicit FilePrinter(CommentCursor comments) : comments_(std::move(comments)) {}

  std::string Print(const std::vector<tree::Statement>& statements) {
    for (const tree::Statement& statement : statements) Statement(statement);
    CommentsBefore(std::numeric_limits<uint32_t>::max());
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

 private:
  // Begins the line of something that stands at `span` in the text; one empty line is kept where
  // there were some.
  void BeginLine(Span span) {
    if (!out_.empty()) out_ += '\n';
    if (!group_start_ && EmptyLineBefore(span.begin)) out_ += '\n';
    group_start_ = false;
    out_.append(static_cast<size_t>(indent_), ' ');
    end_ = std::max(end_, span.end);
  }

  bool EmptyLineBefore(uint32_t begin) const {
    std::string_view text = comments_.text();
    int lines = 0;
    for (uint32_t at = end_; at < std::min<size_t>(begin, text.size()) && lines < 2; ++at)
      if (text[at] == '\n')
        ++lines;
      else if (!IsBlank(text[at]))
        lines = 0;
    return lines >= 2;
  }

  void CommentsBefore(uint32_t offset) {
    while (std::optional<Comment> comment = comments_.TakeBefore(offset)) {
      bool behind = !comment->starts_line && !out_.empty() && !commented_;
      if (behind) {
        out_ += "  ";
        end_ = std::max(end_, comment->span.end);
      } else {
        BeginLine(comment->span);
      }
      out_ += comments_.Text(*comment);
      commented_ = true;
    }
  }

  void Statement(const tree::Statement& statement) {
    CommentsBefore(statement.span.begin);
    BeginLine(statement.span);
    out_ += StatementPrinter(indent_, comments_).Print(statement);
    commented_ = false;
    if (const auto* function = std::get_if<tree::Function>(&statement.node))
      Body(*function, statement.span);
  }

  void Body(const tree::Function& function, Span span) {
    indent_ = kIndent;
    group_start_ = true;
    end_ = span.begin;
    for (const tree::BodyStatement& statement : function.body) {
      CommentsBefore(statement.span.begin);
      BeginLine(statement.span);
      out_ += StatementPrinter(indent_, comments_).Print(statement);
      commented_ = false;
    }
    if (span.end > 0) CommentsBefore(span.end - 1);
    indent_ = 0;
    group_start_ = true;
    BeginLine(span);
    out_ += '}';
    commented_ = false;
  }

  CommentCursor comments_;
  std::string out_;
  int indent_ = 0;
  uint32_t end_ = 0;         // of what was printed last, in the text
  bool group_start_ = true;  // no empty line may come before the next line
  bool commented_ = false;   // the last line ends with a comment
};

}  // namespace

std::string PrintStatement(const tree::Statement& statement) {
  CommentCursor none;
  std::string out = StatementPrinter(0, none).Print(statement);
  if (const auto* function = std::get_if<tree::Function>(&statement.node)) {
    for (const tree::BodyStatement& inner : function->body)
      out += fmt::format("\n  {}", StatementPrinter(kIndent, none).Print(inner));
    out += "\n}";
  }
  return out;
}

std::string Print(const Tree& tree) { return FilePrinter({}).Print(tree.statements); }

std::optional<std::string> Format(const SourceFile& source, DiagnosticSink& sink) {
  Tree tree = Parse(source, sink);
  if (sink.HasErrors()) return std::nullopt;
  std::string text = FilePrinter({source.text(), FindComments(source)}).Print(tree.statements);
  if (text.size() > kLargestText) {
    sink.Report(MakeDiagnostic(
        "E0110", {},
        fmt::format("formatted, the file would have {} bytes; a mapping has at most {}",
                    text.size(), kLargestText)));
    return std::nullopt;
  }
  return text;
}

}  // namespace groma::lang

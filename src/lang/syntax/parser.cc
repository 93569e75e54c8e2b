// Tokens, errors and recovery of the parser.
#include "lang/syntax/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "lang/lang.h"

namespace groma::lang {
namespace {

constexpr size_t kMostHeld = 1000;
constexpr size_t kTokensPerStatement = 12;  // or fewer, in most mappings

/// What is missing stands behind the '//': that is the cause.
void MeantAsDivision(Diagnostic& found, Span slashes) {
  found.message = "'//' starts a comment: the rest of this line is not read";
  found.span = slashes;
  found.help = "whole numbers are divided with '/'";
  found.edit = Edit{slashes, "/"};
}

}  // namespace

Tree Parse(const SourceFile& source, DiagnosticSink& sink) { return Parser(source, sink).Run(); }

const std::vector<std::string_view>& StatementWords() {
  static const std::vector<std::string_view> kWords = [] {
    std::vector<std::string_view> words;
    for (const StatementForm& form : StatementForms()) words.push_back(form.word);
    return words;
  }();
  return kWords;
}

Parser::Parser(const SourceFile& source, DiagnosticSink& sink)
    : source_(source), text_(source.text()), sink_(sink), tokens_(Lex(source, sink)) {}

Tree Parser::Run() {
  Tree tree;
  tree.statements.reserve(tokens_.size() / kTokensPerStatement);
  while (!AtEnd() && !sink_.Full()) {
    size_t before = at_;
    lost_ = false;
    complete_ = true;
    form_ = nullptr;
    if (Take(";")) continue;
    StepOverType();
    if (SeesWord() && (BeginsStatement(at_) || Is(Next(), "=") || SeesTypedFunction())) {
      tree.statements.push_back(ParseStatement());
    } else {
      ParseUnknownStatement();
      left_out_ |= lost_;
    }
    if (lost_) SkipStatement();
    if (at_ == before) Advance();
  }
  ReportIndentedForm();
  tree.left_out = left_out_;
  return tree;
}

Token Parser::Advance() {
  Token token = Now();
  if (token.broken) {
    lost_ = true;
    complete_ = false;
    left_out_ |= Text(token).find(';') != std::string_view::npos;
  }
  if (!AtEnd()) ++at_;
  return token;
}

std::string Parser::Found() const {
  if (AtEnd()) return "the end of the file";
  std::string_view text = Text(Now());
  return text.size() <= 40 ? fmt::format("'{}'", text) : fmt::format("'{}...'", text.substr(0, 37));
}

std::optional<Span> Parser::CommentSlashes() const {
  if (at_ == 0) return std::nullopt;
  uint32_t begin = Previous().span.end;
  std::string_view text = source_.text();
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  if (text.substr(begin, 2) != "//") return std::nullopt;
  size_t line_end = std::min(text.find('\n', begin), text.size());
  std::string_view rest = text.substr(begin, line_end - begin);
  while (rest.ends_with(' ') || rest.ends_with('\t') || rest.ends_with('\r')) rest.remove_suffix(1);
  const size_t operand = rest.find_first_not_of(" \t", 2);
  if (operand == std::string_view::npos || rest.find('#') != std::string_view::npos)
    return std::nullopt;
  // A comment in words is a comment; an operand and perhaps a semicolon was meant as a division.
  const bool number = rest.find_first_not_of("0123456789+-*/%() \t", operand) == rest.npos;
  if (!number && std::string_view(";),]}").find(rest.back()) == std::string_view::npos)
    return std::nullopt;
  return Span{begin, begin + 2};
}

void Parser::Report(Diagnostic diagnostic) { sink_.Report(std::move(diagnostic)); }

void Parser::Lose(Diagnostic diagnostic) {
  if (!lost_) Report(std::move(diagnostic));
  lost_ = true;
  complete_ = false;
}

void Parser::Expected(std::string_view what) {
  bool line_ended = at_ > 0 && !AtEnd() && Now().starts_line;
  uint32_t end = Previous().span.end;
  Diagnostic found = MakeDiagnostic(
      "E0104", line_ended ? Span{end, end} : Now().span,
      fmt::format("expected {}, found {}", what, line_ended ? "the end of the line" : Found()));
  if (form_ != nullptr) found.help = HelpOnForm(*form_);
  if (std::optional<Span> slashes = CommentSlashes()) {
    MeantAsDivision(found, *slashes);
    swallowed_ = true;
    left_out_ = true;
  }
  Lose(std::move(found));
}

bool Parser::Expect(std::string_view text, std::string_view where) {
  if (lost_) return false;
  if (Take(text)) return true;
  Expected(fmt::format("'{}' {}", text, where));
  return false;
}

void Parser::ReportMissingSemicolon(std::string_view statement) {
  uint32_t end = Previous().span.end;
  Diagnostic found =
      MakeDiagnostic("E0105", {end, end}, fmt::format("';' missing at the end of {}", statement));
  found.help = "end the statement with ';'";
  found.edit = Edit{{end, end}, ";"};
  if (std::optional<Span> slashes = CommentSlashes()) {
    MeantAsDivision(found, *slashes);
    std::string_view rest = text_.substr(slashes->end);
    rest = rest.substr(0, rest.find('\n'));
    rest = rest.substr(0, rest.find_last_not_of(" \t\r") + 1);
    left_out_ |= rest.find(';') < rest.size() - 1;
    if (!rest.ends_with(';'))
      found.edit = Edit{{slashes->begin, slashes->end + static_cast<uint32_t>(rest.size())},
                        fmt::format("/{};", rest)};
    swallowed_ = true;
    Report(std::move(found));
    return;
  }
  if (held_semicolons_.size() < kMostHeld)
    held_semicolons_.push_back(std::move(found));
  else
    Report(std::move(found));
}

void Parser::ExpectSemicolon(std::string_view statement) {
  if (lost_ || Take(";")) return;
  bool line_end = Now().starts_line || AtEnd() || Sees("}") || Sees("return") ||
                  (SeesWord() && Is(Next(), "="));
  uint32_t end = Previous().span.end;
  if (body_column_ > 0 && line_end && !CommentSlashes())
    loose_semicolons_.push_back({{end, end}, ";"});
  else if (line_end || BeginsStatement(at_))
    ReportMissingSemicolon(statement);
  else
    Expected(fmt::format("';' at the end of {}", statement));
}

bool Parser::BeginsStatement(size_t at) const {
  const Token& token = tokens_[at];
  const Token& next = tokens_[std::min(at + 1, tokens_.size() - 1)];
  if (token.kind != TokenKind::kWord) return false;
  std::string_view word = Text(token);
  if (word == "def") return next.kind == TokenKind::kWord;
  const auto& words = StatementWords();
  if (std::find(words.begin(), words.end(), word) != words.end())
    return next.kind == TokenKind::kWord || next.kind == TokenKind::kString || Is(next, "*");
  return token.starts_line && Is(next, "=");
}

void Parser::SkipBalanced() {
  int open = 0;
  const bool body = Sees("{");
  do {
    left_out_ |= open > 0 && !body && Sees(";");
    if (Sees("(") || Sees("[") || Sees("{")) ++open;
    if (Sees(")") || Sees("]") || Sees("}")) --open;
    Advance();
    // A bracket that is never closed must not swallow the rest of the file.
    if (open > 0 && Now().starts_line && BeginsStatement(at_) && !Is(Next(), "=")) return;
  } while (open > 0 && !AtEnd());
}

void Parser::SkipStatement() {
  while (!AtEnd() && !Take(";")) {
    if (Now().starts_line && BeginsStatement(at_)) return;
    bool brace = Sees("{");
    SkipBalanced();
    if (brace && Is(Previous(), "}")) return;
  }
}

}  // namespace groma::lang

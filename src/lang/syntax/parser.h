// The recursive-descent parser. Only parse*.cc include this; others call lang::Parse.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "lang/syntax/lexer.h"
#include "lang/syntax/statement_forms.h"
#include "lang/syntax/tree.h"

namespace groma::lang {

/// After an error that it cannot see through, the parser is *lost*: further errors are kept quiet
/// until the next statement, where it finds its feet again. Slips with one obvious meaning (a
/// missing ';', `and` for '&&') are reported without getting lost.
class Parser {
 public:
  Parser(const SourceFile& source, DiagnosticSink& sink);
  Tree Run();

 private:
  // Tokens.
  const Token& Now() const { return tokens_[at_]; }
  const Token& Next(size_t ahead = 1) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& Previous() const { return tokens_[at_ == 0 ? 0 : at_ - 1]; }
  bool AtEnd() const { return Now().kind == TokenKind::kEnd; }
  std::string_view Text(const Token& token) const {
    return {text_.data() + token.span.begin, token.span.end - token.span.begin};
  }
  std::string_view TextOf(Span span) const {
    return text_.substr(span.begin, span.end - span.begin);
  }
  /// Asked many times a token: here, so that lengths are compared before anything is called.
  bool Is(const Token& token, std::string_view text) const {
    const bool fixed = token.kind == TokenKind::kSymbol || token.kind == TokenKind::kWord;
    return fixed && Text(token) == text;
  }
  bool Sees(std::string_view text) const { return Is(Now(), text); }
  bool SeesWord() const { return Now().kind == TokenKind::kWord; }
  /// Steps over the token if it is that one.
  bool Take(std::string_view text) {
    if (!Sees(text)) return false;
    Advance();
    return true;
  }
  Token Advance();
  std::string Found() const;  // "';'", "the end of the file": what stands here, for messages
  Span From(uint32_t begin) const { return {begin, std::max(begin, Previous().span.end)}; }
  /// The whole-number division of other languages swallowed the rest of the last line as a comment.
  std::optional<Span> CommentSlashes() const;

  // Errors.
  void Report(Diagnostic diagnostic);  // the meaning of the statement is clear nevertheless
  void Lose(Diagnostic diagnostic);    // reports unless lost already; the statement is incomplete
  void Expected(std::string_view what);
  bool Expect(std::string_view text, std::string_view where);
  void ExpectSemicolon(std::string_view statement);
  void ReportMissingSemicolon(std::string_view statement);
  /// `token` begins a statement of the file, not something that belongs to the one before.
  bool BeginsStatement(size_t at) const;
  void SkipStatement();
  void SkipBalanced();  // one token, or a bracket with all that it encloses

  // Statements (parser.cc, parse_statement.cc).
  tree::Statement ParseStatement();
  void ParseUnknownStatement();
  void StepOverType();
  bool SeesTypedFunction() const;
  void StepOverBlockComment();
  void ParseWithoutTask(const StatementForm& form);
  std::optional<Edit> TaskFirst(const StatementForm& form) const;
  std::optional<Edit> WithoutParentheses(const StatementForm& form) const;
  tree::Name TakeName();
  /// `what` and, if not empty, the word that it stands `after`: for the message alone.
  std::optional<tree::Name> ParseName(std::string_view what, std::string_view after = {});
  tree::Names ParseTasks(std::string_view statement);
  tree::Names ParseList(std::string_view what, std::string_view after = {});
  tree::Names ParseKinds(std::string_view what);
  tree::Region ParseRegion();
  void LoseRegionList(const tree::Region& first);
  std::optional<Edit> SplitByRegion(const tree::Region& first) const;
  std::optional<int64_t> ParseInteger(std::string_view what);
  tree::TaskStatement ParseTask();
  tree::RegionStatement ParseRegionStatement();
  void ReportMissingStar(std::string_view statement, std::string_view words, Span before);
  tree::LayoutStatement ParseLayout();
  tree::Constraint ParseConstraint();
  tree::LimitStatement ParseLimit();
  tree::CollectStatement ParseCollect();
  tree::MapStatement ParseMap(bool index);
  tree::Assignment ParseAssignment();

  // Functions (parse_function.cc).
  tree::Function ParseFunction();
  std::vector<tree::Parameter> ParseParameters();
  tree::Parameter ParseParameter();
  void ParseBracedBody(tree::Function& function);
  void ParseLooseBody(tree::Function& function, std::optional<Span> colon, int column);
  void ParseOneOfBody(tree::Function& function);
  std::optional<tree::BodyStatement> ParseBodyStatement();
  void ParseForeignBodyStatement();
  bool LeavesBody(int column) const;
  void SkipBodyStatement();
  void ReportIndentedForm();
  tree::Print ParsePrint();

  // Expressions (parse_expression.cc).
  tree::ExpressionPtr ParseExpression();
  tree::ExpressionPtr ParseBinary(int precedence);
  tree::ExpressionPtr ParseUnary();
  tree::ExpressionPtr ParsePostfix();
  tree::ExpressionPtr ParsePrimary();
  tree::ExpressionPtr ParseParenthesis();
  tree::ExpressionPtr ParseTupleCall(tree::ExpressionPtr callee);
  tree::ExpressionPtr ParseIndex(tree::ExpressionPtr object);
  tree::Element ParseElement(bool star_allowed);
  std::vector<tree::Element> ParseElements(std::string_view close, bool star_allowed);
  std::optional<std::pair<BinaryOperator, int>> OperatorHere();
  tree::ExpressionPtr Make(uint32_t begin, tree::Expression::Node node);
  tree::ExpressionPtr MissingExpression();
  tree::ExpressionPtr TooDeep(Span span);

  const SourceFile& source_;
  const std::string_view text_;  // of the source
  DiagnosticSink& sink_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  bool lost_ = false;
  bool left_out_ = false;                // a statement may have been stepped over as a whole
  bool complete_ = true;                 // no error yet in the statement that is being parsed
  const StatementForm* form_ = nullptr;  // of the statement that is being parsed, if it has one
  bool never_closed_ = false;            // no "*/" follows: nobody looks for one again
  bool swallowed_ = false;               // its end, by the whole-number division of other languages
  uint32_t statement_begin_ = 0;         // of it
  int depth_ = 0;                        // nesting of the expression that is being parsed
  int body_column_ = 0;                  // of the `def` of a body without braces, else 0
  // The indented form is one mistake of the whole file: its edits and the missing semicolons are
  // held back and become one diagnostic.
  std::vector<Edit> loose_semicolons_;       // in the body without braces that is being parsed
  std::vector<Edit> indented_;               // in such bodies of the file
  std::optional<Span> first_colon_;          // of the first of them
  std::vector<Diagnostic> held_semicolons_;  // outside of them
};

/// A word that other languages write before a variable: "int", "const", "auto", …
bool IsTypeWord(std::string_view word);

/// Words that begin a statement: "Task", "Region", … without "def".
const std::vector<std::string_view>& StatementWords();

}  // namespace groma::lang

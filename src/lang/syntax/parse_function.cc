// Functions: headers, bodies in braces, and the indented form, which is refused with its repair.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnostics/registry.h"
#include "lang/syntax/parser.h"

namespace groma::lang {
namespace {

constexpr std::array<std::string_view, 8> kForeignWords = {"if",    "else",   "elif", "for",
                                                           "while", "import", "pass", "lambda"};
constexpr std::array<std::string_view, 13> kTypeWords = {
    "int",  "bool", "tuple", "Task",  "IPoint", "ISpace", "MSpace",
    "long", "let",  "var",   "const", "auto",   "Point"};

template <size_t N>
bool Contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool IsTypeWord(std::string_view word) { return Contains(kTypeWords, word); }

tree::Function Parser::ParseFunction() {
  Token def = Previous();
  int column = source_.PositionOf(def.span.begin).column;
  tree::Function function;
  function.name = TakeName();
  if (Expect("(", "after the name of the function")) function.parameters = ParseParameters();
  if (lost_) return function;
  std::optional<Span> colon;
  if (Sees("-") && Is(Next(), ">")) {  // -> TYPE
    Lose(MakeDiagnostic("E0104", Now().span, "functions state no result type"));
    return function;
  }
  if (Sees(":")) colon = Advance().span;
  if (Take("{")) {
    if (colon) {
      Diagnostic found = MakeDiagnostic("E0107", *colon, "no ':' in a function definition");
      found.help = "leave the ':' out: the body stands in braces";
      found.edit = Edit{*colon, ""};
      Report(std::move(found));
    }
    ParseBracedBody(function);
  } else {
    ParseLooseBody(function, colon, column);
  }
  return function;
}

std::vector<tree::Parameter> Parser::ParseParameters() {
  std::vector<tree::Parameter> parameters;
  if (Take(")")) return parameters;
  do {
    parameters.push_back(ParseParameter());
  } while (!lost_ && Take(","));
  Expect(")", "after the parameters");
  return parameters;
}

tree::Parameter Parser::ParseParameter() {
  tree::Parameter parameter;
  if (!SeesWord()) {
    Expected("a parameter (a type and a name)");
    return parameter;
  }
  parameter.type = TakeName();
  if (SeesWord()) {
    parameter.name = TakeName();
    return parameter;
  }
  // `task` or, as in Python, `task: Task`.
  parameter.name = parameter.type;
  Span span = parameter.name.span;
  std::string type = parameter.name.text.starts_with("m") ? "MSpace" : "Task";
  if (Sees(":") && Next().kind == TokenKind::kWord) {
    Advance();
    type = TakeName().text;
    span.end = Previous().span.end;
  }
  Diagnostic found = MakeDiagnostic(
      "E0117", span, fmt::format("parameter '{}' has no type before it", parameter.name.text));
  found.help = fmt::format("write `{} {}`", type, parameter.name.text);
  found.edit = Edit{span, fmt::format("{} {}", type, parameter.name.text)};
  Report(std::move(found));
  parameter.type.text = type;
  return parameter;
}

void Parser::ParseBracedBody(tree::Function& function) {
  Span open = Previous().span;
  while (!AtEnd() && !Sees("}") && !sink_.Full()) {
    bool statement = Sees("def") || (BeginsStatement(at_) && !Is(Next(), "="));
    if (statement) break;
    ParseOneOfBody(function);
  }
  if (Take("}") || sink_.Full() || swallowed_) return;
  uint32_t end = Previous().span.end;
  Diagnostic found = MakeDiagnostic(
      "E0108", open, fmt::format("the '{{' of function '{}' is not closed", function.name.text));
  found.help = "end the function with '}'; statements such as IndexTaskMap stand outside of it";
  found.edit = Edit{{end, end}, "\n}"};
  Report(std::move(found));
}

bool Parser::LeavesBody(int column) const {
  if (AtEnd()) return true;
  if (!Now().starts_line) return false;
  return source_.PositionOf(Now().span.begin).column <= column;
}

void Parser::ParseLooseBody(tree::Function& function, std::optional<Span> colon, int column) {
  uint32_t header_end = colon ? colon->begin : Previous().span.end;
  loose_semicolons_.clear();
  body_column_ = column;
  while (!LeavesBody(column) && !Sees("}") && !sink_.Full()) ParseOneOfBody(function);
  body_column_ = 0;
  bool closed = Take("}");
  uint32_t end = Previous().span.end;
  Edit open = {{header_end, colon ? colon->end : header_end}, " {"};
  bool indented = !closed && !function.body.empty();
  if (colon && indented) {
    if (!first_colon_) first_colon_ = colon;
    indented_.push_back(open);
    indented_.insert(indented_.end(), loose_semicolons_.begin(), loose_semicolons_.end());
    indented_.push_back({{end, end}, "\n}"});
    return;
  }
  Diagnostic found =
      colon ? MakeDiagnostic("E0107", *colon, "no ':' in a function definition")
            : MakeDiagnostic("E0118", {header_end, header_end},
                             fmt::format("'{{' missing in the definition of function '{}'",
                                         function.name.text));
  found.help = "the body of a function stands in braces: `def f(Task task) { … }`";
  if (closed) found.edit = open;
  if (indented)
    found.edit =
        Edit{{header_end, end}, " {" + source_.text().substr(header_end, end - header_end) + "\n}"};
  Report(std::move(found));
  if (function.body.empty()) complete_ = false;
  for (const Edit& semicolon : loose_semicolons_) {
    Diagnostic missing =
        MakeDiagnostic("E0105", semicolon.span, "';' missing at the end of the statement");
    missing.help = "end the statement with ';'";
    if (!indented) missing.edit = semicolon;
    held_semicolons_.push_back(std::move(missing));
  }
}

void Parser::ReportIndentedForm() {
  if (!first_colon_) {
    for (Diagnostic& missing : held_semicolons_) sink_.Report(std::move(missing));
    return;
  }
  for (const Diagnostic& missing : held_semicolons_)
    if (missing.edit) indented_.push_back(*missing.edit);
  std::stable_sort(indented_.begin(), indented_.end(),
                   [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  Edit whole = {{indented_.front().span.begin, indented_.back().span.end}, ""};
  uint32_t at = whole.span.begin;
  for (const Edit& edit : indented_) {
    whole.replacement += source_.text().substr(at, edit.span.begin - at);
    whole.replacement += edit.replacement;
    at = edit.span.end;
  }
  Diagnostic found = MakeDiagnostic("E0107", *first_colon_, "no ':' in a function definition");
  found.help =
      "the body of a function stands in braces and each statement ends with ';': "
      "`def f(Task task) { return …; }`";
  found.edit = std::move(whole);
  sink_.Report(std::move(found));
}

void Parser::ParseOneOfBody(tree::Function& function) {
  size_t before = at_;
  if (Take(";")) return;
  if (auto statement = ParseBodyStatement()) function.body.push_back(std::move(*statement));
  if (lost_) SkipBodyStatement();
  lost_ = false;
  if (at_ == before) Advance();
}

std::optional<tree::BodyStatement> Parser::ParseBodyStatement() {
  uint32_t begin = Now().span.begin;
  tree::BodyStatement statement;
  if (SeesWord() && Is(Next(), "=")) {
    statement.node = ParseAssignment();
    ExpectSemicolon("the assignment");
  } else if (Take("return")) {
    tree::Return result;
    result.value = ParseExpression();
    statement.node = std::move(result);
    ExpectSemicolon("the return statement");
  } else if (Sees("print") && Is(Next(), "(")) {
    statement.node = ParsePrint();
    ExpectSemicolon("the print statement");
  } else {
    ParseForeignBodyStatement();
    return std::nullopt;
  }
  statement.span = From(begin);
  return statement;
}

// What people write who come from another language.
void Parser::ParseForeignBodyStatement() {
  std::string_view word = Text(Now());
  bool typed = SeesWord() && IsTypeWord(word) && Next().kind == TokenKind::kWord;
  if (typed) {
    Diagnostic found = MakeDiagnostic("E0119", Now().span, "assignments state no type");
    found.help = fmt::format("write `{} = …;`", Text(Next()));
    found.edit = Edit{{Now().span.begin, Next().span.begin}, ""};
    Report(std::move(found));
    Advance();
    return;  // the assignment is parsed next
  }
  if (SeesWord() && Contains(kForeignWords, word)) {
    Diagnostic found =
        MakeDiagnostic("E0115", Now().span, fmt::format("the language has no '{}'", word));
    found.help = "choose between values with `condition ? a : b`";
    if (word == "for" || word == "while")
      found.help = "build tuples with `tuple(expression for i in (0, 1, 2))`";
    return Lose(std::move(found));
  }
  bool updates = SeesWord() && Next().kind == TokenKind::kSymbol && Is(Next(2), "=");
  if (updates) {
    std::string_view sign = Text(Next());
    Diagnostic found = MakeDiagnostic("E0114", {Next().span.begin, Next(2).span.end},
                                      fmt::format("there is no operator '{}='", sign));
    found.help = fmt::format("write `{0} = {0} {1} …;`", word, sign);
    return Lose(std::move(found));
  }
  Diagnostic found = MakeDiagnostic(
      "E0120", Now().span, fmt::format("no statement of a function begins with {}", Found()));
  found.help = SeesWord() && Is(Next(), ",")
                   ? "an assignment has one name: `p = …; x = p[0]; y = p[1];`"
                   : "a function has assignments `x = …;`, `print(…);` and `return …;`";
  Lose(std::move(found));
}

void Parser::SkipBodyStatement() {
  bool else_follows = false;
  while (!AtEnd() && !Sees("}")) {
    if (Take(";")) return;
    bool brace = Sees("{");
    SkipBalanced();
    else_follows = Sees("else") || Sees("elif");
    if (brace && !else_follows) return;
    if (body_column_ > 0 && LeavesBody(body_column_)) return;
    bool begins = SeesWord() && (Is(Next(), "=") || Sees("return") || Sees("def") ||
                                 (Sees("print") && Is(Next(), "(")) || BeginsStatement(at_));
    if (Now().starts_line && begins && !else_follows) return;
  }
}

tree::Print Parser::ParsePrint() {
  tree::Print print;
  Advance();  // print
  Advance();  // (
  if (Now().kind != TokenKind::kString) {
    Expected("a text in quotes, with one {} for each value");
    return print;
  }
  print.format = TakeName();
  while (!lost_ && Take(",")) print.arguments.push_back(ParseExpression());
  Expect(")", "at the end of print");
  return print;
}

}  // namespace groma::lang

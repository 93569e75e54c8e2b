// Expressions.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "lang/syntax/parser.h"

namespace groma::lang {
namespace {

struct Level {
  std::string_view text;
  BinaryOperator op;
  int precedence;
};
// C's precedence: a higher number binds tighter.
constexpr Level kLevels[] = {
    {"||", BinaryOperator::kOr, 1},       {"&&", BinaryOperator::kAnd, 2},
    {"==", BinaryOperator::kEqual, 3},    {"!=", BinaryOperator::kNotEqual, 3},
    {"<", BinaryOperator::kLess, 4},      {"<=", BinaryOperator::kLessEqual, 4},
    {">", BinaryOperator::kGreater, 4},   {">=", BinaryOperator::kGreaterEqual, 4},
    {"+", BinaryOperator::kAdd, 5},       {"-", BinaryOperator::kSubtract, 5},
    {"*", BinaryOperator::kMultiply, 6},  {"/", BinaryOperator::kDivide, 6},
    {"%", BinaryOperator::kRemainder, 6},
};
constexpr size_t kLongestOperator = 3;  // `and`, which is reported and understood

// As many as a tuple may have when it is evaluated.
constexpr size_t kMostElements = 65'536;

int HeightOf(const tree::ExpressionPtr& expression) { return expression ? expression->height : 0; }
int HeightOf(const std::vector<tree::Element>& elements) {
  int height = 0;
  for (const tree::Element& element : elements) height = std::max(height, HeightOf(element.value));
  return height;
}

struct HeightOfChildren {
  int operator()(const tree::Unary& node) const { return HeightOf(node.operand); }
  int operator()(const tree::Binary& node) const {
    return std::max(HeightOf(node.left), HeightOf(node.right));
  }
  int operator()(const tree::Conditional& node) const {
    return std::max({HeightOf(node.condition), HeightOf(node.then), HeightOf(node.otherwise)});
  }
  int operator()(const tree::Tuple& node) const { return HeightOf(node.elements); }
  int operator()(const tree::Comprehension& node) const {
    return std::max(HeightOf(node.element), HeightOf(node.sequence));
  }
  int operator()(const tree::Index& node) const {
    return std::max(HeightOf(node.object), HeightOf(node.elements));
  }
  int operator()(const tree::Slice& node) const {
    return std::max({HeightOf(node.object), HeightOf(node.low), HeightOf(node.high)});
  }
  int operator()(const tree::Member& node) const { return HeightOf(node.object); }
  int operator()(const tree::Call& node) const {
    return std::max(HeightOf(node.callee), HeightOf(node.arguments));
  }
  int operator()(const tree::Parenthesis& node) const { return HeightOf(node.inner); }
  template <class Leaf>
  int operator()(const Leaf&) const {
    return 0;
  }
};

}  // namespace

tree::ExpressionPtr Parser::Make(uint32_t begin, tree::Expression::Node node) {
  auto expression = std::make_unique<tree::Expression>();
  expression->span = From(begin);
  expression->height = 1 + std::visit(HeightOfChildren{}, node);
  if (expression->height > kHeightLimit) return TooDeep({begin, begin + 1});
  expression->node = std::move(node);
  return expression;
}

tree::ExpressionPtr Parser::MissingExpression() {
  auto expression = std::make_unique<tree::Expression>();
  expression->span = Now().span;
  expression->node = tree::Missing{};
  return expression;
}

tree::ExpressionPtr Parser::TooDeep(Span span) {
  Lose(MakeDiagnostic("E0109", span,
                      fmt::format("this expression is nested more than {} deep", kHeightLimit)));
  return MissingExpression();
}

tree::ExpressionPtr Parser::ParseExpression() {
  if (lost_) return MissingExpression();
  if (depth_ >= kHeightLimit) return TooDeep(Now().span);
  ++depth_;
  uint32_t begin = Now().span.begin;
  tree::ExpressionPtr value = ParseBinary(1);
  if (!lost_ && Take("?")) {
    tree::ExpressionPtr then = ParseExpression();
    Expect(":", "between the two sides of '?'");
    tree::ExpressionPtr otherwise = ParseExpression();
    value = Make(begin, tree::Conditional{std::move(value), std::move(then), std::move(otherwise)});
  } else if (!lost_ && Sees("if")) {
    Diagnostic found = MakeDiagnostic("E0115", Now().span, "the language has no 'if'");
    found.help = "choose between values with `condition ? a : b`";
    Lose(std::move(found));
  }
  --depth_;
  return value;
}

// The binary operator that stands here, with its precedence; `and` and `or` are reported and
// understood.
std::optional<std::pair<BinaryOperator, int>> Parser::OperatorHere() {
  const std::string_view here = Text(Now());
  if (here.empty() || kLongestOperator < here.size()) return std::nullopt;
  for (const Level& level : kLevels)
    if (Sees(level.text)) return std::pair(level.op, level.precedence);
  bool conjunction = Sees("and") || Sees("&"), disjunction = Sees("or") || Sees("|");
  if (!conjunction && !disjunction) return std::nullopt;
  return conjunction ? std::pair(BinaryOperator::kAnd, 2) : std::pair(BinaryOperator::kOr, 1);
}

tree::ExpressionPtr Parser::ParseBinary(int precedence) {
  uint32_t begin = Now().span.begin;
  tree::ExpressionPtr left = ParseUnary();
  while (!lost_) {
    auto found = OperatorHere();
    if (!found || found->second < precedence) break;
    Token sign = Advance();
    if (sign.kind == TokenKind::kWord) {
      std::string_view right = ToString(found->first);
      Diagnostic word = MakeDiagnostic("E0114", sign.span,
                                       fmt::format("'{}' is written '{}'", Text(sign), right));
      word.help = fmt::format("write '{}'", right);
      word.edit = Edit{sign.span, std::string(right)};
      Report(std::move(word));
    }
    tree::ExpressionPtr right = ParseBinary(found->second + 1);
    left = Make(begin, tree::Binary{found->first, std::move(left), std::move(right)});
  }
  return left;
}

tree::ExpressionPtr Parser::ParseUnary() {
  uint32_t begin = Now().span.begin;
  bool word = Sees("not") && !Is(Next(), "=");
  if (!Sees("-") && !Sees("!") && !word) return ParsePostfix();
  if (depth_ >= kHeightLimit) return TooDeep(Now().span);
  UnaryOperator op = Sees("-") ? UnaryOperator::kNegate : UnaryOperator::kNot;
  if (word) {
    Diagnostic found = MakeDiagnostic("E0114", Now().span, "'not' is written '!'");
    found.help = "write '!'";
    found.edit = Edit{{Now().span.begin, Next().span.begin}, "!"};
    Report(std::move(found));
  }
  Advance();
  ++depth_;
  tree::ExpressionPtr operand = ParseUnary();
  --depth_;
  return Make(begin, tree::Unary{op, std::move(operand)});
}

tree::ExpressionPtr Parser::ParsePostfix() {
  uint32_t begin = Now().span.begin;
  tree::ExpressionPtr value = ParsePrimary();
  while (!lost_) {
    if (Take(".")) {
      if (!SeesWord()) {
        Expected("a name after '.'");
        break;
      }
      tree::Name name = TakeName();
      value = Make(begin, tree::Member{std::move(value), std::move(name)});
    } else if (Take("(")) {
      auto arguments = ParseElements(")", false);
      value = Make(begin, tree::Call{std::move(value), std::move(arguments)});
    } else if (Take("[")) {
      value = ParseIndex(std::move(value));
    } else {
      break;
    }
  }
  return value;
}

tree::ExpressionPtr Parser::ParseIndex(tree::ExpressionPtr object) {
  uint32_t begin = object->span.begin;
  tree::ExpressionPtr low;
  if (!Sees(":")) {
    bool plain = !Sees("*") && !Sees("]");
    if (plain) low = ParseExpression();
    if (lost_) return low;
    if (!Sees(":")) {
      std::vector<tree::Element> elements;
      if (low) {
        Span span = low->span;
        elements.push_back({std::move(low), false, span});
        if (!Take(",") && Expect("]", "after the index"))
          return Make(begin, tree::Index{std::move(object), std::move(elements)});
      }
      auto more = ParseElements("]", true);
      std::move(more.begin(), more.end(), std::back_inserter(elements));
      return Make(begin, tree::Index{std::move(object), std::move(elements)});
    }
  }
  Advance();  // ':'
  tree::ExpressionPtr high;
  if (!Sees("]")) high = ParseExpression();
  Expect("]", "after the slice");
  return Make(begin, tree::Slice{std::move(object), std::move(low), std::move(high)});
}

tree::Element Parser::ParseElement(bool star_allowed) {
  uint32_t begin = Now().span.begin;
  tree::Element element;
  if (Take("*")) {
    bool star = Sees(",") || Sees("]");
    if (star && star_allowed) {
      element.span = From(begin);
      return element;
    }
    element.spread = true;
  }
  element.value = ParseExpression();
  element.span = From(begin);
  return element;
}

// The rest of a list after its opening bracket, with the closing one.
std::vector<tree::Element> Parser::ParseElements(std::string_view close, bool star_allowed) {
  std::vector<tree::Element> elements;
  if (lost_ || Take(close)) return elements;
  do {
    if (!elements.empty() && Sees(close)) break;  // (a, b,)
    if (elements.size() >= kMostElements) {
      Lose(MakeDiagnostic("E0109", Now().span,
                          fmt::format("this list has more than {} elements", kMostElements)));
      break;
    }
    elements.push_back(ParseElement(star_allowed));
  } while (!lost_ && Take(","));
  Expect(close, "at the end of the list");
  return elements;
}

tree::ExpressionPtr Parser::ParsePrimary() {
  if (lost_) return MissingExpression();
  uint32_t begin = Now().span.begin;
  if (Now().kind == TokenKind::kInteger) return Make(begin, tree::Integer{Advance().value});
  if (Now().kind == TokenKind::kString) {
    std::string value = StringValue(source_, Advance());
    return Make(begin, tree::String{std::move(value)});
  }
  bool statement = Now().starts_line && BeginsStatement(at_);
  if (SeesWord() && !statement && !Sees("return")) {
    if (Take("True")) return Make(begin, tree::Boolean{true});
    if (Take("False")) return Make(begin, tree::Boolean{false});
    bool tuple = Sees("tuple") && Is(Next(), "(");
    std::string name(Text(Advance()));
    tree::ExpressionPtr reference = Make(begin, tree::Reference{std::move(name)});
    return tuple ? ParseTupleCall(std::move(reference)) : std::move(reference);
  }
  if (Take("(")) return ParseParenthesis();
  Diagnostic found =
      MakeDiagnostic("E0113", Now().span, fmt::format("expected a value, found {}", Found()));
  if (Sees("[")) found.help = "tuples are written (a, b)";
  if (Sees("*") && Is(Previous(), "*")) found.help = "there is no power operator '**'";
  if (Sees("*") && !Is(Previous(), "*"))
    found.help = "'*' spreads a tuple inside an index or a call";
  Lose(std::move(found));
  return MissingExpression();
}

// After the opening parenthesis: (e) or a tuple.
tree::ExpressionPtr Parser::ParseParenthesis() {
  uint32_t begin = Previous().span.begin;
  if (Take(")")) return Make(begin, tree::Tuple{});
  std::vector<tree::Element> elements;
  elements.push_back(ParseElement(false));
  if (lost_) return MissingExpression();
  bool single = Sees(")") && !elements.front().spread;
  if (single) {
    Advance();
    return Make(begin, tree::Parenthesis{std::move(elements.front().value)});
  }
  if (Take(",")) {
    auto more = ParseElements(")", false);
    std::move(more.begin(), more.end(), std::back_inserter(elements));
  } else {
    Expect(")", "to close the parenthesis");
  }
  return Make(begin, tree::Tuple{std::move(elements)});
}

// tuple(expression for i in sequence); anything else is left to the checker as a call.
tree::ExpressionPtr Parser::ParseTupleCall(tree::ExpressionPtr callee) {
  uint32_t begin = callee->span.begin;
  Advance();  // '('
  if (Take(")")) return Make(begin, tree::Call{std::move(callee), {}});
  std::vector<tree::Element> arguments;
  arguments.push_back(ParseElement(false));
  if (!lost_ && !arguments.front().spread && Take("for")) {
    tree::Comprehension node;
    node.element = std::move(arguments.front().value);
    if (SeesWord())
      node.variable = TakeName();
    else
      Expected("the name of a variable after 'for'");
    Expect("in", "after the variable");
    node.sequence = ParseExpression();
    Expect(")", "at the end of tuple(… for … in …)");
    return Make(begin, std::move(node));
  }
  if (!lost_ && Take(",")) {
    auto more = ParseElements(")", false);
    std::move(more.begin(), more.end(), std::back_inserter(arguments));
  } else {
    Expect(")", "at the end of the list");
  }
  return Make(begin, tree::Call{std::move(callee), std::move(arguments)});
}

}  // namespace groma::lang

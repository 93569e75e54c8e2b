// The syntax tree of a mapping: what was written, nothing resolved. Names of kinds, types, methods
// and constraints are still text here; check/program.h holds what they mean. Every node knows its
// span in the source.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/source.h"
#include "lang/syntax/operators.h"

namespace groma::lang {

/// No expression of a tree is higher than this, so that walking one recursively is safe.
inline constexpr int kHeightLimit = 200;

namespace tree {

/// A word or a quoted name as it was written (without the quotes). `*` where a statement allows it
/// has the text "*" and quoted false.
struct Name {
  std::string text;
  Span span;
  bool quoted = false;

  bool IsStar() const { return !quoted && text == "*"; }
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Integer {
  int64_t value = 0;
};
struct Boolean {
  bool value = false;
};
struct String {
  std::string value;  // escapes resolved
};
/// A variable, a function, a kind: the checker knows which.
struct Reference {
  std::string name;
};
struct Unary {
  UnaryOperator op;
  ExpressionPtr operand;
};
struct Binary {
  BinaryOperator op;
  ExpressionPtr left, right;
};
/// condition ? then : otherwise
struct Conditional {
  ExpressionPtr condition, then, otherwise;
};
/// An element of a tuple, a call or an index: `e`, `*e` (spread), or a bare `*` (only in an index).
struct Element {
  ExpressionPtr value;  // null for the bare star
  bool spread = false;
  Span span;

  bool IsStar() const { return value == nullptr; }
};
/// (a, b, *c)
struct Tuple {
  std::vector<Element> elements;
};
/// tuple(element for variable in sequence)
struct Comprehension {
  ExpressionPtr element;
  Name variable;
  ExpressionPtr sequence;
};
/// object[a, *b, *]
struct Index {
  ExpressionPtr object;
  std::vector<Element> elements;
};
/// object[low:high]; either side may be left out (null)
struct Slice {
  ExpressionPtr object, low, high;
};
/// object.name
struct Member {
  ExpressionPtr object;
  Name name;
};
/// callee(arguments); the callee is a Reference or a Member
struct Call {
  ExpressionPtr callee;
  std::vector<Element> arguments;
};
/// (expression): kept so that printing gives back what was written
struct Parenthesis {
  ExpressionPtr inner;
};
/// Where the parser found no expression; a diagnostic has been reported.
struct Missing {};

struct Expression {
  using Node = std::variant<Integer, Boolean, String, Reference, Unary, Binary, Conditional, Tuple,
                            Comprehension, Index, Slice, Member, Call, Parenthesis, Missing>;
  Span span;
  int height = 1;  // 1 + the largest height of a child; at most kHeightLimit
  Node node;
};

/// Task names: one or more, or a single `*`.
using Names = std::vector<Name>;

/// Task T PROC, …;
struct TaskStatement {
  Names tasks;
  Names processors;
};
/// A region as a statement names it: a position, a name, or `*`.
struct Region {
  Name name;                        // digits when a position was written
  std::optional<int64_t> position;  // set when it is a number
};
/// Region T R PROC MEM, …;
struct RegionStatement {
  Names tasks;
  Region region;
  Name processor;
  Names memories;
};
/// SOA, Align==64, …
struct Constraint {
  Name word;
  std::optional<Comparison> comparison;
  int64_t value = 0;  // meaningful with a comparison
  Span span;
};
/// Layout T R P C…;
struct LayoutStatement {
  Names tasks;
  Region region;
  Name place;  // processor kind, memory kind or `*`
  std::vector<Constraint> constraints;
};
/// InstanceLimit T N;
struct LimitStatement {
  Names tasks;
  int64_t limit = 0;
  Span limit_span;
};
/// CollectMemory T R;
struct CollectStatement {
  Names tasks;
  Region region;
};
/// IndexTaskMap T f;  IndexTaskMap T m g;  SingleTaskMap T f;
struct MapStatement {
  bool index = true;
  Names tasks;
  std::optional<Name> machine;  // m of the older form
  Name function;
};
/// ControlReplicate T;
struct ReplicateStatement {
  Names tasks;
};
/// x = value;
struct Assignment {
  Name variable;
  ExpressionPtr value;
};
/// print("…", a, …);
struct Print {
  Name format;  // the text between the quotes, escapes resolved
  std::vector<ExpressionPtr> arguments;
};
/// return value;
struct Return {
  ExpressionPtr value;
};

/// A statement inside a function.
struct BodyStatement {
  Span span;  // with the semicolon
  std::variant<Assignment, Print, Return> node;
};
struct Parameter {
  Name type;
  Name name;
};
/// def name(TYPE a, …) { … }
struct Function {
  Name name;
  std::vector<Parameter> parameters;
  std::vector<BodyStatement> body;
};

/// A statement at the top of the file. `complete` is false where the parser reported an error
/// inside: checkers then keep quiet about what may follow from it.
struct Statement {
  Span span;     // from its first word to its last character, semicolon or brace included
  Span keyword;  // `Task`, `def`, the variable of an assignment
  bool complete = true;
  std::variant<TaskStatement, RegionStatement, LayoutStatement, LimitStatement, CollectStatement,
               MapStatement, ReplicateStatement, Assignment, Function>
      node;
};

}  // namespace tree

/// A parsed mapping. There always is one; what could not be parsed is left out and was reported.
struct Tree {
  std::vector<tree::Statement> statements;  // in order
  bool left_out = false;                    // something that begins like no statement
};

}  // namespace groma::lang

// Expressions and statements as C++. Private to src/codegen.
//
// The language evaluates from left to right, and what fails first is the error. C++ leaves the
// order of operands open, so where two operands can fail the first becomes a variable. In the same
// way an operation on another line of the file than its statement becomes a statement of its own,
// after the line is told.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/facts.h"
#include "codegen/names.h"
#include "lang/check/program.h"

namespace groma::codegen {

/// Names and facts of the whole program.
struct ProgramNames {
  explicit ProgramNames(const lang::Program& program);

  const lang::Program& program;
  Names members;                       // names of the class
  std::vector<std::string> globals;    // by index
  std::vector<std::string> functions;  // by index
  Lengths lengths;
  std::vector<bool> index_maps;  // by function
};

/// An expression in C++.
struct Code {
  std::string text;
  int precedence = 0;     // of its outermost operator; see Binding in body_writer_nodes.cc
  bool can_fail = false;  // or print
  bool literal = false;   // of C++'s own type
  lang::Type type = lang::Type::kInteger;
};

/// Writes one function, or the value of one global.
class BodyWriter {
 public:
  explicit BodyWriter(const ProgramNames& names);

  /// The definition of a member function, lines without indentation of their own level.
  std::vector<std::string> WriteFunction(size_t index);
  /// The initialiser of a global: one expression, or a lambda that is called.
  std::vector<std::string> WriteGlobal(const lang::Global& global, const std::string& name);

 private:
  /// Statements between braces, and the line that they were told last.
  struct Block {
    std::vector<std::string> lines;
    int line = 0;
    bool has_marker = false;  // a Line of its own
  };
  using Operands = std::vector<const lang::Expression*>;
  using Codes = std::vector<Code>;

  Code Emit(const lang::Expression& expression);
  Code EmitNode(const lang::Expression& whole, const lang::Integer& node);
  Code EmitNode(const lang::Expression& whole, const lang::Boolean& node);
  Code EmitNode(const lang::Expression& whole, const lang::String& node);
  Code EmitNode(const lang::Expression& whole, const lang::GlobalValue& node);
  Code EmitNode(const lang::Expression& whole, const lang::LocalValue& node);
  Code EmitNode(const lang::Expression& whole, const lang::MachineSpace& node);
  Code EmitNode(const lang::Expression& whole, const lang::Unary& node);
  Code EmitNode(const lang::Expression& whole, const lang::Binary& node);
  Code EmitNode(const lang::Expression& whole, const lang::Conditional& node);
  Code EmitNode(const lang::Expression& whole, const lang::TupleLiteral& node);
  Code EmitNode(const lang::Expression& whole, const lang::Comprehension& node);
  Code EmitNode(const lang::Expression& whole, const lang::Range& node);
  Code EmitNode(const lang::Expression& whole, const lang::TupleIndex& node);
  Code EmitNode(const lang::Expression& whole, const lang::TupleSlice& node);
  Code EmitNode(const lang::Expression& whole, const lang::SpaceIndex& node);
  Code EmitNode(const lang::Expression& whole, const lang::Call& node);
  Code EmitNode(const lang::Expression& whole, const lang::Attribute& node);
  Code EmitNode(const lang::Expression& whole, const lang::HasMemory& node);
  Code EmitNode(const lang::Expression& whole, const lang::TaskProcessor& node);
  Code EmitNode(const lang::Expression& whole, const lang::Transform& node);
  Code EmitLogic(const lang::Expression& whole, const lang::Binary& node);
  Code EmitSpreadCall(const lang::Expression& whole, const lang::Call& node);

  /// The operands in order. `ordered`: C++ keeps their order where they are going to stand.
  Codes EmitAll(const Operands& operands, bool ordered);
  Codes EmitElements(const std::vector<lang::Element>& elements, bool& spreads);
  /// The operation that `build` makes of the operands; on its own line when that is another one.
  Code Operate(const lang::Expression& whole, bool can_fail, int precedence, Codes operands,
               const std::function<std::string(const Codes&)>& build);
  /// Makes the code a variable, at the end of the block or before its line number `at`.
  Code Hoist(Code code, std::string_view wanted, size_t at);
  Code Hoist(Code code, std::string_view wanted);

  /// The name that a lambda's value gets: the variable's when the whole statement is the lambda.
  std::string NameFor(const lang::Expression& whole, std::string_view otherwise);

  void EmitAssign(const lang::BodyStatement& statement);
  void EmitPrint(const lang::Print& print);
  /// Runs `emit`, which emits the expressions of a statement, and tells the line before it when
  /// something in it can fail: `emit` says so.
  void AsStatement(int line, const std::function<bool()>& emit);
  std::string Declaration(const lang::Function& function, const std::string& name);
  void TellLine(int line);
  int LineOf(Span span) const { return codegen::LineOf(names_.program, span); }
  /// Emits into a block of its own, which begins at the line of the one around it.
  Code EmitInside(const lang::Expression& expression, Block& block);

  const ProgramNames& names_;
  Names taken_;
  std::vector<SlotUse> uses_;
  std::vector<std::string> slots_;  // names of variables
  Lengths::Slots lengths_;
  bool task_has_point_ = false;             // slot 0 is a task of an index launch
  const lang::Expression* root_ = nullptr;  // value of the assignment that is emitted
  std::string root_name_;                   // of its variable
  bool root_was_named_ = false;             // the value has got that name
  Block* block_ = nullptr;
};

/// Lines moved to the right by two.
std::vector<std::string> Indented(std::vector<std::string> lines);
/// The code in parentheses when it binds weaker.
std::string Bound(const Code& code, int precedence);
/// The code with a type of ours even when it is a literal.
std::string Typed(const Code& code);

}  // namespace groma::codegen

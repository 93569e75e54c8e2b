// Statements and expressions as pieces of lines. Only the printer's files include this.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/comments.h"
#include "lang/syntax/line_breaker.h"
#include "lang/syntax/tree.h"

namespace groma::lang {

/// Prints one statement, or the header of a function, with the comments that stand inside of it:
/// each before the first name, value or closing bracket that follows it in the text.
class StatementPrinter {
 public:
  StatementPrinter(int indent, CommentCursor& comments) : out_(indent), comments_(comments) {}

  /// The lines, without the first one's indent and the last one's newline. Of a function the
  /// header alone, up to its '{'. To be called once.
  std::string Print(const tree::Statement& statement);
  std::string Print(const tree::BodyStatement& statement);

  // Called by std::visit.
  void operator()(const tree::TaskStatement& node);
  void operator()(const tree::RegionStatement& node);
  void operator()(const tree::LayoutStatement& node);
  void operator()(const tree::LimitStatement& node);
  void operator()(const tree::CollectStatement& node);
  void operator()(const tree::MapStatement& node);
  void operator()(const tree::ReplicateStatement& node);
  void operator()(const tree::Assignment& node);
  void operator()(const tree::Function& node);
  void operator()(const tree::Print& node);
  void operator()(const tree::Return& node);

 private:
  void Comments(uint32_t before);
  void Word(const tree::Name& name);
  void Separate(const tree::Name& name);  // a place for a new line, then the name
  void List(const tree::Names& names);
  void Value(const tree::ExpressionPtr& expression);
  void Node(const tree::Expression& whole, const tree::Integer& node);
  void Node(const tree::Expression& whole, const tree::Boolean& node);
  void Node(const tree::Expression& whole, const tree::String& node);
  void Node(const tree::Expression& whole, const tree::Reference& node);
  void Node(const tree::Expression& whole, const tree::Unary& node);
  void Node(const tree::Expression& whole, const tree::Binary& node);
  void Node(const tree::Expression& whole, const tree::Conditional& node);
  void Node(const tree::Expression& whole, const tree::Tuple& node);
  void Node(const tree::Expression& whole, const tree::Comprehension& node);
  void Node(const tree::Expression& whole, const tree::Index& node);
  void Node(const tree::Expression& whole, const tree::Slice& node);
  void Node(const tree::Expression& whole, const tree::Member& node);
  void Node(const tree::Expression& whole, const tree::Call& node);
  void Node(const tree::Expression& whole, const tree::Parenthesis& node);
  void Node(const tree::Expression& whole, const tree::Missing& node);
  void Operands(const tree::Binary& node);
  void Arms(const tree::Conditional& node);
  void Elements(std::string_view open, const std::vector<tree::Element>& elements,
                std::string_view close, uint32_t end);

  LineBreaker out_;
  CommentCursor& comments_;
};

}  // namespace groma::lang

// The checker. Only src/lang/check includes this; others call lang::Check.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "lang/check/program.h"
#include "lang/syntax/tree.h"

namespace groma::lang {

/// A checked expression, with what is known of it before it runs. Empty after an error that has
/// been reported: what uses it then says nothing more.
struct Value {
  ExpressionPtr expression;
  Type type = Type::kInteger;
  std::optional<int64_t> size;  // length of a tuple, number of dimensions of a machine space
  bool own_task = false;        // the task that is being mapped, not its parent

  explicit operator bool() const { return expression != nullptr; }
};

class Checker {
 public:
  Checker(const Tree& tree, std::shared_ptr<const SourceFile> source, DiagnosticSink& sink);
  std::optional<Program> Run(Partial* partial);

 private:
  struct GlobalInfo {
    size_t order = 0;  // of its statement in the file
    Span span;
    bool checked = false;
    std::optional<int> index;  // in Program::globals; none when its value was wrong
    Type type = Type::kInteger;
    std::optional<int64_t> size;
  };
  struct FunctionInfo {
    size_t order = 0;
    const tree::Statement* statement = nullptr;
    const tree::Function* tree = nullptr;
    int index = 0;  // in Program::functions
    enum class State { kNew, kActive, kDone } state = State::kNew;
    bool usable = false;                // its result type is known
    int depth = 0;                      // of its expressions, with those of the functions it calls
    std::string early_global;           // one that it uses before it has a value, else empty
    std::optional<Span> own_processor;  // a use of `task.processor` of a parameter
  };
  struct Variable {
    int slot = 0;
    Type type = Type::kInteger;
    std::optional<int64_t> size;
    bool usable = true;
    bool own_task = false;
  };
  /// The function that is being checked.
  struct Scope {
    FunctionInfo* info = nullptr;
    Function* function = nullptr;
  };
  using Variables = std::map<std::string, Variable, std::less<>>;

  void Error(std::string_view code, Span span, std::string message, std::string help = "");
  int LineOf(Span span) const;

  // Names of the file (check.cc).
  void CollectNames();
  void CollectGlobal(const tree::Assignment& assignment);
  void CollectFunction(const tree::Function& function);
  bool CheckReserved(const tree::Name& name, bool function);
  void CheckGlobal(const tree::Assignment& assignment);

  // Statements (check_statement.cc).
  void CheckStatement(const tree::Statement& statement);
  std::vector<TaskSelector> Tasks(const tree::Names& names, bool kinds);
  RegionSelector Region(const tree::Region& region);
  std::optional<ProcessorKind> Processor(const tree::Name& name);
  std::optional<MemoryKind> Memory(const tree::Name& name);
  void Add(const tree::Statement& statement, const tree::TaskStatement& node);
  void Add(const tree::Statement& statement, const tree::RegionStatement& node);
  void Add(const tree::Statement& statement, const tree::LayoutStatement& node);
  void Add(const tree::Statement& statement, const tree::LimitStatement& node);
  void Add(const tree::Statement& statement, const tree::CollectStatement& node);
  void Add(const tree::Statement& statement, const tree::MapStatement& node);
  void Add(const tree::Statement& statement, const tree::ReplicateStatement& node);
  void Add(const tree::Statement&, const tree::Assignment&) {}
  void Add(const tree::Statement&, const tree::Function&) {}
  void Lose(const tree::TaskStatement&) { lost_.tasks = true; }
  void Lose(const tree::RegionStatement&) { lost_.regions = true; }
  void Lose(const tree::LayoutStatement&) { lost_.layouts = true; }
  void Lose(const tree::LimitStatement&) { lost_.limits = true; }
  void Lose(const tree::CollectStatement&) { lost_.collects = true; }
  void Lose(const tree::MapStatement&) { lost_.maps = true; }
  void Lose(const tree::ReplicateStatement&) { lost_.replicates = true; }
  void Lose(const tree::Assignment&) { lost_.maps = true; }
  void Lose(const tree::Function&) { lost_.maps = true; }
  void AddConstraint(LayoutStatement& layout, const tree::Constraint& constraint);
  void AddAlignment(LayoutStatement& layout, const tree::Constraint& constraint);
  bool CheckMapFunction(const tree::Statement& statement, const tree::MapStatement& node,
                        MapStatement& map);
  void ReportNoMapFunction(const tree::Statement& statement, const tree::MapStatement& node);
  void CheckSignature(const tree::MapStatement& node, const FunctionInfo& info,
                      const MapStatement& map);
  void WarnOfOverrides();

  // Words in another order (check_order.cc). True, and reported, when the statement has them.
  bool OutOfOrder(const tree::Statement& statement, const tree::TaskStatement& node);
  bool OutOfOrder(const tree::Statement& statement, const tree::LayoutStatement& node);
  bool OutOfOrder(const tree::Statement& statement, const tree::RegionStatement& node);
  bool OutOfOrder(const tree::Statement& statement, const tree::MapStatement& node);
  void ReportOrder(const tree::Statement& statement, Span first, Span second, std::string message);

  // Functions (check_function.cc).
  void CheckFunction(FunctionInfo& info);
  void CheckParameters(Scope& scope);
  void CheckBody(Scope& scope);
  void CheckAssignment(Scope& scope, const tree::BodyStatement& statement,
                       const tree::Assignment& assignment);
  void CheckPrint(Scope& scope, const tree::BodyStatement& statement, const tree::Print& print);
  void ReportRecursion(const FunctionInfo& info, Span call);

  // Expressions (check_expression.cc, check_member.cc).
  Value Check(const tree::ExpressionPtr& expression);
  Value Check(const tree::ExpressionPtr& expression, Type wanted, std::string_view where);
  Value CheckNode(Span span, const tree::Integer& node);
  Value CheckNode(Span span, const tree::Boolean& node);
  Value CheckNode(Span span, const tree::String& node);
  Value CheckNode(Span span, const tree::Reference& node);
  Value CheckNode(Span span, const tree::Unary& node);
  Value CheckNode(Span span, const tree::Binary& node);
  Value CheckNode(Span span, const tree::Conditional& node);
  Value CheckNode(Span span, const tree::Tuple& node);
  Value CheckNode(Span span, const tree::Comprehension& node);
  Value CheckNode(Span span, const tree::Index& node);
  Value CheckNode(Span span, const tree::Slice& node);
  Value CheckNode(Span span, const tree::Member& node);
  Value CheckNode(Span span, const tree::Call& node);
  Value CheckNode(Span span, const tree::Parenthesis& node);
  Value CheckNode(Span, const tree::Missing&) { return {}; }

  Value GlobalReference(Span span, const std::string& name);
  void ReportUndefined(Span span, const std::string& name);
  Value Arithmetic(Span span, const tree::Binary& node, Value left, Value right);
  Value Equality(Span span, const tree::Binary& node, Value left, Value right);
  Value IndexTuple(Span span, Value tuple, const tree::Index& node);
  Value IndexSpace(Span span, Value space, const tree::Index& node);
  std::optional<std::vector<Element>> CheckElements(const std::vector<tree::Element>& elements,
                                                    std::string_view where,
                                                    std::optional<int64_t>* length);
  Value CheckAttribute(Span span, Value object, const tree::Name& name);
  Value CheckMethod(Span span, const tree::Member& method,
                    const std::vector<tree::Element>& arguments);
  Value CheckTransform(Span span, Value space, TransformKind kind, const tree::Name& name,
                       const std::vector<tree::Element>& arguments);
  Value CheckHas(Span span, Value object, const std::vector<tree::Element>& arguments);
  Value CheckProcessor(Span span, Value task, const std::vector<tree::Element>& arguments);
  Value CheckMachine(Span span, const std::vector<tree::Element>& arguments);
  void ReportNoKind(std::string_view code, std::string_view function, std::string_view what,
                    const tree::Expression& argument, std::string_view example);
  Value CheckBuiltin(Span span, const std::string& name,
                     const std::vector<tree::Element>& arguments);
  Value CheckCall(Span span, const tree::Name& name, const std::vector<tree::Element>& arguments);
  std::optional<std::vector<Element>> CheckArguments(Span span, const Function& function,
                                                     const std::vector<tree::Element>& arguments);
  bool CountIs(Span span, std::string_view name, const std::vector<tree::Element>& arguments,
               size_t wanted);
  void ReportUnknownMember(Type type, const tree::Name& name);
  void CheckDimension(const Value& space, const Value& dimension);
  std::vector<std::string> VariableNames() const;
  /// Notes that `more` levels are nested below here; reports and returns true when those are too
  /// many to walk recursively.
  bool DepthExceeded(Span span, int more);

  const Tree& tree_;
  DiagnosticSink& sink_;
  Program program_;
  Partial::Lost lost_;
  std::map<std::string, GlobalInfo, std::less<>> globals_;
  std::map<std::string, FunctionInfo, std::less<>> functions_;
  std::vector<FunctionInfo*> active_;  // functions that are being checked, outermost first
  std::set<std::string, std::less<>> undefined_;  // reported once each
  Scope* scope_ = nullptr;                        // null at the top of the file
  Variables* variables_ = nullptr;              // of the function, or of comprehensions at the top
  int* slots_ = nullptr;                        // how many of them there have been
  const tree::Statement* statement_ = nullptr;  // that is being checked
  size_t order_ = 0;                            // of it
  int depth_ = 0;                               // of the expression that is being checked
  int total_depth_ = 0;                         // the same, with the active functions
  bool too_deep_ = false;
};

inline ExpressionPtr MakeNode(Span span, Type type, Expression::Node node) {
  return std::make_unique<Expression>(Expression{span, type, std::move(node)});
}

inline Value MakeValue(Span span, Type type, Expression::Node node,
                       std::optional<int64_t> size = std::nullopt) {
  return {MakeNode(span, type, std::move(node)), type, size};
}

/// The number that an expression plainly is (a literal, perhaps with a minus), if it is one.
std::optional<int64_t> Literal(const Expression& expression);

/// "a tuple", "an int", "a machine space".
std::string WithArticle(Type type);

}  // namespace groma::lang

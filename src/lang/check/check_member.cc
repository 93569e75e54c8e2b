// Attributes, methods and the functions of the language itself.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"
#include "lang/check/checker.h"

namespace groma::lang {
namespace {

constexpr int64_t kLongestKnown = 1 << 20;  // longer tuples are left to evaluation

struct AttributeRow {
  Type object;
  std::string_view name;
  AttributeKind kind;
  Type type;
};
constexpr AttributeRow kAttributes[] = {
    {Type::kTuple, "len", AttributeKind::kTupleLength, Type::kInteger},
    {Type::kTuple, "volume", AttributeKind::kTupleVolume, Type::kInteger},
    {Type::kSpace, "size", AttributeKind::kSpaceSize, Type::kTuple},
    {Type::kSpace, "len", AttributeKind::kSpaceLength, Type::kInteger},
    {Type::kSpace, "volume", AttributeKind::kSpaceVolume, Type::kInteger},
    {Type::kTask, "ipoint", AttributeKind::kTaskPoint, Type::kTuple},
    {Type::kTask, "ispace", AttributeKind::kTaskSpace, Type::kTuple},
    {Type::kTask, "parent", AttributeKind::kTaskParent, Type::kTask},
    {Type::kTask, "name", AttributeKind::kTaskName, Type::kString},
    {Type::kTask, "depth", AttributeKind::kTaskDepth, Type::kInteger},
};

struct TransformRow {
  std::string_view name;
  TransformKind kind;
  std::string_view parameters;  // i: an int, d: the number of a dimension, t: a tuple
  std::string_view usage;
};
constexpr TransformRow kTransforms[] = {
    {"merge", TransformKind::kMerge, "dd", "merge(p, q)"},
    {"split", TransformKind::kSplit, "di", "split(dimension, count)"},
    {"swap", TransformKind::kSwap, "dd", "swap(p, q)"},
    {"slice", TransformKind::kSlice, "dii", "slice(dimension, low, high)"},
    {"reverse", TransformKind::kReverse, "d", "reverse(dimension)"},
    {"balance_split", TransformKind::kBalanceSplit, "di", "balance_split(dimension, count)"},
    {"decompose", TransformKind::kDecompose, "dt", "decompose(dimension, tuple)"},
    {"auto_split", TransformKind::kDecompose, "dt", "auto_split(dimension, tuple)"},
    {"greedy_split", TransformKind::kGreedySplit, "dt", "greedy_split(dimension, tuple)"},
};

// What Legion and other languages call it.
struct Alias {
  Type object;
  std::string_view foreign, ours;
};
constexpr Alias kAliases[] = {
    {Type::kTask, "index_point", "ipoint"},   {Type::kTask, "point", "ipoint"},
    {Type::kTask, "index", "ipoint"},         {Type::kTask, "index_domain", "ispace"},
    {Type::kTask, "domain", "ispace"},        {Type::kTask, "index_space", "ispace"},
    {Type::kTask, "launch_domain", "ispace"}, {Type::kTask, "parent_task", "parent"},
    {Type::kSpace, "shape", "size"},          {Type::kSpace, "dims", "size"},
    {Type::kTuple, "shape", "size"},          {Type::kTuple, "length", "len"},
    {Type::kSpace, "length", "len"},
};

const TransformRow* FindTransform(std::string_view name) {
  for (const TransformRow& row : kTransforms)
    if (row.name == name) return &row;
  return nullptr;
}

bool IsMethod(Type type, std::string_view name) {
  if (type == Type::kSpace) return name == "has" || FindTransform(name);
  return (type == Type::kPoint && name == "has") || (type == Type::kTask && name == "processor");
}

bool IsAttribute(Type type, std::string_view name) {
  if (type == Type::kTuple && name == "size") return true;
  return std::any_of(std::begin(kAttributes), std::end(kAttributes), [&](const AttributeRow& row) {
    return row.object == type && row.name == name;
  });
}

// The number of dimensions after a transformation, where that is known.
std::optional<int64_t> SizeAfter(TransformKind kind, const Value& space,
                                 const std::vector<Value>& arguments) {
  if (!space.size) return std::nullopt;
  std::optional<int64_t> more = 0;
  if (kind == TransformKind::kMerge) more = -1;
  if (kind == TransformKind::kSplit) more = 1;
  bool parts = kind == TransformKind::kBalanceSplit;
  bool vector = kind == TransformKind::kDecompose || kind == TransformKind::kGreedySplit;
  if (parts) more = Literal(*arguments[1].expression);
  if (vector) more = arguments[1].size;
  if (!more) return std::nullopt;
  // A count that makes no sense is told by evaluation; here it only must not overflow.
  if (*more > 1000 || *more < -1) return std::nullopt;
  return *space.size + *more - (parts || vector ? 1 : 0);
}

/// The word that was meant as a kind: in quotes, in parentheses, or in Machine(…) once more.
std::optional<std::string> WrittenKind(const tree::Expression& argument) {
  if (const auto* word = std::get_if<tree::Reference>(&argument.node)) return word->name;
  if (const auto* inner = std::get_if<tree::Parenthesis>(&argument.node))
    return inner->inner ? WrittenKind(*inner->inner) : std::nullopt;
  if (const auto* text = std::get_if<tree::String>(&argument.node)) return text->value;
  const auto* call = std::get_if<tree::Call>(&argument.node);
  if (call == nullptr || call->arguments.size() != 1 || !call->arguments[0].value)
    return std::nullopt;
  const auto* kind = std::get_if<tree::Reference>(&call->arguments[0].value->node);
  return kind ? std::optional(kind->name) : std::nullopt;
}

}  // namespace

Value Checker::CheckNode(Span span, const tree::Member& node) {
  Value object = Check(node.object);
  if (!object) return {};
  return CheckAttribute(span, std::move(object), node.name);
}

Value Checker::CheckAttribute(Span span, Value object, const tree::Name& name) {
  if (object.type == Type::kTuple && name.text == "size") return object;
  for (const AttributeRow& row : kAttributes) {
    if (row.object != object.type || row.name != name.text) continue;
    if (object.own_task && row.kind == AttributeKind::kTaskPoint)
      scope_->function->uses_task_point = true;
    std::optional<int64_t> size =
        row.kind == AttributeKind::kSpaceSize ? object.size : std::nullopt;
    return {std::make_unique<Expression>(
                Expression{span, row.type, Attribute{row.kind, std::move(object.expression)}}),
            row.type, size};
  }
  if (IsMethod(object.type, name.text))
    Error("E0313", name.span, fmt::format("'{}' is a method", name.text),
          fmt::format("call it: .{}(…)", name.text));
  else
    ReportUnknownMember(object.type, name);
  return {};
}

void Checker::ReportUnknownMember(Type type, const tree::Name& name) {
  std::vector<std::string_view> known;
  for (const AttributeRow& row : kAttributes)
    if (row.object == type) known.push_back(row.name);
  if (type == Type::kTuple) known.push_back("size");
  if (type == Type::kSpace)
    for (const TransformRow& row : kTransforms) known.push_back(row.name);
  if (type == Type::kSpace || type == Type::kPoint) known.push_back("has");
  if (type == Type::kTask) known.push_back("processor");
  std::optional<std::string> nearest;
  for (const Alias& alias : kAliases)
    if (alias.object == type && alias.foreign == name.text) nearest = std::string(alias.ours);
  if (!nearest) nearest = Nearest(name.text, known);
  Diagnostic found = MakeDiagnostic("E0211", name.span,
                                    fmt::format("{} has no '{}'", WithArticle(type), name.text));
  constexpr std::string_view kAxes = "xyzw";  // of points in C++
  const size_t axis = name.text.size() == 1 ? kAxes.find(name.text) : kAxes.npos;
  const bool behind_dot =
      name.span.begin > 0 && program_.source->text()[name.span.begin - 1] == '.';
  if (type == Type::kTuple && axis != kAxes.npos && behind_dot) {
    found.help = fmt::format("an element is written [{}]", axis);
    found.edit = Edit{{name.span.begin - 1, name.span.end}, fmt::format("[{}]", axis)};
  } else if (nearest) {
    found.help = fmt::format("did you mean '{}'?", *nearest);
    found.edit = Edit{name.span, *nearest};
  } else if (!known.empty()) {
    found.help = "it has";
    for (size_t i = 0; i < known.size(); ++i)
      found.help += fmt::format("{} {}", i == 0 ? "" : ",", known[i]);
  }
  sink_.Report(std::move(found));
}

Value Checker::CheckNode(Span span, const tree::Call& node) {
  if (const auto* member = std::get_if<tree::Member>(&node.callee->node))
    return CheckMethod(span, *member, node.arguments);
  const auto* reference = std::get_if<tree::Reference>(&node.callee->node);
  if (!reference) {
    Value callee = Check(node.callee);
    for (const tree::Element& argument : node.arguments)
      if (argument.value) Check(argument.value);
    if (callee) Error("E0313", node.callee->span, "this is a value; it cannot be called");
    return {};
  }
  const std::string& name = reference->name;
  if (name == "Machine") return CheckMachine(span, node.arguments);
  if (name == "len" || name == "range" || name == "tuple")
    return CheckBuiltin(span, name, node.arguments);
  return CheckCall(span, {name, node.callee->span, false}, node.arguments);
}

bool Checker::CountIs(Span span, std::string_view name, const std::vector<tree::Element>& arguments,
                      size_t wanted) {
  const TransformRow* transform = FindTransform(name);
  std::string help = transform ? fmt::format("write m.{}", transform->usage) : "";
  for (const tree::Element& argument : arguments) {
    if (!argument.spread) continue;
    Error("E0312", argument.span, fmt::format("'{}' takes no spread tuple", name));
    return false;
  }
  if (arguments.size() == wanted) return true;
  Error("E0302", span,
        fmt::format("'{}' takes {} argument{}, {} given", name, wanted, wanted == 1 ? "" : "s",
                    arguments.size()),
        help);
  return false;
}

void Checker::ReportNoKind(std::string_view code, std::string_view function, std::string_view what,
                           const tree::Expression& argument, std::string_view example) {
  Diagnostic found =
      MakeDiagnostic(code, argument.span, fmt::format("{}(…) takes a {} kind", function, what));
  const std::optional<std::string> kind = WrittenKind(argument);
  const bool fits = kind && (what == "processor" ? ParseProcessorKind(*kind).has_value()
                                                 : ParseMemoryKind(*kind).has_value());
  if (fits) found.edit = Edit{argument.span, *kind};
  found.help = fmt::format("write {}({})", function, fits ? *kind : std::string(example));
  sink_.Report(std::move(found));
}

Value Checker::CheckMachine(Span span, const std::vector<tree::Element>& arguments) {
  if (!CountIs(span, "Machine", arguments, 1)) return {};
  const tree::Expression& kind = *arguments.front().value;
  const auto* reference = std::get_if<tree::Reference>(&kind.node);
  if (!reference) {
    if (!std::holds_alternative<tree::Missing>(kind.node))
      ReportNoKind("E0207", "Machine", "processor", kind, ToString(ProcessorKind::kGpu));
    return {};
  }
  std::optional<ProcessorKind> processor = Processor({reference->name, kind.span, false});
  if (!processor) return {};
  return {std::make_unique<Expression>(Expression{span, Type::kSpace, MachineSpace{*processor}}),
          Type::kSpace, 2};
}

Value Checker::CheckBuiltin(Span span, const std::string& name,
                            const std::vector<tree::Element>& arguments) {
  if (name == "tuple") {
    Error("E0313", span, "tuple(…) needs `for`: tuple(expression for i in (0, 1))",
          "a tuple of values is written (a, b)");
    return {};
  }
  if (!CountIs(span, name, arguments, 1)) return {};
  if (name == "range") {
    Value count = Check(arguments.front().value, Type::kInteger, "in range(…)");
    if (!count) return {};
    std::optional<int64_t> size = Literal(*count.expression);
    if (size && (*size < 0 || *size > kLongestKnown)) size = std::nullopt;
    return {std::make_unique<Expression>(
                Expression{span, Type::kTuple, Range{std::move(count.expression)}}),
            Type::kTuple, size};
  }
  Value object = Check(arguments.front().value);
  if (!object) return {};
  if (object.type == Type::kSpace || object.type == Type::kTuple)
    return CheckAttribute(span, std::move(object), {"len", span, false});
  Error("E0303", arguments.front().span,
        fmt::format("in len(…) a tuple is needed; this is {}", WithArticle(object.type)));
  return {};
}

Value Checker::CheckMethod(Span span, const tree::Member& method,
                           const std::vector<tree::Element>& arguments) {
  Value object = Check(method.object);
  const std::string& name = method.name.text;
  bool known = object && IsMethod(object.type, name);
  if (!known) {
    for (const tree::Element& argument : arguments)
      if (argument.value && object) Check(argument.value);
    if (object && IsAttribute(object.type, name))
      Error("E0313", method.name.span, fmt::format("'{}' is no method", name),
            fmt::format("write .{} without parentheses", name));
    else if (object)
      ReportUnknownMember(object.type, method.name);
    return {};
  }
  if (name == "has") return CheckHas(span, std::move(object), arguments);
  if (name == "processor") return CheckProcessor(span, std::move(object), arguments);
  return CheckTransform(span, std::move(object), FindTransform(name)->kind, method.name, arguments);
}

Value Checker::CheckHas(Span span, Value object, const std::vector<tree::Element>& arguments) {
  if (!CountIs(span, "has", arguments, 1)) return {};
  const tree::Expression& kind = *arguments.front().value;
  const auto* reference = std::get_if<tree::Reference>(&kind.node);
  if (!reference) {
    ReportNoKind("E0208", ".has", "memory", kind, ToString(MemoryKind::kFramebuffer));
    return {};
  }
  std::optional<MemoryKind> memory = Memory({reference->name, kind.span, false});
  if (!memory) return {};
  return {std::make_unique<Expression>(
              Expression{span, Type::kBoolean, HasMemory{std::move(object.expression), *memory}}),
          Type::kBoolean, std::nullopt};
}

Value Checker::CheckProcessor(Span span, Value task, const std::vector<tree::Element>& arguments) {
  if (!CountIs(span, "processor", arguments, 1)) return {};
  Value space = Check(arguments.front().value, Type::kSpace, "in processor(…)");
  if (!space) return {};
  if (task.own_task && !scope_->info->own_processor) scope_->info->own_processor = span;
  std::optional<int64_t> size = space.size;
  return {std::make_unique<Expression>(
              Expression{span, Type::kTuple,
                         TaskProcessor{std::move(task.expression), std::move(space.expression)}}),
          Type::kTuple, size};
}

Value Checker::CheckTransform(Span span, Value space, TransformKind kind, const tree::Name& name,
                              const std::vector<tree::Element>& arguments) {
  std::string_view parameters = FindTransform(name.text)->parameters;
  if (!CountIs(span, name.text, arguments, parameters.size())) return {};
  std::vector<Value> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    Type type = parameters[i] == 't' ? Type::kTuple : Type::kInteger;
    std::string where = fmt::format("as argument {} of '{}'", i + 1, name.text);
    values.push_back(Check(arguments[i].value, type, where));
    if (!values.back()) return {};
    if (parameters[i] == 'd') CheckDimension(space, values.back());
  }
  std::optional<int64_t> size = SizeAfter(kind, space, values);
  Transform transform;
  transform.kind = kind;
  transform.space = std::move(space.expression);
  for (Value& value : values) transform.arguments.push_back(std::move(value.expression));
  return {std::make_unique<Expression>(Expression{span, Type::kSpace, std::move(transform)}),
          Type::kSpace, size};
}

void Checker::CheckDimension(const Value& space, const Value& dimension) {
  std::optional<int64_t> literal = Literal(*dimension.expression);
  if (!literal || !space.size || (*literal >= 0 && *literal < *space.size)) return;
  Error("E0305", dimension.expression->span,
        fmt::format("this machine space has {} dimension{}; there is no dimension {}", *space.size,
                    *space.size == 1 ? "" : "s", *literal),
        "dimensions count from 0");
}

}  // namespace groma::lang

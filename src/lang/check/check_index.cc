// Indexing and slicing.
#include <fmt/format.h>

#include <algorithm>

#include "diagnostics/registry.h"
#include "lang/check/checker.h"

namespace groma::lang {
Value Checker::CheckNode(Span span, const tree::Index& node) {
  Value object = Check(node.object);
  if (object && object.type == Type::kTuple) return IndexTuple(span, std::move(object), node);
  if (object && object.type == Type::kSpace) return IndexSpace(span, std::move(object), node);
  for (const tree::Element& element : node.elements)
    if (element.value) Check(element.value);
  if (object) Error("E0304", span, fmt::format("{} cannot be indexed", WithArticle(object.type)));
  return {};
}

Value Checker::IndexTuple(Span span, Value tuple, const tree::Index& node) {
  bool one =
      node.elements.size() == 1 && !node.elements.front().spread && !node.elements.front().IsStar();
  if (!one) {
    Error("E0304", span, "a tuple takes one integer as its index");
    return {};
  }
  Value index = Check(node.elements.front().value, Type::kInteger, "as an index");
  if (!index) return {};
  std::optional<int64_t> literal = Literal(*index.expression);
  if (literal && tuple.size && (*literal >= *tuple.size || *literal < -*tuple.size)) {
    Error("E0305", node.elements.front().span,
          fmt::format("this tuple has {} element{}; there is no element {}", *tuple.size,
                      *tuple.size == 1 ? "" : "s", *literal),
          "elements count from 0");
    return {};
  }
  return MakeValue(span, Type::kInteger,
                   TupleIndex{std::move(tuple.expression), std::move(index.expression)});
}

Value Checker::IndexSpace(Span span, Value space, const tree::Index& node) {
  SpaceIndex index;
  std::optional<int64_t> count = 0;
  bool good = true;
  for (const tree::Element& element : node.elements) {
    Coordinate coordinate;
    coordinate.span = element.span;
    coordinate.form = element.IsStar() ? Coordinate::Form::kAll
                      : element.spread ? Coordinate::Form::kSpread
                                       : Coordinate::Form::kOne;
    Value value;
    if (!element.IsStar()) value = Check(element.value);
    bool alone = node.elements.size() == 1;
    if (value && value.type == Type::kTuple && alone) coordinate.form = Coordinate::Form::kSpread;
    bool spread = coordinate.form == Coordinate::Form::kSpread;
    if (value && value.type != (spread ? Type::kTuple : Type::kInteger)) {
      bool tuple = value.type == Type::kTuple;
      Error("E0303", element.span,
            fmt::format("{} {} is needed; this is {}", spread ? "after '*'" : "as an index",
                        spread ? "a tuple" : "an int", WithArticle(value.type)),
            tuple ? "spread it with '*' or take one element: t[0]" : "");
      value = {};
    }
    good = good && (value || element.IsStar());
    if (count) {
      if (!spread)
        ++*count;
      else
        count = value.size ? std::optional(*count + *value.size) : std::nullopt;
    }
    coordinate.value = std::move(value.expression);
    index.coordinates.push_back(std::move(coordinate));
  }
  if (good && count && space.size && *count != *space.size) {
    Diagnostic found = MakeDiagnostic(
        "E0305", span,
        fmt::format("this machine space has {} dimension{}; {} ind{} given", *space.size,
                    *space.size == 1 ? "" : "s", *count, *count == 1 ? "ex is" : "ices are"));
    if (*space.size == 2) found.help = "the dimensions are nodes and processors: m[node, index]";
    sink_.Report(std::move(found));
    return {};
  }
  if (!good) return {};
  index.space = std::move(space.expression);
  return MakeValue(span, Type::kPoint, std::move(index));
}

Value Checker::CheckNode(Span span, const tree::Slice& node) {
  Value object = Check(node.object);
  Value low, high;
  if (node.low) low = Check(node.low, Type::kInteger, "as a bound");
  if (node.high) high = Check(node.high, Type::kInteger, "as a bound");
  bool good = object && (!node.low || low) && (!node.high || high);
  if (object && object.type != Type::kTuple && object.type != Type::kSpace) {
    Error("E0304", span, fmt::format("{} has no slices", WithArticle(object.type)));
    return {};
  }
  if (!good) return {};
  if (object.type == Type::kSpace)
    object.expression =
        MakeNode(node.object->span, Type::kTuple,
                 Attribute{AttributeKind::kSpaceSize, std::move(object.expression)});
  std::optional<int64_t> size;
  auto bound = [&](const Value& value, int64_t missing) -> std::optional<int64_t> {
    if (!value) return missing;
    std::optional<int64_t> literal = Literal(*value.expression);
    if (!literal) return std::nullopt;
    return std::clamp<int64_t>(*literal < 0 ? *literal + *object.size : *literal, 0, *object.size);
  };
  if (object.size) {
    std::optional<int64_t> from = bound(low, 0), to = bound(high, *object.size);
    if (from && to) size = std::max<int64_t>(*to - *from, 0);
  }
  return MakeValue(span, Type::kTuple,
                   TupleSlice{std::move(object.expression), std::move(low.expression),
                              std::move(high.expression)},
                   size);
}

}  // namespace groma::lang

#include "mapping/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "mapping/evaluate.h"

namespace groma::mapping {
namespace {

struct Printer {
  std::string operator()(int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(const Tuple& value) const { return ToString(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const TaskValue& value) const { return std::string(value.context->name); }
  std::string operator()(const MachineSpace& value) const {
    return fmt::format("Machine({}) of size {}", groma::ToString(value.kind()),
                       ToString(value.size()));
  }
  std::string operator()(const PointValue& value) const {
    std::string text;
    for (const auto& coordinate : value.coordinates) {
      text += (text.empty() ? "" : ", ") + (coordinate ? fmt::format("{}", (*coordinate)[0]) : "*");
    }
    return fmt::format("[{}]", text);
  }
  std::string operator()(const Column&) const { return Lanes(); }
  std::string operator()(const Flags&) const { return Lanes(); }
  std::string operator()(const ColumnTuple&) const { return Lanes(); }
  static std::string Lanes() { CHECK(false, "many points have no one text"); }
};

}  // namespace

lang::Type TypeOf(const Value& value) {
  if (std::holds_alternative<Column>(value)) return lang::Type::kInteger;
  if (std::holds_alternative<Flags>(value)) return lang::Type::kBoolean;
  if (std::holds_alternative<ColumnTuple>(value)) return lang::Type::kTuple;
  return static_cast<lang::Type>(value.index());
}

bool HasLanes(const Value& value) {
  return value.index() > static_cast<size_t>(lang::Type::kPoint);
}

bool IsTuple(const Value& value) { return TypeOf(value) == lang::Type::kTuple; }

std::optional<Column> ColumnOf(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return Column(*number);
  if (const auto* column = std::get_if<Column>(&value)) return *column;
  return std::nullopt;
}

ColumnTuple ColumnsOf(const Value& value) {
  if (const auto* tuple = std::get_if<Tuple>(&value)) return {tuple->begin(), tuple->end()};
  if (const auto* columns = std::get_if<ColumnTuple>(&value)) return *columns;
  return {ColumnOf(value).value()};
}

Value ValueOf(Column column) {
  if (column.IsUniform()) return column.low();
  return column;
}

Value ValueOf(ColumnTuple columns) {
  const bool uniform = std::all_of(columns.begin(), columns.end(),
                                   [](const Column& column) { return column.IsUniform(); });
  if (!uniform) return columns;
  Tuple tuple;
  tuple.reserve(columns.size());
  for (const Column& column : columns) tuple.push_back(column.low());
  return tuple;
}

Value ValueOf(std::variant<bool, Flags> truth) {
  if (const bool* all = std::get_if<bool>(&truth)) return *all;
  return std::get<Flags>(std::move(truth));
}

std::string ToString(const Value& value) { return std::visit(Printer(), value); }

std::string Brief(const Value& value) {
  constexpr size_t kShown = 8;
  const auto* tuple = std::get_if<Tuple>(&value);
  if (tuple == nullptr || tuple->size() <= kShown) return ToString(value);
  return fmt::format("({}, … {} elements)",
                     fmt::join(tuple->begin(), tuple->begin() + kShown, ", "), tuple->size());
}

std::string ToString(const Tuple& tuple) {
  return fmt::format("({}{})", fmt::join(tuple, ", "), tuple.size() == 1 ? "," : "");
}

}  // namespace groma::mapping

#include "mapping/value.h"

#include <fmt/format.h>

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
      text += (text.empty() ? "" : ", ") + (coordinate ? fmt::format("{}", *coordinate) : "*");
    }
    return fmt::format("[{}]", text);
  }
};

}  // namespace

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

// Reading JSON from outside without copying it: a copy of something nested a million deep overflows
// the stack.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace groma::llm {

/// The value of that name, or null where there is none. A part of `value`.
inline const nlohmann::json& At(const nlohmann::json& value, const char* name) {
  static const nlohmann::json kNull;
  const auto found = value.is_object() ? value.find(name) : value.end();
  return value.is_object() && found != value.end() ? *found : kNull;
}

/// The string of that name; empty when there is none or it is something else.
inline std::string StringAt(const nlohmann::json& value, const char* name) {
  const nlohmann::json& found = At(value, name);
  return found.is_string() ? found.get<std::string>() : "";
}

}  // namespace groma::llm

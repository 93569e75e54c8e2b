#include "lang/check/program.h"

#include <array>

namespace groma::lang {

std::string_view ToString(Type type) {
  constexpr std::array<std::string_view, 7> kNames = {"int",  "bool",   "tuple",    "string",
                                                      "Task", "MSpace", "processor"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view ToString(TransformKind kind) {
  constexpr std::array<std::string_view, 8> kNames = {
      "merge", "split", "swap", "slice", "reverse", "balance_split", "decompose", "greedy_split"};
  return kNames[static_cast<size_t>(kind)];
}

const Function* Program::FindFunction(std::string_view name) const {
  for (const Function& function : functions)
    if (function.name == name) return &function;
  return nullptr;
}

const Global* Program::FindGlobal(std::string_view name) const {
  for (const Global& global : globals)
    if (global.name == name) return &global;
  return nullptr;
}

}  // namespace groma::lang

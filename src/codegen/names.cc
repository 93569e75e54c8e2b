#include "codegen/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace groma::codegen {
namespace {

constexpr std::string_view kWords[] = {
    // C++
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return",
    "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
    "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "explicit", "export", "extern", "false", "final", "float", "for", "friend", "goto", "if",
    "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
    "operator", "or", "or_eq", "override", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "return", "short", "signed", "sizeof", "static",
    "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw",
    "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void",
    "volatile", "wchar_t", "while", "xor", "xor_eq", "std", "main",
    // macros
    "NULL", "EOF", "stdin", "stdout", "stderr", "errno", "assert", "linux", "unix", "INT64_MIN",
    "alloca", "offsetof", "sched_priority", "va_arg", "va_copy", "va_end", "va_start",
    // the support headers
    "groma", "generated", "Error", "Line", "Fail", "Int", "Text", "Tuple", "Side", "Elementwise",
    "Spread", "Part", "Joined", "Range", "ForEach", "Arguments", "Printing", "Print", "Numbers",
    "Wide", "Whole", "CompareCuts", "AtLeastOne", "PrimeFactors", "Divisors", "CheapestFactors",
    "GreedyFactors", "ProcessorKind", "CPU", "GPU", "OMP", "IO", "PY", "PROC", "MemoryKind",
    "SYSMEM", "FBMEM", "ZCMEM", "RDMEM", "SOCKMEM", "VIRTUAL", "Processor", "Shape", "Space",
    "Coordinate", "kAll", "Point", "Any", "ANY", "Tasks", "Argument", "Regions", "Where", "List",
    "Comparison", "EQ", "LT", "LE", "GT", "GE", "NE", "Constraint", "SOA", "AOS", "C_order",
    "F_order", "No_Align", "Compact", "Exact", "Align", "TaskStatement", "RegionStatement",
    "LayoutStatement", "LimitStatement", "CollectStatement", "ReplicateStatement", "Table",
    "Requirement", "IsAbout", "First", "RegionRank", "Best", "TaskFacts", "Task",
    "ProcessorDecision", "MemoryDecision", "LayoutDecision", "PlaceDecision", "PlaceQuery",
    "Mapping", "MappingMapper", "shape", "Processors", "Memories", "Layout", "InstanceLimit",
    "Collects", "ControlReplicates", "Place", "MapStatement", "Mapped", "TaskStatements",
    "RegionStatements", "LayoutStatements", "LimitStatements", "CollectStatements",
    "ReplicateStatements", "IndexTaskMap", "SingleTaskMap", "MapBy", "Machine", "Has", "Effective",
    "Fits", "Find", "BestLayout", "CutIntoBlocks", "PlaceByDefault", "OtherKind", "Pick", "shape_",
    "kTable", "where"};

constexpr size_t kLongestName = 80;  // names of functions are repeated for each task they place

/// Longer words in capitals belong to the macros of the system's headers (BUFSIZ), whichever those
/// are.
bool MayBeAMacro(std::string_view name) {
  return name.size() > 2 && !name.ends_with('_') &&
         std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// C++ keeps for itself names with two underscores in a row, and with one before a capital.
std::string Unreserved(std::string_view wanted) {
  std::string name;
  for (const char c : wanted.substr(0, kLongestName)) {
    if (c != '_' || !name.ends_with('_')) name += c;
  }
  if (name.size() > 1 && name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z') name.erase(0, 1);
  if (MayBeAMacro(name)) name += '_';
  return name;
}

}  // namespace

bool Names::IsFree(const std::string& name) const {
  if (around_ != nullptr && !around_->IsFree(name)) return false;
  return !taken_.contains(name) &&
         std::find(std::begin(kWords), std::end(kWords), name) == std::end(kWords);
}

std::string Names::Take(std::string_view wanted) {
  const std::string own = Unreserved(wanted), joint = own.ends_with('_') ? "" : "_";
  std::string name = own;
  if (!IsFree(name)) name += joint.empty() ? "2" : "_";
  if (!IsFree(name)) {
    int& number = numbers_.try_emplace(own, 1).first->second;
    // A mapping may have taken thousands of such names itself: from the tenth on in larger steps.
    for (int step = 1, tries = 1; !IsFree(name); step += tries++ < 10 ? 0 : step) {
      number += step;
      name = fmt::format("{}{}{}", own, joint, number);
    }
  }
  taken_.insert(name);
  return name;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '?') {
      quoted += '\\';
      quoted += c;
    } else if (byte < ' ' || byte == 127) {
      quoted += fmt::format("\\{:03o}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace groma::codegen

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

}  // namespace

std::string Names::Take(std::string_view wanted) {
  const auto free = [this](const std::string& name) {
    return std::find(std::begin(kWords), std::end(kWords), name) == std::end(kWords) &&
           !taken_.contains(name);
  };
  std::string name(wanted);
  if (!free(name)) name += name.ends_with('_') ? "2" : "_";
  for (int number = 2; !free(name); ++number) name = fmt::format("{}_{}", wanted, number);
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

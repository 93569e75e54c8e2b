#include "base/kinds.h"

namespace groma {

std::string_view ToString(ProcessorKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"CPU", "GPU", "OMP", "IO", "PY", "PROC"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view ToString(MemoryKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"SYSMEM", "FBMEM",   "ZCMEM",
                                                      "RDMEM",  "SOCKMEM", "VIRTUAL"};
  return kNames[static_cast<size_t>(kind)];
}

std::optional<ProcessorKind> ParseProcessorKind(std::string_view text) {
  for (ProcessorKind kind : kProcessorKinds)
    if (ToString(kind) == text) return kind;
  return std::nullopt;
}

std::optional<MemoryKind> ParseMemoryKind(std::string_view text) {
  for (MemoryKind kind : kMemoryKinds)
    if (ToString(kind) == text) return kind;
  return std::nullopt;
}

}  // namespace groma

// The processor and memory kinds of the mapping language and of machine descriptions.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace groma {

/// Processor kinds, with Realm's names: CPU = LOC_PROC, GPU = TOC_PROC, OMP, IO, PY, PROC =
/// processor set.
enum class ProcessorKind { kCpu, kGpu, kOmp, kIo, kPy, kProcessorSet };
inline constexpr std::array kProcessorKinds = {ProcessorKind::kCpu, ProcessorKind::kGpu,
                                               ProcessorKind::kOmp, ProcessorKind::kIo,
                                               ProcessorKind::kPy,  ProcessorKind::kProcessorSet};

/// Memory kinds, with Realm's names: SYSMEM = SYSTEM_MEM, FBMEM = GPU_FB_MEM, ZCMEM = Z_COPY_MEM,
/// RDMEM = REGDMA_MEM, SOCKMEM = SOCKET_MEM; VIRTUAL means no instance at all (inner tasks only).
enum class MemoryKind { kSystem, kFramebuffer, kZeroCopy, kRegistered, kSocket, kVirtual };
inline constexpr std::array kMemoryKinds = {MemoryKind::kSystem,   MemoryKind::kFramebuffer,
                                            MemoryKind::kZeroCopy, MemoryKind::kRegistered,
                                            MemoryKind::kSocket,   MemoryKind::kVirtual};

/// The language's spelling: "CPU", "GPU", … / "SYSMEM", "FBMEM", …
std::string_view ToString(ProcessorKind kind);
std::string_view ToString(MemoryKind kind);

/// The kind of that spelling (exact case), if there is one.
std::optional<ProcessorKind> ParseProcessorKind(std::string_view text);
std::optional<MemoryKind> ParseMemoryKind(std::string_view text);

}  // namespace groma

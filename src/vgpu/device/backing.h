// Host memory that stands behind virtual device memory: address space that costs nothing until it
// is touched.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/quantities.h"

namespace groma::vgpu {

/// Zeroed readable and writable memory of that size (> 0), aligned to 2 MiB; pages are taken from
/// the system when they are first touched, also where the system forbids overcommit
/// (vm.overcommit_memory=2). nullopt when the system gives no more address space.
std::optional<uintptr_t> MapBacking(Bytes size);

/// The same, but only the first `own` bytes have pages of their own: after them the same `window`
/// bytes come again and again. For data that nobody reads back.
std::optional<uintptr_t> MapRepeating(Bytes size, Bytes own, Bytes window);

/// Address space alone, any access faults; aligned to `alignment` (a power of two, or 0).
std::optional<uintptr_t> ReserveAddresses(Bytes size, int64_t alignment);

/// Gives back what MapBacking, MapRepeating or ReserveAddresses gave, with the same size.
void UnmapBacking(uintptr_t address, Bytes size);

/// Memory with no address of its own, to be mapped at one or more addresses.
class BackingFile {
 public:
  static std::optional<BackingFile> Create(Bytes size);
  BackingFile(BackingFile&& other) noexcept;
  BackingFile& operator=(BackingFile&& other) noexcept;
  ~BackingFile();

  /// Maps `size` bytes from `offset` over reserved addresses; false when the system refuses.
  bool MapAt(uintptr_t address, Bytes size, int64_t offset) const;
  /// Makes the addresses reserved ones again.
  static void UnmapAt(uintptr_t address, Bytes size);

 private:
  explicit BackingFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace groma::vgpu

// What memory the virtual GPUs have given out, and where an address lies.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "base/quantities.h"
#include "vgpu/device/backing.h"

namespace groma::vgpu {

/// Where an address lies.
struct Location {
  enum class Kind {
    kUnregistered,  // host memory that no device knows
    kRegistered,    // host memory of the program that it made accessible to the devices
    kPinned,        // host memory from the driver that the devices can access (zero-copy memory)
    kManaged,       // migrating memory; lies on the host
    kDevice,        // a framebuffer
  };
  Kind kind = Kind::kUnregistered;
  int gpu = -1;        // of kDevice
  uintptr_t base = 0;  // of the allocation that holds the address; 0 when unregistered
  Bytes size;          // of that allocation
};

/// Where data does not matter, host memory has pages of its own up to here; the rest of it repeats
/// kHostWindow bytes. The runtime really copies between host memories, also in modelled runs, and
/// first touches of gigabytes would take many seconds.
inline constexpr Bytes kOwnHostPages{int64_t{512} << 20};
inline constexpr Bytes kHostWindow{int64_t{64} << 20};

/// Physical memory made by CreateBlock, not 0.
using BlockId = uint64_t;

/// All memory of one process' virtual GPUs. Thread safe; a lookup costs O(log allocations).
class MemoryMap {
 public:
  /// `framebuffer`: of each GPU. `data_matters`: false when large data is never really written
  /// (then large host memory is backed by few pages, see kOwnHostPages).
  MemoryMap(int gpus, Bytes framebuffer, bool data_matters = true);
  ~MemoryMap();

  /// Framebuffer memory of a GPU; nullopt when that much is no longer free there, or when the host
  /// has no address space for it. A line on stderr says which.
  std::optional<uintptr_t> AllocateDevice(int gpu, Bytes size);
  /// Pinned or managed host memory; nullopt when the host gives none.
  std::optional<uintptr_t> AllocateHost(Bytes size, Location::Kind kind = Location::Kind::kPinned);
  /// Frees what AllocateDevice or AllocateHost gave; false when `address` is not such a start.
  bool Free(uintptr_t address);

  /// Makes host memory of the program known as pinned; false when part of it is known already.
  bool Register(uintptr_t address, Bytes size);
  bool Unregister(uintptr_t address);

  /// Physical memory of a GPU (or of the host, gpu = -1) without an address. It is freed when it is
  /// released and no longer mapped.
  std::optional<BlockId> CreateBlock(int gpu, Bytes size);
  bool ReleaseBlock(BlockId block);
  /// The GPU (−1: the host) on which a block lies; nullopt when there is no such block.
  std::optional<int> GpuOfBlock(BlockId block) const;
  std::optional<uintptr_t> Reserve(Bytes size, int64_t alignment);
  bool FreeReservation(uintptr_t address, Bytes size);
  /// Maps a part of a block over reserved addresses.
  bool Map(uintptr_t address, Bytes size, int64_t offset, BlockId block);
  /// Undoes all mappings that lie within the range; false when there is none.
  bool Unmap(uintptr_t address, Bytes size);

  Location Locate(const void* address) const;
  Bytes framebuffer() const { return framebuffer_; }
  Bytes FreeOn(int gpu) const;
  /// The most that was ever in use on a GPU, or as pinned or managed host memory (−1).
  Bytes PeakOn(int gpu) const;

 private:
  enum class Origin { kAllocated, kRegistered, kMapped };
  struct Range {
    Bytes size;
    Location::Kind kind;
    int gpu;
    Origin origin;
    BlockId block = 0;
  };
  struct Block {
    BackingFile file;
    int gpu;
    Bytes size;
    int mappings = 0;
    bool released = false;
  };

  bool Take(int gpu, Bytes size);
  std::optional<uintptr_t> Allocate(int gpu, Bytes size, Location::Kind kind);
  void DropIfUnused(BlockId block);

  mutable std::shared_mutex mutex_;
  Bytes framebuffer_;
  bool data_matters_;
  struct Usage {
    Bytes now;
    Bytes peak;
  };
  Usage& UsageOf(int gpu) { return used_[static_cast<size_t>(int64_t{gpu} + 1)]; }
  const Usage& UsageOf(int gpu) const { return used_[static_cast<size_t>(int64_t{gpu} + 1)]; }
  void GiveBack(int gpu, Bytes size) { UsageOf(gpu).now -= size; }

  std::vector<Usage> used_;  // the host's, then each GPU's
  std::map<uintptr_t, Range> ranges_;
  std::map<uintptr_t, Bytes> reservations_;
  std::map<BlockId, Block> blocks_;
  BlockId next_block_ = 1;
};

}  // namespace groma::vgpu

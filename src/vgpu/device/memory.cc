#include "vgpu/device/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace groma::vgpu {
namespace {

// Device allocations are accounted in the alignment that the driver API promises.
constexpr int64_t kAllocationUnit = 512;

Bytes RoundUp(Bytes size) {
  return Bytes{(size.count + kAllocationUnit - 1) / kAllocationUnit * kAllocationUnit};
}

void ReportNoBacking(Bytes size) {
  const std::string text = fmt::format(
      "groma: the host cannot back {} of virtual GPU memory ({}). Is the address space of the "
      "process limited (ulimit -v)?\n",
      ToString(size), std::strerror(errno));
  std::fputs(text.c_str(), stderr);
}

void ReportNoRoom(int gpu, Bytes size, Bytes free) {
  const std::string text = fmt::format("groma: GPU {}: no room for {} of memory, {} are free\n",
                                       gpu, ToString(size), ToString(free));
  std::fputs(text.c_str(), stderr);
}

}  // namespace

MemoryMap::MemoryMap(int gpus, Bytes framebuffer, bool data_matters)
    : framebuffer_(framebuffer),
      data_matters_(data_matters),
      used_(static_cast<size_t>(gpus) + 1) {}

MemoryMap::~MemoryMap() {
  for (const auto& [address, range] : ranges_) {
    if (range.origin == Origin::kAllocated) UnmapBacking(address, range.size);
  }
  for (const auto& [address, size] : reservations_) UnmapBacking(address, size);
}

bool MemoryMap::Take(int gpu, Bytes size) {
  Usage& usage = UsageOf(gpu);
  if (gpu >= 0 && usage.now + size > framebuffer_) {
    ReportNoRoom(gpu, size, framebuffer_ - usage.now);
    return false;
  }
  usage.now += size;
  usage.peak = std::max(usage.peak, usage.now);
  return true;
}

std::optional<uintptr_t> MemoryMap::Allocate(int gpu, Bytes size, Location::Kind kind) {
  const Bytes rounded = RoundUp(size);
  const std::unique_lock lock(mutex_);
  if (size.count <= 0 || !Take(gpu, rounded)) return std::nullopt;
  const auto address = gpu >= 0 || data_matters_
                           ? MapBacking(rounded)
                           : MapRepeating(rounded, kOwnHostPages, kHostWindow);
  if (!address) {
    GiveBack(gpu, rounded);
    ReportNoBacking(size);
    return std::nullopt;
  }
  ranges_[*address] = Range{rounded, kind, gpu, Origin::kAllocated};
  return address;
}

std::optional<uintptr_t> MemoryMap::AllocateDevice(int gpu, Bytes size) {
  return Allocate(gpu, size, Location::Kind::kDevice);
}

std::optional<uintptr_t> MemoryMap::AllocateHost(Bytes size, Location::Kind kind) {
  return Allocate(-1, size, kind);
}

bool MemoryMap::Free(uintptr_t address) {
  const std::unique_lock lock(mutex_);
  const auto found = ranges_.find(address);
  if (found == ranges_.end() || found->second.origin != Origin::kAllocated) return false;
  const Range range = found->second;
  GiveBack(range.gpu, range.size);
  ranges_.erase(found);
  UnmapBacking(address, range.size);
  return true;
}

bool MemoryMap::Register(uintptr_t address, Bytes size) {
  const std::unique_lock lock(mutex_);
  if (size.count <= 0) return false;
  const auto end = address + static_cast<uintptr_t>(size.count);
  const auto next = ranges_.lower_bound(address);
  if (next != ranges_.end() && next->first < end) return false;
  if (next != ranges_.begin()) {
    const auto& [begin, range] = *std::prev(next);
    if (begin + static_cast<uintptr_t>(range.size.count) > address) return false;
  }
  ranges_[address] = Range{size, Location::Kind::kRegistered, -1, Origin::kRegistered};
  return true;
}

bool MemoryMap::Unregister(uintptr_t address) {
  const std::unique_lock lock(mutex_);
  const auto found = ranges_.find(address);
  if (found == ranges_.end() || found->second.origin != Origin::kRegistered) return false;
  ranges_.erase(found);
  return true;
}

std::optional<BlockId> MemoryMap::CreateBlock(int gpu, Bytes size) {
  const std::unique_lock lock(mutex_);
  if (size.count <= 0 || !Take(gpu, size)) return std::nullopt;
  auto file = BackingFile::Create(size);
  if (!file) {
    GiveBack(gpu, size);
    ReportNoBacking(size);
    return std::nullopt;
  }
  const BlockId id = next_block_++;
  blocks_.emplace(id, Block{std::move(*file), gpu, size});
  return id;
}

void MemoryMap::DropIfUnused(BlockId id) {
  const auto found = blocks_.find(id);
  if (found == blocks_.end() || !found->second.released || found->second.mappings > 0) return;
  GiveBack(found->second.gpu, found->second.size);
  blocks_.erase(found);
}

bool MemoryMap::ReleaseBlock(BlockId id) {
  const std::unique_lock lock(mutex_);
  const auto found = blocks_.find(id);
  if (found == blocks_.end() || found->second.released) return false;
  found->second.released = true;
  DropIfUnused(id);
  return true;
}

std::optional<int> MemoryMap::GpuOfBlock(BlockId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = blocks_.find(id);
  if (found == blocks_.end()) return std::nullopt;
  return found->second.gpu;
}

std::optional<uintptr_t> MemoryMap::Reserve(Bytes size, int64_t alignment) {
  const std::unique_lock lock(mutex_);
  if (size.count <= 0) return std::nullopt;
  const auto address = ReserveAddresses(size, alignment);
  if (address) reservations_[*address] = size;
  return address;
}

bool MemoryMap::FreeReservation(uintptr_t address, Bytes size) {
  const std::unique_lock lock(mutex_);
  const auto found = reservations_.find(address);
  if (found == reservations_.end() || found->second != size) return false;
  reservations_.erase(found);
  UnmapBacking(address, size);
  return true;
}

bool MemoryMap::Map(uintptr_t address, Bytes size, int64_t offset, BlockId id) {
  const std::unique_lock lock(mutex_);
  const auto found = blocks_.find(id);
  if (found == blocks_.end() || size.count <= 0 || offset < 0) return false;
  if (offset + size.count > found->second.size.count) return false;
  const auto reserved = reservations_.upper_bound(address);
  if (reserved == reservations_.begin()) return false;
  const auto& [begin, reserved_size] = *std::prev(reserved);
  if (address + static_cast<uintptr_t>(size.count) >
      begin + static_cast<uintptr_t>(reserved_size.count)) {
    return false;
  }
  if (!found->second.file.MapAt(address, size, offset)) return false;
  const auto kind = found->second.gpu >= 0 ? Location::Kind::kDevice : Location::Kind::kPinned;
  ranges_[address] = Range{size, kind, found->second.gpu, Origin::kMapped, id};
  ++found->second.mappings;
  return true;
}

bool MemoryMap::Unmap(uintptr_t address, Bytes size) {
  const std::unique_lock lock(mutex_);
  const auto end = address + static_cast<uintptr_t>(size.count);
  bool any = false;
  auto next = ranges_.lower_bound(address);
  while (next != ranges_.end() && next->first < end) {
    if (next->second.origin != Origin::kMapped) {
      ++next;
      continue;
    }
    BackingFile::UnmapAt(next->first, next->second.size);
    const BlockId block = next->second.block;
    --blocks_.at(block).mappings;
    next = ranges_.erase(next);
    DropIfUnused(block);
    any = true;
  }
  return any;
}

Location MemoryMap::Locate(const void* address) const {
  const auto value = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  const auto next = ranges_.upper_bound(value);
  if (next == ranges_.begin()) return {};
  const auto& [begin, range] = *std::prev(next);
  if (value >= begin + static_cast<uintptr_t>(range.size.count)) return {};
  return Location{range.kind, range.gpu, begin, range.size};
}

Bytes MemoryMap::FreeOn(int gpu) const {
  const std::shared_lock lock(mutex_);
  return framebuffer_ - UsageOf(gpu).now;
}

Bytes MemoryMap::PeakOn(int gpu) const {
  const std::shared_lock lock(mutex_);
  return UsageOf(gpu).peak;
}

}  // namespace groma::vgpu

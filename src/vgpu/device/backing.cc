#include "vgpu/device/backing.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace groma::vgpu {
namespace {

constexpr int64_t kHugePage = int64_t{2} << 20;

void* Map(void* at, Bytes size, int protection, int flags, int descriptor, int64_t offset) {
  return mmap(at, static_cast<size_t>(size.count), protection, flags, descriptor, offset);
}

// Strict overcommit counts private writable memory when it is mapped, in full, but pages of an
// unnamed file one by one when they are touched.
void* MapPrivateOrFile(void* at, Bytes size, int extra_flags) {
  void* address = Map(at, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | extra_flags, -1, 0);
  if (address != MAP_FAILED) return address;
  const auto file = BackingFile::Create(size);
  if (!file || !file->MapAt(reinterpret_cast<uintptr_t>(at), size, 0)) return MAP_FAILED;
  return at;
}

}  // namespace

std::optional<uintptr_t> ReserveAddresses(Bytes size, int64_t alignment) {
  const int64_t page = sysconf(_SC_PAGESIZE);
  const int64_t slack = alignment > page ? alignment : 0;
  void* raw = Map(nullptr, size + Bytes{slack}, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return std::nullopt;
  const auto begin = reinterpret_cast<uintptr_t>(raw);
  if (slack == 0) return begin;
  const auto mask = static_cast<uintptr_t>(alignment) - 1;
  const uintptr_t aligned = (begin + mask) & ~mask;
  const uintptr_t page_mask = static_cast<uintptr_t>(page) - 1;
  const uintptr_t end = (aligned + static_cast<uintptr_t>(size.count) + page_mask) & ~page_mask;
  const uintptr_t raw_end =
      (begin + static_cast<uintptr_t>(size.count + slack) + page_mask) & ~page_mask;
  if (aligned > begin) munmap(raw, aligned - begin);
  if (raw_end > end) munmap(reinterpret_cast<void*>(end), raw_end - end);
  return aligned;
}

std::optional<uintptr_t> MapBacking(Bytes size) {
  // Small memory needs no huge pages.
  const auto address = ReserveAddresses(size, size.count >= kHugePage ? kHugePage : 0);
  if (!address) return std::nullopt;
  void* mapped = MapPrivateOrFile(reinterpret_cast<void*>(*address), size, MAP_FIXED);
  if (mapped == MAP_FAILED) {
    UnmapBacking(*address, size);
    return std::nullopt;
  }
  madvise(mapped, static_cast<size_t>(size.count), MADV_DONTDUMP);
  return *address;
}

std::optional<uintptr_t> MapRepeating(Bytes size, Bytes own, Bytes window) {
  if (size <= own) return MapBacking(size);
  const auto file = BackingFile::Create(window);
  const auto address = ReserveAddresses(size, kHugePage);
  if (!address) return std::nullopt;
  bool mapped = file.has_value() &&
                MapPrivateOrFile(reinterpret_cast<void*>(*address), own, MAP_FIXED) != MAP_FAILED;
  for (Bytes at = own; mapped && at < size; at += window) {
    mapped =
        file->MapAt(*address + static_cast<uintptr_t>(at.count), std::min(window, size - at), 0);
  }
  if (mapped) return address;
  UnmapBacking(*address, size);
  return std::nullopt;
}

void UnmapBacking(uintptr_t address, Bytes size) {
  munmap(reinterpret_cast<void*>(address), static_cast<size_t>(size.count));
}

std::optional<BackingFile> BackingFile::Create(Bytes size) {
  const int descriptor = memfd_create("groma-vgpu", MFD_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  BackingFile file(descriptor);
  if (ftruncate(descriptor, size.count) != 0) return std::nullopt;
  return file;
}

BackingFile::BackingFile(BackingFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

BackingFile& BackingFile::operator=(BackingFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

BackingFile::~BackingFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool BackingFile::MapAt(uintptr_t address, Bytes size, int64_t offset) const {
  void* at = reinterpret_cast<void*>(address);
  return Map(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, descriptor_,
             offset) != MAP_FAILED;
}

void BackingFile::UnmapAt(uintptr_t address, Bytes size) {
  Map(reinterpret_cast<void*>(address), size, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

}  // namespace groma::vgpu

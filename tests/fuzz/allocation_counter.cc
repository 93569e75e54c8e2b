#include "allocation_counter.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> now = 0, peak = 0;

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void* operator new(size_t size) {
  void* memory = std::malloc(std::max<size_t>(size, 1));
  if (memory == nullptr) throw std::bad_alloc();
  const size_t all = now += malloc_usable_size(memory);
  if (all > peak) peak = all;
  return memory;
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  now -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }

#endif

namespace groma::fuzz {

AllocationPeak::AllocationPeak() : begin_(now) { peak = begin_; }

size_t AllocationPeak::Bytes() const { return peak - begin_; }

}  // namespace groma::fuzz

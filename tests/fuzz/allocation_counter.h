// Counts what the process allocates with `new`; replaces the global operators, so only one program
// may link it. Counts nothing under AddressSanitizer, which has operators of its own.
#pragma once
#include <cstddef>

namespace groma::fuzz {

/// The most that was allocated at once since it was made, beyond what was allocated then.
class AllocationPeak {
 public:
  AllocationPeak();
  size_t Bytes() const;

 private:
  size_t begin_;
};

}  // namespace groma::fuzz

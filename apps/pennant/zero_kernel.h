// Zeros in a field of doubles, pointers or flags.
#pragma once
#include "apps/pennant/model.h"

namespace groma::pennant {

struct ZeroField {
  static constexpr char kKernel[] = "pennant_zero_field";
  Range range;
  int64_t bytes;  // of an element: 8 or 1
  Field<int64_t> words;
  Field<uint8_t> flags;  // in place of `words` when an element has 1 byte
  GROMA_HOST_DEVICE void operator()(int64_t i) const {
    if (bytes == 1) {
      flags[i] = 0;
    } else {
      words[i] = 0;
    }
  }
};

}  // namespace groma::pennant

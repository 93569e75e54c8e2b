// libFuzzer's entry; GROMA_FUZZ_TARGET names the target.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const groma::fuzz::Target* target = groma::fuzz::FindTarget(GROMA_FUZZ_TARGET);
  CHECK(target != nullptr, GROMA_FUZZ_TARGET);
  target->law(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

// libFuzzer target: any bytes through parser, checker, printer and renderers.
#include <cstddef>
#include <cstdint>

#include "lang_laws.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  groma::lang::CheckLaws(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

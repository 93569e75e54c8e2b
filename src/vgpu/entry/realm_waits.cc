#include "vgpu/entry/realm_waits.h"

#include <dlfcn.h>

#include <cstdint>

#include "vgpu/device/imports.h"

namespace groma::vgpu::cuda {
namespace {

// The beginning of Realm::Doorbell as declared in realm/mutex.h.
struct Doorbell {
  uint32_t state;
  long long sleep_timeout;  // ns of spinning; 0: none, -1: for ever
};
constexpr long long kLongestTimeout = 1'000'000'000;

constexpr char kWaitSlow[] = "_ZN5Realm8Doorbell9wait_slowEv";

uint32_t WaitSlow(Doorbell* doorbell) {
  static const auto original =
      reinterpret_cast<uint32_t (*)(Doorbell*)>(dlsym(RTLD_DEFAULT, kWaitSlow));
  // Another value would not be a time: a Doorbell of another shape is left alone.
  if (doorbell->sleep_timeout > 0 && doorbell->sleep_timeout < kLongestTimeout)
    doorbell->sleep_timeout = 0;
  return original(doorbell);
}

}  // namespace

void SleepWithoutSpinning() {
  int places = 0;
  RedirectImports(kWaitSlow, reinterpret_cast<void*>(&WaitSlow), &places);
}

}  // namespace groma::vgpu::cuda

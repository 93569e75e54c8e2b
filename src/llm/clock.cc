#include "llm/clock.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/process.h"

namespace groma::llm {

namespace chrono = std::chrono;

double RealClock::Now() {
  return chrono::duration<double>(chrono::steady_clock::now().time_since_epoch()).count();
}

int64_t RealClock::UnixMilliseconds() {
  return chrono::duration_cast<chrono::milliseconds>(chrono::system_clock::now().time_since_epoch())
      .count();
}

bool RealClock::Wait(double seconds) {
  constexpr double kTick = 0.02;  // how long Ctrl-C may go unseen
  const double end = Now() + seconds;
  while (Interrupted() == 0) {
    const double left = end - Now();
    if (left <= 0) return true;
    std::this_thread::sleep_for(chrono::duration<double>(std::min(left, kTick)));
  }
  return false;
}

}  // namespace groma::llm

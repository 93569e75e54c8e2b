// The door to time: waiting between attempts, and how long they take.
#pragma once
#include <cstdint>

namespace groma::llm {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Seconds since some moment; never goes back.
  virtual double Now() = 0;
  /// Milliseconds since 1970, UTC.
  virtual int64_t UnixMilliseconds() = 0;
  /// Waits that long. False when `Interrupted()` (base/process.h) ended it early.
  virtual bool Wait(double seconds) = 0;
};

/// The computer's own.
class RealClock : public Clock {
 public:
  double Now() override;
  int64_t UnixMilliseconds() override;
  bool Wait(double seconds) override;
};

}  // namespace groma::llm

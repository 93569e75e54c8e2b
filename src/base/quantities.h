// Quantities with units. Arithmetic that makes sense is defined, the rest does not compile.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groma {

/// A count of bytes.
struct Bytes {
  int64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
  friend Bytes operator+(Bytes a, Bytes b) { return {a.count + b.count}; }
  friend Bytes operator-(Bytes a, Bytes b) { return {a.count - b.count}; }
  friend Bytes operator*(Bytes a, int64_t n) { return {a.count * n}; }
  Bytes& operator+=(Bytes b) {
    count += b.count;
    return *this;
  }
  Bytes& operator-=(Bytes b) {
    count -= b.count;
    return *this;
  }
};

/// A time or a duration of the virtual clock, in whole nanoseconds.
struct Nanoseconds {
  int64_t count = 0;
  auto operator<=>(const Nanoseconds&) const = default;
  friend Nanoseconds operator+(Nanoseconds a, Nanoseconds b) { return {a.count + b.count}; }
  friend Nanoseconds operator-(Nanoseconds a, Nanoseconds b) { return {a.count - b.count}; }
  Nanoseconds& operator+=(Nanoseconds b) {
    count += b.count;
    return *this;
  }
  double Seconds() const { return static_cast<double>(count) * 1e-9; }
};

/// A rate of data.
struct BytesPerSecond {
  double rate = 0;
  auto operator<=>(const BytesPerSecond&) const = default;
};

/// A rate of operations (floating-point operations, atomic updates).
struct PerSecond {
  double rate = 0;
  auto operator<=>(const PerSecond&) const = default;
};

/// How long `bytes` take at `rate` (rounded up to a whole nanosecond); CHECKs that rate > 0.
Nanoseconds operator/(Bytes bytes, BytesPerSecond rate);
/// How long `count` operations take at `rate` (rounded up); CHECKs that rate > 0.
Nanoseconds TimeFor(double count, PerSecond rate);

/// "16 GiB", "1.5 MB", "200 B" → bytes. Decimal (kB, MB, GB, TB) and binary (KiB, MiB, GiB, TiB)
/// units; the unit is required.
Result<Bytes> ParseBytes(std::string_view text);
/// "5 us", "1.5 ms", "20 ns", "3 s" → nanoseconds.
Result<Nanoseconds> ParseNanoseconds(std::string_view text);
/// "732 GB/s", "18.3 GiB/s" → bytes per second.
Result<BytesPerSecond> ParseBytesPerSecond(std::string_view text);
/// "10.6 TFLOP/s", "2.4 G/s", "500 M/s" → per second.
Result<PerSecond> ParsePerSecond(std::string_view text);

/// For people: "16.0 GiB", "3.2 MB", "12.3 ms", "732 GB/s".
std::string ToString(Bytes bytes);
std::string ToString(Nanoseconds time);
std::string ToString(BytesPerSecond rate);

}  // namespace groma

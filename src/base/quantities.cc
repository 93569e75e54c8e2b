#include "base/quantities.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace groma {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kByteUnits = {
    Unit{"B", 1},           Unit{"kB", 1e3},           Unit{"MB", 1e6},
    Unit{"GB", 1e9},        Unit{"TB", 1e12},          Unit{"KiB", 1024.0},
    Unit{"MiB", 1048576.0}, Unit{"GiB", 1073741824.0}, Unit{"TiB", 1099511627776.0}};
constexpr std::array kTimeUnits = {Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};
constexpr std::array kCountUnits = {
    Unit{"/s", 1},     Unit{"k/s", 1e3},     Unit{"M/s", 1e6},     Unit{"G/s", 1e9},
    Unit{"T/s", 1e12}, Unit{"MFLOP/s", 1e6}, Unit{"GFLOP/s", 1e9}, Unit{"TFLOP/s", 1e12}};

// "NUMBER UNIT" (blank optional) → NUMBER × the unit's factor.
template <size_t N>
Result<double> ParseWithUnit(std::string_view text, const std::array<Unit, N>& units,
                             std::string_view what) {
  double number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, text.data() + text.size() - end);
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (code == std::errc() && std::isfinite(number) && number >= 0) {
    for (const Unit& candidate : units)
      if (candidate.name == unit) return number * candidate.factor;
  }
  std::string known;
  for (const Unit& candidate : units)
    known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate.name);
  return Error{fmt::format("'{}' is not {}: write a number and a unit ({})", text, what, known)};
}

Nanoseconds FromSeconds(double seconds) {
  return {static_cast<int64_t>(std::ceil(seconds * 1e9 - 1e-6))};
}

}  // namespace

Nanoseconds operator/(Bytes bytes, BytesPerSecond rate) {
  CHECK(rate.rate > 0, "a rate of data must be positive");
  return FromSeconds(static_cast<double>(bytes.count) / rate.rate);
}

Nanoseconds TimeFor(double count, PerSecond rate) {
  CHECK(rate.rate > 0, "a rate must be positive");
  return FromSeconds(count / rate.rate);
}

Result<Bytes> ParseBytes(std::string_view text) {
  Result<double> number = ParseWithUnit(text, kByteUnits, "an amount of memory");
  if (!number) return number.error();
  if (*number > 9e18)
    return Error{fmt::format("'{}' is more memory than a 64-bit address can name", text)};
  return Bytes{static_cast<int64_t>(std::llround(*number))};
}

Result<Nanoseconds> ParseNanoseconds(std::string_view text) {
  Result<double> number = ParseWithUnit(text, kTimeUnits, "a duration");
  if (!number) return number.error();
  if (*number > 9e18) return Error{fmt::format("'{}' is longer than 292 years", text)};
  return Nanoseconds{static_cast<int64_t>(std::llround(*number))};
}

Result<BytesPerSecond> ParseBytesPerSecond(std::string_view text) {
  if (text.size() < 2 || text.substr(text.size() - 2) != "/s")
    return Error{
        fmt::format("'{}' is not a rate of data: write a number and a unit, e.g. 732 GB/s", text)};
  Result<double> number =
      ParseWithUnit(text.substr(0, text.size() - 2), kByteUnits, "a rate of data");
  if (!number)
    return Error{
        fmt::format("'{}' is not a rate of data: write a number and a unit, e.g. 732 GB/s", text)};
  return BytesPerSecond{*number};
}

Result<PerSecond> ParsePerSecond(std::string_view text) {
  Result<double> number = ParseWithUnit(text, kCountUnits, "a rate of operations");
  if (!number) return number.error();
  return PerSecond{*number};
}

std::string ToString(Bytes bytes) {
  constexpr std::array<std::string_view, 5> kNames = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes.count);
  size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes.count)
                   : fmt::format("{:.1f} {}", value, kNames[unit]);
}

std::string ToString(Nanoseconds time) {
  if (time.count < 1000) return fmt::format("{} ns", time.count);
  auto value = static_cast<double>(time.count);
  if (time.count < 1'000'000) return fmt::format("{:.1f} us", value * 1e-3);
  if (time.count < 1'000'000'000) return fmt::format("{:.3f} ms", value * 1e-6);
  return fmt::format("{:.3f} s", value * 1e-9);
}

std::string ToString(BytesPerSecond rate) { return fmt::format("{:.4g} GB/s", rate.rate * 1e-9); }

}  // namespace groma

// Whole numbers without a limit: how many mappings there are.
#pragma once
#include <compare>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace groma::tune {

/// 0, 1, 2 … of any length. Additions cost O(digits), products O(digits²).
class Natural {
 public:
  Natural() = default;      // 0
  Natural(uint64_t value);  // NOLINT(google-explicit-constructor): numbers are numbers

  Natural& operator+=(const Natural& other);
  /// CHECKs that the result is not negative.
  Natural& operator-=(const Natural& other);
  Natural& operator*=(const Natural& other);

  std::strong_ordering operator<=>(const Natural& other) const;
  bool operator==(const Natural& other) const = default;

  /// "18446744073709551616".
  std::string ToString() const;
  /// To about 15 digits; 0 for 0 and 1.
  double Log10() const;

  /// A number below this one, all equally likely; CHECKs that there is one. The same generator
  /// state gives the same number everywhere.
  Natural DrawBelow(std::mt19937_64& generator) const;

 private:
  void DropZeros();

  static constexpr uint64_t kBase = 1'000'000'000;
  std::vector<uint32_t> digits_;  // in base 10⁹, the lowest first; none for 0
};

/// 0 … count − 1, all equally likely; CHECKs that count is not 0.
uint64_t DrawBelow(uint64_t count, std::mt19937_64& generator);

}  // namespace groma::tune

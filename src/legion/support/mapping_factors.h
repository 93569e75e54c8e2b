// Ways to write a number of processors as a product, for machine spaces of generated mappings.
// Needs the standard library alone (C++17).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace groma::generated {

using Numbers = std::vector<int64_t>;
__extension__ typedef __int128 Wide;

/// A whole number ≥ 0 without bound; digits of 32 bits, lowest first.
struct Whole {
  std::vector<uint32_t> digits;

  /// this · factor + other
  void MultiplyAdd(uint64_t factor, const Whole& other) {
    const uint32_t parts[] = {static_cast<uint32_t>(factor), static_cast<uint32_t>(factor >> 32)};
    std::vector<uint32_t> sum(std::max(digits.size() + 2, other.digits.size()) + 1, 0);
    std::copy(other.digits.begin(), other.digits.end(), sum.begin());
    for (size_t part = 0; part < 2; ++part) {
      uint64_t carry = 0;
      for (size_t i = 0; i + part < sum.size(); ++i) {
        const uint64_t digit = i < digits.size() ? digits[i] : 0;
        carry += digit * parts[part] + sum[i + part];
        sum[i + part] = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
    }
    while (!sum.empty() && sum.back() == 0) sum.pop_back();
    digits = std::move(sum);
  }
  int Compare(const Whole& other) const {
    if (digits.size() != other.digits.size()) return digits.size() < other.digits.size() ? -1 : 1;
    for (size_t i = digits.size(); i-- > 0;) {
      if (digits[i] != other.digits[i]) return digits[i] < other.digits[i] ? -1 : 1;
    }
    return 0;
  }
};

/// The sign of Σ (a_i − b_i) / extents_i over the last a.size() extents, exactly. All ≥ 0, extents
/// ≥ 1.
inline int CompareCuts(const Numbers& a, const Numbers& b, const Numbers& extents) {
  const size_t skipped = extents.size() - a.size();
  Whole left, right;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    Whole term{{1}};
    for (size_t j = 0; j < a.size(); ++j) {
      const int64_t factor = j != i ? extents[skipped + j] : std::abs(a[i] - b[i]);
      term.MultiplyAdd(static_cast<uint64_t>(factor), {});
    }
    (a[i] > b[i] ? left : right).MultiplyAdd(1, term);
  }
  return left.Compare(right);
}

inline Numbers AtLeastOne(Numbers extents) {
  for (int64_t& extent : extents) extent = std::max<int64_t>(extent, 1);
  return extents;
}

inline Numbers PrimeFactors(int64_t size) {
  Numbers primes;
  for (int64_t p = 2; p <= size / p; ++p) {
    for (; size % p == 0; size /= p) primes.push_back(p);
  }
  if (size > 1) primes.push_back(size);
  return primes;
}

inline Numbers Divisors(int64_t size) {
  Numbers divisors;
  for (int64_t d = 1; d <= size / d; ++d) {
    if (size % d != 0) continue;
    divisors.push_back(d);
    if (d != size / d) divisors.push_back(size / d);
  }
  std::sort(divisors.begin(), divisors.end());
  return divisors;
}

/// The factors O of `size` of smallest Σ O_i / extents_i, among equals the lexicographically
/// largest; (0, 1, 1, …) for 0.
inline Numbers CheapestFactors(int64_t size, Numbers extents) {
  Numbers none(extents.size(), 1);
  if (size == 0) none[0] = 0;
  if (size == 0) return none;
  extents = AtLeastOne(std::move(extents));
  const Numbers divisors = Divisors(size);
  // ways[k]: the cheapest way to write divisors[k] over the dimensions seen so far, from the last.
  std::vector<Numbers> ways;
  for (int64_t divisor : divisors) ways.push_back({divisor});
  for (size_t dimensions = 2; dimensions <= extents.size(); ++dimensions) {
    std::vector<Numbers> longer;
    for (int64_t divisor : divisors) {
      Numbers best;
      for (size_t rest = 0; rest < divisors.size(); ++rest) {  // the largest first factor first
        if (divisor % divisors[rest] != 0) continue;
        Numbers way = {divisor / divisors[rest]};
        way.insert(way.end(), ways[rest].begin(), ways[rest].end());
        if (best.empty() || CompareCuts(way, best, extents) < 0) best = std::move(way);
      }
      longer.push_back(std::move(best));
    }
    ways = std::move(longer);
  }
  return ways.back();
}

/// As Legion's default mapper cuts a domain: prime factors, largest first, each to the dimension of
/// largest extents_i / O_i, ties to the lowest.
inline Numbers GreedyFactors(int64_t size, Numbers extents) {
  Numbers factors(extents.size(), 1);
  if (size == 0) factors[0] = 0;
  if (size == 0) return factors;
  extents = AtLeastOne(std::move(extents));
  const Numbers primes = PrimeFactors(size);
  for (size_t k = primes.size(); k-- > 0;) {
    size_t widest = 0;
    for (size_t i = 1; i < extents.size(); ++i) {
      if (Wide{extents[i]} * factors[widest] > Wide{extents[widest]} * factors[i]) widest = i;
    }
    factors[widest] *= primes[k];
  }
  return factors;
}

}  // namespace groma::generated

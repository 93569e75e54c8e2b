#include "mapping/factor.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace groma::mapping {
namespace {

/// A whole number ≥ 0 without bound, lowest 32 bits first.
class BigNumber {
 public:
  explicit BigNumber(uint64_t value) : words_{static_cast<uint32_t>(value), Upper(value)} {}

  void Multiply(uint64_t factor) {
    const BigNumber low = Times(static_cast<uint32_t>(factor));
    BigNumber high = Times(Upper(factor));
    high.words_.insert(high.words_.begin(), 0);
    *this = low;
    Add(high);
  }

  void Add(const BigNumber& other) {
    words_.resize(std::max(words_.size(), other.words_.size()) + 1, 0);
    uint64_t carry = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      carry += uint64_t{words_[i]} + (i < other.words_.size() ? other.words_[i] : 0);
      words_[i] = static_cast<uint32_t>(carry);
      carry = Upper(carry);
    }
  }

  int Compare(const BigNumber& other) const {
    for (size_t i = std::max(words_.size(), other.words_.size()); i-- > 0;) {
      const uint32_t mine = i < words_.size() ? words_[i] : 0;
      const uint32_t theirs = i < other.words_.size() ? other.words_[i] : 0;
      if (mine != theirs) return mine < theirs ? -1 : 1;
    }
    return 0;
  }

 private:
  static uint32_t Upper(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

  BigNumber Times(uint32_t factor) const {
    BigNumber product(0);
    product.words_.assign(words_.size() + 1, 0);
    uint64_t carry = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      carry += uint64_t{words_[i]} * factor;
      product.words_[i] = static_cast<uint32_t>(carry);
      carry = Upper(carry);
    }
    product.words_.back() = static_cast<uint32_t>(carry);
    return product;
  }

  std::vector<uint32_t> words_;
};

int CompareExactly(std::span<const int64_t> a, std::span<const int64_t> b,
                   std::span<const int64_t> extents) {
  // Both sides times the product of all extents; what is common to both cancels first.
  BigNumber left(0), right(0);
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    BigNumber term(static_cast<uint64_t>(std::max(a[i], b[i]) - std::min(a[i], b[i])));
    for (size_t j = 0; j < extents.size(); ++j) {
      if (j != i) term.Multiply(static_cast<uint64_t>(extents[j]));
    }
    (a[i] > b[i] ? left : right).Add(term);
  }
  return left.Compare(right);
}

std::vector<int64_t> AtLeastOne(std::span<const int64_t> extents) {
  std::vector<int64_t> result(extents.begin(), extents.end());
  for (int64_t& extent : result) extent = std::max<int64_t>(extent, 1);
  return result;
}

std::vector<int64_t> Divisors(int64_t size) {
  std::vector<int64_t> small, large;
  for (int64_t d = 1; d <= size / d; ++d) {
    if (size % d != 0) continue;
    small.push_back(d);
    if (d != size / d) large.push_back(size / d);
  }
  small.insert(small.end(), large.rbegin(), large.rend());
  return small;
}

std::vector<int64_t> OnesBut(int64_t first, size_t count) {
  std::vector<int64_t> factors(count, 1);
  factors[0] = first;
  return factors;
}

}  // namespace

int CompareCuts(std::span<const int64_t> a, std::span<const int64_t> b,
                std::span<const int64_t> extents) {
  CHECK(a.size() == b.size() && a.size() == extents.size(), "lengths differ");
  // Floating point decides when the answer is far from its rounding errors, which it nearly always
  // is; each term is right to 2⁻⁵², each addition adds as much.
  double difference = 0, magnitude = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double left = static_cast<double>(a[i]) / static_cast<double>(extents[i]);
    const double right = static_cast<double>(b[i]) / static_cast<double>(extents[i]);
    difference += left - right;
    magnitude += left + right;
  }
  const double error = magnitude * static_cast<double>(a.size() + 4) * 0x1p-50;
  if (std::abs(difference) > error) return difference < 0 ? -1 : 1;
  return CompareExactly(a, b, extents);
}

std::vector<int64_t> CheapestFactors(int64_t size, std::span<const int64_t> given) {
  CHECK(size >= 0 && !given.empty(), "nothing to factor");
  if (size == 0) return OnesBut(0, given.size());
  const std::vector<int64_t> extents = AtLeastOne(given);
  const std::vector<int64_t> divisors = Divisors(size);
  // best[k]: the cheapest way to write divisors[k] over the dimensions from `dim` on. The sum makes
  // the rest of a cheapest way a cheapest way itself, and the same holds of the tie rule.
  std::vector<std::vector<int64_t>> best;
  best.reserve(divisors.size());
  for (int64_t divisor : divisors) best.push_back({divisor});
  for (size_t dim = extents.size() - 1; dim-- > 0;) {
    const auto tail = std::span(extents).subspan(dim);
    std::vector<std::vector<int64_t>> next(divisors.size());
    for (size_t k = 0; k < divisors.size(); ++k) {
      for (size_t j = k + 1; j-- > 0;) {  // the largest first factor first: it wins ties
        if (divisors[k] % divisors[j] != 0) continue;
        const int64_t rest = divisors[k] / divisors[j];
        const size_t at = static_cast<size_t>(
            std::lower_bound(divisors.begin(), divisors.end(), rest) - divisors.begin());
        std::vector<int64_t> way = {divisors[j]};
        way.insert(way.end(), best[at].begin(), best[at].end());
        if (next[k].empty() || CompareCuts(way, next[k], tail) < 0) next[k] = std::move(way);
      }
    }
    best = std::move(next);
  }
  return best.back();
}

int64_t StepsOfCheapestFactors(int64_t size, size_t extents) {
  const auto divisors = static_cast<int64_t>(Divisors(size).size());
  const auto dimensions = static_cast<int64_t>(std::min<size_t>(extents, 64));
  return dimensions * dimensions * divisors * divisors / 16;
}

std::vector<int64_t> GreedyFactors(int64_t size, std::span<const int64_t> given) {
  CHECK(size >= 0 && !given.empty(), "nothing to factor");
  if (size == 0) return OnesBut(0, given.size());
  const std::vector<int64_t> extents = AtLeastOne(given);
  std::vector<int64_t> primes;
  int64_t rest = size;
  for (int64_t p = 2; p <= rest / p; ++p) {
    for (; rest % p == 0; rest /= p) primes.push_back(p);
  }
  if (rest > 1) primes.push_back(rest);
  std::vector<int64_t> factors(extents.size(), 1);
  for (auto prime = primes.rbegin(); prime != primes.rend(); ++prime) {
    size_t widest = 0;
    for (size_t i = 1; i < extents.size(); ++i) {
      if (static_cast<__int128>(extents[i]) * factors[widest] >
          static_cast<__int128>(extents[widest]) * factors[i]) {
        widest = i;
      }
    }
    factors[widest] *= *prime;
  }
  return factors;
}

}  // namespace groma::mapping

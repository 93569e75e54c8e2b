#include "tune/space/natural.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace groma::tune {

Natural::Natural(uint64_t value) {
  for (; value > 0; value /= kBase) digits_.push_back(static_cast<uint32_t>(value % kBase));
}

void Natural::DropZeros() {
  while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
}

Natural& Natural::operator+=(const Natural& other) {
  digits_.resize(std::max(digits_.size(), other.digits_.size()) + 1);
  uint64_t carry = 0;
  for (size_t i = 0; i < digits_.size(); ++i) {
    carry += digits_[i] + (i < other.digits_.size() ? uint64_t{other.digits_[i]} : 0);
    digits_[i] = static_cast<uint32_t>(carry % kBase);
    carry /= kBase;
  }
  DropZeros();
  return *this;
}

Natural& Natural::operator-=(const Natural& other) {
  CHECK(*this >= other, fmt::format("{} - {}", ToString(), other.ToString()));
  uint64_t borrow = 0;
  for (size_t i = 0; i < digits_.size(); ++i) {
    const uint64_t less = borrow + (i < other.digits_.size() ? uint64_t{other.digits_[i]} : 0);
    borrow = digits_[i] < less ? 1 : 0;
    digits_[i] = static_cast<uint32_t>(digits_[i] + borrow * kBase - less);
  }
  DropZeros();
  return *this;
}

Natural& Natural::operator*=(const Natural& other) {
  std::vector<uint32_t> product(digits_.size() + other.digits_.size());
  for (size_t i = 0; i < digits_.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; i + j < product.size(); ++j) {
      carry += product[i + j];
      if (j < other.digits_.size()) carry += uint64_t{digits_[i]} * other.digits_[j];
      product[i + j] = static_cast<uint32_t>(carry % kBase);
      carry /= kBase;
    }
  }
  digits_ = std::move(product);
  DropZeros();
  return *this;
}

std::strong_ordering Natural::operator<=>(const Natural& other) const {
  if (digits_.size() != other.digits_.size()) return digits_.size() <=> other.digits_.size();
  return std::lexicographical_compare_three_way(digits_.rbegin(), digits_.rend(),
                                                other.digits_.rbegin(), other.digits_.rend());
}

std::string Natural::ToString() const {
  if (digits_.empty()) return "0";
  std::string text = std::to_string(digits_.back());
  for (size_t i = digits_.size() - 1; i-- > 0;) text += fmt::format("{:09}", digits_[i]);
  return text;
}

double Natural::Log10() const {
  double value = 0;  // the highest three digits
  const size_t from = digits_.size() > 3 ? digits_.size() - 3 : 0;
  for (size_t i = digits_.size(); i-- > from;)
    value = value * static_cast<double>(kBase) + digits_[i];
  return value <= 1 ? 0 : std::log10(value) + 9 * static_cast<double>(from);
}

Natural Natural::DrawBelow(std::mt19937_64& generator) const {
  CHECK(!digits_.empty(), "there is no number below 0");
  for (;;) {  // at most two rounds on average
    Natural drawn;
    drawn.digits_.resize(digits_.size());
    for (uint32_t& digit : drawn.digits_)
      digit = static_cast<uint32_t>(tune::DrawBelow(kBase, generator));
    drawn.digits_.back() =
        static_cast<uint32_t>(tune::DrawBelow(uint64_t{digits_.back()} + 1, generator));
    drawn.DropZeros();
    if (drawn < *this) return drawn;
  }
}

uint64_t DrawBelow(uint64_t count, std::mt19937_64& generator) {
  CHECK(count > 0, "there is no number below 0");
  // What is left of 2⁶⁴ beyond the last whole multiple of `count` would favour small numbers.
  const uint64_t beyond = (std::mt19937_64::max() % count + 1) % count;
  for (;;) {
    const uint64_t drawn = generator();
    if (drawn <= std::mt19937_64::max() - beyond) return drawn % count;
  }
}

}  // namespace groma::tune

#include "tune/space/natural.h"

#include <gtest/gtest.h>

#include <array>

namespace groma::tune {
namespace {

Natural Power(uint64_t base, int exponent) {
  Natural power = 1;
  for (int i = 0; i < exponent; ++i) power *= base;
  return power;
}

TEST(Naturals, CountBeyondEveryMachineWord) {
  EXPECT_EQ(Natural().ToString(), "0");
  EXPECT_EQ(Natural(18446744073709551615ULL).ToString(), "18446744073709551615");
  EXPECT_EQ(Power(2, 128).ToString(), "340282366920938463463374607431768211456");
  EXPECT_EQ(Power(10, 30).ToString(), "1" + std::string(30, '0'));
  EXPECT_EQ((Power(2, 128) *= Natural(0)).ToString(), "0");
}

TEST(Naturals, TakeBackWhatWasAdded) {
  for (const int exponent : {0, 1, 29, 30, 31, 200}) {
    Natural sum = Power(2, exponent);
    sum += Power(3, 70);
    sum -= Power(3, 70);
    EXPECT_EQ(sum, Power(2, exponent));
  }
  // (2⁶⁴ + 1)² − 2⁶⁵ − 1 is 2¹²⁸.
  Natural square = Power(2, 64);
  square += 1;
  square *= Natural(square);
  square -= Power(2, 65);
  square -= 1;
  EXPECT_EQ(square, Power(2, 128));
}

TEST(Naturals, AreOrdered) {
  EXPECT_LT(Natural(0), Natural(1));
  EXPECT_LT(Natural(999'999'999), Natural(1'000'000'000));
  EXPECT_LT(Natural(2'000'000'001), Power(10, 18));
  EXPECT_GT(Power(3, 81), Power(2, 128));  // 3⁸¹ is 1.3 times 2¹²⁸
}

TEST(Naturals, HaveLogarithms) {
  EXPECT_EQ(Natural(0).Log10(), 0);
  EXPECT_EQ(Natural(1).Log10(), 0);
  EXPECT_NEAR(Power(10, 100).Log10(), 100, 1e-9);
  EXPECT_NEAR(Power(2, 300).Log10(), 90.308998699, 1e-8);
}

TEST(Draws, AreBelowAndReachEveryNumberAlike) {
  std::mt19937_64 generator(1);
  // 3·10⁹ does not divide 2⁶⁴ and has two digits: thirds of the range are drawn alike. Of 30,000
  // draws each third gets 10,000 ± 82 (standard deviation); five of them are allowed.
  std::array<int, 3> thirds{};
  for (int i = 0; i < 30'000; ++i) {
    const Natural drawn = Natural(3'000'000'000).DrawBelow(generator);
    ASSERT_LT(drawn, Natural(3'000'000'000));
    ++thirds[drawn < Natural(1'000'000'000) ? 0 : drawn < Natural(2'000'000'000) ? 1 : 2];
  }
  for (const int third : thirds) EXPECT_NEAR(third, 10'000, 410);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Natural(1).DrawBelow(generator), Natural(0));
}

TEST(Draws, FromTheSameStateAreTheSame) {
  std::mt19937_64 one(7), two(7);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Power(7, 90).DrawBelow(one), Power(7, 90).DrawBelow(two));
  EXPECT_NE(Power(7, 90).DrawBelow(one), Power(7, 90).DrawBelow(two) += 1);
}

}  // namespace
}  // namespace groma::tune

#include "base/quantities.h"

#include <gtest/gtest.h>

namespace groma {
namespace {

TEST(Quantities, ParseDecimalAndBinaryUnits) {
  EXPECT_EQ(ParseBytes("16 GiB")->count, 17179869184);
  EXPECT_EQ(ParseBytes("1.5 MB")->count, 1500000);
  EXPECT_EQ(ParseNanoseconds("2.5us")->count, 2500);
  EXPECT_DOUBLE_EQ(ParseBytesPerSecond("732 GB/s")->rate, 732e9);
  EXPECT_DOUBLE_EQ(ParsePerSecond("10.6 TFLOP/s")->rate, 10.6e12);
}

TEST(Quantities, RefuseAMissingUnitANegativeNumberAndNonsense) {
  EXPECT_FALSE(ParseBytes("16"));
  EXPECT_FALSE(ParseBytes("-1 GB"));
  EXPECT_FALSE(ParseBytes("nan GB"));
  EXPECT_FALSE(ParseBytes("1e40 GB"));
  EXPECT_FALSE(ParseNanoseconds("3 parsecs"));
  EXPECT_FALSE(ParseBytesPerSecond("732 GB"));
}

TEST(Quantities, TimeIsRoundedUpToAWholeNanosecond) {
  EXPECT_EQ((Bytes{10} / BytesPerSecond{1e9}).count, 10);  // 10 B at 1 B/ns
  EXPECT_EQ((Bytes{1} / BytesPerSecond{3e9}).count, 1);    // a third of a nanosecond
  EXPECT_EQ(TimeFor(3, PerSecond{2e9}).count, 2);          // 1.5 ns
}

}  // namespace
}  // namespace groma

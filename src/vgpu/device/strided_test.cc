#include "vgpu/device/strided.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace groma::vgpu {
namespace {

std::byte* AsBytes(std::string& text) { return reinterpret_cast<std::byte*>(text.data()); }

TEST(Strided, CopiesRowsOfSlices) {
  std::string source = "ab..cd......ef..gh......";
  std::string target(10, '-');
  StridedCopy copy;
  copy.source = AsBytes(source);
  copy.target = AsBytes(target);
  copy.width = 2;
  copy.height = 2;
  copy.depth = 2;
  copy.source_pitch = 4;
  copy.source_slice = 12;
  copy.target_pitch = 2;
  copy.target_slice = 5;
  Perform(copy);
  EXPECT_EQ(target, "abcd-efgh-");
  EXPECT_EQ(copy.Total().count, 8);
}

TEST(Strided, FillsWithValuesOfAnySize) {
  for (const std::string value : {"x", "xy", "xyzw", "12345678"}) {
    std::string target(40, '-');
    StridedFill fill;
    fill.target = AsBytes(target);
    fill.width = 16;
    fill.height = 2;
    fill.pitch = 20;
    fill.value_bytes = static_cast<int64_t>(value.size());
    std::memcpy(fill.value.data(), value.data(), value.size());
    Perform(fill);
    std::string row;
    while (row.size() < 16) row += value;
    const std::string expected = fmt::format("{0}----{0}----", row);
    EXPECT_EQ(target, expected);
  }
}

TEST(Strided, KnowsWhenRowsFollowWithoutAGap) {
  EXPECT_EQ(RunsOf(8, 4, 2, 8, 32).run, 64);
  EXPECT_EQ(RunsOf(8, 4, 2, 8, 40).run, 32);
  EXPECT_EQ(RunsOf(8, 4, 2, 8, 40).distance, 40);
  EXPECT_EQ(RunsOf(8, 4, 1, 24, 0).run, 8);
  EXPECT_EQ(RunsOf(8, 4, 1, 24, 0).distance, 24);
  EXPECT_EQ(RunsOf(8, 1, 1, 0, 0).run, 8);
}

}  // namespace
}  // namespace groma::vgpu

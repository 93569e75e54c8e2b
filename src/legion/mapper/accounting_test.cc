#include "legion/mapper/accounting.h"

#include "gtest/gtest.h"

namespace groma::legion {
namespace {

PlacedInstance Placed(uint64_t memory, int64_t bytes, std::string task, std::string region) {
  return {memory, bytes,
          std::make_shared<const Placer>(Placer{std::move(task), std::move(region), Span{3, 9}})};
}

TEST(Accounting, UsedFallsWhenAnInstanceGoesAndThePeakStays) {
  Accounting accounting;
  accounting.Add(1, Placed(7, 100, "t", "r"));
  accounting.Add(2, Placed(7, 50, "t", "r"));
  accounting.Remove(1);
  EXPECT_EQ(accounting.Used(7), 50);
  EXPECT_EQ(accounting.Peak(7), 150);
  accounting.Remove(1);  // told twice: counted once
  EXPECT_EQ(accounting.Used(7), 50);
}

TEST(Accounting, AnInstanceTakesThePlaceOfOneThatHadItsId) {
  Accounting accounting;
  accounting.Add(1, Placed(7, 100, "t", "r"));
  accounting.Add(1, Placed(8, 50, "t", "r"));
  EXPECT_EQ(accounting.Used(7), 0);
  EXPECT_EQ(accounting.Used(8), 50);
}

TEST(Accounting, MemoriesAreKeptApart) {
  Accounting accounting;
  accounting.Add(1, Placed(7, 100, "t", "r"));
  accounting.Add(2, Placed(8, 30, "t", "r"));
  EXPECT_EQ(accounting.Used(7), 100);
  EXPECT_EQ(accounting.Used(8), 30);
  EXPECT_EQ(accounting.Used(9), 0);
  EXPECT_EQ(accounting.Memories(), (std::vector<uint64_t>{7, 8}));
}

TEST(Accounting, LiveInstancesAreGroupedByTaskAndRegionLargestFirst) {
  Accounting accounting;
  accounting.Add(1, Placed(7, 10, "a", "x"));
  accounting.Add(2, Placed(7, 20, "b", "y"));
  accounting.Add(3, Placed(7, 15, "a", "x"));
  const auto live = accounting.Live(7);
  ASSERT_EQ(live.size(), 2u);
  EXPECT_EQ(live[0].by.task, "a");
  EXPECT_EQ(live[0].bytes, 25);
  EXPECT_EQ(live[0].count, 2);
  EXPECT_EQ(live[1].by.region, "y");
}

}  // namespace
}  // namespace groma::legion

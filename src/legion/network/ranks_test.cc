#include "legion/network/ranks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "base/temporary_folder.h"

namespace groma::legion {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class RanksTest : public testing::Test {
 protected:
  RanksTest() : folder_(std::move(TemporaryFolder::Make().value())) {}

  /// Runs `body` as each of `count` ranks, the last one first.
  void Run(int count, const std::function<void(Ranks&)>& body) {
    std::vector<std::thread> threads;
    for (int rank = count; rank-- > 0;) {
      threads.emplace_back([=, this] {
        auto ranks = Ranks::Join(folder_.path(), rank, count, milliseconds(20000));
        ASSERT_TRUE(ranks.ok()) << ranks.error().message;
        body(*ranks);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  TemporaryFolder folder_;
};

TEST_F(RanksTest, EachGetsWhatEveryRankBrought) {
  Run(3, [](Ranks& ranks) {
    const std::string first(static_cast<size_t>(ranks.rank()) * 100000, 'a');
    const auto sizes = ranks.Exchange(first);
    ASSERT_TRUE(sizes.ok());
    EXPECT_EQ((*sizes)[0].size(), 0u);
    EXPECT_EQ((*sizes)[2].size(), 200000u);
    const auto names = ranks.Exchange(std::to_string(ranks.rank()));
    ASSERT_TRUE(names.ok());
    EXPECT_THAT(*names, ElementsAre("0", "1", "2"));
  });
}

TEST_F(RanksTest, OneRankIsAloneWithItself) {
  Run(1, [](Ranks& ranks) { EXPECT_THAT(*ranks.Exchange("x"), ElementsAre("x")); });
}

TEST_F(RanksTest, ARankThatLeavesIsAnErrorForTheOthers) {
  Run(3, [](Ranks& ranks) {
    ASSERT_TRUE(ranks.Exchange("all").ok());
    if (ranks.rank() == 1) return;
    Ranks here = std::move(ranks);  // closed when this returns: the others do not wait for ever
    const auto rest = here.Exchange("rest");
    ASSERT_FALSE(rest.ok());
    EXPECT_THAT(rest.error().message, HasSubstr("has left"));
  });
}

TEST_F(RanksTest, ARankThatDoesNotComeIsAnError) {
  const auto first = Ranks::Join(folder_.path(), 0, 2, milliseconds(20));
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().message, "1 of 2 ranks did not come");
  const auto second = Ranks::Join(folder_.path(), 1, 2, milliseconds(20));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message, "rank 0 of 2 did not come");
}

TEST_F(RanksTest, ThereIsNoRankBeyondTheirNumber) {
  EXPECT_FALSE(Ranks::Join(folder_.path(), 2, 2, milliseconds(0)).ok());
  EXPECT_FALSE(Ranks::Join(std::string(200, 'x'), 0, 2, milliseconds(0)).ok());
}

}  // namespace
}  // namespace groma::legion

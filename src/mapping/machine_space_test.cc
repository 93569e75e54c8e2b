#include "mapping/machine_space.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <numeric>
#include <set>

#include "mapping/factor.h"

namespace groma::mapping {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Sizes = std::vector<int64_t>;

MachineSpace Gpus(int nodes, int per_node) { return {ProcessorKind::kGpu, nodes, per_node}; }

MachineSpace Of(Result<MachineSpace> result) { return std::move(result).value(); }

std::string Refusal(const Result<MachineSpace>& result) {
  return result.ok() ? "no error" : result.error().message;
}

std::vector<Sizes> PointsOf(const Sizes& size) {
  std::vector<Sizes> points = {{}};
  for (int64_t extent : size) {
    std::vector<Sizes> longer;
    for (const Sizes& point : points) {
      for (int64_t i = 0; i < extent; ++i) {
        longer.push_back(point);
        longer.back().push_back(i);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::set<Processor> ProcessorsOf(const MachineSpace& space) {
  std::set<Processor> processors;
  for (const Sizes& point : PointsOf(space.size())) processors.insert(space.At(point));
  return processors;
}

/// All ways to write `size` as an ordered product: what the factor functions choose from.
void Factorisations(int64_t size, size_t count, Sizes& prefix, std::vector<Sizes>& all) {
  if (prefix.size() + 1 == count) {
    prefix.push_back(size);
    all.push_back(prefix);
    prefix.pop_back();
    return;
  }
  for (int64_t factor = 1; factor <= size; ++factor) {
    if (size % factor != 0) continue;
    prefix.push_back(factor);
    Factorisations(size / factor, count, prefix, all);
    prefix.pop_back();
  }
}

TEST(MachineSpaceTest, MachineIsNodesTimesProcessors) {
  EXPECT_THAT(Gpus(2, 4).size(), ElementsAre(2, 4));
  EXPECT_EQ(Gpus(2, 4).At(Sizes{1, 3}), (Processor{1, 3}));
  EXPECT_THAT(Gpus(3, 0).size(), ElementsAre(3, 0));
}

TEST(MachineSpaceTest, MergePutsTheFirstDimensionSlow) {
  const MachineSpace line = Of(Gpus(2, 4).Merge(0, 1));
  EXPECT_THAT(line.size(), ElementsAre(8));
  EXPECT_EQ(line.At(Sizes{5}), (Processor{1, 1}));
  const MachineSpace other = Of(Gpus(2, 4).Merge(1, 0));
  EXPECT_THAT(other.size(), ElementsAre(8));
  EXPECT_EQ(other.At(Sizes{5}), (Processor{1, 2}));
}

TEST(MachineSpaceTest, MergeOfDistantDimensionsStandsAtTheFirst) {
  const MachineSpace cube = Of(Gpus(2, 12).Split(1, 3));  // (2, 3, 4)
  const MachineSpace forward = Of(cube.Merge(0, 2));
  EXPECT_THAT(forward.size(), ElementsAre(8, 3));
  // x = 5 → p: 5 / 4 = 1, q: 5 % 4 = 1; (1, 2, 1) → index 2 + 1·3.
  EXPECT_EQ(forward.At(Sizes{5, 2}), (Processor{1, 5}));
  const MachineSpace backward = Of(cube.Merge(2, 0));
  EXPECT_THAT(backward.size(), ElementsAre(3, 8));
  // x = 5 → p (last): 5 / 2 = 2, q (nodes): 5 % 2 = 1; (1, 2, 2) → index 2 + 2·3.
  EXPECT_EQ(backward.At(Sizes{2, 5}), (Processor{1, 8}));
}

TEST(MachineSpaceTest, SplitPutsItsFirstFactorFast) {
  const MachineSpace space = Of(Gpus(1, 6).Split(1, 2));
  EXPECT_THAT(space.size(), ElementsAre(1, 2, 3));
  EXPECT_EQ(space.At(Sizes{0, 1, 2}), (Processor{0, 5}));
  EXPECT_THAT(Refusal(Gpus(1, 6).Split(1, 4)), HasSubstr("by 4, which does not divide its size 6"));
  EXPECT_THAT(Refusal(Gpus(1, 6).Split(1, 0)), HasSubstr("does not divide"));
}

TEST(MachineSpaceTest, SliceAndReverseMoveTheirDimension) {
  const MachineSpace space = Of(Gpus(4, 4).Slice(0, 1, 2));
  EXPECT_THAT(space.size(), ElementsAre(2, 4));
  EXPECT_EQ(space.At(Sizes{0, 3}), (Processor{1, 3}));
  EXPECT_EQ(Of(Gpus(4, 4).Reverse(1)).At(Sizes{2, 0}), (Processor{2, 3}));
  EXPECT_THAT(Refusal(Gpus(4, 4).Slice(0, 1, 4)), HasSubstr("it has size 4"));
  EXPECT_THAT(Refusal(Gpus(4, 4).Slice(0, 2, 1)), HasSubstr("from 2 to 1"));
  EXPECT_EQ(space.PointOf({0, 0}), std::nullopt);
  EXPECT_EQ(space.PointOf({2, 1}), (Sizes{1, 1}));
}

TEST(MachineSpaceTest, WrongDimensionsAreRefusedWithTheSizes) {
  EXPECT_THAT(Refusal(Gpus(2, 4).Swap(0, 2)),
              HasSubstr("swap of dimension 2, but the space has 2 dimensions (0 to 1), of sizes "
                        "(2, 4)"));
  EXPECT_THAT(Refusal(Gpus(2, 4).Merge(-1, 0)), HasSubstr("merge of dimension -1"));
  EXPECT_THAT(Refusal(Gpus(2, 4).Merge(1, 1)), HasSubstr("with itself"));
  EXPECT_THAT(Refusal(Gpus(2, 4).Decompose(1, {})), HasSubstr("empty tuple"));
  EXPECT_THAT(Refusal(Gpus(2, 4).BalanceSplit(1, 17)), HasSubstr("1 to 16"));
  EXPECT_THAT(Refusal(Gpus(2, 4).BalanceSplit(1, 16)), HasSubstr("16 is the most"));
}

TEST(MachineSpaceTest, TransformationsAreBounded) {
  MachineSpace space = Gpus(2, 4);
  for (int i = 0; i < MachineSpace::kMaxTransformations; ++i) space = Of(space.Swap(0, 1));
  EXPECT_THAT(Refusal(space.Swap(0, 1)), HasSubstr("more than 256 transformations"));
}

TEST(MachineSpaceTest, ASpaceWithoutProcessorsKeepsItsShape) {
  const MachineSpace none = Of(Gpus(2, 0).Merge(0, 1));
  EXPECT_THAT(none.size(), ElementsAre(0));
  EXPECT_THAT(Of(none.Decompose(0, Sizes{4, 4})).size(), ElementsAre(0, 1));
  EXPECT_THAT(Of(none.GreedySplit(0, Sizes{4, 4})).size(), ElementsAre(0, 1));
  EXPECT_EQ(none.PointOf({0, 0}), std::nullopt);
}

TEST(FactorTest, DecomposeGivesThePublishedExamples) {
  EXPECT_THAT(CheapestFactors(4, Sizes{2, 2}), ElementsAre(2, 2));
  EXPECT_THAT(CheapestFactors(4, Sizes{4, 2, 4}), ElementsAre(2, 1, 2));
}

TEST(FactorTest, BalanceSplitIsDecreasingOfSmallestSum) {
  EXPECT_THAT(Of(Gpus(1, 12).BalanceSplit(1, 2)).size(), ElementsAre(1, 4, 3));
  EXPECT_THAT(Of(Gpus(1, 8).BalanceSplit(1, 2)).size(), ElementsAre(1, 4, 2));
  EXPECT_THAT(Of(Gpus(1, 7).BalanceSplit(1, 3)).size(), ElementsAre(1, 7, 1, 1));
}

TEST(FactorTest, GreedyGivesTheLargestPrimeToTheWidestDimension) {
  EXPECT_THAT(GreedyFactors(4, Sizes{4, 2}), ElementsAre(4, 1));  // 2/1 against 2/1: the lowest
  EXPECT_THAT(GreedyFactors(4, Sizes{4, 3}), ElementsAre(2, 2));
  EXPECT_THAT(GreedyFactors(6, Sizes{2, 8}), ElementsAre(1, 6));  // 3 → 8/3 > 2, then 2
  EXPECT_THAT(GreedyFactors(12, Sizes{4, 4}), ElementsAre(3, 4));
}

TEST(FactorTest, TiesGoToTheLexicographicallyLargest) {
  EXPECT_THAT(CheapestFactors(2, Sizes{5, 5, 5}), ElementsAre(2, 1, 1));
  EXPECT_THAT(CheapestFactors(12, Sizes{7, 7}), ElementsAre(4, 3));
}

TEST(FactorTest, ComparisonIsExactWhereDoublesAreNot) {
  const int64_t big = int64_t{1} << 62;
  // 1/(big+1) < 1/big: both are 2⁻⁶² as a double.
  EXPECT_LT(CompareCuts(Sizes{2, 1}, Sizes{1, 2}, Sizes{big + 1, big}), 0);
  EXPECT_GT(CompareCuts(Sizes{1, 2}, Sizes{2, 1}, Sizes{big + 1, big}), 0);
  EXPECT_EQ(CompareCuts(Sizes{1, 3}, Sizes{3, 1}, Sizes{big, big}), 0);
  EXPECT_THAT(CheapestFactors(2, Sizes{big, big + 1}), ElementsAre(1, 2));
  EXPECT_THAT(CheapestFactors(2, Sizes{big, big}), ElementsAre(2, 1));
}

TEST(FactorTest, ExtentsBelowOneCountAsOne) {
  EXPECT_EQ(CheapestFactors(8, Sizes{0, -5}), CheapestFactors(8, Sizes{1, 1}));
}

// How long that takes is measured in bench.
TEST(FactorTest, FourThousandProcessorsAreCutInSixDimensions) {
  for (int64_t size : {4096, 3600, 4095}) {
    const Sizes factors = CheapestFactors(size, Sizes{100, 37, 64, 5, 1000, 64});
    ASSERT_EQ(factors.size(), 6u);
    EXPECT_EQ(std::accumulate(factors.begin(), factors.end(), int64_t{1}, std::multiplies<>()),
              size);
  }
}

RC_GTEST_PROP(FactorLaws, DecomposeIsTheCheapestAndLexicographicallyLargest, ()) {
  const auto size = *rc::gen::inRange<int64_t>(1, 97);
  const auto count = *rc::gen::inRange<size_t>(1, 5);
  const auto extents = *rc::gen::container<Sizes>(count, rc::gen::inRange<int64_t>(1, 20));
  const Sizes found = CheapestFactors(size, extents);
  Sizes prefix;
  std::vector<Sizes> all;
  Factorisations(size, count, prefix, all);
  // Integers: every extent below 20 divides this product's terms without rounding.
  const auto cost = [&extents](const Sizes& factors) {
    int64_t sum = 0, product = 1;
    for (int64_t extent : extents) product *= extent;
    for (size_t i = 0; i < factors.size(); ++i) sum += factors[i] * (product / extents[i]);
    return sum;
  };
  for (const Sizes& other : all) {
    RC_ASSERT(cost(found) < cost(other) || (cost(found) == cost(other) && found >= other));
  }
}

RC_GTEST_PROP(FactorLaws, DecomposeIsNeverDearerThanGreedySplit, ()) {
  const auto size = *rc::gen::inRange<int64_t>(1, 5000);
  const auto count = *rc::gen::inRange<size_t>(1, 7);
  const auto extents = *rc::gen::container<Sizes>(count, rc::gen::inRange<int64_t>(1, 1'000'000));
  const Sizes cheapest = CheapestFactors(size, extents);
  const Sizes greedy = GreedyFactors(size, extents);
  const auto product = [](const Sizes& f) {
    return std::accumulate(f.begin(), f.end(), int64_t{1}, std::multiplies<>());
  };
  RC_ASSERT(product(cheapest) == size);
  RC_ASSERT(product(greedy) == size);
  RC_ASSERT(CompareCuts(cheapest, greedy, extents) <= 0);
}

/// A space made by a few random transformations that are possible; slices only when asked.
MachineSpace RandomSpace(bool with_slices) {
  MachineSpace space = Gpus(*rc::gen::inRange(1, 5), *rc::gen::inRange(1, 13));
  const int steps = *rc::gen::inRange(0, 6);
  for (int i = 0; i < steps; ++i) {
    const auto dims = static_cast<int64_t>(space.size().size());
    const int64_t d = *rc::gen::inRange<int64_t>(0, dims);
    const int64_t e = *rc::gen::inRange<int64_t>(0, dims);
    const Sizes extents = *rc::gen::container<Sizes>(2, rc::gen::inRange<int64_t>(0, 9));
    const int what = *rc::gen::inRange(0, with_slices ? 8 : 7);
    const int64_t k = *rc::gen::inRange<int64_t>(1, 5);
    const Result<MachineSpace> next = what == 0   ? space.Merge(d, e)
                                      : what == 1 ? space.Split(d, k)
                                      : what == 2 ? space.Swap(d, e)
                                      : what == 3 ? space.Reverse(d)
                                      : what == 4 ? space.BalanceSplit(d, k)
                                      : what == 5 ? space.Decompose(d, extents)
                                      : what == 6 ? space.GreedySplit(d, extents)
                                                  : space.Slice(d, 0, k - 1);
    if (next.ok()) space = *next;
  }
  return space;
}

RC_GTEST_PROP(MachineSpaceLaws, EveryTransformationButSliceIsABijection, ()) {
  const MachineSpace space = RandomSpace(false);
  const std::set<Processor> processors = ProcessorsOf(space);
  RC_ASSERT(static_cast<int64_t>(processors.size()) == space.Volume());
  for (const Processor& processor : processors) {
    const auto point = space.PointOf(processor);
    RC_ASSERT(point.has_value());
    RC_ASSERT(space.At(*point) == processor);
  }
}

RC_GTEST_PROP(MachineSpaceLaws, SizesMultiply, ()) {
  const MachineSpace space = RandomSpace(true);
  const auto d = *rc::gen::inRange<int64_t>(0, static_cast<int64_t>(space.size().size()));
  const Sizes extents = *rc::gen::container<Sizes>(3, rc::gen::inRange<int64_t>(1, 50));
  for (const auto& made :
       {space.Decompose(d, extents), space.GreedySplit(d, extents), space.BalanceSplit(d, 3)}) {
    RC_ASSERT(made.ok());
    RC_ASSERT(made->Volume() == space.Volume());
  }
}

RC_GTEST_PROP(MachineSpaceLaws, SliceIsInjective, ()) {
  const MachineSpace space = RandomSpace(true);
  RC_ASSERT(static_cast<int64_t>(ProcessorsOf(space).size()) == space.Volume());
}

RC_GTEST_PROP(MachineSpaceLaws, SplitThenMergeIsTheSameSpace, ()) {
  const MachineSpace space = RandomSpace(true);
  const auto d = *rc::gen::inRange<int64_t>(0, static_cast<int64_t>(space.size().size()));
  const auto k = *rc::gen::inRange<int64_t>(1, 13);
  RC_PRE(space.size()[static_cast<size_t>(d)] % k == 0);
  RC_ASSERT(Of(Of(space.Split(d, k)).Merge(d + 1, d)) == space);
}

RC_GTEST_PROP(MachineSpaceLaws, SwapAndReverseUndoThemselves, ()) {
  const MachineSpace space = RandomSpace(true);
  const auto dims = static_cast<int64_t>(space.size().size());
  const auto p = *rc::gen::inRange<int64_t>(0, dims);
  const auto q = *rc::gen::inRange<int64_t>(0, dims);
  RC_ASSERT(Of(Of(space.Swap(p, q)).Swap(p, q)) == space);
  RC_ASSERT(Of(Of(space.Reverse(p)).Reverse(p)) == space);
}

}  // namespace
}  // namespace groma::mapping

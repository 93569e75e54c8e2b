#include "apps/stencil/kernels.h"

#include <gtest/gtest.h>

#include <tuple>

#include "apps/stencil/reference.h"
#include "apps/stencil/structure.h"

namespace groma::stencil {
namespace {

enum class Order { kFortran, kC };

/// A rectangular array of one or two fields in a layout.
class Array {
 public:
  Array(const Box& box, Order order, int fields, bool structures)
      : values_(static_cast<size_t>(box.count() * fields)) {
    const int64_t element = structures ? fields * 8 : 8;
    next_field_ = structures ? 8 : box.count() * 8;
    stride_x_ = order == Order::kFortran ? element : element * box.height;
    stride_y_ = order == Order::kFortran ? element * box.width : element;
  }

  Grid<double> Field(int field) {
    auto* const first = reinterpret_cast<char*>(values_.data()) + field * next_field_;
    return apps::MakeGrid(reinterpret_cast<double*>(first), stride_x_, stride_y_, 0, 0);
  }

 private:
  std::vector<double> values_;
  int64_t next_field_, stride_x_, stride_y_;
};

template <typename Arguments>
void Call(const apps::Kernel& kernel, Arguments arguments) {
  ASSERT_EQ(kernel.parameter_bytes, std::vector<int>{sizeof(Arguments)});
  void* parameters[] = {&arguments};
  const groma_vgpu_launch launch{.parameters = parameters};
  kernel.twin(&launch);
}

/// The grid in plain arrays, stepped tile by tile through the host twins.
class Twin {
 public:
  Twin(const Options& options, Order order, bool structures)
      : options_(options),
        structure_(options),
        points_(structure_.Points(), order, 2, structures),
        halos_{Array(structure_.HaloRegion(Halo::kX), order, 1, false),
               Array(structure_.HaloRegion(Halo::kX), order, 1, false),
               Array(structure_.HaloRegion(Halo::kY), order, 1, false),
               Array(structure_.HaloRegion(Halo::kY), order, 1, false)} {
    for (int64_t tile = 0; tile < options_.tiles(); ++tile) {
      EachPoint(structure_.Exterior(tile), [&](int64_t x, int64_t y) {
        points_.Field(0)(x, y) =
            InitialInput(options_, structure_.GridX(tile, x), structure_.GridY(tile, y));
      });
      Call(Kernels()[2], Leaving(tile));
    }
  }

  /// `leaves`: tiles leave their edges for their neighbours, as they should.
  void Step(bool leaves = true) {
    const std::vector<apps::Kernel> kernels = Kernels();
    for (int64_t tile = 0; tile < options_.tiles(); ++tile) {
      Call(kernels[2], Arriving(tile));
      Call(kernels[0], StarArguments{structure_.Interior(tile), points_.Field(0).read_only(),
                                     points_.Field(1)});
    }
    for (int64_t tile = 0; tile < options_.tiles(); ++tile) {
      Call(kernels[1], IncrementArguments{structure_.Exterior(tile), points_.Field(0)});
      if (leaves) Call(kernels[2], Leaving(tile));
    }
  }

  double Error(const State& expected) {
    Difference inputs;
    Difference outputs;
    for (int64_t tile = 0; tile < options_.tiles(); ++tile) {
      EachPoint(structure_.Exterior(tile), [&](int64_t x, int64_t y) {
        const auto i = static_cast<size_t>(structure_.GridY(tile, y) * options_.nx +
                                           structure_.GridX(tile, x));
        inputs.Add(points_.Field(0)(x, y), expected.input[i]);
        outputs.Add(points_.Field(1)(x, y), expected.output[i]);
      });
    }
    return std::max(inputs.relative(), outputs.relative());
  }

 private:
  template <typename Body>
  static void EachPoint(const Box& box, const Body& body) {
    for (int64_t y = box.y; y < box.y + box.height; ++y) {
      for (int64_t x = box.x; x < box.x + box.width; ++x) body(x, y);
    }
  }
  CopyArguments Arriving(int64_t tile) {
    CopyArguments arguments{};
    for (int i = 0; i < kSides; ++i) {
      arguments.sides[i] = Side::Between(structure_.In(tile, i), halos_[i].Field(0).read_only(),
                                         structure_.Ring(tile, i), points_.Field(0));
    }
    return arguments;
  }
  CopyArguments Leaving(int64_t tile) {
    CopyArguments arguments{};
    for (int i = 0; i < kSides; ++i) {
      arguments.sides[i] =
          Side::Between(structure_.Edge(tile, Opposite(i)), points_.Field(0).read_only(),
                        structure_.Out(tile, i), halos_[i].Field(0));
    }
    return arguments;
  }

  Options options_;
  Structure structure_;
  Array points_;
  Array halos_[kSides];
};

Options Small(int64_t nx, int64_t ny, int64_t ntx, int64_t nty) {
  Options options;
  options.nx = nx, options.ny = ny, options.ntx = ntx, options.nty = nty;
  return options;
}

TEST(Kernels, TheTwinsAgreeWithTheReferenceInEveryLayout) {
  for (const Options& options :
       {Small(12, 12, 2, 2), Small(17, 23, 3, 5), Small(5, 5, 1, 1), Small(101, 9, 7, 2)}) {
    const State expected = Reference(options, 8);
    for (const Order order : {Order::kFortran, Order::kC}) {
      for (const bool structures : {false, true}) {
        Twin twin(options, order, structures);
        for (int i = 0; i < 8; ++i) twin.Step();
        EXPECT_LT(twin.Error(expected), kTolerance / 100) << options.nx;
      }
    }
  }
}

TEST(Kernels, TheCheckNoticesALostStep) {
  const Options options = Small(12, 12, 2, 2);
  Twin twin(options, Order::kFortran, false);
  for (int i = 0; i < 7; ++i) twin.Step();
  EXPECT_GT(twin.Error(Reference(options, 8)), 1e6 * kTolerance);
}

TEST(Kernels, TheCheckNoticesHalosThatAreOneStepOld) {
  const Options options = Small(12, 12, 2, 2);
  Twin twin(options, Order::kFortran, false);
  twin.Step(/*leaves=*/false);
  for (int i = 0; i < 7; ++i) twin.Step();
  EXPECT_GT(twin.Error(Reference(options, 8)), 1e6 * kTolerance);
}

// On a ramp x + y a point gains w(1)·2 + w(2)·4 = 1/2 + 1/2 in each direction: the published
// benchmark's own check.
TEST(Kernels, OnARampTheStarGainsTwo) {
  std::vector<double> memory(25 * 2);
  const auto input = apps::MakeGrid(memory.data(), 8, 40, 0, 0);
  const auto output = apps::MakeGrid(memory.data() + 25, 8, 40, 0, 0);
  for (int64_t y = 0; y < 5; ++y) {
    for (int64_t x = 0; x < 5; ++x) input(x, y) = static_cast<double>(x + y);
  }
  RunStar({{2, 2, 1, 1}, input.read_only(), output});
  EXPECT_DOUBLE_EQ(output(2, 2), 2);
}

using Use = std::tuple<int64_t, int64_t, int64_t, int64_t>;  // bytes, count, stride, together

std::vector<Use> Uses(const apps::Work& work) {
  const groma_vgpu_work statement = work.Statement();
  std::vector<Use> uses;
  for (int i = 0; i < statement.argument_count; ++i) {
    const groma_vgpu_argument& a = statement.arguments[i];
    uses.emplace_back(a.element_bytes, a.streamed, a.stride_bytes, a.fields_together);
  }
  return uses;
}

// A tile of 10 × 6 interior points, 14 × 10 with its halo.
class WorkOfATile : public testing::Test {
 protected:
  StarArguments Star(Order order, bool structures) {
    array_.emplace_back(Box{0, 0, 14, 10}, order, 2, structures);
    return {{2, 2, 10, 6}, array_.back().Field(0).read_only(), array_.back().Field(1)};
  }
  std::vector<Array> array_;
};

TEST_F(WorkOfATile, InFortranOrderIsDenseAlongX) {
  const apps::Work work = StarWork(Star(Order::kFortran, false));
  EXPECT_EQ(work.Statement().double_flops, 60 * 16);
  // Input and output read, output written; 4 columns of 6 halo points, a row of 14 apart; 4 rows of
  // 10.
  const std::vector<Use> expected = {{8, 60, 8, 1},       //
                                     {8, 60, 8, 1},       //
                                     {8, 60, 8, 1},       //
                                     {8, 24, 14 * 8, 1},  //
                                     {8, 40, 8, 1}};
  EXPECT_EQ(Uses(work), expected);
}

TEST_F(WorkOfATile, InCOrderStridesOverAColumn) {
  const std::vector<Use> uses = Uses(StarWork(Star(Order::kC, false)));
  const Use strided{8, 60, 10 * 8, 1};
  EXPECT_EQ(std::vector<Use>(uses.begin(), uses.begin() + 3), (std::vector<Use>(3, strided)));
  EXPECT_EQ(uses[3], (Use{8, 24, 8, 1}));
}

// Input and output share the read pass: 2 × 60 elements, two together every 16 bytes. The write
// pass has the output alone.
TEST_F(WorkOfATile, InStructuresReadsBothFieldsTogether) {
  const std::vector<Use> uses = Uses(StarWork(Star(Order::kFortran, true)));
  ASSERT_EQ(uses.size(), 4U);
  EXPECT_EQ(uses[0], (Use{8, 120, 16, 2}));
  EXPECT_EQ(uses[1], (Use{8, 60, 16, 1}));
}

TEST_F(WorkOfATile, IncrementReadsAndWritesTheInputOnce) {
  array_.emplace_back(Box{0, 0, 14, 10}, Order::kFortran, 1, false);
  const apps::Work work = IncrementWork({{0, 0, 12, 8}, array_.back().Field(0)});
  EXPECT_EQ(work.Statement().double_flops, 96);
  EXPECT_EQ(Uses(work), (std::vector<Use>{{8, 192, 8, 1}}));
}

// A column of 2 × 6 points goes along y, read with a stride of 2 and written with one of 14
// elements; an empty side costs nothing.
TEST_F(WorkOfATile, HalosGoAlongTheirLongSide) {
  Array halo(Box{0, 0, 2, 6}, Order::kFortran, 1, false);
  Array points(Box{0, 0, 14, 10}, Order::kFortran, 1, false);
  CopyArguments copy{};
  copy.sides[0] =
      Side::Between({0, 0, 2, 6}, halo.Field(0).read_only(), {0, 2, 2, 6}, points.Field(0));
  EXPECT_EQ(copy.count(), 12);
  const char* const names[kSides] = {"a", "b", "c", "d"};
  EXPECT_EQ(Uses(CopyWork("stencil", copy, names, names)),
            (std::vector<Use>{{8, 12, 16, 1}, {8, 12, 112, 1}}));
}

}  // namespace
}  // namespace groma::stencil

// What a mapping of Stencil trades, from the statements of its kernels and a machine's figures.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "apps/stencil/kernels.h"
#include "machine/cost.h"

namespace groma::stencil {
namespace {

constexpr double kBytesOfStar = 24;  // a point: its input read, its output read and written

machine::Description Node() { return *machine::Read(GROMA_SOURCE_DIR "/machines/p100x4.toml"); }

enum class Layout { kArrays, kStructures };

/// A tile with its halo, x fastest; input and output in arrays of their own or in structures.
class Tile {
 public:
  Tile(int64_t side, Layout layout)
      : side_(side), row_(side + 2 * kRadius), values_(static_cast<size_t>(2 * row_ * row_)) {
    const bool together = layout == Layout::kStructures;
    element_ = together ? 16 : 8;
    output_ = together ? 1 : row_ * row_;
  }

  machine::Work Star() {
    return Of(StarWork({{kRadius, kRadius, side_, side_}, Field(0).read_only(), Field(output_)}));
  }
  machine::Work Increment() { return Of(IncrementWork({{0, 0, row_, row_}, Field(0)})); }

 private:
  Grid<double> Field(int64_t first) {
    return apps::MakeGrid(values_.data() + first, element_, element_ * row_, 0, 0);
  }

  /// As the driver reads it, with every stream on a boundary.
  static machine::Work Of(const apps::Work& work) {
    const groma_vgpu_work statement = work.Statement();
    machine::Work all{.double_flops = statement.double_flops};
    for (int i = 0; i < statement.argument_count; ++i) {
      const groma_vgpu_argument& argument = statement.arguments[i];
      all.arguments.push_back({.element_bytes = argument.element_bytes,
                               .streamed = argument.streamed,
                               .stride_bytes = argument.stride_bytes,
                               .fields_together = argument.fields_together,
                               .alignment = 256});
    }
    return all;
  }

  int64_t side_, row_, element_ = 8, output_ = 0;
  std::vector<double> values_;
};

// A CPU is done with s² points of b bytes before a kernel has started while s² b / c < L + s² b /
// g: L the launch, c and g the bandwidths of a core and of the framebuffer.
TEST(TradeOffs, BelowASizeACpuIsDoneBeforeAKernelIsLaunched) {
  const machine::Description node = Node();
  const double launch = static_cast<double>(node.gpu.kernel_launch.count) / 1e9;
  const double core = node.host.core_bandwidth.rate, gpu = node.gpu.framebuffer_bandwidth.rate;
  const double even = std::sqrt(launch / (kBytesOfStar * (1 / core - 1 / gpu)));
  EXPECT_NEAR(even, 65, 1);
  const auto faster_on_cpu = [&](double side) {
    const machine::Work work = Tile(std::lround(side), Layout::kArrays).Star();
    return CpuTime(node, work).count < node.gpu.kernel_launch.count + KernelTime(node, work).count;
  };
  EXPECT_TRUE(faster_on_cpu(even / 1.5));
  EXPECT_FALSE(faster_on_cpu(even * 1.5));
}

// In structures of 16 B each pass over one field moves the other's bytes too. The star reads both
// together, 16 B, and writes one, 16 B in place of 8; increment reads and writes one.
TEST(TradeOffs, StructuresCostTheirGaps) {
  const machine::Description node = Node();
  Tile arrays(2000, Layout::kArrays), structures(2000, Layout::kStructures);
  const auto ratio = [&](const machine::Work& dear, const machine::Work& cheap) {
    return static_cast<double>(KernelTime(node, dear).count) /
           static_cast<double>(KernelTime(node, cheap).count);
  };
  EXPECT_NEAR(ratio(structures.Star(), arrays.Star()), 32.0 / 24, 0.01);
  EXPECT_NEAR(ratio(structures.Increment(), arrays.Increment()), 2, 0.01);
}

}  // namespace
}  // namespace groma::stencil

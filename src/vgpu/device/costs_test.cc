#include "vgpu/device/costs.h"

#include <gtest/gtest.h>

namespace groma::vgpu {
namespace {

using machine::Place;

constexpr Bytes kMiB{int64_t{1} << 20};

// Round figures: 100 GB/s framebuffer, 10 GB/s links that share a bus of 16 GB/s, 5 GB/s zero-copy.
machine::Description RoundMachine() {
  machine::Description machine;
  machine.name = "round";
  machine.processors = {.cpu = 2, .utility = 1, .gpu = 2, .omp = 0};
  machine.gpu.framebuffer = kMiB * 1024;
  machine.gpu.single_flops = {2e12};
  machine.gpu.double_flops = {1e12};
  machine.gpu.framebuffer_bandwidth = {100e9};
  machine.gpu.sector = {32};
  machine.gpu.framebuffer_atomics = {1e9};
  machine.gpu.zero_copy_bandwidth = {5e9};
  machine.gpu.zero_copy_line = {64};
  machine.gpu.zero_copy_atomics = {1e8};
  machine.gpu.peer_access_bandwidth = {8e9};
  machine.gpu.kernel_launch = {5000};
  machine.host.core_double_flops = {1e10};
  machine.host.core_single_flops = {2e10};
  machine.host.core_bandwidth = {10e9};
  machine.host.memory_bandwidth = {40e9};
  machine.host.cache_line = {64};
  machine.host.core_atomics = {1e8};
  machine.host.copy_bandwidth = {5e9};
  machine.buses = {{"root", {16e9}}};
  for (int gpu = 0; gpu < 2; ++gpu) {
    machine::Link link;
    link.name = "host-gpu" + std::to_string(gpu);
    link.from_gpu = -1;
    link.to_gpu = gpu;
    link.bandwidth = link.bandwidth_back = {10e9};
    link.latency = {2000};
    link.shares = {"root"};
    machine.links.push_back(link);
  }
  return machine;
}

class CostsTest : public ::testing::Test {
 protected:
  double ShareOf(const Operation& operation, ResourceId resource) const {
    for (const Use& use : operation.uses) {
      if (use.resource == resource) return use.share;
    }
    return 0;
  }
  static PlacedArgument Streamed(Place place, int64_t bytes, int gpu = -1) {
    PlacedArgument argument;
    argument.work.place = place;
    argument.work.element_bytes = 8;
    argument.work.stride_bytes = 8;
    argument.work.streamed = bytes / 8;
    argument.gpu = gpu;
    return argument;
  }

  machine::Description machine_ = RoundMachine();
  Timeline timeline_{machine_};
  Costs costs_{machine_, timeline_};
};

TEST_F(CostsTest, ADenseCopyToAGpuTakesTheLinksTimeAndItsShareOfTheBus) {
  // 1 MB at 10 GB/s are 100 us; 10 of the bus' 16 GB/s.
  const Operation copy =
      costs_.Copy({-1, {1000000, 1000000}}, {0, {1000000, 1000000}}, Bytes{1000000});
  EXPECT_EQ(copy.latency.count, 2000);
  EXPECT_EQ(copy.alone.count, 100000);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.LinkResource(0, true)), 1);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.Bus(0)), 10.0 / 16);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.Compute(0)), 0);
}

TEST_F(CostsTest, ACopyWithinAGpuReadsAndWritesItsFramebuffer) {
  // 1 MB twice at 100 GB/s are 20 us.
  const Operation copy =
      costs_.Copy({1, {1000000, 1000000}}, {1, {1000000, 1000000}}, Bytes{1000000});
  EXPECT_EQ(copy.alone.count, 20000);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.Compute(1)), 1);
}

TEST_F(CostsTest, ShortRowsOnTheHostMoveWholeLines) {
  // Rows of 8 bytes, 256 apart: each moves a line of 64 bytes, so 8 times the bytes.
  const Operation copy = costs_.Copy({-1, {8, 256}}, {0, {80000, 80000}}, Bytes{80000});
  EXPECT_EQ(copy.alone.count, 8 * 8000);
}

TEST_F(CostsTest, ACopyBetweenGpusWithoutALinkGoesOverTheHost) {
  const Operation copy =
      costs_.Copy({0, {1000000, 1000000}}, {1, {1000000, 1000000}}, Bytes{1000000});
  EXPECT_EQ(copy.latency.count, 4000);
  EXPECT_EQ(copy.alone.count, 100000);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.LinkResource(0, false)), 1);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.LinkResource(1, true)), 1);
}

TEST_F(CostsTest, ACopyOnTheHostTakesTheHostsCopyBandwidth) {
  const Operation copy =
      costs_.Copy({-1, {1000000, 1000000}}, {-1, {1000000, 1000000}}, Bytes{1000000});
  EXPECT_EQ(copy.alone.count, 200000);
  EXPECT_DOUBLE_EQ(ShareOf(copy, timeline_.HostCopies()), 1);
}

TEST_F(CostsTest, AKernelTakesTheWholeGpuAndItsZeroCopyTrafficTheLink) {
  // 1 MB of zero-copy memory at 5 GB/s are 200 us, 5 MB of framebuffer 50 us: 250 us. Over 200 of
  // these the link carries 5 GB/s, 4 GB/s on average: 0.4 of the link, 0.25 of the bus.
  const Operation kernel = costs_.Kernel(
      0, {}, {Streamed(Place::kZeroCopy, 1000000), Streamed(Place::kOwnFramebuffer, 5000000)});
  EXPECT_EQ(kernel.latency.count, 5000);
  EXPECT_EQ(kernel.alone.count, 250000);
  EXPECT_DOUBLE_EQ(ShareOf(kernel, timeline_.Compute(0)), 1);
  EXPECT_NEAR(ShareOf(kernel, timeline_.LinkResource(0, true)), 0.4, 1e-9);
  EXPECT_NEAR(ShareOf(kernel, timeline_.Bus(0)), 0.25, 1e-9);
}

TEST_F(CostsTest, AKernelThatComputesLongerThanItReadsTakesItsFlops) {
  machine::Work work;
  work.double_flops = 1e9;  // 1 ms
  const Operation kernel = costs_.Kernel(0, work, {Streamed(Place::kOwnFramebuffer, 1000000)});
  EXPECT_EQ(kernel.alone.count, 1000000);
}

TEST_F(CostsTest, ATransferKernelTakesTheGpuOnlyWhileItsFramebufferIsBusy) {
  // From zero-copy memory (200 us) to the framebuffer (10 us).
  const Operation copy = costs_.Transfer(
      0, {Streamed(Place::kZeroCopy, 1000000), Streamed(Place::kOwnFramebuffer, 1000000)});
  EXPECT_EQ(copy.alone.count, 210000);
  EXPECT_NEAR(ShareOf(copy, timeline_.Compute(0)), 10.0 / 210, 1e-9);
}

TEST_F(CostsTest, FourCoresThatStreamShareTheHostsMemory) {
  // One core gets 10 of the host's 40 GB/s.
  machine::Work work;
  work.arguments = {Streamed(Place::kSystem, 1000000).work};
  const Operation task = costs_.CpuWork(work);
  EXPECT_EQ(task.alone.count, 100000);
  EXPECT_DOUBLE_EQ(ShareOf(task, timeline_.HostMemory()), 0.25);
}

TEST_F(CostsTest, LabelsTellTheOperationsThatWereStated) {
  machine::Work work;
  work.single_flops = 3;
  work.double_flops = 5;
  for (const Operation& operation : {costs_.Kernel(0, work, {}), costs_.CpuWork(work)}) {
    EXPECT_EQ(operation.label.single_flops, 3);
    EXPECT_EQ(operation.label.double_flops, 5);
  }
}

TEST_F(CostsTest, NothingTakesNoTime) {
  EXPECT_EQ(costs_.Copy({-1, {}}, {0, {}}, Bytes{0}).alone.count, 0);
  EXPECT_EQ(costs_.Kernel(0, {}, {}).alone.count, 0);
  EXPECT_EQ(costs_.Transfer(0, {}).alone.count, 0);
}

}  // namespace
}  // namespace groma::vgpu

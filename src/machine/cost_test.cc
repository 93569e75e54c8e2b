#include "machine/cost.h"

#include <gtest/gtest.h>

namespace groma::machine {
namespace {

// Round figures, so that results can be worked by hand: 1 GB/s is 1 byte a nanosecond.
Description Round() {
  Description d;
  d.name = "round";
  d.processors = {2, 1, 3, 0};
  d.gpu = {.name = "G",
           .framebuffer = {1 << 30},
           .single_flops = {2e12},
           .double_flops = {1e12},
           .framebuffer_bandwidth = {100e9},
           .sector = {32},
           .framebuffer_atomics = {1e9},
           .zero_copy_bandwidth = {10e9},
           .zero_copy_line = {128},
           .zero_copy_atomics = {10e6},
           .peer_access_bandwidth = {20e9},
           .kernel_launch = {5000}};
  d.host = {.memory = {1 << 30},
            .zero_copy_memory = {1 << 20},
            .core_double_flops = {1e9},
            .core_single_flops = {2e9},
            .core_bandwidth = {10e9},
            .memory_bandwidth = {40e9},
            .cache_line = {64},
            .core_atomics = {100e6},
            .copy_bandwidth = {5e9}};
  d.buses = {{"root", {12e9}}};
  for (int gpu = 0; gpu < 3; ++gpu) {
    const std::string name = "host-gpu" + std::to_string(gpu);
    d.links.push_back({name, -1, gpu, {16e9}, {14e9}, {2000}, false, {"root"}});
  }
  d.links.push_back({"gpu0-gpu1", 0, 1, {40e9}, {40e9}, {1000}, true, {}});
  return d;
}

ArgumentWork Stream(int64_t elements, int64_t bytes) {
  ArgumentWork a;
  a.element_bytes = bytes;
  a.streamed = elements;
  a.stride_bytes = bytes;
  return a;
}

Bytes Moved(const ArgumentWork& a) { return BytesMoved(Round(), ProcessorKind::kGpu, a); }

TEST(BytesMoved, ADenseStreamMovesItsOwnBytes) { EXPECT_EQ(Moved(Stream(1000, 8)).count, 8000); }

TEST(BytesMoved, AStridedStreamMovesASectorForEachElement) {
  ArgumentWork a = Stream(1000, 8);
  a.stride_bytes = 4096;
  EXPECT_EQ(Moved(a).count, 32000);  // 1000 × 32 B
  a.stride_bytes = 16;               // two elements share a sector: 16 B each
  EXPECT_EQ(Moved(a).count, 16000);
}

TEST(BytesMoved, FieldsUsedTogetherShareTheSectorsOfAnArrayOfStructures) {
  ArgumentWork a = Stream(4000, 8);  // 1000 structures × 4 fields
  a.stride_bytes = 256;
  EXPECT_EQ(Moved(a).count, 128000);  // a sector each
  a.fields_together = 4;              // 4 × 8 B fit in one sector
  EXPECT_EQ(Moved(a).count, 32000);
  a.stride_bytes = 8;  // structure of arrays: dense, nothing to share
  EXPECT_EQ(Moved(a).count, 32000);
}

TEST(BytesMoved, AScatteredAccessMovesThatMemorysPiece) {
  ArgumentWork a;
  a.element_bytes = 4;
  a.scattered = 100;
  EXPECT_EQ(Moved(a).count, 3200);
  a.place = Place::kZeroCopy;
  EXPECT_EQ(Moved(a).count, 12800);
  EXPECT_EQ(BytesMoved(Round(), ProcessorKind::kCpu, a).count, 6400);
}

TEST(BytesMoved, AStreamOffASectorsBoundaryMovesANinthMore) {
  ArgumentWork a = Stream(9000, 4);
  a.alignment = 64;
  EXPECT_EQ(Moved(a).count, 36000);
  a.alignment = 8;
  EXPECT_EQ(Moved(a).count, 40000);
}

TEST(KernelTime, IsTheLargerOfComputingAndMoving) {
  Work work;
  work.double_flops = 1e9;                         // 1 ms at 1 TFLOP/s
  work.arguments.push_back(Stream(1'000'000, 8));  // 8 MB at 100 B/ns: 80 us
  EXPECT_EQ(KernelTime(Round(), work).count, 1'000'000);
  work.double_flops = 1e6;  // 1 us
  EXPECT_EQ(KernelTime(Round(), work).count, 80'000);
}

TEST(KernelTime, ArgumentsAddUpEachAtItsMemorysBandwidth) {
  Work work;
  work.arguments = {Stream(1'000'000, 8), Stream(1'000'000, 8), Stream(1'000'000, 8)};
  work.arguments[1].place = Place::kZeroCopy;         // 8 MB at 10 B/ns: 800 us
  work.arguments[2].place = Place::kPeerFramebuffer;  // 8 MB at 20 B/ns: 400 us
  EXPECT_EQ(KernelTime(Round(), work).count, 80'000 + 800'000 + 400'000);
}

TEST(KernelTime, AtomicUpdatesGoAtTheirMemorysRate) {
  Work work;
  work.arguments.resize(1);
  work.arguments[0].element_bytes = 4;
  work.arguments[0].atomics = 1000;
  EXPECT_EQ(KernelTime(Round(), work).count, 1000);  // 1 G/s
  work.arguments[0].place = Place::kZeroCopy;
  EXPECT_EQ(KernelTime(Round(), work).count, 100'000);  // 10 M/s
  work.arguments[0].place = Place::kPeerFramebuffer;
  EXPECT_EQ(KernelTime(Round(), work).count, 3200);  // 1000 × 2 × 32 B at 20 B/ns
}

TEST(CpuTime, IsOneCoresTime) {
  Work work;
  work.single_flops = 2e6;  // 1 ms at 2 GFLOP/s
  work.arguments.push_back(Stream(1000, 8));
  EXPECT_EQ(CpuTime(Round(), work).count, 1'000'000);
  work.arguments.push_back(Stream(10'000'000, 8));  // 80 MB at 10 B/ns: 8 ms
  EXPECT_EQ(CpuTime(Round(), work).count, 8'000'800);
}

TEST(CopyPath, TakesTheDirectLinkOrGoesOverTheHost) {
  const Description d = Round();
  const Path direct = CopyPath(d, 1, 0);
  EXPECT_EQ(direct.links, std::vector<int>{3});
  EXPECT_EQ(direct.forward, std::vector<bool>{false});
  EXPECT_DOUBLE_EQ(direct.bandwidth.rate, 40e9);
  const Path over = CopyPath(d, 0, 2);
  EXPECT_EQ(over.links, (std::vector<int>{0, 2}));
  EXPECT_EQ(over.forward, (std::vector<bool>{false, true}));
  EXPECT_EQ(over.buses, std::vector<int>{0});
  EXPECT_DOUBLE_EQ(over.bandwidth.rate, 12e9);  // the root port
  EXPECT_EQ(over.latency.count, 4000);
}

TEST(CopyPath, WithinOneMemoryReadsAndWritesEveryByte) {
  const Description d = Round();
  const Path within = CopyPath(d, 1, 1);
  EXPECT_EQ(within.within_gpu, 1);
  EXPECT_DOUBLE_EQ(within.bandwidth.rate, 50e9);
  const Path host = CopyPath(d, -1, -1);
  EXPECT_TRUE(host.host_to_host);
  EXPECT_DOUBLE_EQ(host.bandwidth.rate, 5e9);
}

}  // namespace
}  // namespace groma::machine

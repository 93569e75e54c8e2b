#include "vgpu/device/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <cstring>
#include <vector>

namespace groma::vgpu {
namespace {

constexpr Bytes kMiB{int64_t{1} << 20};

const void* At(uintptr_t address) { return reinterpret_cast<const void*>(address); }

TEST(MemoryMap, AllocatesUntilTheFramebufferIsFull) {
  MemoryMap memory(2, kMiB * 16);
  const auto first = memory.AllocateDevice(0, kMiB * 10);
  ASSERT_TRUE(first);
  EXPECT_FALSE(memory.AllocateDevice(0, kMiB * 7));
  EXPECT_TRUE(memory.AllocateDevice(0, kMiB * 6));
  EXPECT_EQ(memory.FreeOn(0).count, 0);
  EXPECT_TRUE(memory.AllocateDevice(1, kMiB * 16)) << "each GPU has its own memory";
  EXPECT_TRUE(memory.Free(*first));
  EXPECT_EQ(memory.FreeOn(0), kMiB * 10);
  EXPECT_EQ(memory.PeakOn(0), kMiB * 16);
}

TEST(MemoryMap, LocatesEveryAddressOfAnAllocationAndNoneBeyond) {
  MemoryMap memory(2, kMiB * 16);
  const uintptr_t device = *memory.AllocateDevice(1, Bytes{1000});
  EXPECT_EQ(memory.Locate(At(device)).kind, Location::Kind::kDevice);
  EXPECT_EQ(memory.Locate(At(device + 999)).gpu, 1);
  EXPECT_EQ(memory.Locate(At(device + 999)).base, device);
  EXPECT_EQ(memory.Locate(At(device + 1024)).kind, Location::Kind::kUnregistered);
  EXPECT_EQ(memory.Locate(At(device - 1)).kind, Location::Kind::kUnregistered);
  // Only now: the system may put it right before the other one.
  const uintptr_t host = *memory.AllocateHost(kMiB);
  EXPECT_EQ(memory.Locate(At(host + 5)).kind, Location::Kind::kPinned);
  EXPECT_EQ(memory.Locate(nullptr).kind, Location::Kind::kUnregistered);
}

TEST(MemoryMap, FreesOnlyStartsOfAllocations) {
  MemoryMap memory(1, kMiB * 16);
  const uintptr_t address = *memory.AllocateDevice(0, kMiB);
  EXPECT_FALSE(memory.Free(address + 512));
  EXPECT_TRUE(memory.Free(address));
  EXPECT_FALSE(memory.Free(address));
}

TEST(MemoryMap, RegistersHostMemoryOnce) {
  MemoryMap memory(1, kMiB);
  std::vector<char> data(10000);
  const auto address = reinterpret_cast<uintptr_t>(data.data());
  EXPECT_TRUE(memory.Register(address, Bytes{10000}));
  EXPECT_EQ(memory.Locate(data.data() + 9999).kind, Location::Kind::kRegistered);
  EXPECT_FALSE(memory.Register(address + 5000, Bytes{100})) << "within the first";
  EXPECT_FALSE(memory.Register(address - 100, Bytes{200})) << "reaches into the first";
  EXPECT_TRUE(memory.Unregister(address));
  EXPECT_FALSE(memory.Unregister(address));
  EXPECT_EQ(memory.Locate(data.data()).kind, Location::Kind::kUnregistered);
}

TEST(MemoryMap, BlocksMappedTwiceShowTheSameBytes) {
  MemoryMap memory(1, kMiB * 16);
  const auto block = memory.CreateBlock(0, kMiB * 4);
  ASSERT_TRUE(block);
  EXPECT_EQ(memory.FreeOn(0), kMiB * 12);
  const uintptr_t range = *memory.Reserve(kMiB * 8, 2 << 20);
  ASSERT_TRUE(memory.Map(range, kMiB * 4, 0, *block));
  ASSERT_TRUE(
      memory.Map(range + static_cast<uintptr_t>(kMiB.count) * 4, kMiB * 2, kMiB.count * 2, *block));
  auto* first = reinterpret_cast<char*>(range);
  std::strcpy(first + kMiB.count * 2, "groma");
  EXPECT_STREQ(first + kMiB.count * 4, "groma");
  EXPECT_EQ(memory.Locate(first + 1).gpu, 0);
  EXPECT_FALSE(memory.Map(range + static_cast<uintptr_t>(kMiB.count) * 6, kMiB * 4, 0, *block))
      << "beyond the reserved addresses";

  EXPECT_TRUE(memory.ReleaseBlock(*block));
  EXPECT_EQ(memory.FreeOn(0), kMiB * 12) << "still mapped";
  EXPECT_TRUE(memory.Unmap(range, kMiB * 8));
  EXPECT_EQ(memory.FreeOn(0), kMiB * 16);
  EXPECT_EQ(memory.Locate(first).kind, Location::Kind::kUnregistered);
  EXPECT_TRUE(memory.FreeReservation(range, kMiB * 8));
}

TEST(MemoryMap, ManyTimesTheHostsMemoryCostsNothingUntilItIsTouched) {
  const Bytes tebibyte{int64_t{1} << 40};
  MemoryMap memory(4, tebibyte);
  for (int gpu = 0; gpu < 4; ++gpu) {
    const auto address = memory.AllocateDevice(gpu, tebibyte);
    ASSERT_TRUE(address);
    auto* last = reinterpret_cast<char*>(*address) + tebibyte.count - 1;
    EXPECT_EQ(*last, 0);
    *last = 1;
  }
}

TEST(MemoryMap, LargeHostMemoryRepeatsFewPagesWhereDataDoesNotMatter) {
  MemoryMap memory(1, kMiB, false);
  const Bytes size = kMiB * (int64_t{30} * 1024);
  auto* bytes = reinterpret_cast<char*>(*memory.AllocateHost(size));
  bytes[0] = 1;
  char* const repeated = bytes + kOwnHostPages.count;
  repeated[5] = 2;
  EXPECT_EQ(repeated[5 + kHostWindow.count], 2);
  EXPECT_EQ(repeated[5 + kHostWindow.count * 400], 2);
  bytes[size.count - 1] = 3;
  EXPECT_EQ(bytes[5], 0) << "the first part has pages of its own";
  EXPECT_TRUE(memory.Free(reinterpret_cast<uintptr_t>(bytes)));
}

// A sanitizer's shadow memory needs more than these limits leave.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// As under strict overcommit (vm.overcommit_memory=2): private writable memory is counted when it
// is mapped.
TEST(BackingDeathTest, MemoryIsBackedWherePrivateMemoryIsLimited) {
  if (kSanitized) GTEST_SKIP() << "not under a sanitizer";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        rlimit limit;
        limit.rlim_cur = limit.rlim_max = 64 << 20;
        setrlimit(RLIMIT_DATA, &limit);
        const Bytes size = kMiB * 65536;
        const auto address = MapBacking(size);
        if (!address) std::exit(1);
        auto* bytes = reinterpret_cast<char*>(*address);
        bytes[size.count - 1] = 7;
        std::exit(bytes[size.count - 1] == 7 && bytes[0] == 0 ? 0 : 2);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(BackingDeathTest, ALimitedAddressSpaceIsSaidAndAnsweredWithOutOfMemory) {
  if (kSanitized) GTEST_SKIP() << "not under a sanitizer";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        rlimit limit;
        limit.rlim_cur = limit.rlim_max = rlim_t{8} << 30;
        setrlimit(RLIMIT_AS, &limit);
        MemoryMap memory(1, kMiB * 65536);
        std::exit(memory.AllocateDevice(0, kMiB * 16384) ? 1 : 0);
      },
      ::testing::ExitedWithCode(0), "the host cannot back 16.0 GiB of virtual GPU memory");
}

TEST(Backing, FilesStandInWherePrivateMemoryIsRefused) {
  const Bytes size = kMiB * 64;
  auto file = BackingFile::Create(size);
  ASSERT_TRUE(file);
  const auto address = ReserveAddresses(size, 1 << 21);
  ASSERT_TRUE(address);
  EXPECT_EQ(*address % (1 << 21), 0u);
  ASSERT_TRUE(file->MapAt(*address, size, 0));
  auto* bytes = reinterpret_cast<char*>(*address);
  bytes[size.count - 1] = 3;
  EXPECT_EQ(bytes[size.count - 1], 3);
  UnmapBacking(*address, size);
}

}  // namespace
}  // namespace groma::vgpu

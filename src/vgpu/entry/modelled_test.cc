// The driver through its C entry points in a modelled run on the machine p100x4.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <vector>

#include "vgpu/entry/entry_points.h"
#include "vgpu/groma_vgpu.h"

namespace groma::vgpu::cuda {
namespace {

class ModelledTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("GROMA_MACHINE", GROMA_SOURCE_DIR "/machines/p100x4.toml", 1);
    setenv("GROMA_VGPU_MODE", "modelled", 1);
    ASSERT_EQ(cuInit(0), kSuccess);
    ContextObject* context = nullptr;
    ASSERT_EQ(cuDevicePrimaryCtxRetain(&context, 0), kSuccess);
    ASSERT_EQ(cuCtxSetCurrent(context), kSuccess);
    ASSERT_EQ(groma_vgpu_modelled(), 1);
  }
};

int twin_calls = 0;
void CountingTwin(const groma_vgpu_launch*) { ++twin_calls; }

TEST_F(ModelledTest, KernelsTakeTheirTimeAndComputeNothing) {
  groma_vgpu_register_kernel("counting", CountingTwin, 0, nullptr);
  ModuleObject* module = nullptr;
  FunctionObject* function = nullptr;
  ASSERT_EQ(cuModuleLoadData(&module, "image"), kSuccess);
  ASSERT_EQ(cuModuleGetFunction(&function, module, "counting"), kSuccess);
  groma_vgpu_work work = {};
  work.double_flops = 5.3e9;  // 1 ms at 5.3 TFLOP/s
  const int64_t before = groma_vgpu_now();
  groma_vgpu_next_work(&work);
  ASSERT_EQ(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr), kSuccess);
  ASSERT_EQ(cuCtxSynchronize(), kSuccess);
  EXPECT_EQ(groma_vgpu_now() - before, 1005000) << "1 ms and the launch of 5 us";
  EXPECT_EQ(twin_calls, 0);
}

TEST_F(ModelledTest, OnlySmallCopiesAndFillsAreReallyDone) {
  const size_t large = 1 << 20, small = 64 << 10;
  DevicePointer device = 0;
  ASSERT_EQ(cuMemAlloc_v2(&device, large), kSuccess);
  EXPECT_EQ(cuMemsetD8_v2(device, 9, large), kSuccess);
  std::vector<char> values(large, 1);
  EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), device, small), kSuccess);
  EXPECT_EQ(values[small - 1], 0) << "the large fill was not done";
  EXPECT_EQ(cuMemsetD8_v2(device, 9, small), kSuccess);
  EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), device, small), kSuccess);
  EXPECT_EQ(values[small - 1], 9);
  EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), device, large), kSuccess);
  EXPECT_EQ(values[large - 1], 1) << "the large copy was not done";
}

TEST_F(ModelledTest, CpuWorkAndWaitsPassOnTheVirtualClock) {
  const int64_t before = groma_vgpu_now();
  groma_vgpu_wait(2500000);
  EXPECT_EQ(groma_vgpu_now() - before, 2500000);
  // 20 MB of host memory at one core's 20 GB/s are 1 ms.
  std::vector<double> data(8);
  groma_vgpu_argument argument = {};
  argument.address = data.data();
  argument.element_bytes = 8;
  argument.stride_bytes = 8;
  argument.streamed = 2500000;
  const groma_vgpu_work work = {0, 0, 1, &argument};
  groma_vgpu_cpu_work(&work);
  EXPECT_EQ(groma_vgpu_now() - before, 3500000);
}

TEST_F(ModelledTest, PiecesOfTheRuntimesWorkAreDoneOneAfterTheOther) {
  static std::atomic<int64_t> ended[2];
  const int64_t before = groma_vgpu_now();
  const auto note = [](void* at) { *static_cast<std::atomic<int64_t>*>(at) = groma_vgpu_now(); };
  groma_vgpu_runtime_work(1000000, note, &ended[0]);
  groma_vgpu_runtime_work(2000000, note, &ended[1]);
  EXPECT_EQ(groma_vgpu_now(), before) << "nobody was blocked";
  groma_vgpu_runtime_work(500000, nullptr, nullptr);
  EXPECT_EQ(ended[0] - before, 1000000);
  EXPECT_EQ(ended[1] - before, 3000000);
  EXPECT_EQ(groma_vgpu_now() - before, 3500000);
}

}  // namespace
}  // namespace groma::vgpu::cuda

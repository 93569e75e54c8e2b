// The driver through its C entry points, on the machine p100x4 in a functional run.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

#include "vgpu/entry/entry_points.h"
#include "vgpu/groma_vgpu.h"

namespace groma::vgpu::cuda {
namespace {

using ::testing::ExitedWithCode;

constexpr size_t kMiB = size_t{1} << 20;

class DriverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    setenv("GROMA_MACHINE", GROMA_SOURCE_DIR "/machines/p100x4.toml", 1);
    ASSERT_EQ(cuInit(0), kSuccess);
    UseGpu(0);
  }
  static void UseGpu(int gpu) {
    ContextObject* context = nullptr;
    ASSERT_EQ(cuDevicePrimaryCtxRetain(&context, gpu), kSuccess);
    ASSERT_EQ(cuCtxSetCurrent(context), kSuccess);
  }
  static DevicePointer Allocate(size_t bytes) {
    DevicePointer pointer = 0;
    EXPECT_EQ(cuMemAlloc_v2(&pointer, bytes), kSuccess);
    return pointer;
  }
  static FunctionObject* Function(const char* name) {
    ModuleObject* module = nullptr;
    FunctionObject* function = nullptr;
    EXPECT_EQ(cuModuleLoadData(&module, "any image"), kSuccess);
    EXPECT_EQ(cuModuleGetFunction(&function, module, name), kSuccess);
    return function;
  }
  static Status Launch(FunctionObject* function, void** parameters) {
    return cuLaunchKernel(function, 4, 1, 1, 32, 1, 1, 0, nullptr, parameters, nullptr);
  }
  template <class T>
  static std::vector<T> ReadBack(DevicePointer from, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), from, count * sizeof(T)), kSuccess);
    return values;
  }
};

TEST_F(DriverTest, ShowsTheDescribedDevices) {
  int count = 0;
  EXPECT_EQ(cuDeviceGetCount(&count), kSuccess);
  EXPECT_EQ(count, 4);
  char name[64];
  EXPECT_EQ(cuDeviceGetName(name, sizeof name, 3), kSuccess);
  EXPECT_STREQ(name, "Tesla P100-SXM2-16GB");
  EXPECT_EQ(cuDeviceGetName(name, sizeof name, 4), kInvalidDevice);
  size_t total = 0;
  EXPECT_EQ(cuDeviceTotalMem_v2(&total, 0), kSuccess);
  EXPECT_EQ(total, size_t{16} * 1024 * kMiB)
      << "15 GiB for the runtime and one for the board's own use";
  int clock = 0, width = 0;
  EXPECT_EQ(cuDeviceGetAttribute(&clock, kMemoryClockRate, 0), kSuccess);
  EXPECT_EQ(cuDeviceGetAttribute(&width, kGlobalMemoryBusWidth, 0), kSuccess);
  EXPECT_NEAR(2.0 * clock * 1e3 * width / 8, 732e9, 1e9);
}

TEST_F(DriverTest, ContextsAreAStackAThread) {
  Device device = -1;
  ContextObject* second = nullptr;
  ASSERT_EQ(cuDevicePrimaryCtxRetain(&second, 2), kSuccess);
  EXPECT_EQ(cuCtxPushCurrent_v2(second), kSuccess);
  EXPECT_EQ(cuCtxGetDevice(&device), kSuccess);
  EXPECT_EQ(device, 2);
  EXPECT_EQ(cuCtxPopCurrent_v2(nullptr), kSuccess);
  EXPECT_EQ(cuCtxGetDevice(&device), kSuccess);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cuCtxPopCurrent_v2(nullptr), kSuccess);
  EXPECT_EQ(cuCtxGetDevice(&device), kInvalidContext);
  EXPECT_EQ(cuCtxPopCurrent_v2(nullptr), kInvalidContext);
}

TEST_F(DriverTest, RunsOutOfMemoryWhereTheBoardDoes) {
  UseGpu(3);
  size_t free = 0, total = 0;
  ASSERT_EQ(cuMemGetInfo_v2(&free, &total), kSuccess);
  EXPECT_EQ(free, total);
  const DevicePointer most = Allocate(total - 100 * kMiB);
  DevicePointer more = 0;
  EXPECT_EQ(cuMemAlloc_v2(&more, 101 * kMiB), kOutOfMemory);
  EXPECT_EQ(cuMemAlloc_v2(&more, size_t{1} << 60), kOutOfMemory);
  EXPECT_EQ(cuMemAlloc_v2(&more, 0), kInvalidValue);
  ASSERT_EQ(cuMemGetInfo_v2(&free, &total), kSuccess);
  EXPECT_EQ(free, 100 * kMiB);
  EXPECT_EQ(cuMemFree_v2(most), kSuccess);
  EXPECT_EQ(cuMemFree_v2(most), kInvalidValue);
  const char* text = nullptr;
  EXPECT_EQ(cuGetErrorName(kOutOfMemory, &text), kSuccess);
  EXPECT_STREQ(text, "CUDA_ERROR_OUT_OF_MEMORY");
}

TEST_F(DriverTest, CopiesGoThroughBothDevices) {
  std::vector<int> values(100000);
  std::iota(values.begin(), values.end(), 7);
  const size_t bytes = values.size() * sizeof(int);
  const DevicePointer first = Allocate(bytes);
  UseGpu(1);
  const DevicePointer second = Allocate(bytes);
  EXPECT_EQ(cuMemcpyHtoD_v2(first, values.data(), bytes), kSuccess);
  EXPECT_EQ(cuMemcpyDtoDAsync_v2(second, first, bytes, nullptr), kSuccess);
  EXPECT_EQ(ReadBack<int>(second, values.size()), values);
}

TEST_F(DriverTest, UnknownHostMemoryMayBeReusedAfterAnAsynchronousCopy) {
  const DevicePointer target = Allocate(1000);
  std::vector<char> source(1000, 'a');
  EXPECT_EQ(cuMemcpyHtoDAsync_v2(target, source.data(), 1000, nullptr), kSuccess);
  std::fill(source.begin(), source.end(), 'b');
  EXPECT_EQ(ReadBack<char>(target, 1000), std::vector<char>(1000, 'a'));
}

TEST_F(DriverTest, RectanglesAndCuboidsAreCopied) {
  std::vector<unsigned char> source(size_t{8} * 6 * 5);
  std::iota(source.begin(), source.end(), 0);
  const DevicePointer device = Allocate(source.size());
  ASSERT_EQ(cuMemcpyHtoD_v2(device, source.data(), source.size()), kSuccess);

  // The box of 3 × 2 × 2 bytes at (1, 2, 1) of 8 × 6 × 5.
  std::vector<unsigned char> box(size_t{3} * 2 * 2, 255);
  Copy3D copy = {};
  copy.source_type = kDevice;
  copy.source_device = device;
  copy.source_x_bytes = 1;
  copy.source_y = 2;
  copy.source_z = 1;
  copy.source_pitch = 8;
  copy.source_height = 6;
  copy.target_type = kHost;
  copy.target_host = box.data();
  copy.target_pitch = 3;
  copy.target_height = 2;
  copy.width_bytes = 3;
  copy.height = 2;
  copy.depth = 2;
  EXPECT_EQ(cuMemcpy3D_v2(&copy), kSuccess);
  for (size_t z = 0; z < 2; ++z) {
    for (size_t y = 0; y < 2; ++y) {
      for (size_t x = 0; x < 3; ++x) {
        EXPECT_EQ(box[x + 3 * (y + 2 * z)], source[x + 1 + 8 * (y + 2 + 6 * (z + 1))]);
      }
    }
  }

  std::vector<unsigned char> rows(size_t{2} * 4, 255);
  Copy2D flat = {};
  flat.source_type = kUnified;
  flat.source_device = device;
  flat.source_y = 1;
  flat.source_pitch = 8;
  flat.target_type = kHost;
  flat.target_host = rows.data();
  flat.target_pitch = 2;
  flat.width_bytes = 2;
  flat.height = 4;
  EXPECT_EQ(cuMemcpy2D_v2(&flat), kSuccess);
  for (size_t y = 0; y < 4; ++y) {
    EXPECT_EQ(rows[2 * y], source[8 * (y + 1)]);
    EXPECT_EQ(rows[2 * y + 1], source[8 * (y + 1) + 1]);
  }
  flat.source_type = kArray;
  EXPECT_EQ(cuMemcpy2D_v2(&flat), kNotSupported);
}

TEST_F(DriverTest, MemsetsWriteTheirPattern) {
  const DevicePointer device = Allocate(64);
  EXPECT_EQ(cuMemsetD8Async(device, 1, 64, nullptr), kSuccess);
  EXPECT_EQ(cuMemsetD2D16Async(device, 16, 0x0302, 2, 2, nullptr), kSuccess);
  EXPECT_EQ(cuMemsetD32Async(device + 60, 0x07060504, 1, nullptr), kSuccess);
  EXPECT_EQ(cuMemsetD32Async(device + 2, 0, 1, nullptr), kInvalidValue) << "not aligned";
  std::vector<unsigned char> expected(64, 1);
  for (const size_t row : {size_t{0}, size_t{16}}) {
    for (size_t i = 0; i < 4; ++i) expected[row + i] = i % 2 == 0 ? 2 : 3;
  }
  for (size_t i = 0; i < 4; ++i) expected[60 + i] = static_cast<unsigned char>(4 + i);
  EXPECT_EQ(ReadBack<unsigned char>(device, 64), expected);
}

struct Scale {
  double* values;
  int count;
};

void ScaleTwin(const groma_vgpu_launch* launch) {
  const Scale scale = *static_cast<const Scale*>(launch->parameters[0]);
  const double factor = *static_cast<const double*>(launch->parameters[1]);
  if (launch->grid[0] != 4 || launch->block[0] != 32) return;
  for (int i = 0; i < scale.count; ++i) scale.values[i] *= factor;
}

TEST_F(DriverTest, RegisteredKernelsRunTheirTwinsOnCopiedParameters) {
  const int sizes[] = {sizeof(Scale), sizeof(double)};
  groma_vgpu_register_kernel("scale", ScaleTwin, 2, sizes);
  const std::vector<double> values = {1, 2, 3};
  const DevicePointer device = Allocate(24);
  ASSERT_EQ(cuMemcpyHtoD_v2(device, values.data(), 24), kSuccess);
  {
    Scale scale = {reinterpret_cast<double*>(device), 3};
    double factor = 2.5;
    void* parameters[] = {&scale, &factor};
    EXPECT_EQ(Launch(Function("scale"), parameters), kSuccess);
    scale = {nullptr, 0};
    factor = 0;
  }
  EXPECT_EQ(ReadBack<double>(device, 3), (std::vector<double>{2.5, 5, 7.5}));
}

TEST_F(DriverTest, StreamsKeepOrderAndEventsJoinThem) {
  StreamObject* first = nullptr;
  StreamObject* second = nullptr;
  EventObject* event = nullptr;
  ASSERT_EQ(cuStreamCreate(&first, 0), kSuccess);
  ASSERT_EQ(cuStreamCreateWithPriority(&second, 1, -1), kSuccess);
  ASSERT_EQ(cuEventCreate(&event, 0), kSuccess);
  EXPECT_EQ(cuEventQuery(event), kSuccess) << "never recorded";
  static std::vector<int> order;
  order.clear();
  const auto note = [](int value) { return reinterpret_cast<void*>(static_cast<intptr_t>(value)); };
  const HostFunction append = [](void* value) {
    order.push_back(static_cast<int>(reinterpret_cast<intptr_t>(value)));
  };
  EXPECT_EQ(cuLaunchHostFunc(first, append, note(1)), kSuccess);
  EXPECT_EQ(cuEventRecord(event, first), kSuccess);
  EXPECT_EQ(cuStreamWaitEvent(second, event, 0), kSuccess);
  EXPECT_EQ(cuLaunchHostFunc(second, append, note(2)), kSuccess);
  EXPECT_EQ(cuCtxRecordEvent(nullptr, event), kSuccess);
  EXPECT_EQ(cuEventSynchronize(event), kSuccess);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(cuEventQuery(event), kSuccess);
  EXPECT_EQ(cuStreamQuery(second), kSuccess);
  int priority = 0;
  EXPECT_EQ(cuStreamGetPriority(second, &priority), kSuccess);
  EXPECT_EQ(priority, -1);
  EXPECT_EQ(cuStreamDestroy_v2(first), kSuccess);
  EXPECT_EQ(cuStreamSynchronize(first), kInvalidHandle);
  EXPECT_EQ(cuEventDestroy_v2(event), kSuccess);
  EXPECT_EQ(cuEventRecord(event, second), kInvalidHandle);
}

TEST_F(DriverTest, EventsMeasureVirtualTime) {
  EventObject* start = nullptr;
  EventObject* end = nullptr;
  ASSERT_EQ(cuEventCreate(&start, 0), kSuccess);
  ASSERT_EQ(cuEventCreate(&end, 0), kSuccess);
  float milliseconds = -1;
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, start, end), kNotReady);
  // 73.2 MB written at 732 GB/s are 0.1 ms, after a launch of 5 us.
  const DevicePointer device = Allocate(73200000);
  EXPECT_EQ(cuEventRecord(start, nullptr), kSuccess);
  EXPECT_EQ(cuMemsetD8Async(device, 0, 73200000, nullptr), kSuccess);
  EXPECT_EQ(cuEventRecord(end, nullptr), kSuccess);
  EXPECT_EQ(cuCtxSynchronize(), kSuccess);
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, start, end), kSuccess);
  EXPECT_NEAR(milliseconds, 0.105, 1e-5);
  cuMemFree_v2(device);
}

TEST_F(DriverTest, PointersSayWhereTheyLie) {
  UseGpu(2);
  const DevicePointer device = Allocate(4096);
  void* host = nullptr;
  ASSERT_EQ(cuMemHostAlloc(&host, 4096, 0), kSuccess);
  uint32_t type = 0;
  int ordinal = 0;
  EXPECT_EQ(cuPointerGetAttribute(&type, kPointerMemoryType, device + 5), kSuccess);
  EXPECT_EQ(type, kDevice);
  EXPECT_EQ(cuPointerGetAttribute(&ordinal, kPointerDeviceOrdinal, device), kSuccess);
  EXPECT_EQ(ordinal, 2);
  EXPECT_EQ(cuPointerGetAttribute(&type, kPointerMemoryType, reinterpret_cast<DevicePointer>(host)),
            kSuccess);
  EXPECT_EQ(type, kHost);
  int local = 0;
  EXPECT_EQ(
      cuPointerGetAttribute(&type, kPointerMemoryType, reinterpret_cast<DevicePointer>(&local)),
      kInvalidValue);
  DevicePointer base = 0;
  size_t size = 0;
  EXPECT_EQ(cuMemGetAddressRange_v2(&base, &size, device + 100), kSuccess);
  EXPECT_EQ(base, device);
  EXPECT_EQ(size, 4096u);
  IpcMemoryHandle handle;
  EXPECT_EQ(cuIpcGetMemHandle(&handle, device), kSuccess);
  EXPECT_EQ(cuIpcOpenMemHandle_v2(&base, handle, 0), kNotSupported);
  EXPECT_EQ(cuMemFreeHost(host), kSuccess);
}

TEST_F(DriverTest, EntryPointsAreFoundByNameAndVersion) {
  void* function = nullptr;
  SymbolStatus found = kSymbolNotFound;
  EXPECT_EQ(cuGetProcAddress_v2("cuMemAlloc", &function, 12080, 0, &found), kSuccess);
  EXPECT_EQ(function, reinterpret_cast<void*>(&cuMemAlloc_v2));
  EXPECT_EQ(found, kSymbolFound);
  const auto find = [](const char* name, int version) {
    void* address = nullptr;
    EXPECT_EQ(cuGetProcAddress(name, &address, version, 0), kSuccess);
    return address;
  };
  EXPECT_EQ(find("cuCtxGetDevice", 12080), reinterpret_cast<void*>(&cuCtxGetDevice));
  EXPECT_EQ(find("cuCtxGetDevice", 13000), reinterpret_cast<void*>(&cuCtxGetDevice_v2));
  EXPECT_EQ(find("cuCtxRecordEvent", 12050), reinterpret_cast<void*>(&cuCtxRecordEvent));
  EXPECT_NE(find("cuCtxRecordEvent", 12000), reinterpret_cast<void*>(&cuCtxRecordEvent));
}

using DriverDeathTest = DriverTest;

TEST_F(DriverDeathTest, ACallOfAMissingEntryPointEndsTheRunNamingIt) {
  void* function = nullptr;
  ASSERT_EQ(cuGetProcAddress("cuTexObjectCreate", &function, 12080, 0), kSuccess);
  EXPECT_EXIT(reinterpret_cast<Status (*)()>(function)(), ExitedWithCode(86),
              "groma: the program calls cuTexObjectCreate, which the virtual GPUs do not have");
  ASSERT_EQ(cuGetProcAddress("cuGetExportTable", &function, 12080, 0), kSuccess);
  EXPECT_EXIT(reinterpret_cast<Status (*)()>(function)(), ExitedWithCode(86),
              "CUDA runtime library .cudart.");
}

TEST_F(DriverDeathTest, AnUnregisteredKernelEndsTheRunNamingIt) {
  FunctionObject* function = Function("nobody_knows");
  EXPECT_EXIT(Launch(function, nullptr), ExitedWithCode(86),
              "groma: kernel 'nobody_knows' has no host twin");
}

TEST_F(DriverDeathTest, ARealmKernelWithImpossibleParametersEndsTheRun) {
  FunctionObject* function = Function("memcpy_transpose64");
  uint64_t structure[16] = {};
  void* parameters[] = {structure};
  EXPECT_EXIT(Launch(function, parameters), ExitedWithCode(86),
              "Realm's kernel 'memcpy_transpose64' cannot be run: address 0x0 cannot be");
}

TEST_F(DriverDeathTest, AKernelOnMemoryThatNoGpuReachesEndsTheRun) {
  const int sizes[] = {sizeof(int)};
  groma_vgpu_register_kernel(
      "reader", [](const groma_vgpu_launch*) {}, 1, sizes);
  FunctionObject* function = Function("reader");
  int local = 0;
  groma_vgpu_argument argument = {};
  argument.address = &local;
  argument.element_bytes = 4;
  argument.streamed = 1;
  const groma_vgpu_work work = {0, 0, 1, &argument};
  void* parameters[] = {&local};
  EXPECT_EXIT(
      {
        groma_vgpu_next_work(&work);
        Launch(function, parameters);
      },
      ExitedWithCode(86), "kernel 'reader' on GPU 0: argument 0 lies at .* that no GPU can reach");
}

// The state that these need differs, so each runs in a process of its own.
TEST(DriverStartDeathTest, WithoutAMachineThereIsNoDevice) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        unsetenv("GROMA_MACHINE");
        int count = 0;
        const bool none = cuInit(0) == kNoDevice && cuDeviceGetCount(&count) == kNotInitialized &&
                          groma_vgpu_modelled() == 0 && groma_vgpu_now() == 0;
        std::exit(none ? 0 : 1);
      },
      ExitedWithCode(0), "");
}

TEST(DriverStartDeathTest, AMachineWithoutGpusHasNoDevice) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("GROMA_MACHINE", GROMA_SOURCE_DIR "/machines/cpu.toml", 1);
        std::exit(cuInit(0) == kNoDevice ? 0 : 1);
      },
      ExitedWithCode(0), "");
}

TEST(DriverStartDeathTest, ABadMachineFileEndsTheRun) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("GROMA_MACHINE", "/nowhere/machine.toml", 1);
        cuInit(0);
      },
      ExitedWithCode(86), "groma: .*GROMA_MACHINE.*nowhere/machine.toml");
}

TEST(DriverStartDeathTest, AnUnknownModeEndsTheRun) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("GROMA_MACHINE", GROMA_SOURCE_DIR "/machines/p100x4.toml", 1);
        setenv("GROMA_VGPU_MODE", "fast", 1);
        cuInit(0);
      },
      ExitedWithCode(86), "groma: GROMA_VGPU_MODE is 'fast'");
}

}  // namespace
}  // namespace groma::vgpu::cuda

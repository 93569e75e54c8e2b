// groma_vgpu_selftest: a loop on virtual GPUs whose answer is known. 100 rounds; in each, one
// thread a GPU launches a kernel of 5 ms and waits for it: exactly 500 ms of virtual time. Prints
// that time in nanoseconds. Run by `groma doctor` with the virtual driver preloaded; needs nothing
// else of groma.
#include <dlfcn.h>

#include <barrier>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "vgpu/groma_vgpu.h"

namespace {

constexpr int kGpus = 4;
constexpr int kRounds = 100;
constexpr double kFlops = 5e9;  // 5 ms on the described GPUs of 1 TFLOP/s

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "groma_vgpu_selftest: %s\n", what);
  std::exit(2);
}

// The driver's entry points, as far as the loop needs them.
struct Api {
  int (*init)(unsigned);
  int (*device)(int*, int);
  int (*retain)(void**, int);
  int (*set_current)(void*);
  int (*create_stream)(void**, unsigned);
  int (*load_module)(void**, const void*);
  int (*get_function)(void**, void*, const char*);
  int (*launch)(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*,
                void**, void**);
  int (*synchronize)(void*);
  int64_t (*now)();
  void (*register_kernel)(const char*, groma_vgpu_twin, int, const int*);
  void (*next_work)(const groma_vgpu_work*);
};

template <class F>
void Load(const char* name, F* function) {
  *function = reinterpret_cast<F>(::dlsym(RTLD_DEFAULT, name));
  if (*function == nullptr) {
    std::fprintf(stderr, "groma_vgpu_selftest: the virtual driver lacks %s\n", name);
    std::exit(2);
  }
}

Api LoadApi() {
  Api api{};
  Load("cuInit", &api.init);
  Load("cuDeviceGet", &api.device);
  Load("cuDevicePrimaryCtxRetain", &api.retain);
  Load("cuCtxSetCurrent", &api.set_current);
  Load("cuStreamCreate", &api.create_stream);
  Load("cuModuleLoadData", &api.load_module);
  Load("cuModuleGetFunction", &api.get_function);
  Load("cuLaunchKernel", &api.launch);
  Load("cuStreamSynchronize", &api.synchronize);
  Load("groma_vgpu_now", &api.now);
  Load("groma_vgpu_register_kernel", &api.register_kernel);
  Load("groma_vgpu_next_work", &api.next_work);
  return api;
}

void DoNothing(const groma_vgpu_launch* /*launch*/) {}

struct Gpu {
  void* context = nullptr;
  void* stream = nullptr;
  void* kernel = nullptr;
};

Gpu Open(const Api& api, int index) {
  Gpu gpu;
  int device = 0;
  void* module = nullptr;
  if (api.device(&device, index) != 0) Fail("the virtual driver shows fewer than 4 GPUs");
  if (api.retain(&gpu.context, device) != 0 || api.set_current(gpu.context) != 0)
    Fail("no context");
  if (api.create_stream(&gpu.stream, 1) != 0) Fail("no stream");
  if (api.load_module(&module, "groma_selftest") != 0 ||
      api.get_function(&gpu.kernel, module, "groma_selftest") != 0)
    Fail("no kernel");
  return gpu;
}

void Round(const Api& api, const Gpu& gpu) {
  groma_vgpu_work work{kFlops, 0, 0, nullptr};
  api.next_work(&work);
  if (api.launch(gpu.kernel, 1, 1, 1, 1, 1, 1, 0, gpu.stream, nullptr, nullptr) != 0)
    Fail("a launch failed");
  if (api.synchronize(gpu.stream) != 0) Fail("waiting for a stream failed");
}

}  // namespace

int main() {
  Api api = LoadApi();
  if (api.init(0) != 0) Fail("the virtual driver does not start");
  api.register_kernel("groma_selftest", DoNothing, 0, nullptr);
  std::vector<Gpu> gpus;
  gpus.reserve(kGpus);
  for (int i = 0; i < kGpus; ++i) gpus.push_back(Open(api, i));
  std::barrier together(kGpus);
  int64_t begin = 0;
  std::vector<std::thread> threads;
  threads.reserve(kGpus);
  for (const Gpu& gpu : gpus)
    threads.emplace_back([&api, &gpu, &together, &begin, &gpus] {
      api.set_current(gpu.context);
      if (&gpu == gpus.data()) begin = api.now();
      for (int round = 0; round < kRounds; ++round) {
        together.arrive_and_wait();
        Round(api, gpu);
      }
    });
  for (std::thread& thread : threads) thread.join();
  std::printf("%lld\n", static_cast<long long>(api.now() - begin));
  return 0;
}

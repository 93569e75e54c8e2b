#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/files.h"
#include "base/process.h"
#include "machine/description.h"

namespace groma::machine {
namespace {

// The first number of a small file such as a control group's limit; 0 when there is none ("max").
int64_t FirstNumber(const char* path) {
  const Result<std::string> text = ReadFile(path);
  int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Bytes UsableMemory() {
  struct sysinfo info {};
  sysinfo(&info);
  int64_t memory = static_cast<int64_t>(info.totalram) * info.mem_unit;
  for (const char* file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
    if (const int64_t limit = FirstNumber(file); limit > 0) memory = std::min(memory, limit);
  return {memory};
}

// The few calls of the NVIDIA driver that a probe needs.
struct Driver {
  using Init = int (*)(unsigned);
  using Count = int (*)(int*);
  using Device = int (*)(int*, int);
  using Name = int (*)(char*, int, int);
  using Memory = int (*)(size_t*, int);
  Init init;
  Count count;
  Device device;
  Name name;
  Memory memory;
};

template <class F>
bool Load(void* library, const char* name, F* function) {
  *function = reinterpret_cast<F>(dlsym(library, name));
  return *function != nullptr;
}

void ProbeGpus(const Driver& driver, Description* d) {
  int count = 0;
  if (driver.init(0) != 0 || driver.count(&count) != 0 || count == 0) return;
  std::vector<int> devices(count);
  for (int i = 0; i < count; ++i)
    if (driver.device(&devices[i], i) != 0) return;
  char name[256] = "";
  size_t memory = 0;
  if (driver.name(name, sizeof(name), devices[0]) != 0 || driver.memory(&memory, devices[0]) != 0)
    return;
  d->processors.gpu = count;
  d->gpu.name = name;
  // What the driver and the CUDA context keep for themselves is not for instances.
  d->gpu.framebuffer = {static_cast<int64_t>(memory) / 10 * 9};
  d->host.zero_copy_memory = {d->host.memory.count / 4};
}

}  // namespace

Description Probe() {
  Description d;
  d.name = "laptop";
  d.is_virtual = false;
  const int cpus = std::max(1, static_cast<int>(std::ceil(UsableCpus())));
  d.processors.cpu = std::clamp(cpus - 1, 1, 8);
  d.processors.utility = 1;
  // Half for Legion's instances; the program, the runtime and the system need the rest.
  d.host.memory = {UsableMemory().count / 2};

  std::error_code ignored;
  if (std::filesystem::exists("/proc/driver/nvidia/version", ignored) ||
      std::filesystem::exists("/dev/nvidiactl", ignored)) {
    if (void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) {
      Driver driver{};
      if (Load(library, "cuInit", &driver.init) &&
          Load(library, "cuDeviceGetCount", &driver.count) &&
          Load(library, "cuDeviceGet", &driver.device) &&
          Load(library, "cuDeviceGetName", &driver.name) &&
          Load(library, "cuDeviceTotalMem_v2", &driver.memory))
        ProbeGpus(driver, &d);
      // The driver keeps threads and exit handlers: it is never unloaded.
    }
  }
  d.description = d.processors.gpu == 0 ? fmt::format("this machine: {} CPUs, no GPU", cpus)
                                        : fmt::format("this machine: {} CPUs, {} × {}", cpus,
                                                      d.processors.gpu, d.gpu.name);
  return d;
}

}  // namespace groma::machine

// Running groma_vgpu_selftest, and remembering that it came out right.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/files.h"
#include "base/process.h"
#include "base/temporary_folder.h"
#include "eval/doctor.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kExpected = 500'000'000;
constexpr std::string_view kMemoryFormat = "groma_selftest = 1";

// Four GPUs on which 5e9 operations take exactly 5 ms and nothing else takes any time.
machine::Description SelftestMachine() {
  machine::Description machine;
  machine.name = "selftest";
  machine.processors = {1, 1, 4, 0};
  machine.gpu.name = "selftest";
  machine.gpu.framebuffer = Bytes{1 << 28};
  machine.gpu.single_flops = machine.gpu.double_flops = {1e12};
  machine.gpu.framebuffer_bandwidth = machine.gpu.zero_copy_bandwidth =
      machine.gpu.peer_access_bandwidth = {1e11};
  machine.gpu.sector = machine.gpu.zero_copy_line = Bytes{32};
  machine.gpu.framebuffer_atomics = machine.gpu.zero_copy_atomics = {1e9};
  machine.host.memory = machine.host.zero_copy_memory = Bytes{1 << 28};
  machine.host.core_double_flops = machine.host.core_single_flops = {1e10};
  machine.host.core_bandwidth = machine.host.memory_bandwidth =
      machine.host.copy_bandwidth = {1e10};
  machine.host.cache_line = Bytes{64};
  machine.host.core_atomics = {1e8};
  for (int gpu = 0; gpu < machine.processors.gpu; ++gpu) {
    machine::Link link;
    link.name = fmt::format("host-gpu{}", gpu);
    link.to_gpu = gpu;
    link.bandwidth = link.bandwidth_back = {1e10};
    machine.links.push_back(link);
  }
  return machine;
}

std::string LastLine(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

fs::path MemoryFile() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fs::path(cache) / "groma" / "selftest";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return fs::path(home) / ".cache" / "groma" / "selftest";
}

std::string Content(const char* file) {
  Result<std::string> text = ReadFile(file);
  return text ? *text : "";
}

// What the answer depends on: this start of this machine or container, the CPU quota, the driver.
std::string Circumstances(const Installation& installation) {
  struct stat driver {};
  ::stat(installation.virtual_driver.c_str(), &driver);
  std::string text = fmt::format("{}\nboot {}cpus {:g}\ndriver {} {} {}.{}\n", kMemoryFormat,
                                 Content("/proc/sys/kernel/random/boot_id"), UsableCpus(),
                                 installation.virtual_driver.string(), driver.st_size,
                                 driver.st_mtim.tv_sec, driver.st_mtim.tv_nsec);
  std::error_code error;
  // Whoever traces groma traces its children too, and a traced run's clock stands still.
  const bool traced = Content("/proc/self/status").find("TracerPid:\t0\n") == std::string::npos;
  text += fmt::format("traced {}\n", traced);
  // Another container has other namespaces, and perhaps another view of /proc.
  return text + "namespace " + fs::read_symlink("/proc/self/ns/pid", error).string() + "\n";
}

}  // namespace

Status RunSelftest(const Installation& installation) {
  if (installation.virtual_driver.empty() || installation.selftest.empty())
    return Error{
        "the virtual driver or its self-test (groma_vgpu_selftest) is missing: this groma was "
        "not built or installed as a whole"};
  Result<TemporaryFolder> folder = TemporaryFolder::Make();
  if (!folder) return folder.error();
  fs::path machine = folder->path() / "machine.toml";
  if (Status written = WriteFile(machine, machine::Write(SelftestMachine())); !written)
    return written;
  ProcessRequest request;
  request.command = {installation.selftest.string()};
  request.environment = CurrentEnvironment();
  request.environment["LD_PRELOAD"] = installation.virtual_driver.string();
  request.environment["GROMA_MACHINE"] = machine.string();
  request.environment["GROMA_VGPU_MODE"] = "modelled";
  request.environment["GROMA_VGPU_LOG"] = (folder->path() / "vgpu.json").string();
  request.limits.wall_seconds = 20;
  Result<ProcessResult> result = RunProcess(request);
  if (!result) return result.error();
  std::string answer = LastLine(result->output);
  if (result->end != ProcessEnd::kExited || result->exit_code != 0)
    return Error{
        fmt::format("a loop of 500 ms of virtual time failed ({}): {}", result->detail, answer)};
  if (answer == std::to_string(kExpected)) return Done{};
  return Error{
      fmt::format("a loop of 500 ms of virtual time came out as {} ns instead of {} ns: on this "
                  "machine modelled times cannot be trusted",
                  answer, kExpected)};
}

Status RequireModelledTime(const Installation& installation) {
  fs::path memory = MemoryFile();
  std::string circumstances = Circumstances(installation);
  if (!memory.empty() && Content(memory.c_str()) == circumstances) return Done{};
  Status result = RunSelftest(installation);
  if (!result)
    return Error{
        fmt::format("modelled runs are refused here: {}. `groma doctor` says more; --functional "
                    "runs without modelled time",
                    result.error().message)};
  std::error_code error;
  if (memory.empty()) return result;
  fs::create_directories(memory.parent_path(), error);
  // A cache that cannot be written costs half a second next time.
  if (!error && !WriteFile(memory, circumstances)) return result;
  return result;
}

}  // namespace groma::eval

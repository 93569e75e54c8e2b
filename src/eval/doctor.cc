#include "eval/doctor.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/process.h"
#include "base/process_tree.h"
#include "eval/binary.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

// The first word of a small file, empty when it cannot be read.
std::string WordIn(const char* file) {
  Result<std::string> text = ReadFile(file);
  if (!text) return "";
  return text->substr(0, text->find_first_of(" \n"));
}

Finding CheckFile(const char* name, const fs::path& file, const char* what) {
  if (!file.empty()) return {name, Level::kOk, file.string(), ""};
  return {name, Level::kError, fmt::format("{} is not there", what),
          "build groma as a whole (./dev build), or install it again"};
}

// A shipped Legion program: the Legion that it was linked with is the one that groma was built for.
// Empty when there is none.
fs::path ShippedProgram(const Installation& installation) {
  std::error_code error;
  std::vector<fs::path> programs;
  for (const fs::directory_entry& app : fs::directory_iterator(installation.apps, error)) {
    fs::path program = installation.programs / app.path().filename();
    if (fs::is_regular_file(program, error)) programs.push_back(program);
  }
  return programs.empty() ? fs::path() : *std::min_element(programs.begin(), programs.end());
}

Finding CheckLegion(const Installation& installation) {
  const char* name = "legion";
  const char* advice =
      "run ./dev setup, or build groma with -DLegion_ROOT=PREFIX against the Legion that is here";
  fs::path program = ShippedProgram(installation);
  if (program.empty())
    return {name, Level::kWarning, "no benchmark is installed, so no Legion to look for",
            "programs bring their own Legion; build groma as a whole to have the benchmarks"};
  std::map<std::string, std::string> environment = CurrentEnvironment();
  if (!installation.virtual_driver.empty())
    environment.insert_or_assign("LD_PRELOAD", installation.virtual_driver.string());
  Result<Binary> binary = ExamineBinary(program, environment);
  if (!binary) return {name, Level::kError, binary.error().message, advice};
  if (!binary->missing.empty())
    return {name, Level::kError,
            fmt::format("libraries of Legion are not found: {}", fmt::join(binary->missing, ", ")),
            advice};
  for (const auto& [library, file] : binary->libraries)
    if (library.starts_with("liblegion"))
      return {name, Level::kOk, fmt::format("{}, {}", LegionVersion(file), file.string()), ""};
  return {name, Level::kError, fmt::format("{} has no Legion", program.string()), advice};
}

Finding CheckRealDriver() {
  if (HasRealGpu()) return {"real GPUs", Level::kOk, "an NVIDIA driver with GPUs", ""};
  return {"real GPUs", Level::kOk, "none: programs run on virtual GPUs", ""};
}

Finding CheckProc() {
  std::vector<pid_t> self = {::getpid()};
  Result<std::string> syscall = ReadFile("/proc/thread-self/syscall");
  Result<std::string> stat = ReadFile("/proc/self/stat");
  if (!stat)
    return {"/proc", Level::kError, "/proc cannot be read",
            "mount /proc: without it limits cannot be kept and hangs not be seen"};
  if (!syscall)
    return {"/proc", Level::kError, "/proc does not tell what threads wait for",
            "modelled runs need /proc/PID/task/*/syscall: allow it (in a container: no hidepid, no "
            "masked /proc, --cap-add SYS_PTRACE)"};
  if (CpuNanoseconds(self) <= 0)
    return {"/proc", Level::kWarning, "the kernel does not tell the CPU time of processes",
            "hanging runs will end at their time limit only"};
  return {"/proc", Level::kOk, "readable, tells what threads wait for", ""};
}

Finding CheckPtraceScope() {
  std::string scope = WordIn("/proc/sys/kernel/yama/ptrace_scope");
  if (scope.empty() || scope == "0" || scope == "1")
    return {"ptrace scope", Level::kOk, scope.empty() ? "not restricted" : "scope " + scope, ""};
  return {
      "ptrace scope", Level::kWarning,
      fmt::format("scope {}: processes may not look at their children", scope),
      "hanging runs will end at their time limit only; sysctl kernel.yama.ptrace_scope=1 helps"};
}

Finding CheckCpus() {
  double cpus = UsableCpus();
  return {"CPUs", cpus < 1 ? Level::kWarning : Level::kOk, fmt::format("{:g} to use", cpus),
          cpus < 1 ? "runs take longer here; modelled times stay the same" : ""};
}

Finding CheckOvercommit() {
  std::string mode = WordIn("/proc/sys/vm/overcommit_memory");
  if (mode == "2")
    return {"overcommit", Level::kWarning, "strict (vm.overcommit_memory = 2)",
            "large described memories may not fit: sysctl vm.overcommit_memory=0, or describe "
            "smaller ones"};
  return {"overcommit", Level::kOk, mode.empty() ? "not known" : "vm.overcommit_memory = " + mode,
          ""};
}

Finding CheckMemory() {
  Bytes free = FreeMemory(1);
  bool little = free.count < (int64_t{2} << 30);
  return {"memory", little ? Level::kWarning : Level::kOk, ToString(free) + " free",
          little ? "runs of Legion programs need about 1 GiB; close others" : ""};
}

Finding CheckAddressLimit() {
  std::optional<Bytes> limit = AddressLimit();
  if (!limit) return {"addresses", Level::kOk, "no limit", ""};
  return {"addresses", Level::kWarning,
          fmt::format("{} for each process (ulimit -v)", ToString(*limit)),
          "machines that describe more memory are refused: say ulimit -v unlimited"};
}

Finding CheckClock(const Installation& installation) {
  Status selftest = RunSelftest(installation);
  if (selftest)
    return {"virtual clock", Level::kOk, "100 rounds of 5 ms on 4 virtual GPUs take exactly 500 ms",
            ""};
  return {"virtual clock", Level::kError, selftest.error().message,
          "modelled runs are refused on this machine; --functional runs and real GPUs work"};
}

const char* ToString(Level level) {
  return level == Level::kOk ? "ok" : level == Level::kWarning ? "warning" : "error";
}

}  // namespace

std::vector<Finding> ExamineInstallation(const Installation& installation) {
  return {CheckFile("guard", installation.preload, "libgroma_preload.so"),
          CheckFile("mapper library", installation.mapper, "libgroma_mapper.so"),
          CheckFile("virtual driver", installation.virtual_driver, "vgpu/libcuda.so.1"),
          CheckFile("machines", installation.machines, "share/groma/machines"),
          CheckFile("benchmarks", installation.apps, "share/groma/apps"),
          CheckLegion(installation),
          CheckRealDriver(),
          CheckProc(),
          CheckPtraceScope(),
          CheckCpus(),
          CheckMemory(),
          CheckOvercommit(),
          CheckAddressLimit(),
          CheckClock(installation)};
}

std::string WriteJson(const std::vector<Finding>& findings) {
  nlohmann::ordered_json json = {{"ok", true}, {"findings", nlohmann::ordered_json::array()}};
  for (const Finding& finding : findings) {
    if (finding.level == Level::kError) json["ok"] = false;
    json["findings"].push_back({{"name", finding.name},
                                {"level", ToString(finding.level)},
                                {"detail", finding.detail},
                                {"advice", finding.advice}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace groma::eval

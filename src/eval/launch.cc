#include "eval/launch.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/process.h"
#include "eval/binary.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;
using Environment = std::map<std::string, std::string>;

// Variables that would make a run wait for a debugger, that belong to another run of groma, or that
// hold keys (src/llm): what a program prints is kept in journals.
constexpr const char* kRemoved[] = {
    "OPENAI_API_KEY",         "ANTHROPIC_API_KEY", "REALM_FREEZE_ON_ERROR",
    "LEGION_FREEZE_ON_ERROR", "GROMA_MACHINE",     "GROMA_VGPU_MODE",
    "GROMA_VGPU_LOG",         "GROMA_MAPPING",     "GROMA_MAPPING_NAME",
    "GROMA_MAPPER_MODE",      "GROMA_MAPPER_ID",   "GROMA_MAPPER_LOG",
    "GROMA_MAPPER_LIBRARY",   "GROMA_DESCRIBE",    "GROMA_VGPU_WAITS_DECLARED",
    "GROMA_RANKS_PER_NODE"};

// Thread pools that spin would keep the virtual clock from moving.
constexpr std::pair<const char*, const char*> kPassiveThreads[] = {
    {"OMP_WAIT_POLICY", "PASSIVE"}, {"GOMP_SPINCOUNT", "0"},          {"KMP_BLOCKTIME", "0"},
    {"OPENBLAS_NUM_THREADS", "1"},  {"OPENBLAS_THREAD_TIMEOUT", "4"}, {"MKL_DYNAMIC", "FALSE"}};

// The program's file. A bare name: beside the program file, among groma's own programs, in PATH.
fs::path FindProgramFile(const Program& program, const Installation& installation,
                         const Environment& environment) {
  fs::path name = program.command[0];
  if (name.is_absolute()) return name;
  if (name.has_parent_path()) return program.folder / name;
  std::error_code ignored;
  auto runs = [&](const fs::path& file) {
    return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
  };
  if (runs(program.folder / name)) return program.folder / name;
  if (!installation.programs.empty() && runs(installation.programs / name))
    return installation.programs / name;
  auto path = environment.find("PATH");
  std::string_view folders = path == environment.end() ? "" : std::string_view(path->second);
  while (!folders.empty()) {
    size_t end = std::min(folders.find(':'), folders.size());
    fs::path file = fs::path(folders.substr(0, end)) / name;
    if (end > 0 && runs(file)) return file;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return program.folder / name;
}

struct Driver {
  bool preloaded = false;     // our driver stands in front, maybe without any GPU
  bool virtual_gpus = false;  // it shows the machine's GPUs
  bool modelled = false;
};

Result<Driver> ChooseDriver(const LaunchOptions& options) {
  const machine::Description& machine = options.machine;
  bool real = options.devices != Devices::kVirtual && HasRealGpu();
  if (options.devices == Devices::kReal && !real)
    return Error{
        "there is no real GPU here: no NVIDIA device and driver were found. Leave out --real to "
        "run on virtual GPUs"};
  if (options.devices == Devices::kVirtual && !machine.is_virtual)
    return Error{fmt::format(
        "machine {} is this computer as it is: it has no figures for virtual GPUs. Name a "
        "described machine, such as --machine p100x4",
        machine.name)};
  Driver driver;
  bool modelled_machine = !real && machine.is_virtual;
  driver.preloaded = !real;  // Legion's libraries need a libcuda.so.1 even for no GPU
  driver.virtual_gpus = modelled_machine && machine.processors.gpu > 0;
  driver.modelled = modelled_machine && options.mode == RunMode::kModelled;
  return driver;
}

Status NeedFile(const fs::path& file, std::string_view what) {
  if (!file.empty()) return Done{};
  return Error{
      fmt::format("{} is missing: this groma was not built or installed as a whole. `groma doctor` "
                  "lists what is there",
                  what)};
}

Status CheckInstallation(const Installation& installation, const LaunchOptions& options,
                         const Driver& driver) {
  if (Status found = NeedFile(installation.preload, "libgroma_preload.so"); !found) return found;
  if (options.mapping || options.describe)
    if (Status found = NeedFile(installation.mapper, "libgroma_mapper.so"); !found) return found;
  if (driver.preloaded)
    return NeedFile(installation.virtual_driver, "the virtual driver (vgpu/libcuda.so.1)");
  return Done{};
}

Status CheckMissingLibraries(const fs::path& program, const Binary& binary) {
  if (binary.missing.empty()) return Done{};
  return Error{
      fmt::format("{} needs libraries that the loader does not find: {}. Add their folder to "
                  "LD_LIBRARY_PATH, in the program file's `environment` or your own",
                  program.string(), fmt::join(binary.missing, ", "))};
}

Status CheckIsLegion(const fs::path& program, const Binary& binary) {
  bool linked =
      std::any_of(binary.libraries.begin(), binary.libraries.end(),
                  [](const auto& library) { return library.first.starts_with("liblegion"); });
  if (linked) return Done{};
  if (binary.has_legion_symbols)
    return Error{
        fmt::format("{} has Legion linked into itself; groma works with Legion as a shared library "
                    "(configure Legion with BUILD_SHARED_LIBS=ON and link again)",
                    program.string())};
  return Error{fmt::format(
      "{} is not a Legion program: no liblegion is among its libraries. If it starts one "
      "(a script, mpirun), say `launcher = true` in its program file",
      program.string())};
}

Status CheckProgram(const fs::path& program, bool launcher, const Driver& driver,
                    const Environment& environment) {
  Result<Binary> binary = ExamineBinary(program, environment);
  if (!binary) return binary.error();
  if (binary->script || launcher) return Done{};
  if (Status missing = CheckMissingLibraries(program, *binary); !missing) return missing;
  if (Status legion = CheckIsLegion(program, *binary); !legion) return legion;
  if (!driver.virtual_gpus) return Done{};
  std::string user = CudaRuntimeUser(program, *binary);
  if (user.empty()) return Done{};
  return Error{
      fmt::format("{} needs the CUDA runtime library ({}), which works on real NVIDIA GPUs only. "
                  "What you can do: run it "
                  "on a machine with a GPU (--real); run it on CPUs alone (--machine cpu); or "
                  "launch its kernels through "
                  "the CUDA driver API (cuModuleLoadData, cuLaunchKernel) with host twins, as "
                  "groma's own benchmarks do",
                  program.string(), user)};
}

// What Legion, its threads and the program take beside the memories: circuit takes 2.2 GiB.
constexpr Bytes kOwnAddresses{int64_t{4} << 30};

// Realm asks for every described memory at once. Without this check it would only abort.
Status CheckAddresses(const machine::Description& machine, const Driver& driver) {
  std::optional<Bytes> limit = AddressLimit();
  if (!limit) return Done{};
  int64_t needed = machine.host.memory.count;
  if (driver.virtual_gpus)
    needed += machine.processors.gpu * machine.gpu.framebuffer.count +
              machine.host.zero_copy_memory.count;
  if (needed + kOwnAddresses.count <= limit->count) return Done{};
  return Error{fmt::format(
      "this shell limits the addresses of a process to {} (ulimit -v), and the memories of machine "
      "{} span {}, though a run fills little of that. Say `ulimit -v unlimited` first, or describe "
      "a smaller machine",
      ToString(*limit), machine.name, ToString(Bytes{needed}))};
}

int64_t Mebibytes(Bytes bytes) { return bytes.count >> 20; }

std::string RealmArguments(const LaunchOptions& options, const Driver& driver,
                           const Launch& launch) {
  const machine::Description& machine = options.machine;
  int gpus = driver.preloaded && !driver.virtual_gpus ? 0 : machine.processors.gpu;
  // The runtime's work is one resource of a node on the virtual clock, and the thread for it goes
  // on with what is ready while a piece of that work passes (Engine::Charge). A second thread would
  // add nothing but an order, of what is due at the same time, that the host's scheduling decides.
  const int utility = driver.modelled ? 1 : std::max(1, machine.processors.utility);
  std::string text =
      fmt::format("-ll:cpu {} -ll:util {} -ll:csize {} -ll:gpu {}", machine.processors.cpu, utility,
                  Mebibytes(machine.host.memory), gpus);
  if (gpus > 0)
    text += fmt::format(" -ll:fsize {} -ll:zsize {}", Mebibytes(machine.gpu.framebuffer),
                        Mebibytes(machine.host.zero_copy_memory));
  // Otherwise Realm's GPU threads poll, and the virtual clock never sees a quiet process.
  if (driver.virtual_gpus) text += " -ll:gpuworker 1 -ll:gpuworkthread 0 -cuda:callbacks";
  // Realm pins host memory up to a limit of 1 GiB. What is not pinned reaches a GPU through a copy
  // that the runtime really makes, and with it touches as much memory as the program has.
  if (driver.virtual_gpus) text += fmt::format(" -cuda:hostreg {}", Mebibytes(machine.host.memory));
  text += " -ll:networks none";
  // Realm splits this at blanks.
  if (launch.legion_log.string().find_first_of(" \t") == std::string::npos)
    text += fmt::format(" -logfile {}", launch.legion_log.string());
  return text;
}

std::string LegionArguments(const LaunchOptions& options) {
  std::string text = "-lg:safe_mapper -lg:no_auto_tracing";
  // Traces hide mapper calls from the recorder.
  if (options.describe) text += " -lg:no_physical_tracing";
  if (options.profile)
    text += fmt::format(" -lg:prof 1 -lg:prof_logfile {}",
                        (fs::absolute(*options.profile) / "prof_%.gz").string());
  return text;
}

Status MakeProfileFolder(const fs::path& folder) {
  // The runtime splits its arguments at blanks.
  if (fs::absolute(folder).string().find_first_of(" \t") != std::string::npos)
    return Error{
        fmt::format("the profile's folder {} has a blank in its path, which Legion does "
                    "not take: name another",
                    folder.string())};
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || ::access(folder.c_str(), W_OK) != 0)
    return Error{fmt::format("cannot write the profile into {}: {}", folder.string(),
                             error ? error.message() : std::strerror(errno))};
  return Done{};
}

void SetArguments(Environment& environment, const std::string& name, const std::string& ours) {
  std::string& value = environment[name];
  // Realm takes the last of equal flags: what the user set stays stronger.
  value = value.empty() ? ours : ours + " " + value;
}

void SetPreloads(Environment& environment, const Installation& installation, const Driver& driver) {
  std::string preloads = installation.preload.string();
  if (driver.preloaded) preloads += ":" + installation.virtual_driver.string();
  std::string& value = environment["LD_PRELOAD"];
  value = value.empty() ? preloads : preloads + ":" + value;
}

Environment BuildEnvironment(const Program& program, const LaunchOptions& options,
                             const Installation& installation, const Driver& driver,
                             const Launch& launch) {
  Environment environment = CurrentEnvironment();
  for (const char* name : kRemoved) environment.erase(name);
  if (driver.modelled)
    for (auto [name, value] : kPassiveThreads) environment.emplace(name, value);
  for (const auto& [name, value] : program.environment) environment[name] = value;
  SetPreloads(environment, installation, driver);
  environment["GROMA_MACHINE"] = launch.machine_file.string();
  if (options.machine.ranks_per_node > 1)
    environment["GROMA_RANKS_PER_NODE"] = std::to_string(options.machine.ranks_per_node);
  environment["GROMA_VGPU_MODE"] = driver.modelled ? "modelled" : "functional";
  environment["GROMA_VGPU_LOG"] = launch.vgpu_log.string();
  environment["GROMA_MAPPER_LOG"] = launch.mapper_log.string();
  if (program.waits_declared) environment["GROMA_VGPU_WAITS_DECLARED"] = "1";
  if (!installation.mapper.empty())
    environment["GROMA_MAPPER_LIBRARY"] = installation.mapper.string();
  if (options.mapping) {
    environment["GROMA_MAPPING"] = fs::absolute(*options.mapping).string();
    if (!options.mapping_name.empty()) environment["GROMA_MAPPING_NAME"] = options.mapping_name;
  }
  // Under its own mapper the program pays for the runtime's work as it does under a mapping.
  const bool watch = !options.mapping && driver.modelled;
  environment["GROMA_MAPPER_MODE"] = watch ? "watch" : options.wrap_mappers ? "wrap" : "replace";
  if (program.mapper_id) environment["GROMA_MAPPER_ID"] = std::to_string(*program.mapper_id);
  if (options.describe) environment["GROMA_DESCRIBE"] = launch.description.string();
  SetArguments(environment, "REALM_DEFAULT_ARGS", RealmArguments(options, driver, launch));
  SetArguments(environment, "LEGION_DEFAULT_ARGS", LegionArguments(options));
  return environment;
}

std::vector<std::string> Notes(const LaunchOptions& options, const Driver& driver) {
  const machine::Description& machine = options.machine;
  std::vector<std::string> notes;
  if (driver.virtual_gpus)
    notes.push_back(fmt::format("virtual GPUs: {} x {} ({})", machine.processors.gpu,
                                machine.gpu.name,
                                driver.modelled ? "kernels take modelled time and compute nothing"
                                                : "kernels compute; times mean nothing"));
  else if (driver.modelled)
    notes.push_back(fmt::format("machine {}: no GPU, CPU tasks take modelled time", machine.name));
  else if (driver.preloaded)
    notes.push_back("no GPU: the program runs on CPUs alone");
  else if (machine.is_virtual)
    notes.push_back(
        fmt::format("real GPUs, with the processor counts and memory sizes of {}: figures are "
                    "this computer's (--virtual runs the described machine)",
                    machine.name));
  return notes;
}

}  // namespace

std::optional<Bytes> AddressLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return Bytes{static_cast<int64_t>(limit.rlim_cur)};
}

Result<Launch> PrepareLaunch(const Program& program, const LaunchOptions& options,
                             const Installation& installation) {
  if (program.command.empty()) return Error{"the program has no command"};
  if (program.ranks != 1 || options.machine.nodes != 1)
    return Error{
        "runs of several ranks or nodes are not in this version: use one node and one rank"};
  Result<Driver> driver = ChooseDriver(options);
  if (!driver) return driver.error();
  if (Status complete = CheckInstallation(installation, options, *driver); !complete)
    return complete.error();
  if (Status fits = CheckAddresses(options.machine, *driver); !fits) return fits.error();
  if (options.profile)
    if (Status made = MakeProfileFolder(*options.profile); !made) return made.error();
  Launch launch;
  launch.folder = program.folder.string();
  launch.virtual_driver = driver->preloaded;
  launch.virtual_gpus = driver->virtual_gpus;
  launch.modelled = driver->modelled;
  fs::path folder = fs::absolute(options.folder);
  launch.machine_file = folder / "machine.toml";
  launch.vgpu_log = folder / "vgpu.json";
  launch.mapper_log = folder / "mapper.jsonl";
  launch.description = folder / "description.json";
  launch.legion_log = folder / "legion_%.log";
  Status written = WriteFile(launch.machine_file, machine::Write(options.machine));
  if (!written) return written.error();
  launch.environment = BuildEnvironment(program, options, installation, *driver, launch);
  fs::path file = FindProgramFile(program, installation, launch.environment);
  if (Status checked = CheckProgram(file, program.launcher, *driver, launch.environment); !checked)
    return checked.error();
  launch.command = program.command;
  launch.command[0] = file.string();
  launch.command.insert(launch.command.end(), options.extra_arguments.begin(),
                        options.extra_arguments.end());
  launch.notes = Notes(options, *driver);
  return launch;
}

}  // namespace groma::eval

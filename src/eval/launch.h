// Launching a Legion program under groma: which libraries are preloaded, which variables and flags
// it gets. `groma run`, `eval`, `tune` and `apps describe` all start programs through this.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eval/program.h"
#include "machine/description.h"

namespace groma::eval {

/// Where groma's own files lie.
struct Installation {
  std::filesystem::path preload;         // libgroma_preload.so
  std::filesystem::path mapper;          // libgroma_mapper.so
  std::filesystem::path virtual_driver;  // libcuda.so.1
  std::filesystem::path selftest;        // groma_vgpu_selftest, the loop whose answer is known
  std::filesystem::path programs;        // folder of the shipped benchmarks' executables
  std::filesystem::path machines;        // folder of shipped machine descriptions
  std::filesystem::path apps;            // folder of shipped program files
};

/// Paths relative to the running executable: in a build tree `../lib` (programs in `bin`), after
/// installation `../lib/groma` and `../share/groma`. GROMA_HOME names another prefix. A path is
/// empty where the file is not there; who needs it says so.
Installation FindInstallation();

/// Which GPUs a run sees.
enum class Devices {
  kAuto,     // real GPUs when there are any; else virtual ones when the machine has figures
  kVirtual,  // virtual GPUs, whatever is there; an error on a machine without figures
  kReal      // the real driver; an error when there is none
};

/// On virtual GPUs: kernels compute (functional) or take virtual time (modelled).
enum class RunMode { kFunctional, kModelled };

struct LaunchOptions {
  machine::Description machine;
  Devices devices = Devices::kAuto;
  RunMode mode = RunMode::kModelled;
  std::optional<std::filesystem::path> mapping;  // none: the program's own mapper stays
  std::string mapping_name;                      // how diagnostics call it; empty: by its path
  bool wrap_mappers = false;                 // wrap the program's mappers instead of replacing them
  bool describe = false;                     // the recorder writes an application description
  std::filesystem::path folder;              // existing folder for logs and the machine file
  std::vector<std::string> extra_arguments;  // appended to the program's own
  std::optional<std::filesystem::path> profile;  // Legion's profiler writes prof_0.gz there
};

/// A program ready to start; the process limits are the caller's.
struct Launch {
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::string folder;           // working folder of the program
  bool virtual_driver = false;  // our libcuda.so.1 stands in front, maybe without any GPU
  bool virtual_gpus = false;    // it shows the machine's GPUs
  bool modelled = false;
  std::vector<std::string> notes;  // for people: "virtual GPUs: 4 x Tesla P100", …
  // Files that the run may leave in LaunchOptions::folder.
  std::filesystem::path machine_file, vgpu_log, mapper_log, description, legion_log;
};

/// Checks the program (there, executable, of this architecture, a Legion program, no CUDA runtime
/// on virtual GPUs) and builds its environment. Writes the machine file into options.folder.
Result<Launch> PrepareLaunch(const Program& program, const LaunchOptions& options,
                             const Installation& installation);

/// Whether a real NVIDIA driver with at least one GPU is there. Starts no driver.
bool HasRealGpu();

/// Addresses that this process and its children may use, memory behind them or not (`ulimit -v`).
/// Nothing when there is no limit.
std::optional<Bytes> AddressLimit();

}  // namespace groma::eval

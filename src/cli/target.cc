#include "cli/target.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include "base/files.h"
#include "diagnostics/suggest.h"
#include "eval/doctor.h"
#include "eval/launch.h"

namespace groma::cli {
namespace {

namespace fs = std::filesystem;

fs::path ShippedProgram(const std::string& name) {
  return eval::FindInstallation().apps / name / (name + ".toml");
}

enum class AppForm { kBenchmark, kProgramFile, kDescription };

/// What the name after --app means; a name that nothing has counts as a benchmark's.
AppForm FormOf(const std::string& name) {
  std::error_code error;
  if (name.ends_with(".toml")) return AppForm::kProgramFile;
  if (name.ends_with(".json") || name.find('/') != std::string::npos) return AppForm::kDescription;
  if (IsShippedApp(name)) return AppForm::kBenchmark;
  return fs::is_regular_file(name, error) ? AppForm::kDescription : AppForm::kBenchmark;
}

int ProgramsNamed(const TargetOptions& options) {
  return !options.app.empty() + !options.program_file.empty() + !options.command.empty();
}

Error NoSuchApp(const std::string& name, std::string_view else_what) {
  const std::vector<std::string> known = ShippedApps();
  const std::optional<std::string> nearest = Nearest(name, known);
  return Error{fmt::format("no benchmark '{}'. {} For a program of your own: {}", name,
                           nearest ? fmt::format("Did you mean '{}'?", *nearest)
                                   : fmt::format("There are: {}.", fmt::join(known, ", ")),
                           else_what)};
}

constexpr std::string_view kOwnToRun = "--program prog.toml, or -- ./program args";
constexpr std::string_view kOwnToKnow =
    "its description (--app my.app.json, made by `groma apps describe`) or its program file (--app "
    "prog.toml)";

}  // namespace

void AddProgramOptions(CLI::App& app, TargetOptions& options, bool positional) {
  app.add_option(positional ? "app,--app" : "--app", options.app,
                 "A shipped benchmark (groma apps lists them), or a program file (.toml)");
  app.add_option("--program", options.program_file,
                 "Your program's file (prog.toml; docs/formats/program.md)");
}

void AddDescriptionOptions(CLI::App& app, TargetOptions& options, bool positional) {
  app.add_option(positional ? "app,--app" : "--app", options.app,
                 "The application: a benchmark (groma apps lists them), a description file (.json; "
                 "groma apps describe writes it) or a program file (.toml) that names one");
  app.add_option("--program", options.program_file, "The application, as a program file (.toml)");
}

void AddMachineOptions(CLI::App& app, TargetOptions& options) {
  app.add_option("--machine", options.machine,
                 "A shipped machine (groma machine lists them), a description file, or `laptop`: "
                 "this computer");
  app.add_option("--nodes", options.nodes, "Nodes, instead of what the description says")
      ->check(CLI::Range(1, 100000));
  app.add_option("--ranks-per-node", options.ranks_per_node,
                 "Ranks on a node, each of which a mapping sees as a node with its part of the "
                 "processors (for mappings that were written for one rank a GPU)")
      ->check(CLI::Range(1, 1000));
}

void AddDeviceOptions(CLI::App& app, TargetOptions& options) {
  auto* wanted = app.add_flag("--virtual", options.virtual_gpus,
                              "Virtual GPUs even where there are real ones");
  app.add_flag("--real", options.real_gpus, "Real GPUs; an error where there are none")
      ->excludes(wanted);
  app.add_flag("--functional", options.functional,
               "On virtual GPUs: kernels compute, instead of taking their modelled time alone");
}

void AddRulesOption(CLI::App& app, TargetOptions& options) {
  app.add_option("--rules", options.rules,
                 "A file of your own rules for AutoGuide (docs/autoguide.md), tried before the "
                 "shipped ones")
      ->envname("GROMA_RULES");
}

Result<std::vector<guide::Rule>> FindRules(const TargetOptions& options) {
  if (options.rules.empty()) return std::vector<guide::Rule>();
  return guide::ReadRules(options.rules);
}

Result<machine::Description> FindMachine(const TargetOptions& options) {
  std::string name = options.machine;
  if (name.empty()) {
    bool real = eval::HasRealGpu() && !options.virtual_gpus;
    name = real ? "laptop" : "p100x4";
    Tell("groma: machine {}: {}\n", name,
         real ? "this computer (--machine names another)"
              : "the ICML paper's node, as virtual GPUs (--machine names another)");
  }
  Result<machine::Description> machine = machine::Find(name, eval::FindInstallation().machines);
  if (!machine) return machine;
  if (options.nodes > 0) machine->nodes = options.nodes;
  if (options.ranks_per_node > 0) machine->ranks_per_node = options.ranks_per_node;
  const std::string mistake = machine::MistakeOfRanks(machine->ranks_per_node, machine->processors);
  if (!mistake.empty()) return Error{fmt::format("{}: {}", machine->name, mistake)};
  return machine;
}

Exit ExitOfProgram(const TargetOptions& options) {
  const bool one = ProgramsNamed(options) == 1;
  const bool description = !options.app.empty() && FormOf(options.app) == AppForm::kDescription;
  std::error_code error;
  return one && !(description && fs::exists(options.app, error)) ? Exit::kEnvironment
                                                                 : Exit::kUsage;
}

Exit ExitOfDescription(const TargetOptions& options) {
  return ProgramsNamed(options) > 1 ? Exit::kUsage : Exit::kEnvironment;
}

Status RequireWritable(const std::string& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return Error{
        fmt::format("there is no folder {} for {}: make it first (mkdir -p), or name another file",
                    folder.string(), fs::path(file).filename().string())};
  if (::access(folder.c_str(), W_OK) != 0)
    return Error{fmt::format("nothing can be written in the folder {}: name a file in another one",
                             folder.string())};
  return Done{};
}

CLI::Validator AboveZero() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        double value = 0;
        if (CLI::detail::lexical_cast(text, value) && value > 0) return "";
        return fmt::format("'{}' is no number of seconds above 0", text);
      },
      "SECONDS");
}

CLI::Validator WholeNumber() {
  // CLI11 takes the nearest number where one does not fit into 64 bits.
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        uint64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc() && rest == end) return "";
        return fmt::format("'{}' is out of range: a whole number from 0 to {}", text,
                           std::numeric_limits<uint64_t>::max());
      },
      "");
}

Result<eval::Program> FindProgram(const TargetOptions& options) {
  const int given = ProgramsNamed(options);
  if (given > 1)
    return Error{
        "name one program: --app with a benchmark, --program prog.toml, or -- ./program args"};
  if (given == 0)
    return Error{fmt::format(
        "which program? Name a benchmark (--app {}), or --program prog.toml, or -- ./program args",
        fmt::join(ShippedApps(), ", --app "))};
  if (!options.program_file.empty()) return eval::ReadProgram(options.program_file);
  if (!options.command.empty()) return eval::ProgramFromCommand(options.command);
  switch (FormOf(options.app)) {
    case AppForm::kProgramFile:
      return eval::ReadProgram(options.app);
    case AppForm::kDescription:
      if (Result<std::string> text = ReadFile(options.app); !text) return text.error();
      return Error{fmt::format("{} describes a program and cannot be run. To run one: {}",
                               options.app, kOwnToRun)};
    case AppForm::kBenchmark:
      break;
  }
  if (!IsShippedApp(options.app)) return NoSuchApp(options.app, kOwnToRun);
  return eval::ReadProgram(ShippedProgram(options.app));
}

Result<std::optional<app::Description>> FindDescription(const TargetOptions& options) {
  auto read = [](const fs::path& file) -> Result<std::optional<app::Description>> {
    Result<app::Description> description = app::Read(file);
    if (!description) return description.error();
    return std::optional<app::Description>(std::move(*description));
  };
  if (options.app.empty() && options.program_file.empty()) return std::optional<app::Description>();
  if (!options.app.empty() && !options.program_file.empty())
    return Error{"name the application once: with --app or with --program"};
  const AppForm form = options.app.empty() ? AppForm::kProgramFile : FormOf(options.app);
  if (form == AppForm::kDescription) return read(options.app);
  if (form == AppForm::kBenchmark && !IsShippedApp(options.app))
    return NoSuchApp(options.app, kOwnToKnow);
  Result<eval::Program> program = FindProgram(options);
  if (!program) return program.error();
  if (program->description_file.empty()) return std::optional<app::Description>();
  const fs::path file = program->folder / program->description_file;
  std::error_code error;
  if (!fs::exists(file, error))
    return Error{fmt::format(
        "the application description {} of {} is not there. Make it: groma apps describe {} -o {}",
        file.string(), program->name,
        options.program_file.empty() ? options.app : "--program " + options.program_file,
        file.string())};
  return read(file);
}

std::string NoDescription(const TargetOptions& options) {
  if (ProgramsNamed(options) == 0)
    return fmt::format("which application? A benchmark (--app {}), or {}",
                       fmt::join(ShippedApps(), ", --app "), kOwnToKnow);
  const std::string& file = options.program_file.empty() ? options.app : options.program_file;
  return fmt::format(
      "{0} names no description. Make one: `groma apps describe --program {0} -o prog.app.json`, "
      "and "
      "write description = \"prog.app.json\" into it",
      file);
}

Result<eval::EvaluateOptions> EvaluationOptions(const TargetOptions& options,
                                                const machine::Description& machine) {
  eval::EvaluateOptions evaluation;
  evaluation.machine = machine;
  evaluation.devices = options.virtual_gpus ? eval::Devices::kVirtual
                       : options.real_gpus  ? eval::Devices::kReal
                                            : eval::Devices::kAuto;
  evaluation.mode = options.functional ? eval::RunMode::kFunctional : eval::RunMode::kModelled;
  bool virtual_run = options.virtual_gpus || (!options.real_gpus && machine.is_virtual);
  if (virtual_run && machine.processors.gpu > 0 && !options.functional) {
    Status clock = eval::RequireModelledTime(eval::FindInstallation());
    if (!clock) return clock.error();
  }
  return evaluation;
}

std::vector<std::string> ShippedApps() {
  std::vector<std::string> names;
  std::error_code code;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(eval::FindInstallation().apps, code))
    if (fs::exists(entry.path() / (entry.path().filename().string() + ".toml")))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool IsShippedApp(const std::string& name) {
  const std::vector<std::string> known = ShippedApps();
  return std::find(known.begin(), known.end(), name) != known.end();
}

}  // namespace groma::cli

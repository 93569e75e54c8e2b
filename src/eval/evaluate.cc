#include "eval/evaluate.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "eval/describe.h"
#include "eval/judge.h"
#include "eval/mapper_log.h"
#include "eval/vgpu_log.h"

namespace groma::eval {
namespace {

namespace fs = std::filesystem;

// The folder of one run: temporary, or the one that the caller wants to keep.
class RunFolder {
 public:
  static Result<RunFolder> Make(const std::optional<fs::path>& keep) {
    if (keep) {
      std::error_code error;
      fs::create_directories(*keep, error);
      if (error)
        return Error{fmt::format("cannot make folder {}: {}", keep->string(), error.message())};
      // Logs of an earlier run in the same folder would be taken for this one's.
      for (const char* name : {"vgpu.json", "mapper.jsonl", "description.json"})
        fs::remove(*keep / name, error);
      return RunFolder(*keep, std::nullopt);
    }
    Result<TemporaryFolder> folder = TemporaryFolder::Make();
    if (!folder) return folder.error();
    fs::path path = folder->path();
    return RunFolder(path, std::move(folder.value()));
  }
  const fs::path& path() const { return path_; }

 private:
  RunFolder(fs::path path, std::optional<TemporaryFolder> temporary)
      : path_(std::move(path)), temporary_(std::move(temporary)) {}
  fs::path path_;
  std::optional<TemporaryFolder> temporary_;
};

ProcessRequest MakeRequest(const Program& program, const EvaluateOptions& options,
                           const Launch& launch) {
  ProcessRequest request;
  request.command = launch.command;
  request.environment = launch.environment;
  request.folder = launch.folder;
  request.limits.wall_seconds =
      options.time_limit_seconds > 0 ? options.time_limit_seconds : program.time_limit_seconds;
  request.limits.memory = options.memory_limit.count > 0 ? options.memory_limit : FreeMemory(0.8);
  // On real GPUs a long kernel looks just like a hang.
  if (launch.virtual_driver) request.limits.idle_seconds = options.idle_seconds;
  request.output_kept = options.output_kept;
  request.on_progress = options.on_progress;
  request.on_output = options.on_output;
  request.inherit_input = options.inherit_input;
  return request;
}

Result<fs::path> WriteMapping(const EvaluateOptions& options, const fs::path& folder) {
  fs::path name = fs::path(options.mapping_name).filename();
  fs::path file = folder / (name.empty() ? "mapping.map" : name);
  Status written = WriteFile(file, *options.mapping);
  if (!written) return written.error();
  return file;
}

struct FinishedRun {
  RunFolder folder;
  Launch launch;
  RunRecord record;
};

Result<FinishedRun> RunOnce(const Program& program, const EvaluateOptions& options, bool describe,
                            const Installation& installation) {
  Result<RunFolder> folder = RunFolder::Make(options.keep);
  if (!folder) return folder.error();
  LaunchOptions launch_options{.machine = options.machine,
                               .devices = options.devices,
                               .mode = options.mode,
                               .wrap_mappers = options.wrap_mappers,
                               .describe = describe,
                               .folder = folder->path(),
                               .profile = options.profile};
  if (options.mapping) {
    Result<fs::path> file = WriteMapping(options, folder->path());
    if (!file) return file.error();
    launch_options.mapping = *file;
    launch_options.mapping_name = options.mapping_name;
  }
  Result<Launch> launch = PrepareLaunch(program, launch_options, installation);
  if (!launch) return launch.error();
  Result<ProcessResult> process = RunProcess(MakeRequest(program, options, *launch));
  if (!process) return process.error();
  if (process->end == ProcessEnd::kInterrupted) return Error{"interrupted"};
  Result<MapperLog> mapper = ReadMapperLog(launch->mapper_log);
  if (!mapper) return mapper.error();
  Result<std::optional<VgpuLog>> driver = ReadVgpuLog(launch->vgpu_log);
  // A run that was killed while the report was written may leave half of one.
  if (!driver && process->end == ProcessEnd::kExited) return driver.error();
  if (options.keep) (void)WriteFile(*options.keep / "output.txt", process->output).ok();
  RunRecord record{std::move(*process),
                   std::move(*mapper),
                   driver ? std::move(*driver) : std::optional<VgpuLog>(),
                   launch->modelled,
                   options.mapping.has_value(),
                   options.result_needed};
  return FinishedRun{std::move(folder.value()), std::move(launch.value()), std::move(record)};
}

}  // namespace

Result<Outcome> Evaluate(const Program& program, const EvaluateOptions& options,
                         const Installation& installation) {
  Result<FinishedRun> run = RunOnce(program, options, false, installation);
  if (!run) return run.error();
  return Judge(program, run->record);
}

Result<Described> DescribeProgram(const Program& program, const EvaluateOptions& options,
                                  const Installation& installation) {
  Result<FinishedRun> run = RunOnce(program, options, true, installation);
  if (!run) return run.error();
  Program unmeasured = program;
  unmeasured.metric = {"", "s", false};
  Outcome outcome = Judge(unmeasured, run->record);
  std::error_code ignored;
  bool described = fs::exists(run->launch.description, ignored);
  if (outcome.status != OutcomeStatus::kOk)
    return Described{"", fmt::format("the run that was to describe {} did not end well ({}): {}",
                                     program.name, ToString(outcome.status), outcome.reason)};
  if (!described)
    return Described{
        "", fmt::format("the run of {} left no description: does the program start Legion?",
                        program.name)};
  Result<std::string> text = ReadFile(run->launch.description);
  if (!text) return text.error();
  return Described{std::move(*text), ""};
}

}  // namespace groma::eval

// `groma apps`: the shipped benchmarks, and application descriptions of any program.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/description.h"
#include "base/files.h"
#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/progress.h"
#include "cli/target.h"
#include "eval/describe.h"

namespace groma::cli {
namespace {

struct Options {
  TargetOptions target;
  std::string mapping;
  std::string out;
  bool json = false;
};

Exit List(bool json) {
  auto all = nlohmann::ordered_json::array();
  for (const std::string& name : ShippedApps()) {
    TargetOptions target;
    target.app = name;
    Result<eval::Program> program = FindProgram(target);
    if (!program) return Fail(Exit::kEnvironment, program.error().message);
    all.push_back({{"name", name}, {"command", program->command}, {"unit", program->metric.unit}});
    if (!json) fmt::print("{:<12} {}\n", name, fmt::join(program->command, " "));
  }
  if (json) PrintJson({{"apps", all}});
  return Exit::kDone;
}

Exit Describe(const Options& options) {
  Result<eval::Program> program = FindProgram(options.target);
  if (!program) return Fail(ExitOfProgram(options.target), program.error().message);
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<eval::EvaluateOptions> evaluation = EvaluationOptions(options.target, *machine);
  if (!evaluation) return Fail(Exit::kEnvironment, evaluation.error().message);
  if (!options.mapping.empty()) {
    Result<SourceFile> mapping = ReadMapping(options.mapping);
    if (!mapping) return Fail(Exit::kEnvironment, mapping.error().message);
    evaluation->mapping = mapping->text();
    evaluation->mapping_name = mapping->name();
  }
  if (std::error_code ignored;
      std::filesystem::exists(options.out, ignored) && !app::Read(options.out))
    return Fail(Exit::kUsage, fmt::format("{} is there already and is no application description; "
                                          "groma does not overwrite it",
                                          options.out));
  if (!options.out.empty())
    if (Status writable = RequireWritable(options.out); !writable)
      return Fail(Exit::kEnvironment, writable.error().message);
  InterruptGuard guard;
  ProgressLine progress;
  evaluation->on_progress = [&](const ProcessProgress& now) {
    progress.Show(fmt::format("running {} once: {:.0f} s", program->name, now.seconds));
  };
  Result<eval::Described> described =
      eval::DescribeProgram(*program, *evaluation, eval::FindInstallation());
  progress.Clear();
  if (!described) return Fail(Exit::kEnvironment, described.error().message);
  if (!described->fault.empty()) return Fail(Exit::kAtFault, described->fault);
  if (options.out.empty()) {
    fmt::print("{}", described->text);
    return Exit::kDone;
  }
  Status written = WriteFile(options.out, described->text);
  if (!written) return Fail(Exit::kEnvironment, written.error().message);
  Tell("groma: wrote {}\n", options.out);
  return Exit::kDone;
}

}  // namespace

void AddApps(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("apps", "List the benchmarks; describe any program from one run");
  command->require_subcommand(0, 1);
  command->add_flag("--json", options->json, "As JSON");
  CLI::App* list = command->add_subcommand("list", "The shipped benchmarks");
  list->add_flag("--json", options->json, "As JSON");
  CLI::App* describe =
      command->add_subcommand("describe",
                              "Run a program once and write its application description (tasks, "
                              "variants, regions, domains; JSON)");
  AddProgramOptions(*describe, options->target, true);
  AddMachineOptions(*describe, options->target);
  AddDeviceOptions(*describe, options->target);
  describe->add_option("--mapping", options->mapping,
                       "Run it under this mapping, where the program's own mapper is slow or ends "
                       "badly; the description is the same");
  describe->add_option("--out,-o", options->out, "Write it to this file instead of stdout");
  describe->add_flag("--json", options->json, "The description is JSON in any case");
  command->footer("Example:\n  groma apps describe --out my.app.json -- ./my_program -n 100");
  list->footer("Example:\n  groma apps list --json");
  describe->footer("Example:\n  groma apps describe --out my.app.json -- ./my_program -n 100");
  command->callback([=, &context] {
    options->target.command = context.program;
    context.exit = describe->parsed() ? Describe(*options) : List(options->json);
  });
}

}  // namespace groma::cli

// `groma check`: what is wrong with a mapping, before it runs.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"
#include "eval/launch.h"

namespace groma::cli {
namespace {

struct Options {
  std::string file;
  TargetOptions target;
  bool json = false;
};

Exit Check(const Options& options) {
  std::optional<machine::Description> machine;
  if (!options.target.machine.empty()) {
    Result<machine::Description> found = FindMachine(options.target);
    if (!found) return Fail(Exit::kEnvironment, found.error().message);
    machine = std::move(*found);
  }
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(Exit::kEnvironment, app.error().message);
  if (*app && !machine) {
    Result<machine::Description> found = FindMachine(options.target);
    if (!found) return Fail(Exit::kEnvironment, found.error().message);
    machine = std::move(*found);
  }
  Result<MappingFile> loaded =
      LoadMapping(options.file, machine ? &*machine : nullptr, *app ? &**app : nullptr);
  if (!loaded) return Fail(Exit::kEnvironment, loaded.error().message);
  if (options.json) {
    fmt::print("{}\n", RenderJson(loaded->diagnostics, *loaded->source));
  } else {
    fmt::print("{}", Render(loaded->diagnostics, *loaded->source, ColourOnStdout()));
    if (loaded->ok())
      fmt::print("{}: {}\n", options.file,
                 loaded->diagnostics.empty() ? "no mistakes found" : "no errors, warnings above");
  }
  return loaded->ok() ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddCheck(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("check", "Say what is wrong with a mapping, before it runs");
  command->add_option("file", options->file, "The mapping file")->required();
  command->add_option(
      "--app", options->target.app,
      "The application: a benchmark's name or a description file; checks names and variants too");
  command->add_option("--program", options->target.program_file,
                      "The application, as a program file");
  AddMachineOptions(*command, options->target);
  command->add_flag("--json", options->json, "Diagnostics as JSON");
  command->footer("Example:\n  groma check my.map --app circuit --machine p100x4");
  command->callback([options, &context] { context.exit = Check(*options); });
}

}  // namespace groma::cli

// `groma show`: what a mapping decides.
#include "mapping/show.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"

namespace groma::cli {
namespace {

struct Options {
  std::string file;
  TargetOptions target;
  std::string task, domain;
  bool json = false;
};

Exit ShowPoints(const Options& options, const mapping::Mapping& mapping,
                const app::Description* app) {
  Result<std::vector<int64_t>> extents = mapping::ParseDomain(options.domain);
  if (!extents) return Fail(Exit::kUsage, extents.error().message);
  Result<std::vector<mapping::ShownPoint>> points =
      mapping::ShowPoints(mapping, app, options.task, *extents);
  if (!points) return Fail(Exit::kAtFault, points.error().message);
  if (options.json)
    PrintJson(mapping::ToJson(*points));
  else
    fmt::print("{}", mapping::ToText(*points));
  for (const mapping::ShownPoint& point : *points)
    if (point.failure) return Exit::kAtFault;
  return Exit::kDone;
}

Exit Show(const Options& options) {
  if (options.task.empty() != options.domain.empty())
    return Fail(Exit::kUsage,
                "--task and --domain go together, e.g. --task calculate_new_currents --domain 8");
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  const app::Description* known = *app ? &**app : nullptr;
  const bool named = !options.target.app.empty() || !options.target.program_file.empty();
  if (named && known == nullptr) Tell("groma: {}\n", NoDescription(options.target));
  // Mistakes that only some launch would meet are `check`'s business: here they show at their
  // point.
  Result<mapping::CheckedText> loaded = LoadMapping(options.file, &*machine, nullptr);
  if (!loaded) return Fail(Exit::kEnvironment, loaded.error().message);
  fmt::print(stderr, "{}", Render(loaded->diagnostics, *loaded->source, ColourOnStderr()));
  if (!loaded->mapping) return Exit::kAtFault;
  if (!options.task.empty()) return ShowPoints(options, *loaded->mapping, known);
  std::vector<mapping::ShownTask> tasks = mapping::ShowTasks(*loaded->mapping, known);
  if (options.json)
    PrintJson(mapping::ToJson(tasks));
  else
    fmt::print("{}", mapping::ToText(tasks));
  return Exit::kDone;
}

}  // namespace

void AddShow(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "show", "Show what a mapping decides: processors, memories, layouts, points");
  command->add_option("file", options->file, "The mapping file")->required();
  AddDescriptionOptions(*command, options->target);
  AddMachineOptions(*command, options->target);
  command->add_option("--task", options->task,
                      "Show the processor of each point of a launch of this task");
  command->add_option("--domain", options->domain, "The launch domain, e.g. 4x2");
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Example:\n  groma show my.map --machine p100x4 --nodes 2 --task stencil --domain 4x2");
  command->callback([options, &context] { context.exit = Show(*options); });
}

}  // namespace groma::cli

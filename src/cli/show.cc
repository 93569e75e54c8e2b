// `groma show`: what a mapping decides.
#include "mapping/show.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"
#include "diagnostics/suggest.h"

namespace groma::cli {
namespace {

struct Options {
  std::string file;
  TargetOptions target;
  std::string task, domain;
  bool json = false;
};

/// What is wrong with --task; empty when nothing is.
std::string WrongTask(const std::string& task, const app::Description* app) {
  if (app == nullptr || task.empty() || app->FindTask(task) != nullptr) return "";
  std::vector<std::string> names;
  for (const app::Task& each : app->tasks) names.push_back(each.name);
  const std::optional<std::string> nearest = Nearest(task, names);
  return fmt::format("{} has no task '{}'.{} `groma show` without --task lists them", app->name,
                     task, nearest ? fmt::format(" Did you mean '{}'?", *nearest) : "");
}

Exit ShowPoints(const Options& options, const std::vector<int64_t>& extents,
                const mapping::Mapping& mapping, const app::Description* app) {
  Result<std::vector<mapping::ShownPoint>> points =
      mapping::ShowPoints(mapping, app, options.task, extents);
  if (!points) return Fail(Exit::kAtFault, points.error().message);
  if (options.json)
    PrintJson(mapping::ToJson(*points));
  else
    fmt::print("{}", mapping::ToText(*points));
  for (const mapping::ShownPoint& point : *points)
    if (point.failure) return Exit::kAtFault;
  return Exit::kDone;
}

/// {"tasks": […]}, a task at a time, as ShowTasks tells them.
void PrintTasksAsJson(const mapping::Mapping& mapping, const app::Description* app) {
  fmt::print("{{\"tasks\": [\n");
  bool first = true;
  mapping::ShowTasks(mapping, app, [&](const mapping::ShownTask& task) {
    if (!first) fmt::print(",\n");
    first = false;
    fmt::print("{}", JsonText(mapping::ToJson(task)));
  });
  fmt::print("]}}\n");
}

Exit Show(const Options& options) {
  if (options.task.empty() != options.domain.empty())
    return Fail(Exit::kUsage,
                "--task and --domain go together, e.g. --task calculate_new_currents --domain 8");
  std::vector<int64_t> extents;
  if (!options.domain.empty()) {
    Result<std::vector<int64_t>> parsed = mapping::ParseDomain(options.domain);
    if (!parsed) return Fail(Exit::kUsage, parsed.error().message);
    extents = std::move(*parsed);
  }
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  const app::Description* known = *app ? &**app : nullptr;
  const bool named = !options.target.app.empty() || !options.target.program_file.empty();
  if (named && known == nullptr) Tell("groma: {}\n", NoDescription(options.target));
  if (const std::string wrong = WrongTask(options.task, known); !wrong.empty())
    return Fail(Exit::kUsage, wrong);
  // Mistakes that only some launch would meet are `check`'s business: here they show at their
  // point.
  Result<mapping::CheckedText> loaded = LoadMapping(options.file, &*machine, nullptr);
  if (!loaded) return Fail(Exit::kEnvironment, loaded.error().message);
  if (!loaded->mapping && options.json) {
    fmt::print("{}", RenderJson(loaded->diagnostics, *loaded->source));
    return Exit::kAtFault;
  }
  Tell("{}", Render(loaded->diagnostics, *loaded->source, ColourOnStderr()));
  if (!loaded->mapping) return Exit::kAtFault;
  if (!options.task.empty()) return ShowPoints(options, extents, *loaded->mapping, known);
  if (options.json)
    PrintTasksAsJson(*loaded->mapping, known);
  else
    mapping::ShowTasks(*loaded->mapping, known, [](const mapping::ShownTask& task) {
      fmt::print("{}", mapping::ToText(task));
    });
  return Exit::kDone;
}

}  // namespace

void AddShow(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "show", "Show what a mapping decides: processors, memories, layouts, points");
  command->add_option("file", options->file, kMappingFile)->required();
  AddDescriptionOptions(*command, options->target);
  AddMachineOptions(*command, options->target);
  command->add_option("--task", options->task,
                      "Show the processor of each point of a launch of this task");
  command->add_option("--domain", options->domain, "The launch domain, e.g. 4x2");
  command->add_flag("--json", options->json, "As JSON; of a mapping with errors its diagnostics");
  command->footer(
      "Example:\n  groma show my.map --machine p100x4 --nodes 2 --task stencil --domain 4x2\n\n"
      "Exit codes: 0 done, 1 the mapping has errors or a point fails, 2 wrong usage, 3 the "
      "environment.");
  command->callback([options, &context] { context.exit = Show(*options); });
}

}  // namespace groma::cli

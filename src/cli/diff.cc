// `groma diff`: which decisions of two mappings differ.
#include "mapping/diff.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"

namespace groma::cli {
namespace {

struct Options {
  std::string a, b;
  TargetOptions target;
  bool json = false;
};

/// The mapping of a file, bound; empty after its mistakes were shown.
Result<std::optional<mapping::Mapping>> Bound(const std::string& file,
                                              const machine::Description& machine) {
  Result<mapping::CheckedText> checked = LoadMapping(file, &machine, nullptr);
  if (!checked) return checked.error();
  if (!checked->mapping)
    Tell("{}", Render(checked->diagnostics, *checked->source, ColourOnStderr()));
  return std::move(checked->mapping);
}

Exit Diff(const Options& options) {
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  if (!*app) return Fail(Exit::kUsage, NoDescription(options.target));
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  std::vector<std::vector<mapping::TaskDecisions>> decisions;
  for (const std::string& file : {options.a, options.b}) {
    auto mapping = Bound(file, *machine);
    if (!mapping) return Fail(Exit::kEnvironment, mapping.error().message);
    if (!*mapping)
      return Fail(Exit::kEnvironment, fmt::format("{} has errors: nothing was compared", file));
    decisions.push_back(mapping::DecisionsOf(**mapping, **app));
  }
  const std::vector<mapping::Difference> differences = mapping::Diff(decisions[0], decisions[1]);
  if (options.json) {
    PrintJson(mapping::ToJson(differences));
  } else if (differences.empty()) {
    fmt::print("{} and {} decide the same for {}\n", options.a, options.b, (*app)->name);
  } else {
    fmt::print("{} | {}\n{}", options.a, options.b, mapping::ToText(differences));
  }
  return differences.empty() ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddDiff(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "diff", "Show which decisions of two mappings differ: processors, memories, layouts, points");
  command->add_option("a", options->a, "A mapping file")->required();
  command->add_option("b", options->b, "The mapping file that it is compared with")->required();
  AddDescriptionOptions(*command, options->target);
  AddMachineOptions(*command, options->target);
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Example:\n  groma diff before.map after.map --app circuit --machine p100x4\n\n"
      "Exit codes: 0 the same decisions, 1 they differ, 2 wrong usage, 3 nothing was compared (a "
      "file is not there or has errors).");
  command->callback([options, &context] { context.exit = Diff(*options); });
}

}  // namespace groma::cli

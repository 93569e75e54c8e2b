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

/// The mistakes of mappings that cannot be compared, as `groma check` would tell them.
Exit TellMistakes(const std::vector<mapping::CheckedText>& wrong, bool json) {
  nlohmann::ordered_json document = {{"diagnostics", nlohmann::ordered_json::array()}};
  for (const mapping::CheckedText& checked : wrong) {
    if (!json) Tell("{}", Render(checked.diagnostics, *checked.source, ColourOnStderr()));
    const auto found =
        nlohmann::ordered_json::parse(RenderJson(checked.diagnostics, *checked.source));
    for (const auto& each : found["diagnostics"]) document["diagnostics"].push_back(each);
  }
  if (json) {
    PrintJson(document);
    return Exit::kAtFault;
  }
  return Fail(Exit::kAtFault,
              fmt::format("{} has errors: nothing was compared", wrong[0].source->name()));
}

Exit Diff(const Options& options) {
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  if (!*app) return Fail(Exit::kUsage, NoDescription(options.target));
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  std::vector<std::vector<mapping::TaskDecisions>> decisions;
  std::vector<mapping::CheckedText> wrong;
  for (const std::string& file : {options.a, options.b}) {
    Result<mapping::CheckedText> checked = LoadMapping(file, &*machine, nullptr);
    if (!checked) return Fail(Exit::kEnvironment, checked.error().message);
    if (checked->mapping)
      decisions.push_back(mapping::DecisionsOf(*checked->mapping, **app));
    else
      wrong.push_back(std::move(*checked));
  }
  if (!wrong.empty()) return TellMistakes(wrong, options.json);
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
  command->add_flag("--json", options->json, "As JSON; of mappings with errors their diagnostics");
  command->footer(
      "Example:\n  groma diff before.map after.map --app circuit --machine p100x4\n\n"
      "Exit codes: 0 the same decisions, 1 they differ or a mapping has errors, 2 wrong usage, 3 "
      "the "
      "environment (no such file).");
  command->callback([options, &context] { context.exit = Diff(*options); });
}

}  // namespace groma::cli

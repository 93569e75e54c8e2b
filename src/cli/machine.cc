// `groma machine`: the machines that groma knows, and the one it runs on.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "eval/launch.h"
#include "machine/description.h"

namespace groma::cli {
namespace {

nlohmann::ordered_json Summary(const machine::Description& machine) {
  return {{"name", machine.name},          {"description", machine.description},
          {"nodes", machine.nodes},        {"ranks_per_node", machine.ranks_per_node},
          {"cpu", machine.processors.cpu}, {"gpu", machine.processors.gpu},
          {"gpu_name", machine.gpu.name},  {"framebuffer_bytes", machine.gpu.framebuffer.count},
          {"virtual", machine.is_virtual}};
}

Exit List(bool json) {
  std::filesystem::path folder = eval::FindInstallation().machines;
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  if (code)
    return Fail(Exit::kEnvironment,
                fmt::format("cannot list {}: {}", folder.string(), code.message()));
  std::sort(files.begin(), files.end());
  auto all = nlohmann::ordered_json::array();
  for (const auto& file : files) {
    Result<machine::Description> machine = machine::Read(file);
    if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
    all.push_back(Summary(*machine));
    if (!json) fmt::print("{:<16} {}\n", machine->name, machine->description);
  }
  if (json)
    PrintJson({{"machines", all}});
  else
    fmt::print("{:<16} this computer, as found on the spot (groma machine probe)\n", "laptop");
  return Exit::kDone;
}

Exit Show(const std::string& name, bool json) {
  Result<machine::Description> machine = machine::Find(name, eval::FindInstallation().machines);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  if (json)
    PrintJson(Summary(*machine));
  else
    fmt::print("{}", machine::Write(*machine));
  return Exit::kDone;
}

}  // namespace

void AddMachine(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("machine", "List machine descriptions, show one, or probe this computer");
  auto json = std::make_shared<bool>(false);
  auto name = std::make_shared<std::string>();
  command->add_flag("--json", *json, "As JSON");
  command->require_subcommand(0, 1);
  CLI::App* list = command->add_subcommand("list", "The shipped descriptions");
  list->add_flag("--json", *json, "As JSON");
  CLI::App* show =
      command->add_subcommand("show", "One description, as a file that --machine takes");
  show->add_option("name", *name, "A shipped machine, a description file, or laptop")->required();
  show->add_flag("--json", *json, "As JSON");
  CLI::App* probe = command->add_subcommand("probe", "This computer, as a description file");
  probe->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  groma machine show p100x4 > mine.toml");
  list->footer("Example:\n  groma machine list --json");
  show->footer("Example:\n  groma machine show p100x4 > mine.toml");
  probe->footer("Example:\n  groma machine probe > this.toml");
  command->callback([=, &context] {
    if (probe->parsed())
      context.exit = Show("laptop", *json);
    else if (show->parsed())
      context.exit = Show(*name, *json);
    else
      context.exit = List(*json);
  });
}

}  // namespace groma::cli

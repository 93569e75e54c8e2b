// `groma new`: a first mapping for a described program.
#include <fmt/format.h>

#include <filesystem>

#include "base/files.h"
#include "cli/command.h"
#include "cli/target.h"
#include "mapping/new_mapping.h"

namespace groma::cli {
namespace {

struct Options {
  TargetOptions target;
  std::string out;
};

Exit New(const Options& options) {
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  if (!*app) return Fail(Exit::kUsage, NoDescription(options.target));
  std::string text = mapping::NewMapping(**app, machine::Shape(*machine));
  if (options.out.empty()) {
    fmt::print("{}", text);
    return Exit::kDone;
  }
  if (std::filesystem::exists(options.out))
    return Fail(Exit::kUsage, fmt::format("{} is there already; groma does not overwrite a mapping",
                                          options.out));
  if (Status writable = RequireWritable(options.out); !writable)
    return Fail(Exit::kEnvironment, writable.error().message);
  Status written = WriteFile(options.out, text);
  return written ? Exit::kDone : Fail(Exit::kEnvironment, written.error().message);
}

}  // namespace

void AddNew(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("new", "Write a first mapping for a described program");
  AddDescriptionOptions(*command, options->target);
  AddMachineOptions(*command, options->target);
  command->add_option("--out,-o", options->out, "Write it to this new file instead of stdout");
  command->footer("Example:\n  groma new --app my.app.json --machine p100x4 -o my.map");
  command->callback([options, &context] { context.exit = New(*options); });
}

}  // namespace groma::cli

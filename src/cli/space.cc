// `groma space`: the mappings that there are of a program on a machine, and some drawn from them.
#include <fmt/format.h>

#include <filesystem>

#include "app/description.h"
#include "base/files.h"
#include "cli/command.h"
#include "cli/target.h"
#include "tune/space/show.h"

namespace groma::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  TargetOptions target;
  int sample = 0;
  uint64_t seed = 1;
  std::string out;
  bool usable = false;
  bool json = false;
};

/// One for a text in a new folder: "01.map" of up to 99.
fs::path FileOf(const Options& options, int number) {
  return fs::path(options.out) /
         fmt::format("{:0{}}.map", number, std::to_string(options.sample).size());
}

/// Makes the folder; an error when one of the files is there already.
Status PrepareFolder(const Options& options) {
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error)
    return Error{fmt::format("the folder {} cannot be made: {}", options.out, error.message())};
  for (int number = 1; number <= options.sample; ++number)
    if (fs::exists(FileOf(options, number), error))
      return Error{
          fmt::format("{} is there already; groma does not overwrite a mapping: name "
                      "another folder",
                      FileOf(options, number).string())};
  return RequireWritable(FileOf(options, 1).string());
}

Exit Sample(const Options& options, const tune::Problem& problem, const tune::Space& space) {
  if (!options.out.empty())
    if (Status ready = PrepareFolder(options); !ready)
      return Fail(Exit::kEnvironment, ready.error().message);
  auto samples = nlohmann::ordered_json::array();
  for (int number = 1; number <= options.sample; ++number) {
    const std::string text =
        tune::DrawnText(space, problem, options.seed, static_cast<uint64_t>(number));
    const fs::path file = options.out.empty() ? fs::path() : FileOf(options, number);
    if (!options.out.empty()) {
      if (Status written = WriteFile(file, text); !written)
        return Fail(Exit::kEnvironment, written.error().message);
    } else if (!options.json) {
      fmt::print("{}{}", number == 1 ? "" : "\n", text);
    }
    if (!options.json) continue;
    samples.push_back({{"number", number}, {"mapping", text}});
    if (!options.out.empty()) samples.back()["file"] = file.string();
  }
  if (options.json)
    PrintJson({{"seed", options.seed}, {"samples", std::move(samples)}});
  else if (!options.out.empty())
    Tell("groma: wrote {} {} to {}\n", options.sample, options.sample == 1 ? "mapping" : "mappings",
         options.out);
  return Exit::kDone;
}

Exit Space(const Options& options) {
  if (!options.out.empty() && options.sample == 0)
    return Fail(Exit::kUsage, "--out is the folder for what --sample N draws: add --sample");
  if (options.usable && options.sample == 0)
    return Fail(Exit::kUsage, "--usable says what --sample N draws from: add --sample");
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  if (!*app) return Fail(Exit::kUsage, NoDescription(options.target));
  const tune::Problem problem{std::move(**app), std::move(*machine)};
  const tune::Space space = tune::SpaceOf(problem);
  if (options.sample > 0)
    return Sample(options, problem, options.usable ? tune::Usable(space) : space);
  if (options.json)
    PrintJson(tune::ToJson(space, problem));
  else
    fmt::print("{}", tune::ToText(space, problem));
  return Exit::kDone;
}

}  // namespace

void AddSpace(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "space", "Show which mappings of a program there are on a machine; draw some at random");
  AddDescriptionOptions(*command, options->target, true);
  AddMachineOptions(*command, options->target);
  command
      ->add_option("--sample", options->sample,
                   "Draw so many mappings, all equally likely, instead")
      ->check(CLI::Range(1, 1000000));
  command->add_option("--seed", options->seed, "The same seed draws the same mappings")
      ->check(WholeNumber())
      ->capture_default_str();
  command->add_flag("--usable", options->usable,
                    "Draw without choices that are refused wherever they stand: processors that a "
                    "task has no variant for, memories that a processor does not see");
  command->add_option("--out,-o", options->out,
                      "Folder for the mappings drawn, a file each (default: all to stdout)");
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Examples:\n  groma space circuit --machine p100x4\n"
      "  groma space --app my.app.json --machine p100x4 --sample 10 --seed 7 --out drawn\n\n"
      "Mappings drawn may fail when they run, as most mappings written at random do; `groma check` "
      "tells of some.");
  command->callback([options, &context] { context.exit = Space(*options); });
}

}  // namespace groma::cli

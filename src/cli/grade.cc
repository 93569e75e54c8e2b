// `groma grade`: whether a mapping does what one of the ten published strategies says.
#include "mapping/grade.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"

namespace groma::cli {
namespace {

struct Options {
  int strategy = 0;
  std::string file;
  TargetOptions target;
  bool list = false;
  bool json = false;
};

// What is wrong with the first argument; empty when it is a strategy's number.
std::string NoStrategy(const std::string& word) {
  for (const mapping::Strategy& strategy : mapping::Strategies())
    if (word == std::to_string(strategy.number)) return "";
  return fmt::format(
      "'{}' is no strategy: its number, 1 to {}, comes first, as in groma grade 10 my.map", word,
      mapping::Strategies().size());
}

Exit List(bool json) {
  if (!json) {
    for (const mapping::Strategy& strategy : mapping::Strategies())
      fmt::print("{:2}  {}\n", strategy.number, strategy.text);
    return Exit::kDone;
  }
  nlohmann::ordered_json document = {{"strategies", nlohmann::ordered_json::array()}};
  for (const mapping::Strategy& strategy : mapping::Strategies())
    document["strategies"].push_back({{"number", strategy.number},
                                      {"text", strategy.text},
                                      {"answer", mapping::PublishedAnswer(strategy)}});
  PrintJson(document);
  return Exit::kDone;
}

void Report(const Options& options, const mapping::Grade& grade) {
  if (options.json) return PrintJson(mapping::ToJson(grade));
  fmt::print("{}: {} strategy {} (on {} nodes of {} GPUs)\n", options.file,
             grade.right ? "does what is said by" : "does NOT do what is said by", grade.strategy,
             grade.nodes, grade.gpus);
  for (const std::string& reason : grade.reasons) fmt::print("  - {}\n", reason);
  for (const std::string& remark : grade.remarks) fmt::print("  note: {}\n", remark);
}

Exit GradeFile(Options options) {
  if (options.list) return List(options.json);
  if (options.strategy == 0 || options.file.empty())
    return Fail(Exit::kUsage,
                "which strategy, and which mapping? e.g. groma grade 2 my.map; --list shows the "
                "strategies");
  if (options.target.app.empty()) options.target.app = "circuit";
  if (options.target.machine.empty()) options.target.machine = "p100x4";
  if (options.target.nodes == 0) options.target.nodes = 2;
  Result<machine::Description> machine = FindMachine(options.target);
  if (!machine) return Fail(Exit::kEnvironment, machine.error().message);
  Result<std::optional<app::Description>> app = FindDescription(options.target);
  if (!app) return Fail(ExitOfDescription(options.target), app.error().message);
  if (!*app) return Fail(Exit::kUsage, NoDescription(options.target));
  Result<SourceFile> read = ReadMapping(options.file);
  if (!read) return Fail(Exit::kEnvironment, read.error().message);
  auto source = std::make_shared<const SourceFile>(std::move(*read));
  const auto& strategy = mapping::Strategies()[static_cast<size_t>(options.strategy - 1)];
  Result<mapping::Grade> grade = mapping::GradeMapping(strategy, source, **app, *machine);
  if (!grade) return Fail(Exit::kEnvironment, grade.error().message);
  Report(options, *grade);
  return grade->right ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddGrade(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "grade", "Say whether a mapping does what one of the ten published strategies says");
  command->add_option("strategy", options->strategy, "The strategy, 1 to 10")
      ->check(CLI::Validator(NoStrategy, ""));
  command->add_option("file", options->file, kMappingFile);
  command->add_option("--app", options->target.app,
                      "The application instead of the circuit benchmark: a description (.json) or "
                      "program file (.toml) of a program with the same names");
  AddMachineOptions(*command, options->target);
  command->add_flag("--list", options->list,
                    "List the strategies (with --json: and their answers)");
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Example:\n  groma grade 10 my.map\n\nMappings are judged by what they decide on two nodes "
      "of "
      "the ICML paper's machine (--machine and --nodes name others), not by how they are written.\n"
      "\nExit codes: 0 it does, 1 it does not, 2 wrong usage, 3 the environment.");
  command->callback([options, &context] { context.exit = GradeFile(*options); });
}

}  // namespace groma::cli

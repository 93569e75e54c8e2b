// `groma check`: what is wrong with a mapping, before it runs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "cli/command.h"
#include "cli/mapping_file.h"
#include "cli/target.h"
#include "mapping/fix.h"

namespace groma::cli {
namespace {

struct Options {
  std::string file;
  TargetOptions target;
  bool fix = false;
  bool json = false;
};

/// The machine and the application that the command line names; either may be missing.
struct Surroundings {
  std::optional<machine::Description> machine;
  std::optional<app::Description> app;

  const machine::Description* MachineOrNull() const { return machine ? &*machine : nullptr; }
  const app::Description* AppOrNull() const { return app ? &*app : nullptr; }
};

Result<Surroundings> FindSurroundings(const TargetOptions& target) {
  Surroundings found;
  Result<std::optional<app::Description>> app = FindDescription(target);
  if (!app) return app.error();
  found.app = std::move(*app);
  const bool named = !target.app.empty() || !target.program_file.empty();
  if (named && !found.app)
    Tell("groma: {}; tasks and regions are not checked\n", NoDescription(target));
  if (target.machine.empty() && !found.app) return found;
  Result<machine::Description> machine = FindMachine(target);
  if (!machine) return machine.error();
  found.machine = std::move(*machine);
  return found;
}

/// `text` as one line of a message.
std::string Quoted(std::string text) {
  constexpr size_t kLongest = 60;
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "…";
  return "`" + text + "`";
}

std::string Told(const std::string& file, const mapping::AppliedEdit& edit) {
  std::string what = fmt::format("{} becomes {}", Quoted(edit.removed), Quoted(edit.added));
  if (edit.removed.empty()) what = fmt::format("{} added", Quoted(edit.added));
  if (edit.added.empty()) what = fmt::format("{} removed", Quoted(edit.removed));
  const auto lines = std::count(edit.removed.begin(), edit.removed.end(), '\n');
  if (lines > 0 && !edit.added.empty())
    what = fmt::format("lines {} to {} rewritten", edit.line, edit.line + lines);
  return fmt::format("{}:{}: fixed: {} ({}) [{}]\n", file, edit.line, what, edit.message,
                     edit.code);
}

nlohmann::ordered_json ToJson(const std::vector<mapping::AppliedEdit>& edits) {
  auto json = nlohmann::ordered_json::array();
  for (const mapping::AppliedEdit& edit : edits)
    json.push_back({{"code", edit.code},
                    {"message", edit.message},
                    {"line", edit.line},
                    {"removed", edit.removed},
                    {"added", edit.added}});
  return json;
}

/// Mends the file where it can be mended; what was applied.
Result<std::vector<mapping::AppliedEdit>> FixFile(const std::string& file,
                                                  const Surroundings& surroundings) {
  Result<std::string> text = ReadFile(file);
  if (!text) return text.error();
  mapping::FixedText fixed =
      mapping::Fix(*text, file, surroundings.MachineOrNull(), surroundings.AppOrNull());
  if (fixed.text == *text) return std::vector<mapping::AppliedEdit>();
  // The file that a link leads to is replaced, not the link.
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(file, error);
  if (error) return Error{fmt::format("cannot write {}: {}", file, error.message())};
  const std::filesystem::perms permissions = std::filesystem::status(target, error).permissions();
  Status written = WriteFile(target, fixed.text);
  if (!written) return written.error();
  std::filesystem::permissions(target, permissions, error);
  return std::move(fixed.applied);
}

void Report(const Options& options, const mapping::CheckedText& checked,
            const std::vector<mapping::AppliedEdit>& edits) {
  if (options.json) {
    auto document = nlohmann::ordered_json::parse(RenderJson(checked.diagnostics, *checked.source));
    document["unchecked"] = checked.unchecked;
    if (options.fix) document["fixed"] = ToJson(edits);
    PrintJson(document);
    return;
  }
  for (const mapping::AppliedEdit& edit : edits) fmt::print("{}", Told(options.file, edit));
  fmt::print("{}", Render(checked.diagnostics, *checked.source, ColourOnStdout()));
  const std::string& name = checked.source->name();
  const size_t errors = checked.Errors();
  const size_t warnings = checked.diagnostics.size() - errors;
  if (errors == 0)
    fmt::print("{}: {}\n", name, warnings == 0 ? "no mistakes found" : "no errors, warnings above");
  if (!checked.unchecked.empty())
    fmt::print("{}: not checked before the errors above are mended: what is decided by {}\n", name,
               fmt::join(checked.unchecked, ", "));
  const bool mendable =
      std::any_of(checked.diagnostics.begin(), checked.diagnostics.end(),
                  [](const Diagnostic& diagnostic) { return diagnostic.edit.has_value(); });
  if (mendable && !options.fix) fmt::print("{}: `groma check --fix` mends some of this\n", name);
}

Exit Check(const Options& options) {
  if (options.fix && options.file == "-")
    return Fail(Exit::kUsage, "--fix changes a file; standard input is none");
  Result<Surroundings> surroundings = FindSurroundings(options.target);
  if (!surroundings) return Fail(ExitOfDescription(options.target), surroundings.error().message);
  std::vector<mapping::AppliedEdit> edits;
  if (options.fix) {
    auto applied = FixFile(options.file, *surroundings);
    if (!applied) return Fail(Exit::kEnvironment, applied.error().message);
    edits = std::move(*applied);
  }
  Result<mapping::CheckedText> checked =
      LoadMapping(options.file, surroundings->MachineOrNull(), surroundings->AppOrNull());
  if (!checked) return Fail(Exit::kEnvironment, checked.error().message);
  Report(options, *checked, edits);
  return checked->ok() ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddCheck(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("check", "Say what is wrong with a mapping, before it runs");
  command->add_option("file", options->file, kMappingFile)->required();
  AddDescriptionOptions(*command, options->target);
  AddMachineOptions(*command, options->target);
  command->add_flag("--fix", options->fix,
                    "Apply the edits that mend mistakes to the file, as long as they help");
  command->add_flag("--json", options->json, "Diagnostics as JSON");
  command->footer(
      "Example:\n  groma check my.map --app circuit --machine p100x4\n"
      "  groma check --fix my.map\n\n"
      "Exit codes: 0 no errors (there may be warnings), 1 errors are left, 2 wrong usage, 3 the "
      "environment.");
  command->callback([options, &context] { context.exit = Check(*options); });
}

}  // namespace groma::cli

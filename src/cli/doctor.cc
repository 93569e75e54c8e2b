// `groma doctor`: what works on this machine.
#include "eval/doctor.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace groma::cli {
namespace {

std::string_view Word(eval::Finding::Level level) {
  switch (level) {
    case eval::Finding::Level::kOk:
      return "ok     ";
    case eval::Finding::Level::kWarning:
      return "warning";
    case eval::Finding::Level::kError:
      return "ERROR  ";
  }
  return "";
}

Exit Examine(bool json) {
  std::vector<eval::Finding> findings = eval::ExamineInstallation(eval::FindInstallation());
  bool sound = true;
  for (const eval::Finding& finding : findings)
    sound = sound && finding.level != eval::Finding::Level::kError;
  if (json) {
    fmt::print("{}\n", eval::WriteJson(findings));
    return sound ? Exit::kDone : Exit::kEnvironment;
  }
  for (const eval::Finding& finding : findings) {
    fmt::print("{}  {:<22} {}\n", Word(finding.level), finding.name, finding.detail);
    if (!finding.advice.empty()) fmt::print("{:33}{}\n", "", finding.advice);
  }
  return sound ? Exit::kDone : Exit::kEnvironment;
}

}  // namespace

void AddDoctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Check the installation and this machine; a few seconds");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "The findings as JSON");
  command->footer(
      "Example:\n  groma doctor --json\n\nExit codes: 0 sound, 3 something is missing or wrong.");
  command->callback([json, &context] { context.exit = Examine(*json); });
}

}  // namespace groma::cli

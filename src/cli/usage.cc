#include "cli/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/target.h"
#include "diagnostics/suggest.h"

namespace groma::cli {
namespace {

constexpr std::array<std::string_view, 4> kRunPrograms = {"tune", "run", "eval", "apps"};

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> OptionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  // Any short option is near any other.
  const std::optional<std::string> nearest = word.size() > 2 ? Nearest(word, known) : std::nullopt;
  return nearest ? fmt::format(" Did you mean '{}'?", *nearest) : "";
}

/// The innermost command that was understood, and how it is called.
std::pair<const CLI::App*, std::string> Understood(const CLI::App& app) {
  const CLI::App* command = &app;
  std::string name = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += " " + command->get_name();
  }
  return {command, name};
}

/// `groma run circuit`: the program was meant.
std::string HowToRun(const std::string& word) {
  if (!IsShippedApp(word))
    return fmt::format(
        "the program and its arguments stand after `--`, the mapping after --mapping: `groma run "
        "--mapping my.map -- ./program args`");
  return fmt::format(
      "to run the benchmark under a mapping: `groma run --mapping my.map --app {0}`; for its "
      "figure and where the time went: `groma eval my.map --app {0}`",
      word);
}

}  // namespace

std::string NoSuchCommand(const CLI::App& app, const std::string& word) {
  if (word.ends_with(".map"))
    return fmt::format("'{0}' is no command. To check the mapping: `groma check {0}`", word);
  return fmt::format("there is no command '{}'.{} `groma --help` lists them", word,
                     DidYouMean(word, CommandsOf(app)));
}

std::string NotExpected(const CLI::App& app) {
  const auto [command, name] = Understood(app);
  const std::vector<std::string> words = app.remaining(true);
  if (words.empty()) return fmt::format("`{} --help` says how it is written", name);
  const auto option = std::find_if(words.begin(), words.end(),
                                   [](const std::string& word) { return word.starts_with("-"); });
  if (option != words.end()) {
    const std::string word = option->substr(0, option->find('='));
    return fmt::format("`{0}` has no option '{1}'.{2} `{0} --help` lists them", name, word,
                       DidYouMean(word, OptionsOf(*command)));
  }
  const std::string& word = words.front();
  if (command->get_name() == "run")
    return fmt::format("`groma run` takes no '{}': {}", word, HowToRun(word));
  return fmt::format("`{0}` takes no '{1}'.{2} `{0} --help` says how it is written", name, word,
                     DidYouMean(word, CommandsOf(*command)));
}

std::string WrongUse(const CLI::App* app, const CLI::Error& error) {
  return fmt::format("groma: {}. `{} --help` says how it is written\n", error.what(),
                     Understood(*app).second);
}

std::string TakesNoProgram(const std::string& command, const Context& context) {
  const bool takes =
      std::find(kRunPrograms.begin(), kRunPrograms.end(), command) != kRunPrograms.end();
  if (takes || context.program.empty()) return "";
  return fmt::format(
      "`groma {}` runs no program: leave `-- {}` out. It knows a program by its description: "
      "`groma "
      "apps describe -o my.app.json -- {} …`, then --app my.app.json",
      command, context.program[0], context.program[0]);
}

std::vector<std::string> WithHelpAsOption(std::vector<std::string> words) {
  if (words.empty() || words[0] != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

}  // namespace groma::cli

// `groma explain`: what a diagnostic means.
#include <fmt/format.h>

#include "cli/command.h"
#include "diagnostics/registry.h"
#include "diagnostics/suggest.h"

namespace groma::cli {
namespace {

struct Options {
  std::string code;
  bool json = false;
};

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kText:
      return "text";
    case Stage::kApplication:
      return "application";
    case Stage::kEvaluation:
      return "evaluation";
  }
  return "";
}

nlohmann::ordered_json ToJson(const DiagnosticKind& kind) {
  return {{"code", kind.code},
          {"severity", kind.code.starts_with('W') ? "warning" : "error"},
          {"stage", StageName(kind.stage)},
          {"title", kind.title},
          {"explanation", kind.page},
          {"wrong", kind.wrong},
          {"right", kind.right}};
}

Exit ListKinds(bool json) {
  if (json) {
    nlohmann::ordered_json document = {{"kinds", nlohmann::ordered_json::array()}};
    for (const DiagnosticKind& kind : DiagnosticKinds()) document["kinds"].push_back(ToJson(kind));
    PrintJson(document);
    return Exit::kDone;
  }
  for (const DiagnosticKind& kind : DiagnosticKinds())
    fmt::print("{}  {}\n", kind.code, kind.title);
  return Exit::kDone;
}

Exit Explain(const Options& options) {
  if (options.code.empty()) return ListKinds(options.json);
  std::string code = options.code;  // as it stands in a message: [E0107]
  std::erase_if(code, [](char c) { return c == '[' || c == ']'; });
  const DiagnosticKind* kind = FindDiagnosticKind(code);
  if (kind == nullptr) {
    std::vector<std::string_view> known;
    for (const DiagnosticKind& each : DiagnosticKinds()) known.push_back(each.code);
    std::string message = fmt::format("no diagnostic '{}'; `groma explain` lists them", code);
    if (auto nearest = Nearest(code, known)) message += fmt::format(". Did you mean {}?", *nearest);
    return Fail(Exit::kUsage, message);
  }
  if (options.json)
    PrintJson(ToJson(*kind));
  else
    fmt::print("{}", ExplainDiagnosticKind(*kind));
  return Exit::kDone;
}

}  // namespace

void AddExplain(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("explain", "Explain a message by its code; without one, list all codes");
  command->add_option("code", options->code, "The code, e.g. E0107");
  command->add_flag("--json", options->json, "As JSON");
  command->footer("Example:\n  groma explain E0603");
  command->callback([options, &context] { context.exit = Explain(*options); });
}

}  // namespace groma::cli

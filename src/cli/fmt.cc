// `groma fmt`: mappings in the usual form.
#include <fmt/format.h>

#include "base/files.h"
#include "cli/command.h"
#include "lang/lang.h"

namespace groma::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> files;
  bool check = false;
};

// The formatted text, or nothing when the mistakes of the text have been printed.
std::optional<std::string> Formatted(const std::string& name, const std::string& text) {
  SourceFile source(name, text);
  DiagnosticSink sink;
  std::optional<std::string> formatted = lang::Format(source, sink);
  if (!formatted) fmt::print(stderr, "{}", Render(sink.Take(), source, ColourOnStderr()));
  return formatted;
}

Exit FormatStdin(bool check) {
  Result<std::string> text = ReadStdin();
  if (!text) return Fail(Exit::kEnvironment, text.error().message);
  std::optional<std::string> formatted = Formatted("<stdin>", *text);
  if (!formatted) return Exit::kAtFault;
  if (check) {
    if (*formatted == *text) return Exit::kDone;
    fmt::print("-\n");
    return Exit::kAtFault;
  }
  fmt::print("{}", *formatted);
  return Exit::kDone;
}

Exit FormatFile(const std::string& name, bool check) {
  Result<std::string> text = ReadFile(name);
  if (!text) return Fail(Exit::kEnvironment, text.error().message);
  std::optional<std::string> formatted = Formatted(name, *text);
  if (!formatted) return Exit::kAtFault;
  if (*formatted == *text) return Exit::kDone;
  if (check) {
    fmt::print("{}\n", name);
    return Exit::kAtFault;
  }
  // A link stays one: what it points to is replaced.
  std::error_code code;
  fs::path file = fs::canonical(name, code);
  Status written = WriteFile(code ? fs::path(name) : file, *formatted);
  return written ? Exit::kDone : Fail(Exit::kEnvironment, written.error().message);
}

Exit Format(const Options& options) {
  Exit worst = Exit::kDone;
  for (const std::string& name : options.files)
    worst =
        std::max(worst, name == "-" ? FormatStdin(options.check) : FormatFile(name, options.check));
  return worst;
}

}  // namespace

void AddFmt(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fmt", "Write mappings in the usual form");
  command->add_option("file", options->files, "Mapping files; '-' reads stdin and writes stdout")
      ->required();
  command->add_flag("--check", options->check,
                    "Change nothing: list the files that would change, exit code 1 if any would");
  command->footer("Example:\n  groma fmt my.map\n  groma fmt --check mappings/*.map");
  command->callback([options, &context] { context.exit = Format(*options); });
}

}  // namespace groma::cli

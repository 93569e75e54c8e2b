// `groma lsp`: the language server on stdin and stdout.
#include <unistd.h>

#include <cerrno>

#include "cli/command.h"
#include "cli/target.h"
#include "lsp/framing.h"
#include "lsp/server.h"

namespace groma::cli {
namespace {

Result<lsp::Subject> FindSubject(const lsp::Settings& settings) {
  lsp::Subject subject;
  TargetOptions target;
  target.app = settings.app;
  target.machine = settings.machine;
  target.nodes = settings.nodes;
  Result<std::optional<app::Description>> app = FindDescription(target);
  if (!app) return app.error();
  subject.app = std::move(*app);
  if (settings.machine.empty() && !subject.app) return subject;
  Result<machine::Description> machine = FindMachine(target);
  if (!machine) return machine.error();
  subject.machine = std::move(*machine);
  return subject;
}

bool WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

Exit Serve() {
  lsp::Server server(FindSubject);
  lsp::Framing framing;
  std::string buffer(65536, '\0');
  while (!server.exited()) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Exit::kDone;  // the editor is gone
    framing.Feed({buffer.data(), static_cast<size_t>(count)});
    std::vector<std::string> messages;
    while (std::optional<std::string> message = framing.Next())
      messages.push_back(std::move(*message));
    for (const std::string& answer : server.Handle(messages))
      if (!WriteAll(lsp::Frame(answer))) return Exit::kDone;
  }
  return server.shut_down() ? Exit::kDone : Exit::kAtFault;
}

}  // namespace

void AddLsp(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("lsp", "Serve an editor (language server protocol on stdin and stdout)");
  command->add_flag_function(
      "--stdio", [](int64_t) {}, "Accepted and ignored: stdin and stdout are always used");
  command->footer(
      "Example, in an editor's settings:\n  command: groma lsp\n  initializationOptions: {\"app\": "
      "\"circuit\", \"machine\": \"p100x4\", \"nodes\": 2}");
  command->callback([&context] { context.exit = Serve(); });
}

}  // namespace groma::cli

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "lsp/framing.h"
#include "lsp/server.h"
#include "targets.h"

namespace groma::fuzz {

// A conversation in any bytes: what is answered is JSON, and nothing ends the server but `exit`.
// Lines count as messages too, so that the fuzzer need not guess lengths.
void LspLaw(const std::string& text) {
  lsp::Server server([](const lsp::Settings& settings) -> Result<lsp::Subject> {
    if (settings.app == "wrong") return Error{"no such application"};
    lsp::Subject subject;
    app::Task step{.name = "step",
                   .variants = {{"gpu", ProcessorKind::kGpu}},
                   .index_launched = true,
                   .domains = {{4}}};
    subject.app = {"sample", {step}};
    subject.machine.emplace();
    subject.machine->processors = {.cpu = 2, .utility = 1, .gpu = 4, .omp = 0};
    return subject;
  });
  lsp::Framing framing;
  framing.Feed(text);
  std::vector<std::string> messages;
  while (auto message = framing.Next()) messages.push_back(std::move(*message));
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) messages.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  for (const std::string& answer : server.Handle(messages)) {
    const auto parsed = nlohmann::json::parse(answer, nullptr, false);
    CHECK(parsed.is_object() && parsed.value("jsonrpc", "") == "2.0", answer);
  }
}

}  // namespace groma::fuzz

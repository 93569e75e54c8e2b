// The language server: messages in, messages out. It reads no files and starts nothing itself.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lsp/document.h"

namespace groma::lsp {

/// What an editor's settings say: initializationOptions and workspace/didChangeConfiguration.
struct Settings {
  std::string app;      // a benchmark's name or a description file
  std::string machine;  // a machine's name or a description file
  int nodes = 0;        // 0: as the machine has
};

/// The application and the machine of the settings; the error is shown to the user.
using FindSubject = std::function<Result<Subject>(const Settings&)>;

/// Not thread-safe: one conversation.
class Server {
 public:
  explicit Server(FindSubject find_subject);
  ~Server();

  /// Takes the messages (JSON-RPC bodies) that have arrived, in order, and gives the answers.
  /// Requests that a later message of the same batch cancels are not worked on, and texts that
  /// changed are analysed once a batch. No input is wrong enough to throw.
  std::vector<std::string> Handle(const std::vector<std::string>& messages);

  /// `exit` has arrived: the process ends, with code 0 if `shutdown` came before.
  bool exited() const;
  bool shut_down() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace groma::lsp

// An editor's conversations with `groma lsp`, over stdin and stdout of the real command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "lsp/framing.h"

namespace groma {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int kPatienceMs = 30000;

/// The server as a child; closes it when it goes.
class Session {
 public:
  Session() {
    std::signal(SIGPIPE, SIG_IGN);
    int to[2], from[2];
    if (::pipe(to) != 0 || ::pipe(from) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(to[0], 0);
      ::dup2(from[1], 1);
      for (int end : {to[0], to[1], from[0], from[1]}) ::close(end);
      ::execl(GROMA_BINARY_DIR "/bin/groma", "groma", "lsp", nullptr);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    in_ = to[1];
    out_ = from[0];
  }
  ~Session() {
    CloseInput();
    if (out_ >= 0) ::close(out_);
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void SendBytes(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(in_, bytes.data(), bytes.size());
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }
  void Send(const json& message) { SendBytes(lsp::Frame(message.dump())); }
  void Notify(const std::string& method, const json& params) {
    Send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
  }
  void CloseInput() {
    if (in_ >= 0) ::close(in_);
    in_ = -1;
  }

  /// The next message; null when none comes.
  json Next() {
    for (;;) {
      if (auto body = framing_.Next()) return json::parse(*body);
      pollfd poll = {out_, POLLIN, 0};
      if (::poll(&poll, 1, kPatienceMs) <= 0) return nullptr;
      char buffer[4096];
      const ssize_t count = ::read(out_, buffer, sizeof buffer);
      if (count <= 0) return nullptr;
      framing_.Feed({buffer, static_cast<size_t>(count)});
    }
  }
  /// The next message with that key and value; those before it are passed over.
  json Next(const std::string& key, const json& value) {
    for (;;) {
      json message = Next();
      if (message.is_null() || message.value(key, json()) == value) return message;
    }
  }
  json Ask(const std::string& method, const json& params) {
    const int id = ++id_;
    Send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
    return Next("id", id);
  }
  void Start(const json& options = json::object()) {
    ASSERT_TRUE(Ask("initialize", {{"initializationOptions", options}}).contains("result"));
    Notify("initialized", json::object());
  }
  void Open(const std::string& text) {
    Notify("textDocument/didOpen",
           {{"textDocument",
             {{"uri", "file:///a.map"}, {"languageId", "groma"}, {"version", 1}, {"text", text}}}});
  }
  json Diagnostics() {
    return Next("method", "textDocument/publishDiagnostics")["params"]["diagnostics"];
  }
  json At(const std::string& method, int line, int character, json params = json::object()) {
    params["textDocument"] = {{"uri", "file:///a.map"}};
    params["position"] = {{"line", line}, {"character", character}};
    return Ask("textDocument/" + method, params);
  }
  /// The exit code; -1 when it does not end by itself.
  int Wait() {
    for (int tries = 0; tries < kPatienceMs / 10; ++tries, ::usleep(10000)) {
      int status = 0;
      if (::waitpid(child_, &status, WNOHANG) != child_) continue;
      child_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return -1;
  }

 private:
  pid_t child_ = -1;
  int in_ = -1, out_ = -1;
  int id_ = 0;
  lsp::Framing framing_;
};

json Change(int line, int from, int to, const std::string& text) {
  return {{"textDocument", {{"uri", "file:///a.map"}, {"version", 2}}},
          {"contentChanges",
           {{{"range",
              {{"start", {{"line", line}, {"character", from}}},
               {"end", {{"line", line}, {"character", to}}}}},
             {"text", text}}}}};
}

TEST(LspSession, MistakesComeAndGoAsOneTypes) {
  Session session;
  session.Start();
  session.Open(
      "# \xF0\x9F\x98\x80\xC3\xA4\nTask * \"\xF0\x9F\x98\x80\", GPU;\nRegion * * GPU FBMEM\n");
  const json first = session.Diagnostics();
  ASSERT_FALSE(first.empty());
  session.Notify("textDocument/didChange", Change(2, 20, 20, ";"));
  session.Diagnostics();
  // The character of two units is one step for the reader, two for the position.
  session.Notify("textDocument/didChange", Change(1, 7, 13, ""));
  EXPECT_EQ(session.Diagnostics().dump(), "[]");
  session.Notify("textDocument/didChange", Change(1, 0, 4, "Tusk"));
  const json wrong = session.Diagnostics();
  ASSERT_EQ(wrong.size(), 1u) << wrong;
  EXPECT_EQ(wrong[0]["code"], "E0106");
  EXPECT_EQ(wrong[0]["range"]["start"], (json{{"line", 1}, {"character", 0}}));
  EXPECT_EQ(wrong[0]["range"]["end"], (json{{"line", 1}, {"character", 4}}));
}

TEST(LspSession, KnowsTheApplicationAndTheMachine) {
  Session session;
  session.Start({{"app", "circuit"}, {"machine", "p100x4"}, {"nodes", 2}});
  session.Open(
      "Task calculate_new_currents GPU;\nm = Machine(GPU);\n"
      "def f(Task task) { return m[0, task.ipoint[0] % m.size[1]]; }\n"
      "IndexTaskMap calculate_new_currents f;\nTask no_such_task CPU;\n");
  const json diagnostics = session.Diagnostics();
  ASSERT_EQ(diagnostics.size(), 1u) << diagnostics;
  EXPECT_EQ(diagnostics[0]["severity"], 2);
  EXPECT_THAT(session.At("hover", 0, 2)["result"]["contents"]["value"].get<std::string>(),
              HasSubstr("calculate_new_currents: runs on GPU"));
  const json points = session.At("hover", 3, 36)["result"]["contents"];
  EXPECT_EQ(points["kind"], "plaintext");
  EXPECT_THAT(points["value"].get<std::string>(), HasSubstr("calculate_new_currents over ("));
  std::vector<std::string> labels;
  const json items = session.At("completion", 4, 5)["result"];
  for (const json& item : items) labels.push_back(item["label"]);
  EXPECT_THAT(labels, Contains("calculate_new_currents"));
  session.Notify("workspace/didChangeConfiguration", {{"settings", {{"app", "no such app"}}}});
  EXPECT_THAT(session.Next("method", "window/showMessage")["params"]["message"].get<std::string>(),
              HasSubstr("no such app"));
  EXPECT_EQ(session.Diagnostics().size(), 0u);
}

TEST(LspSession, SettingsOfAWrongTypeAreNamed) {
  const std::pair<json, const char*> cases[] = {
      {{{"app", 7}}, "the setting 'app' is a text"},
      {{{"machine", json::array()}}, "the setting 'machine' is a text"},
      {{{"nodes", "two"}}, "the setting 'nodes' is a whole number"},
      {{{"nodes", -1}}, "the setting 'nodes' is a whole number"},
      {{{"groma", "circuit"}}, "the settings are an object"}};
  Session session;
  session.Start();
  for (const auto& [settings, words] : cases) {
    session.Notify("workspace/didChangeConfiguration", {{"settings", settings}});
    const json shown = session.Next("method", "window/showMessage");
    EXPECT_THAT(shown["params"]["message"].get<std::string>(), HasSubstr(words)) << settings;
  }
  EXPECT_TRUE(session.Ask("shutdown", nullptr).contains("result"));
}

TEST(LspSession, NamesAreFoundAndRenamedAndTheTextIsFormatted) {
  Session session;
  session.Start();
  session.Open("/*");
  session.Notify("textDocument/didChange",
                 {{"textDocument", {{"uri", "file:///a.map"}}},
                  {"contentChanges", {{{"text", "m  = Machine(GPU);\nn = m;\n"}}}}});
  const json definition = session.At("definition", 1, 4)["result"];
  ASSERT_EQ(definition.size(), 1u);
  EXPECT_EQ(definition[0]["range"]["start"], (json{{"line", 0}, {"character", 0}}));
  EXPECT_EQ(session.At("prepareRename", 1, 4)["result"]["placeholder"], "m");
  const json changes =
      session.At("rename", 1, 4, {{"newName", "gpus"}})["result"]["changes"]["file:///a.map"];
  EXPECT_EQ(changes.size(), 2u);
  EXPECT_TRUE(session.At("rename", 1, 4, {{"newName", "n"}}).contains("error"));
  const json edits =
      session.Ask("textDocument/formatting", {{"textDocument", {{"uri", "file:///a.map"}}}});
  EXPECT_EQ(edits["result"][0]["newText"], "m = Machine(GPU);\nn = m;\n");
}

TEST(LspSession, GarbageIsAnsweredAndPassedOver) {
  Session session;
  session.SendBytes("hello\r\n\r\nContent-Length: 9\r\n\r\n{\"broken\"");
  EXPECT_EQ(session.Next()["error"]["code"], -32700);
  EXPECT_EQ(session.Ask("textDocument/hover", {})["error"]["code"], -32002);
  session.Start();
  EXPECT_EQ(session.Ask("no/such", json::object())["error"]["code"], -32601);
  EXPECT_EQ(session.Ask("textDocument/hover", {{"textDocument", 3}})["error"]["code"], -32602);
  EXPECT_EQ(session.Ask("textDocument/hover", json::array())["error"]["code"], -32602);
  session.SendBytes(lsp::Frame(std::string(1000000, '[')));
  EXPECT_EQ(session.Next()["error"]["code"], -32700);
  session.Open(std::string(2000000, 'x'));
  const json large = session.Diagnostics();
  ASSERT_EQ(large.size(), 1u);
  EXPECT_EQ(large[0]["code"], "E0110");
}

TEST(LspSession, ARequestThatWasCancelledIsNotWorkedOn) {
  Session session;
  session.Start();
  const json request = {{"jsonrpc", "2.0"},
                        {"id", "late"},
                        {"method", "textDocument/hover"},
                        {"params", json::object()}};
  const json cancel = {
      {"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", {{"id", "late"}}}};
  session.SendBytes(lsp::Frame(request.dump()) + lsp::Frame(cancel.dump()));
  EXPECT_EQ(session.Next("id", "late")["error"]["code"], -32800);
}

TEST(LspSession, EndsWithTheEditor) {
  Session polite;
  polite.Start();
  EXPECT_TRUE(polite.Ask("shutdown", nullptr).contains("result"));
  polite.Notify("exit", nullptr);
  EXPECT_EQ(polite.Wait(), 0);
  Session hasty;
  hasty.Start();
  hasty.Notify("exit", nullptr);
  EXPECT_EQ(hasty.Wait(), 1);
  Session gone;
  gone.CloseInput();
  EXPECT_EQ(gone.Wait(), 0);
}

}  // namespace
}  // namespace groma

#include "lsp/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lsp/line_map.h"

namespace groma::lsp {
namespace {

using Json = nlohmann::json;

constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601,
              kInvalidParams = -32602, kNotInitialized = -32002, kRequestFailed = -32803,
              kRequestCancelled = -32800;

/// Ends a request; caught by Answer.
struct Refusal {
  int code;
  std::string message;
};

std::string Dump(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ToJson(Place place) { return {{"line", place.line}, {"character", place.character}}; }

Json RangeOf(const LineMap& lines, Span span) {
  return {{"start", ToJson(lines.PlaceOf(span.begin))}, {"end", ToJson(lines.PlaceOf(span.end))}};
}

int64_t WholeNumber(const Json& value) {
  const double number = value.get<double>();
  return static_cast<int64_t>(std::clamp(number, 0.0, 2147483647.0));
}

Place PlaceFrom(const Json& position) {
  return {WholeNumber(position.at("line")), WholeNumber(position.at("character"))};
}

Result<Settings> SettingsFrom(const Json& given) {
  Settings settings;
  if (given.is_null()) return settings;
  if (!given.is_object()) return Error{"the settings are an object with 'app', 'machine', 'nodes'"};
  for (const auto& [name, wanted] :
       {std::pair("app", &settings.app), {"machine", &settings.machine}}) {
    const auto value = given.find(name);
    if (value == given.end() || value->is_null()) continue;
    if (!value->is_string())
      return Error{fmt::format("the setting '{}' is a text: a name or a file", name)};
    *wanted = value->get<std::string>();
  }
  const auto nodes = given.find("nodes");
  if (nodes == given.end() || nodes->is_null()) return settings;
  if (!nodes->is_number_integer() || nodes->get<double>() < 0 || nodes->get<double>() > 65536)
    return Error{"the setting 'nodes' is a whole number; 0 means as many as the machine has"};
  settings.nodes = nodes->get<int>();
  return settings;
}

// CompletionItemKind: Keyword, EnumMember, Class, Field, Function, Variable, Method.
int ItemKind(CompletionKind kind) {
  constexpr int kKinds[] = {14, 20, 7, 5, 3, 6, 2};
  return kKinds[static_cast<size_t>(kind)];
}

Json Capabilities() {
  return {{"positionEncoding", "utf-16"},
          {"textDocumentSync", {{"openClose", true}, {"change", 2}}},
          {"hoverProvider", true},
          {"completionProvider", {{"triggerCharacters", Json::array({".", ","})}}},
          {"definitionProvider", true},
          {"renameProvider", {{"prepareProvider", true}}},
          {"documentFormattingProvider", true}};
}

Json ToJson(const Diagnostic& diagnostic, const LineMap& lines, const std::string& uri) {
  Json related = Json::array();
  std::string message = diagnostic.message;
  for (const Note& note : diagnostic.notes) {
    if (note.span)
      related.push_back({{"location", {{"uri", uri}, {"range", RangeOf(lines, *note.span)}}},
                         {"message", note.message}});
    else
      message += "\nnote: " + note.message;
  }
  if (!diagnostic.help.empty()) message += "\nhelp: " + diagnostic.help;
  return {{"range", RangeOf(lines, diagnostic.span)},
          {"severity", diagnostic.severity == Severity::kError ? 1 : 2},
          {"code", diagnostic.code},
          {"source", "groma"},
          {"message", std::move(message)},
          {"relatedInformation", std::move(related)}};
}

}  // namespace

class Server::State {
 public:
  explicit State(FindSubject find_subject) : find_subject_(std::move(find_subject)) {}

  void Take(const std::string& text, const std::set<Json>& cancelled);
  void Publish();
  std::vector<std::string> TakeAnswers() { return std::move(answers_); }
  bool exited() const { return exited_; }
  bool shut_down() const { return shut_down_; }

 private:
  struct Open {
    std::string text;
    std::optional<Document> document;  // empty: the text has changed since
    bool published = false;
  };

  void Send(const Json& message) { answers_.push_back(Dump(message)); }
  void Fail(const Json& id, int code, const std::string& message) {
    Send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
  }
  void Notify(const std::string& method, const Json& params);
  Json Result(const std::string& method, const Json& params);
  Json Answer(const std::string& method, const Json& params);
  void Note(const std::string& method, const Json& params);
  void Configure(const Json& settings);
  void Change(Open& open, const Json& change);

  Open& Find(const Json& params);
  const Document& Analysed(const std::string& uri, Open& open);
  Json Hover(const Document& document, size_t offset);
  Json Completions(const Document& document, const LineMap& lines, size_t offset);
  Json PrepareRename(const Document& document, const LineMap& lines, size_t offset);
  Json Rename(const Document& document, const LineMap& lines, size_t offset, const Json& params);
  Json Format(const Document& document, const LineMap& lines);

  FindSubject find_subject_;
  Subject subject_;
  std::map<std::string, Open> open_;  // by URI
  bool initialized_ = false, shut_down_ = false, exited_ = false;
  std::vector<std::string> answers_;
};

void Server::State::Notify(const std::string& method, const Json& params) {
  Send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

void Server::State::Take(const std::string& text, const std::set<Json>& cancelled) {
  const Json message = Json::parse(text, nullptr, false);
  if (message.is_discarded()) return Fail(nullptr, kParseError, "this is not JSON");
  if (!message.is_object()) return Fail(nullptr, kInvalidRequest, "a message is an object");
  const auto method = message.find("method");
  if (method == message.end() && message.contains("id")) return;  // an answer; we ask nothing
  const bool named = method != message.end() && method->is_string();
  const auto found = message.find("id");
  const bool request = found != message.end();
  if (request && !found->is_string() && !found->is_number())
    return Fail(nullptr, kInvalidRequest, "the id of a request is a number or a string");
  const Json id = request ? *found : Json();
  if (!named) return Fail(id, kInvalidRequest, "the method is missing");
  const auto params = message.value("params", Json::object());
  try {
    if (!request) return Note(*method, params);
    if (cancelled.contains(id)) return Fail(id, kRequestCancelled, "cancelled");
    Json result = Answer(*method, params);
    Send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  } catch (const Refusal& refusal) {
    if (request) Fail(id, refusal.code, refusal.message);
  } catch (const Json::exception& error) {
    if (request) Fail(id, kInvalidParams, fmt::format("wrong parameters: {}", error.what()));
  }
}

// ---- notifications ----

void Server::State::Note(const std::string& method, const Json& params) {
  if (method == "exit") exited_ = true;
  if (!initialized_) return;
  if (method == "workspace/didChangeConfiguration") Configure(params.at("settings"));
  if (method == "textDocument/didOpen") {
    const Json& document = params.at("textDocument");
    open_[document.at("uri").get<std::string>()] = {document.at("text").get<std::string>(), {}};
  } else if (method == "textDocument/didChange") {
    Open& open = Find(params);
    open.document.reset();
    open.published = false;
    for (const Json& change : params.at("contentChanges")) Change(open, change);
  } else if (method == "textDocument/didClose") {
    const auto uri = params.at("textDocument").at("uri").get<std::string>();
    if (open_.erase(uri) > 0)
      Notify("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", Json::array()}});
  }
}

void Server::State::Change(Open& open, const Json& change) {
  const auto text = change.at("text").get<std::string>();
  const auto range = change.find("range");
  if (range == change.end()) {
    open.text = text;
    return;
  }
  const LineMap lines(open.text);
  const size_t begin = lines.OffsetOf(PlaceFrom(range->at("start")));
  const size_t end = std::max(begin, lines.OffsetOf(PlaceFrom(range->at("end"))));
  open.text.replace(begin, end - begin, text);
}

// Settings stand under "groma" or alone; what is no settings object changes nothing.
void Server::State::Configure(const Json& given) {
  if (!given.is_object()) return;
  const auto wanted = SettingsFrom(given.value("groma", given));
  const auto found = wanted ? find_subject_(*wanted) : groma::Result<Subject>(wanted.error());
  subject_ = found ? *found : Subject{};
  if (!found)
    Notify("window/showMessage", {{"type", 1}, {"message", "groma: " + found.error().message}});
  for (auto& [uri, open] : open_) {
    open.document.reset();
    open.published = false;
  }
}

void Server::State::Publish() {
  for (auto& [uri, open] : open_) {
    if (open.published) continue;
    const Document& document = Analysed(uri, open);
    const LineMap lines(document.source->text());
    Json diagnostics = Json::array();
    for (const Diagnostic& diagnostic : document.diagnostics)
      diagnostics.push_back(ToJson(diagnostic, lines, uri));
    Notify("textDocument/publishDiagnostics",
           {{"uri", uri}, {"diagnostics", std::move(diagnostics)}});
    open.published = true;
  }
}

// ---- requests ----

Server::State::Open& Server::State::Find(const Json& params) {
  const auto uri = params.at("textDocument").at("uri").get<std::string>();
  const auto found = open_.find(uri);
  if (found == open_.end()) throw Refusal{kInvalidParams, fmt::format("{} is not open", uri)};
  return found->second;
}

const Document& Server::State::Analysed(const std::string& uri, Open& open) {
  if (!open.document) open.document = Analyse(uri, open.text, subject_);
  return *open.document;
}

Json Server::State::Answer(const std::string& method, const Json& params) {
  if (method == "initialize") {
    initialized_ = true;
    const auto options = params.find("initializationOptions");
    if (params.is_object() && options != params.end()) Configure(*options);
    return {{"capabilities", Capabilities()}, {"serverInfo", {{"name", "groma"}}}};
  }
  if (!initialized_) throw Refusal{kNotInitialized, "`initialize` comes first"};
  if (shut_down_) throw Refusal{kInvalidRequest, "the server is shut down"};
  if (method == "shutdown") {
    shut_down_ = true;
    return nullptr;
  }
  static const std::set<std::string> kKnown = {
      "textDocument/hover",  "textDocument/completion",    "textDocument/definition",
      "textDocument/rename", "textDocument/prepareRename", "textDocument/formatting"};
  if (!kKnown.contains(method))
    throw Refusal{kMethodNotFound, fmt::format("no method '{}'", method.substr(0, 80))};
  return Result(method, params);
}

Json Server::State::Result(const std::string& method, const Json& params) {
  Open& open = Find(params);
  const auto uri = params.at("textDocument").at("uri").get<std::string>();
  const Document& document = Analysed(uri, open);
  const LineMap lines(document.source->text());
  if (method == "textDocument/formatting") return Format(document, lines);
  const size_t offset = lines.OffsetOf(PlaceFrom(params.at("position")));
  if (method == "textDocument/hover") return Hover(document, offset);
  if (method == "textDocument/completion") return Completions(document, lines, offset);
  if (method == "textDocument/prepareRename") return PrepareRename(document, lines, offset);
  if (method == "textDocument/rename") {
    Json edits = Rename(document, lines, offset, params);
    return {{"changes", {{uri, std::move(edits)}}}};
  }
  Json places = Json::array();
  for (Span span : Definitions(document, offset))
    places.push_back({{"uri", uri}, {"range", RangeOf(lines, span)}});
  return places;
}

Json Server::State::Hover(const Document& document, size_t offset) {
  std::string text = lsp::Hover(document, subject_, offset);
  if (text.empty()) return nullptr;
  return {{"contents", {{"kind", "plaintext"}, {"value", std::move(text)}}}};
}

Json Server::State::Completions(const Document& document, const LineMap& lines, size_t offset) {
  const std::string& text = document.source->text();
  size_t begin = offset;
  while (begin > 0 &&
         (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0 || text[begin - 1] == '_'))
    --begin;
  const Json range = RangeOf(lines, {static_cast<uint32_t>(begin), static_cast<uint32_t>(offset)});
  Json items = Json::array();
  for (const Completion& item : Complete(document, subject_, offset))
    items.push_back({{"label", item.label},
                     {"kind", ItemKind(item.kind)},
                     {"textEdit", {{"range", range}, {"newText", item.text}}}});
  return items;
}

Json Server::State::PrepareRename(const Document& document, const LineMap& lines, size_t offset) {
  const std::optional<Symbol> symbol = SymbolAt(document.symbols, offset);
  if (!symbol || symbol->kind == SymbolKind::kFixed) return nullptr;
  return {{"range", RangeOf(lines, symbol->span)}, {"placeholder", symbol->name}};
}

Json Server::State::Rename(const Document& document, const LineMap& lines, size_t offset,
                           const Json& params) {
  const auto name = params.at("newName").get<std::string>();
  const auto edits = lsp::Rename(document, offset, name);
  if (!edits) throw Refusal{kRequestFailed, edits.error().message};
  Json changes = Json::array();
  for (const Edit& edit : *edits)
    changes.push_back({{"range", RangeOf(lines, edit.span)}, {"newText", edit.replacement}});
  return changes;
}

Json Server::State::Format(const Document& document, const LineMap& lines) {
  DiagnosticSink sink;
  const auto text = lang::Format(*document.source, sink);
  if (!text) throw Refusal{kRequestFailed, "the text has mistakes; it is left as it is"};
  if (*text == document.source->text()) return Json::array();
  const Span all{0, static_cast<uint32_t>(document.source->text().size())};
  return Json::array({{{"range", RangeOf(lines, all)}, {"newText", *text}}});
}

// ---- Server ----

Server::Server(FindSubject find_subject)
    : state_(std::make_unique<State>(std::move(find_subject))) {}
Server::~Server() = default;

std::vector<std::string> Server::Handle(const std::vector<std::string>& messages) {
  std::set<Json> cancelled;
  for (const std::string& text : messages) {
    if (text.find("$/cancelRequest") == std::string::npos) continue;
    const Json message = Json::parse(text, nullptr, false);
    const bool is_cancel = message.is_object() && message.contains("method") &&
                           message["method"] == "$/cancelRequest" && message.contains("params") &&
                           message["params"].is_object() && message["params"].contains("id");
    if (is_cancel && (message["params"]["id"].is_number() || message["params"]["id"].is_string()))
      cancelled.insert(message["params"]["id"]);
  }
  for (const std::string& text : messages) {
    if (state_->exited()) break;
    state_->Take(text, cancelled);
  }
  if (!state_->exited()) state_->Publish();
  return state_->TakeAnswers();
}

bool Server::exited() const { return state_->exited(); }
bool Server::shut_down() const { return state_->shut_down(); }

}  // namespace groma::lsp

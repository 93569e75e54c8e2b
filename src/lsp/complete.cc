// What may stand at a place of a mapping, from the words before it in its statement.
#include <algorithm>
#include <set>

#include "lang/syntax/lexer.h"
#include "lang/syntax/parser.h"
#include "lsp/document.h"
#include "mapping/new_mapping.h"

namespace groma::lsp {
namespace {

using lang::Token;
using lang::TokenKind;

constexpr std::string_view kMembers[] = {
    "size",   "volume",  "len",           "has",       "merge",      "split",        "swap",
    "slice",  "reverse", "balance_split", "decompose", "auto_split", "greedy_split", "ipoint",
    "ispace", "parent",  "name",          "depth",     "processor"};
constexpr std::string_view kConstraints[] = {"SOA",     "AOS",      "C_order", "F_order",
                                             "Align==", "No_Align", "Compact", "Exact"};
constexpr std::string_view kTypes[] = {"Task",   "int",    "bool", "IPoint",
                                       "ISpace", "MSpace", "tuple"};
constexpr std::string_view kFunctions[] = {"Machine", "tuple", "len", "range"};

class Completer {
 public:
  Completer(const Document& document, const Subject& subject, size_t offset)
      : document_(document), subject_(subject), text_(document.source->text()) {
    DiagnosticSink ignored;
    for (const Token& token : lang::Lex(*document.source, ignored)) {
      const bool typing = token.kind == TokenKind::kWord && token.span.end >= offset;
      if (token.kind == TokenKind::kEnd || token.span.end > offset || typing) break;
      const std::string_view word = Text(token);
      if (word == "{") in_function_ = true;
      if (word == "}") in_function_ = false;
      if (word == ";" || word == "{" || word == "}")
        words_.clear();
      else
        words_.push_back(word);
    }
    for (const lang::tree::Statement& statement : document.tree.statements) {
      if (statement.span.begin >= offset) break;
      ++statement_;
    }
  }

  std::vector<Completion> Take() {
    if (words_.empty())
      Begin();
    else if (words_[0] == "def" && !in_function_)
      Fixed(kTypes, CompletionKind::kKeyword);
    else if (const auto argument = Argument())
      Arguments(*argument);
    else
      Values();
    return std::move(items_);
  }

 private:
  std::string_view Text(const Token& token) const {
    return text_.substr(token.span.begin, token.span.end - token.span.begin);
  }

  // The number of the word that is being written, after the one that begins the statement; none in
  // assignments and functions.
  std::optional<int> Argument() const {
    const auto& statements = lang::StatementWords();
    if (in_function_ ||
        std::find(statements.begin(), statements.end(), words_[0]) == statements.end() ||
        (words_.size() > 1 && words_[1] == "="))
      return std::nullopt;
    int argument = 0;
    for (size_t i = 1; i < words_.size(); ++i)
      if (words_[i] != "," && (i + 1 == words_.size() || words_[i + 1] != ",")) ++argument;
    return argument;
  }

  void Begin() {
    if (in_function_) {
      Add("return", "return", CompletionKind::kKeyword);
      Add("print", "print", CompletionKind::kKeyword);
      return Variables(SymbolKind::kLocal, CompletionKind::kVariable);
    }
    for (std::string_view word : lang::StatementWords())
      Add(word, std::string(word), CompletionKind::kKeyword);
    Add("def", "def", CompletionKind::kKeyword);
  }

  void Arguments(int argument) {
    const std::string_view word = words_[0];
    const bool map = word == "IndexTaskMap" || word == "SingleTaskMap";
    if (argument == 0) {
      Names(SymbolKind::kTask, CompletionKind::kTask);
      if (map) Processors();
    } else if (map) {
      Variables(SymbolKind::kFunction, CompletionKind::kFunction);
      if (argument == 1) Variables(SymbolKind::kGlobal, CompletionKind::kVariable);
    } else if (word == "Task") {
      Processors();
    } else if (argument == 1 && word != "InstanceLimit" && word != "ControlReplicate") {
      Names(SymbolKind::kRegion, CompletionKind::kRegion);
    } else if (word == "Region" || (word == "Layout" && argument == 2)) {
      if (argument == 2) Processors();
      if (argument > 2 || word == "Layout") Memories();
    } else if (word == "Layout") {
      Fixed(kConstraints, CompletionKind::kKeyword);
    }
  }

  void Values() {
    const std::string_view last = words_.back();
    if (last == ".") return Fixed(kMembers, CompletionKind::kMember);
    const std::string_view before = words_.size() > 1 ? words_[words_.size() - 2] : "";
    if (last == "(" && before == "Machine") return Processors();
    if (last == "(" && before == "has") return Memories();
    Variables(SymbolKind::kLocal, CompletionKind::kVariable);
    Variables(SymbolKind::kGlobal, CompletionKind::kVariable);
    Variables(SymbolKind::kFunction, CompletionKind::kFunction);
    Fixed(kFunctions, CompletionKind::kFunction);
    Add("True", "True", CompletionKind::kKeyword);
    Add("False", "False", CompletionKind::kKeyword);
  }

  template <size_t N>
  void Fixed(const std::string_view (&words)[N], CompletionKind kind) {
    for (std::string_view word : words) Add(word, std::string(word), kind);
  }
  void Processors() {
    for (ProcessorKind kind : kProcessorKinds)
      Add(ToString(kind), std::string(ToString(kind)), CompletionKind::kKind);
  }
  void Memories() {
    for (MemoryKind kind : kMemoryKinds)
      Add(ToString(kind), std::string(ToString(kind)), CompletionKind::kKind);
  }
  // Tasks or regions: the application's, then those that the file names.
  void Names(SymbolKind symbols, CompletionKind kind) {
    std::vector<std::string> names;
    if (subject_.app && symbols == SymbolKind::kRegion) names = subject_.app->RegionNames();
    if (subject_.app && symbols == SymbolKind::kTask)
      for (const app::Task& task : subject_.app->tasks) names.push_back(task.name);
    for (const Symbol& symbol : document_.symbols)
      if (symbol.kind == symbols) names.push_back(symbol.name);
    for (const std::string& name : names)
      if (std::string written = mapping::WrittenName(name); !written.empty())
        Add(name, std::move(written), kind);
  }
  void Variables(SymbolKind symbols, CompletionKind kind) {
    for (const Symbol& symbol : document_.symbols) {
      const bool here = symbols != SymbolKind::kLocal || symbol.statement + 1 == statement_;
      if (symbol.kind == symbols && symbol.defines && here) Add(symbol.name, symbol.name, kind);
    }
  }
  void Add(std::string_view label, std::string text, CompletionKind kind) {
    if (told_.insert(std::string(label)).second)
      items_.push_back({std::string(label), std::move(text), kind});
  }

  const Document& document_;
  const Subject& subject_;
  std::string_view text_;
  std::vector<std::string_view> words_;  // of the statement, before the place
  bool in_function_ = false;
  size_t statement_ = 0;  // one more than the index of the statement that holds the place
  std::set<std::string> told_;
  std::vector<Completion> items_;
};

}  // namespace

std::vector<Completion> Complete(const Document& document, const Subject& subject, size_t offset) {
  return Completer(document, subject, offset).Take();
}

}  // namespace groma::lsp

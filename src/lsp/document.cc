#include "lsp/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "lang/syntax/parser.h"
#include "mapping/new_mapping.h"

namespace groma::lsp {
namespace {

bool IsIdentifier(const std::string& text) {
  const auto word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), word);
}

bool IsReserved(const std::string& text) {
  static constexpr std::string_view kWords[] = {"True", "False", "def", "return", "print",  "for",
                                                "in",   "tuple", "len", "range",  "Machine"};
  const auto& statements = lang::StatementWords();
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords) ||
         std::find(statements.begin(), statements.end(), text) != statements.end() ||
         ParseProcessorKind(text) || ParseMemoryKind(text);
}

bool IsVariable(SymbolKind kind) {
  return kind == SymbolKind::kGlobal || kind == SymbolKind::kFunction || kind == SymbolKind::kLocal;
}

}  // namespace

Document Analyse(std::string name, std::string text, const Subject& subject) {
  auto source = std::make_shared<const SourceFile>(std::move(name), std::move(text));
  Document document{
      mapping::CheckText(std::move(source), subject.machine ? &*subject.machine : nullptr,
                         subject.app ? &*subject.app : nullptr),
      {}};
  document.symbols = FindSymbols(document.tree);
  return document;
}

std::vector<Span> Definitions(const Document& document, size_t offset) {
  std::vector<Span> spans;
  const std::optional<Symbol> here = SymbolAt(document.symbols, offset);
  if (!here) return spans;
  for (const Symbol& symbol : document.symbols)
    if (symbol.defines && Same(symbol, *here)) spans.push_back(symbol.span);
  // A variable that is assigned again is the same one.
  if (here->kind == SymbolKind::kLocal && !spans.empty()) spans.resize(1);
  return spans;
}

Result<std::vector<Edit>> Rename(const Document& document, size_t offset,
                                 const std::string& new_name) {
  const std::optional<Symbol> here = SymbolAt(document.symbols, offset);
  if (!here) return Error{"there is no name here"};
  if (here->kind == SymbolKind::kFixed)
    return Error{fmt::format("'{}' is a word of the language", here->name)};
  std::string written = new_name;
  if (IsVariable(here->kind)) {
    if (!IsIdentifier(new_name) || IsReserved(new_name))
      return Error{fmt::format("'{}' is no name for a variable or a function", new_name)};
    for (const Symbol& symbol : document.symbols)
      if (IsVariable(symbol.kind) && symbol.name == new_name && !Same(symbol, *here))
        return Error{fmt::format("'{}' is used already", new_name)};
    const bool defined =
        std::any_of(document.symbols.begin(), document.symbols.end(),
                    [&](const Symbol& symbol) { return symbol.defines && Same(symbol, *here); });
    if (!defined) return Error{fmt::format("'{}' is not defined in this file", here->name)};
  } else {
    written = mapping::WrittenName(new_name);
    if (written.empty()) return Error{"no mapping can write this name"};
  }
  std::vector<Edit> edits;
  for (const Symbol& symbol : document.symbols)
    if (Same(symbol, *here)) edits.push_back({symbol.span, written});
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.span < b.span; });
  return edits;
}

}  // namespace groma::lsp

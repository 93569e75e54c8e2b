// The names of a mapping and where they stand: for going to definitions, renaming and completion.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/source.h"
#include "lang/syntax/tree.h"

namespace groma::lsp {

enum class SymbolKind { kTask, kRegion, kGlobal, kFunction, kLocal, kFixed };

/// One occurrence of a name. kFixed: a word of the language (kinds, constraints, methods).
struct Symbol {
  SymbolKind kind;
  std::string name;
  Span span;  // with the quotes of a quoted name
  bool defines = false;
  size_t statement = 0;  // index in the tree; locals are one per statement
};

/// All of them, in no particular order. Works on trees with errors.
std::vector<Symbol> FindSymbols(const lang::Tree& tree);

/// The one that `offset` lies in or touches.
std::optional<Symbol> SymbolAt(const std::vector<Symbol>& symbols, size_t offset);

/// Whether both are occurrences of one thing.
bool Same(const Symbol& a, const Symbol& b);

}  // namespace groma::lsp

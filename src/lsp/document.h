// An open mapping as far as it can be understood, and what is asked about it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/description.h"
#include "base/result.h"
#include "lsp/symbols.h"
#include "machine/description.h"
#include "mapping/check_text.h"

namespace groma::lsp {

/// The application and the machine that mappings are read for; either may be unknown.
struct Subject {
  std::optional<app::Description> app;
  std::optional<machine::Description> machine;
};

/// A text with its analysis. Immutable.
struct Document : mapping::CheckedText {
  std::vector<Symbol> symbols;
};

/// Everything that can be told without running it.
Document Analyse(std::string name, std::string text, const Subject& subject);

/// What the statement or function at `offset` decides for the application and the machine, as plain
/// text of at most some 40 lines; empty when there is nothing to say.
std::string Hover(const Document& document, const Subject& subject, size_t offset);

enum class CompletionKind { kKeyword, kKind, kTask, kRegion, kFunction, kVariable, kMember };
struct Completion {
  std::string label;
  std::string text;  // what is put in, quoted where it must be
  CompletionKind kind;
};

/// What may stand at `offset`; a word that ends there is to be replaced.
std::vector<Completion> Complete(const Document& document, const Subject& subject, size_t offset);

/// Where the name at `offset` is defined: more than once when the text is wrong.
std::vector<Span> Definitions(const Document& document, size_t offset);

/// The edits that give the name at `offset` another one everywhere in the text; an error when there
/// is no such name or the new one is not free.
Result<std::vector<Edit>> Rename(const Document& document, size_t offset,
                                 const std::string& new_name);

}  // namespace groma::lsp

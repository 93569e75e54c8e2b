// What holds for any bytes that are given to the language.
#pragma once
#include <memory>
#include <string>

#include "base/check.h"
#include "base/files.h"
#include "lang/lang.h"
#include "lang/syntax/lexer.h"

namespace groma::lang {

/// Compiles `text` and CHECKs: no program with errors and none lost without; spans and edits lie in
/// the text; rendering works; a program that is clean prints to one that is clean and prints alike.
inline void CheckLaws(const std::string& text) {
  auto source = std::make_shared<SourceFile>("fuzz.map", text);
  DiagnosticSink sink;
  Tree tree = Parse(*source, sink);
  std::optional<Program> program = Check(tree, source, sink);
  CHECK(program.has_value() == !sink.HasErrors());
  std::vector<Diagnostic> found = sink.Take();
  for (const Diagnostic& diagnostic : found) {
    CHECK(diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= text.size(),
          diagnostic.code);
    if (diagnostic.edit)
      CHECK(diagnostic.edit->span.begin <= diagnostic.edit->span.end &&
                diagnostic.edit->span.end <= text.size(),
            diagnostic.code);
    CHECK(diagnostic.message.find('\n') == std::string::npos, diagnostic.code);
  }
  CHECK(!RenderJson(found, *source).empty());
  CHECK(Render(found, *source, false).empty() == found.empty());
  if (!program) return;
  std::string printed = Print(tree);
  if (printed.size() > kLargestText) return;  // blanks may make it too long to read
  auto again = std::make_shared<SourceFile>("printed.map", printed);
  DiagnosticSink second;
  Tree reparsed = Parse(*again, second);
  CHECK(Check(reparsed, again, second).has_value(), printed);
  CHECK(Print(reparsed) == printed, printed);
}

}  // namespace groma::lang

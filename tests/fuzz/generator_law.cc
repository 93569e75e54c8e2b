// What holds for the C++ that is made of any mapping that passes the checker.
#include <memory>

#include "base/check.h"
#include "codegen/generate.h"
#include "lang/lang.h"
#include "targets.h"

namespace groma::fuzz {
namespace {

/// Where the literal ends that begins at `at`; literals end on their line.
size_t AfterLiteral(const std::string& text, size_t at) {
  const char quote = text[at++];
  for (; at < text.size() && text[at] != quote; ++at) {
    CHECK(text[at] != '\n', "a literal is left open: " + text);
    if (text[at] == '\\') ++at;
  }
  CHECK(at < text.size(), "a literal is left open: " + text);
  return at + 1;
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where the word ends that begins at `at`; C++ does not keep it for itself.
size_t AfterWord(const std::string& text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsWord(text[end])) ++end;
  const std::string_view word(text.data() + at, end - at);
  CHECK(word.find("__") == word.npos, text);
  CHECK(word.size() < 2 || word[0] != '_' || word[1] < 'A' || word[1] > 'Z', text);
  return end;
}

/// CHECKs what a compiler would see first: literals and brackets are closed, in order, and outside
/// literals and comments there is nothing but printable ASCII.
void CheckCpp(const std::string& text) {
  std::string open;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = AfterLiteral(text, at);
      continue;
    }
    if (c == '/' && text[at + 1] == '/') {
      at = text.find('\n', at);
      CHECK(at != std::string::npos && text[at - 1] != '\\', text);
      continue;
    }
    if (IsWord(c)) {
      at = AfterWord(text, at);
      continue;
    }
    CHECK(c == '\n' || (c >= ' ' && c <= '~'), text);
    if (c == '(') open += ')';
    if (c == '[') open += ']';
    if (c == '{') open += '}';
    if (c == ')' || c == ']' || c == '}') {
      CHECK(!open.empty() && open.back() == c, text);
      open.pop_back();
    }
    ++at;
  }
  CHECK(open.empty(), text);
}

}  // namespace

// Any bytes make a class name, and any checked mapping makes C++, the same each time.
void GeneratorLaw(const std::string& text) {
  const std::string class_name = codegen::ClassNameOf(std::string_view(text).substr(0, 40));
  CHECK(codegen::IsClassName(class_name), class_name);
  auto source = std::make_shared<const SourceFile>(text.substr(0, 40), text);
  DiagnosticSink sink;
  const std::optional<lang::Program> program = lang::Compile(source, sink);
  if (!program) return;
  const std::string mapper = codegen::Generate(*program, {.class_name = class_name});
  CheckCpp(mapper);
  CHECK(codegen::Generate(*program, {.class_name = class_name}) == mapper, mapper);
  CHECK(mapper.find("class " + class_name + "Mapper final") != std::string::npos, mapper);
}

}  // namespace groma::fuzz

#include "tune/propose/canonical.h"

#include <fmt/format.h>

#include "lang/lang.h"

namespace groma::tune {
namespace {

std::string Words(std::string_view text) {
  std::string words;
  bool blank = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space && blank && !words.empty()) words += ' ';
    blank = space;
    if (!space) words += c;
  }
  return words;
}

}  // namespace

std::string Canonical(const std::string& text) {
  const SourceFile source("mapping.map", text);
  DiagnosticSink sink;
  const lang::Tree tree = lang::Parse(source, sink);
  return sink.HasErrors() ? Words(text) : lang::Print(tree);
}

std::string Hash(std::string_view bytes) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return fmt::format("{:016x}", hash);
}

}  // namespace groma::tune

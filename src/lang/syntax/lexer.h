// Text → tokens.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "diagnostics/diagnostic.h"

namespace groma::lang {

/// Longer texts are refused (E0110): a mapping is a few lines to a few thousand.
inline constexpr size_t kLargestText = 1 << 20;

enum class TokenKind {
  kWord,     // identifiers and keywords alike: keywords are words where the grammar wants them
  kInteger,  // Token::value
  kString,   // "…"; StringValue gives the text
  kSymbol,   // an operator or a bracket
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool starts_line = false;  // nothing but blanks before it on its line
  Span span;
  bool broken = false;  // a string that is not closed: its line says nothing reliable
  int64_t value = 0;    // with kInteger
};

/// From its '#' or '//' to the last character that is no blank.
struct Comment {
  Span span;
  bool starts_line = false;  // nothing but blanks before it on its line
};

/// The tokens of a text, ended by one kEnd token. Comments and blanks are skipped. Characters that
/// begin no token, unclosed strings and literals beyond 64 bits are reported and, where a
/// meaning is likely, still become tokens. A text that is too long or holds NUL bytes is reported
/// once and gives kEnd alone.
std::vector<Token> Lex(const SourceFile& source, DiagnosticSink& sink);

/// The comments of a text that Lex found no error in, in order.
std::vector<Comment> FindComments(const SourceFile& source);

/// The value of a kString token: quotes removed, escapes (\" \\ \n \t) resolved.
std::string StringValue(const SourceFile& source, const Token& token);

}  // namespace groma::lang

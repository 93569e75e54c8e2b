#include "lang/syntax/lexer.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "diagnostics/registry.h"

namespace groma::lang {
namespace {

constexpr std::array<std::string_view, 6> kPairs = {"==", "!=", "<=", ">=", "&&", "||"};
constexpr size_t kBytesPerToken = 3;  // at least that many in nearly all mappings
constexpr std::string_view kSingles = "=<>!+-*/%?:;,.()[]{}";

// What a character can be, as bits: a table, because every character is looked up.
enum : uint8_t { kDigit = 1, kLetter = 2, kBlank = 4, kSingle = 8 };
constexpr auto kClasses = [] {
  std::array<uint8_t, 256> classes = {};
  for (int c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (int c = 'a'; c <= 'z'; ++c) classes[c] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter;
  classes['_'] = kLetter;
  for (unsigned char c : {' ', '\t', '\r', '\f', '\v'}) classes[c] = kBlank;
  for (unsigned char c : kSingles) classes[c] = kSingle;
  return classes;
}();
bool Is(char c, int classes) { return (kClasses[static_cast<unsigned char>(c)] & classes) != 0; }

bool IsDigit(char c) { return Is(c, kDigit); }
bool StartsWord(char c) { return Is(c, kLetter); }
bool IsBlank(char c) { return Is(c, kBlank); }
bool ContinuesWord(char c) { return Is(c, kLetter | kDigit); }

class Lexer {
 public:
  /// `comments` may be null.
  Lexer(const SourceFile& source, DiagnosticSink& sink, std::vector<Comment>* comments)
      : text_(source.text()), sink_(sink), comments_(comments) {}

  std::vector<Token> Run() {
    tokens_.reserve(text_.size() / kBytesPerToken);
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // a byte order mark
    for (SkipBlanks(); at_ < text_.size(); SkipBlanks()) LexOne();
    Add(TokenKind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  char Peek(uint32_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '#' || (c == '/' && Peek(1) == '/')) {
        SkipComment();
        if (at_ == text_.size()) return;
        c = '\n';
      }
      if (c == '\n')
        starts_line_ = true;
      else if (!IsBlank(c))
        return;
    }
  }

  void SkipComment() {
    uint32_t begin = at_, end = at_;
    for (; at_ < text_.size() && text_[at_] != '\n'; ++at_)
      if (!IsBlank(text_[at_])) end = at_ + 1;
    if (comments_ != nullptr) comments_->push_back({{begin, end}, starts_line_});
  }

  Token& Add(TokenKind kind, uint32_t begin) {
    tokens_.push_back({kind, starts_line_, {begin, at_}, false, 0});
    starts_line_ = false;
    return tokens_.back();
  }

  Diagnostic Found(std::string_view code, uint32_t begin, std::string message) const {
    return MakeDiagnostic(code, {begin, at_}, std::move(message));
  }

  void LexOne() {
    char c = Peek();
    if (StartsWord(c)) return LexWord();
    if (IsDigit(c)) return LexNumber();
    if (c == '"' || c == '\'') return LexString(c);
    uint32_t begin = at_;
    for (std::string_view pair : kPairs) {
      if (c != pair[0] || Peek(1) != pair[1]) continue;
      at_ += 2;
      Add(TokenKind::kSymbol, begin);
      return;
    }
    if (Is(c, kSingle)) {
      ++at_;
      Add(TokenKind::kSymbol, begin);
      return;
    }
    LexStray();
  }

  void LexWord() {
    uint32_t end = at_ + 1;
    while (end < text_.size() && ContinuesWord(text_[end])) ++end;
    Add(TokenKind::kWord, std::exchange(at_, end));
  }

  void LexNumber() {
    uint32_t begin = at_;
    int64_t value = 0;
    bool overflow = false;
    for (; IsDigit(Peek()); ++at_) {
      overflow |= __builtin_mul_overflow(value, int64_t{10}, &value);
      overflow |= __builtin_add_overflow(value, int64_t{Peek() - '0'}, &value);
    }
    if (Peek() == '.' && IsDigit(Peek(1))) {
      const uint32_t point = at_;
      for (++at_; ContinuesWord(Peek());) ++at_;
      Diagnostic found = Found("E0116", begin, fmt::format("'{}' is not an integer", Text(begin)));
      found.help = "the language has whole numbers alone; scale them (x * 3 / 2)";
      const std::string_view whole = Text(begin).substr(0, point - begin);
      if (Text(begin).find_first_not_of('0', whole.size() + 1) == std::string_view::npos) {
        found.help = fmt::format("the language has whole numbers alone: write {}", whole);
        found.edit = Edit{{begin, at_}, std::string(whole)};
      }
      sink_.Report(std::move(found));
    } else if (ContinuesWord(Peek())) {
      while (ContinuesWord(Peek())) ++at_;
      Diagnostic found =
          Found("E0101", begin, fmt::format("'{}' is neither a number nor a name", Clip(begin)));
      found.help = "a name that does not begin with a letter is written in quotes";
      found.edit = Edit{{begin, at_}, fmt::format("\"{}\"", Text(begin))};
      sink_.Report(std::move(found));
    } else if (overflow) {
      sink_.Report(Found("E0103", begin,
                         fmt::format("{} does not fit into 64 bits: the largest integer is {}",
                                     Clip(begin), std::numeric_limits<int64_t>::max())));
      value = 1;
    }
    Add(TokenKind::kInteger, begin).value = value;
  }

  void LexString(char quote) {
    uint32_t begin = at_++;
    while (at_ < text_.size() && Peek() != quote && Peek() != '\n') {
      bool escape = Peek() == '\\' && at_ + 1 < text_.size() && Peek(1) != '\n';
      at_ += escape ? 2 : 1;
    }
    if (Peek() == quote) {
      ++at_;
      if (quote == '\'') ReportSingleQuotes(begin);
      Add(TokenKind::kString, begin);
    } else {
      Diagnostic found = Found("E0102", begin, "this string is not closed on its line");
      found.help = "close it with '\"'";
      sink_.Report(std::move(found));
      Add(TokenKind::kString, begin).broken = true;
    }
  }

  void ReportSingleQuotes(uint32_t begin) {
    Diagnostic found = Found("E0102", begin, "strings are written with double quotes");
    std::string_view inner = text_.substr(begin + 1, at_ - begin - 2);
    found.help = fmt::format("write \"{}\"", inner);
    found.edit = Edit{{begin, at_}, fmt::format("\"{}\"", inner)};
    sink_.Report(std::move(found));
  }

  // A run of characters that begin no token is one mistake, not many.
  void LexStray() {
    uint32_t begin = at_;
    auto stray = [](char c) {
      return static_cast<unsigned char>(c) > ' ' && !ContinuesWord(c) && c != '"' && c != '\'' &&
             c != '#' && !Is(c, kSingle);
    };
    do ++at_;
    while (at_ < text_.size() && stray(Peek()) && at_ - begin < 64);
    bool pair = Text(begin) == "&" || Text(begin) == "|";
    Diagnostic found = Found("E0101", begin, fmt::format("'{}' has no meaning here", Text(begin)));
    if (Text(begin).starts_with("```")) {
      while (at_ < text_.size() && Peek() != '\n') ++at_;
      found.span.end = at_;
      found.help = "give the mapping alone, without the marks of a code block";
      found.edit = Edit{found.span, ""};
    } else if (pair) {
      found.help = fmt::format("write '{0}{0}'", Text(begin));
      found.edit = Edit{found.span, fmt::format("{0}{0}", Text(begin))};
    } else if (static_cast<unsigned char>(text_[begin]) >= 0x80) {
      found.help = "outside of comments and strings a mapping is plain ASCII";
    }
    sink_.Report(std::move(found));
    if (pair) Add(TokenKind::kSymbol, begin);
  }

  std::string_view Text(uint32_t begin) const { return text_.substr(begin, at_ - begin); }
  std::string Clip(uint32_t begin) const {
    std::string_view text = Text(begin);
    return text.size() <= 40 ? std::string(text) : std::string(text.substr(0, 37)) + "...";
  }

  std::string_view text_;
  DiagnosticSink& sink_;
  std::vector<Comment>* comments_;
  uint32_t at_ = 0;
  bool starts_line_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Lex(const SourceFile& source, DiagnosticSink& sink) {
  const std::string& text = source.text();
  if (text.size() > kLargestText) {
    sink.Report(MakeDiagnostic(
        "E0110", {},
        fmt::format("the file has {} bytes; a mapping has at most {}", text.size(), kLargestText)));
    return {Token{}};
  }
  if (size_t nul = text.find('\0'); nul != std::string::npos) {
    auto at = static_cast<uint32_t>(nul);
    Diagnostic found = MakeDiagnostic("E0111", {at, at + 1}, "this is not a text file");
    found.help = "a mapping is plain text (UTF-8, not UTF-16); is this the right file?";
    sink.Report(std::move(found));
    return {Token{}};
  }
  return Lexer(source, sink, nullptr).Run();
}

std::vector<Comment> FindComments(const SourceFile& source) {
  std::vector<Comment> comments;
  DiagnosticSink sink;
  Lexer(source, sink, &comments).Run();
  return comments;
}

std::string StringValue(const SourceFile& source, const Token& token) {
  std::string_view text = source.text();
  text = text.substr(token.span.begin, token.span.end - token.span.begin);
  char quote = text.front();
  text.remove_prefix(1);
  if (!text.empty() && text.back() == quote) text.remove_suffix(1);
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    char escaped = text[++i];
    value += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  return value;
}

}  // namespace groma::lang

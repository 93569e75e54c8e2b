#include "lang/syntax/line_breaker.h"

#include <algorithm>

namespace groma::lang {
namespace {

// Blocks that begin farther right than this hang below their parent instead.
constexpr int kDeepestAlign = 50;
constexpr int kHang = 4;
constexpr int kDeepestHang = 60;

int Columns(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // UTF-8's continuation bytes
  }));
}

}  // namespace

void LineBreaker::Add(Kind kind, std::string_view text) {
  auto begin = static_cast<uint32_t>(text_.size());
  text_ += text;
  pieces_.push_back({kind, begin, static_cast<uint32_t>(text_.size())});
}

void LineBreaker::Text(std::string_view text) {
  Add(Kind::kText, text);
  pieces_.back().size = Columns(text);
}

void LineBreaker::Break(int blanks) {
  Add(Kind::kBreak);
  pieces_.back().begin = static_cast<uint32_t>(blanks);
}

void LineBreaker::Open(Fill fill) {
  Add(fill == Fill::kEverywhere ? Kind::kOpenEverywhere : Kind::kOpen);
}
void LineBreaker::Close() { Add(Kind::kClose); }
void LineBreaker::Comment(std::string_view text, bool own_line) {
  Add(own_line ? Kind::kOwnComment : Kind::kComment, text);
}

// From right to left: `ends` has, innermost last, the breaks that may end what stands before them,
// as (depth, columns from there to the end).
void LineBreaker::Measure() {
  struct End {
    int depth;
    int to_end;
  };
  std::vector<End> ends = {{0, 0}};
  int depth = 0, to_end = 0;
  for (size_t at = pieces_.size(); at-- > 0;) {
    Piece& piece = pieces_[at];
    if (piece.kind == Kind::kText) to_end += piece.size;
    if (piece.kind == Kind::kClose) ++depth;
    bool opens = piece.kind == Kind::kOpen || piece.kind == Kind::kOpenEverywhere;
    if (opens) --depth;
    if (!opens && piece.kind != Kind::kBreak) continue;
    while (ends.size() > 1 && ends.back().depth > depth) ends.pop_back();
    if (piece.kind == Kind::kBreak) to_end += static_cast<int>(piece.begin);
    piece.size = to_end - ends.back().to_end;
    if (piece.kind != Kind::kBreak) continue;
    while (ends.size() > 1 && ends.back().depth >= depth) ends.pop_back();
    ends.push_back({depth, to_end});
  }
}

void LineBreaker::NewLine(int indent) {
  while (!out_.empty() && out_.back() == ' ') out_.pop_back();
  out_ += '\n';
  out_.append(static_cast<size_t>(indent), ' ');
  column_ = indent;
  line_empty_ = true;
  commented_ = false;
}

void LineBreaker::LayText(const Piece& piece) {
  if (commented_) NewLine(blocks_.back().indent);
  out_.append(text_, piece.begin, piece.end - piece.begin);
  column_ += piece.size;
  line_empty_ = false;
}

void LineBreaker::LayComment(const Piece& piece) {
  bool own_line = piece.kind == Kind::kOwnComment || commented_;
  if (own_line && (!line_empty_ || commented_)) NewLine(blocks_.back().indent);
  if (!line_empty_) {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    out_ += "  ";
  }
  out_.append(text_, piece.begin, piece.end - piece.begin);
  commented_ = true;
}

void LineBreaker::OpenBlock(const Piece& piece) {
  const Block outer = blocks_.back();
  int column = commented_ ? outer.indent : column_;
  int indent = column <= kDeepestAlign ? column : std::min(outer.indent + kHang, kDeepestHang);
  bool flat = outer.flat || column_ + piece.size <= kWidth;
  blocks_.push_back({indent, piece.kind == Kind::kOpenEverywhere, flat});
}

void LineBreaker::Lay(size_t at) {
  const Piece& piece = pieces_[at];
  switch (piece.kind) {
    case Kind::kText:
      return LayText(piece);
    case Kind::kComment:
    case Kind::kOwnComment:
      return LayComment(piece);
    case Kind::kOpen:
    case Kind::kOpenEverywhere:
      return OpenBlock(piece);
    case Kind::kClose:
      blocks_.pop_back();
      return;
    case Kind::kBreak:
      break;
  }
  size_t next = at + 1;
  while (next < pieces_.size() &&
         (pieces_[next].kind == Kind::kOpen || pieces_[next].kind == Kind::kOpenEverywhere))
    ++next;
  bool comment_follows = next < pieces_.size() && (pieces_[next].kind == Kind::kComment ||
                                                   pieces_[next].kind == Kind::kOwnComment);
  if (comment_follows || commented_) return;  // the comment brings the new line
  const Block& block = blocks_.back();
  bool line =
      !block.flat && block.indent < column_ && (block.everywhere || column_ + piece.size > kWidth);
  if (line) return NewLine(block.indent);
  out_.append(piece.begin, ' ');
  column_ += static_cast<int>(piece.begin);
}

std::string LineBreaker::Take() {
  Measure();
  column_ = indent_;
  blocks_ = {{indent_ + kHang, false, false}};
  for (size_t at = 0; at < pieces_.size(); ++at) Lay(at);
  return std::move(out_);
}

}  // namespace groma::lang

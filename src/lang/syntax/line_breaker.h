// Breaks a statement into lines where it would be too long for one (Oppen, "Prettyprinting", 1980).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace groma::lang {

/// Collects the pieces of one statement, then lays them out. A block that fits into the rest of its
/// line stays on it; otherwise its breaks become new lines where what follows would not fit.
class LineBreaker {
 public:
  static constexpr int kWidth = 100;

  enum class Fill { kWhereNeeded, kEverywhere };  // which breaks of a broken block become lines

  /// The first line begins at column `indent` (0-based); further ones of the statement deeper.
  explicit LineBreaker(int indent) : indent_(indent) {}

  void Text(std::string_view text);
  /// A place for a new line; `blanks` blanks where there is none.
  void Break(int blanks);
  /// A block; its further lines begin where it does, unless that is far to the right.
  void Open(Fill fill = Fill::kWhereNeeded);
  void Close();
  /// A comment; what follows stands on the next line. `own_line`: nothing may stand before it.
  void Comment(std::string_view text, bool own_line);

  /// All lines, without a newline at the end and without the first line's indent. To be called
  /// once; linear in the pieces.
  std::string Take();

 private:
  enum class Kind : uint8_t {
    kText,
    kBreak,
    kOpen,
    kOpenEverywhere,
    kClose,
    kComment,
    kOwnComment
  };
  struct Piece {
    Kind kind;
    uint32_t begin = 0;  // in text_; of a break: its blanks
    uint32_t end = 0;
    int32_t size = 0;  // of text: columns; of a break or block: columns to the next outer break
  };
  struct Block {
    int indent;
    bool everywhere;
    bool flat;
  };

  void Add(Kind kind, std::string_view text = {});
  void Measure();
  void Lay(size_t at);
  void LayText(const Piece& piece);
  void LayComment(const Piece& piece);
  void OpenBlock(const Piece& piece);
  void NewLine(int indent);

  int indent_;
  std::string text_;  // of all pieces
  std::vector<Piece> pieces_;
  // While laying out.
  std::string out_;
  std::vector<Block> blocks_;
  int column_ = 0;
  bool line_empty_ = true;  // nothing but its indent
  bool commented_ = false;  // the line ended with a comment
};

}  // namespace groma::lang

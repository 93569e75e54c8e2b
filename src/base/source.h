// Source files and positions in them, as diagnostics and mappings name them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace groma {

/// A half-open range of byte offsets into a source text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  auto operator<=>(const Span&) const = default;
};

/// 1-based line and column (bytes) of an offset.
struct Position {
  int line = 1;
  int column = 1;
};

/// A named text. Immutable; cheap to index by line.
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  /// Position of an offset in 0…text().size(); larger offsets count as the end.
  Position PositionOf(uint32_t offset) const;
  /// The 1-based line without its newline; empty when out of range.
  std::string_view Line(int line) const;
  int LineCount() const { return static_cast<int>(line_starts_.size()); }

 private:
  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

}  // namespace groma

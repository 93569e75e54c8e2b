// Positions as editors count them: lines and UTF-16 code units, both from 0.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace groma::lsp {

struct Place {
  int64_t line = 0;
  int64_t character = 0;
  auto operator<=>(const Place&) const = default;
};

/// Translates between offsets in a UTF-8 text and places. Lines end with \n, \r\n or \r. The text
/// must outlive it. Making one is linear in the text, a question in the length of its line.
class LineMap {
 public:
  explicit LineMap(std::string_view text);

  Place PlaceOf(size_t offset) const;
  /// Places beyond a line or the text count as its end, the middle of a character as its beginning.
  size_t OffsetOf(Place place) const;

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

}  // namespace groma::lsp

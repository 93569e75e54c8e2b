#include "lsp/line_map.h"

#include <algorithm>

namespace groma::lsp {
namespace {

/// Bytes of the character that begins here; bytes that are no UTF-8 count one each.
size_t Bytes(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::min(bytes, text.size() - at);
}

/// UTF-16 code units of a character of so many bytes.
int64_t Units(size_t bytes) { return bytes == 4 ? 2 : 1; }

}  // namespace

LineMap::LineMap(std::string_view text) : text_(text), starts_{0} {
  for (size_t at = 0; at < text.size(); ++at) {
    const bool ends =
        text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
    if (ends) starts_.push_back(at + 1);
  }
}

Place LineMap::PlaceOf(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  Place place{next - starts_.begin() - 1, 0};
  for (size_t at = *(next - 1); at < offset;) {
    const size_t bytes = Bytes(text_, at);
    if (at + bytes > offset) break;
    place.character += Units(bytes);
    at += bytes;
  }
  return place;
}

size_t LineMap::OffsetOf(Place place) const {
  if (place.line < 0) return 0;
  if (place.line >= static_cast<int64_t>(starts_.size())) return text_.size();
  const auto line = static_cast<size_t>(place.line);
  size_t end = line + 1 < starts_.size() ? starts_[line + 1] : text_.size();
  while (end > starts_[line] && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  size_t at = starts_[line];
  for (int64_t units = place.character; at < end;) {
    const size_t bytes = Bytes(text_, at);
    units -= Units(bytes);
    if (units < 0) break;
    at += bytes;
  }
  return std::min(at, end);
}

}  // namespace groma::lsp

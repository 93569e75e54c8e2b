// The comments of a text, as the printer works through them. Only the printer's files include this.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "lang/syntax/lexer.h"

namespace groma::lang {

/// Hands out comments in order. Empty for a tree that is printed without its text.
class CommentCursor {
 public:
  CommentCursor() = default;
  /// `text` must outlive the cursor.
  CommentCursor(std::string_view text, std::vector<Comment> comments)
      : text_(text), comments_(std::move(comments)) {}

  /// The next comment that begins before `offset`, if there is one.
  std::optional<Comment> TakeBefore(uint32_t offset) {
    if (next_ == comments_.size() || comments_[next_].span.begin >= offset) return std::nullopt;
    return comments_[next_++];
  }
  std::string_view Text(const Comment& comment) const {
    return text_.substr(comment.span.begin, comment.span.end - comment.span.begin);
  }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::vector<Comment> comments_;
  size_t next_ = 0;
};

}  // namespace groma::lang

#include "lsp/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace groma::lsp {
namespace {

constexpr std::string_view kHeader = "content-length:";
constexpr size_t kLongestHeaders = 4096;
constexpr size_t kMostSkipped = size_t{1} << 40;

bool SameLetter(char text, char lower) {
  return std::tolower(static_cast<unsigned char>(text)) == lower;
}

}  // namespace

void Framing::Feed(std::string_view bytes) {
  const size_t skipped = std::min(skip_, bytes.size());
  skip_ -= skipped;
  buffer_ += bytes.substr(skipped);
}

// Whether `length_` is known and the buffer begins with the body.
bool Framing::FindLength() {
  while (!length_) {
    auto found =
        std::search(buffer_.begin(), buffer_.end(), kHeader.begin(), kHeader.end(), SameLetter);
    if (found == buffer_.end()) {  // its beginning may have arrived
      if (buffer_.size() >= kHeader.size()) buffer_.erase(0, buffer_.size() - kHeader.size() + 1);
      return false;
    }
    buffer_.erase(buffer_.begin(), found);
    size_t end = std::min(buffer_.find("\r\n\r\n"), buffer_.find("\n\n"));
    if (end == std::string::npos) {
      if (buffer_.size() < kLongestHeaders) return false;
      buffer_.erase(0, kHeader.size());
      continue;
    }
    const char* digits = buffer_.data() + kHeader.size();
    while (*digits == ' ') ++digits;
    size_t length = 0;
    auto [next, error] = std::from_chars(digits, buffer_.data() + end, length);
    const bool is_number = error == std::errc() && (*next == '\r' || *next == '\n');
    if (!is_number || length > kMostSkipped) {
      buffer_.erase(0, kHeader.size());
      continue;
    }
    buffer_.erase(0, end + (buffer_[end] == '\r' ? 4 : 2));
    if (length <= kLargestMessage) {
      length_ = length;
    } else {
      const size_t here = std::min(length, buffer_.size());
      buffer_.erase(0, here);
      skip_ = length - here;
    }
  }
  return true;
}

std::optional<std::string> Framing::Next() {
  if (!FindLength() || buffer_.size() < *length_) return std::nullopt;
  std::string body = buffer_.substr(0, *length_);
  buffer_.erase(0, *length_);
  length_.reset();
  return body;
}

std::string Frame(std::string_view body) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace groma::lsp

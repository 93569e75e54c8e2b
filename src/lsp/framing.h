// Messages of the language server protocol in a stream of bytes: "Content-Length: N", an empty
// line, N bytes.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace groma::lsp {

/// Longer messages are stepped over: a mapping has at most 1 MiB.
inline constexpr size_t kLargestMessage = 32 << 20;

/// Finds the messages in what arrives. Whatever is no message is passed over up to the next
/// Content-Length; holds no more than one message and what arrived behind it.
class Framing {
 public:
  void Feed(std::string_view bytes);
  /// The body of the next complete message.
  std::optional<std::string> Next();

 private:
  bool FindLength();

  std::string buffer_;
  size_t skip_ = 0;               // bytes of a message that is too long
  std::optional<size_t> length_;  // of the body at the start of the buffer
};

/// The message with its header.
std::string Frame(std::string_view body);

}  // namespace groma::lsp

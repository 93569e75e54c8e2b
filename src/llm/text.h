// Text from outside, made fit to be kept and shown.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groma::llm {

bool IsUtf8(std::string_view text);

/// The text with U+FFFD in place of bytes that are not UTF-8.
std::string ValidUtf8(std::string_view text);

/// One printable line of at most about `most` bytes, for messages: runs of spaces, line breaks and
/// control characters become one space, a longer text ends with "…".
std::string OneLine(std::string_view text, size_t most = 300);

/// A command line as words: spaces part them, '…' and "…" keep them together, a backslash outside
/// '…' takes the next character as it is. Nothing else has a meaning: no shell reads it. An error
/// for a quote that does not end and for no words at all.
Result<std::vector<std::string>> SplitWords(std::string_view line);

}  // namespace groma::llm

// When two mapping texts are the same mapping.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace groma::tune {

/// The text in the usual form: parsed and printed again, without comments. A text that does not
/// parse keeps its words, with runs of white space as one blank.
std::string Canonical(const std::string& text);

/// 64-bit FNV-1a of the bytes as 16 hexadecimal digits: the identity of a mapping in a journal.
std::string Hash(std::string_view bytes);

}  // namespace groma::tune

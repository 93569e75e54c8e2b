// What must hold of a TOML text before toml++ may see it.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace groma::machine {

/// The offset of the first byte beyond ASCII that is in no comment and no one-line string, if there
/// is one. toml++ 3.3 asks of such a letter whether it is a blank, and for U+00A1 to U+0499 runs
/// into what it calls unreachable.
std::optional<size_t> FirstStrayByte(std::string_view text);

}  // namespace groma::machine

// What must hold of a TOML text before toml++ may see it.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace groma::machine {

struct TomlFlaw {
  size_t at = 0;             // offset
  std::string_view message;  // what is wrong there
};

/// What toml++ 3.3 cannot be given, if the text has it:
/// - A byte beyond ASCII in no comment and no one-line string (a quote in a word begins none):
/// toml++ asks of such a letter whether
///   it is a blank, and for U+00A1 to U+0499 runs into what it calls unreachable.
/// - A table's '[' without a name behind it: toml++ takes what follows for one.
/// - A key of more than 16 parts: toml++ nests a table for each, and takes them down recursively.
std::optional<TomlFlaw> FindTomlFlaw(std::string_view text);

}  // namespace groma::machine

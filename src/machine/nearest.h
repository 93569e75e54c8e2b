// The likely meaning of a misspelled name.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace groma::machine {

/// The candidate that takes the fewest single-letter edits to reach from `name`, or "" when none is
/// near (more than a third of the name's letters, at least 2, would change).
std::string Nearest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace groma::machine

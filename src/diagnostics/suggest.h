// "Did you mean …": the known name nearest to a wrong one.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groma {

/// How many insertions, deletions, replacements and swaps of neighbours lead from a to b; case
/// counts half as much as a replacement would, so the result is in halves. O(|a|·|b|).
int EditDistanceInHalves(std::string_view a, std::string_view b);

/// The known name that is nearest, if one is near enough to be meant (a third of its length); the
/// first among equals. Names longer than 128 bytes have no neighbours, and no more than the first
/// 2000 known names are looked at.
std::optional<std::string> Nearest(std::string_view name,
                                   const std::vector<std::string_view>& known);
std::optional<std::string> Nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace groma

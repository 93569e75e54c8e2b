#include "diagnostics/suggest.h"

#include <algorithm>
#include <cctype>

namespace groma {
namespace {

constexpr size_t kLongestName = 128;
constexpr size_t kMostNames = 2000;  // looked at; a machine-written file may have very many

int ReplacementCost(char a, char b) {
  if (a == b) return 0;
  auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return lower(a) == lower(b) ? 1 : 2;
}

template <class Names>
std::optional<std::string> NearestOf(std::string_view name, const Names& known) {
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  std::optional<std::string> best;
  int best_distance = 0;
  size_t looked_at = 0;
  for (std::string_view candidate : known) {
    if (++looked_at > kMostNames) break;
    if (candidate.empty() || candidate.size() > kLongestName) continue;
    int distance = EditDistanceInHalves(name, candidate);
    auto longest = static_cast<int>(std::max(name.size(), candidate.size()));
    bool cases_alone = distance <= longest && name.size() == candidate.size() &&
                       std::equal(name.begin(), name.end(), candidate.begin(),
                                  [](char a, char b) { return ReplacementCost(a, b) < 2; });
    bool near = cases_alone || (distance <= std::max(2, longest * 2 / 3) && distance < longest * 2);
    if (near && (!best || distance < best_distance)) {
      best = std::string(candidate);
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace

int EditDistanceInHalves(std::string_view a, std::string_view b) {
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(2 * j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(2 * i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min(
          {last[j] + 2, row[j - 1] + 2, last[j - 1] + ReplacementCost(a[i - 1], b[j - 1])});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 2);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> Nearest(std::string_view name,
                                   const std::vector<std::string_view>& known) {
  return NearestOf(name, known);
}

std::optional<std::string> Nearest(std::string_view name, const std::vector<std::string>& known) {
  return NearestOf(name, known);
}

}  // namespace groma

// Placements of whole launches, kept: programs launch the same tasks over the same domains again
// and again.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "mapping/mapping.h"

namespace groma::legion {

/// Safe from any thread. Holds at most kMostPoints points of 8 bytes.
class LaunchCache {
 public:
  static constexpr size_t kMostPoints = 4'000'000;
  using Answer = std::shared_ptr<const mapping::LaunchPlacement>;

  /// The answer kept for an equal question; null when there is none.
  Answer Find(const mapping::LaunchQuery& launch) const;
  /// Makes room by forgetting all others; keeps nothing that alone is too large.
  void Keep(const mapping::LaunchQuery& launch, Answer answer);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Answer> answers_;
  size_t points_ = 0;
};

}  // namespace groma::legion

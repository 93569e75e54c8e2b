#include "legion/mapper/accounting.h"

#include <algorithm>
#include <tuple>

namespace groma::legion {

void Accounting::Add(uint64_t instance, PlacedInstance placed) {
  Remove(instance);
  const std::lock_guard lock(mutex_);
  Level& level = levels_[placed.memory];
  level.used += placed.bytes;
  level.peak = std::max(level.peak, level.used);
  live_.insert_or_assign(instance, std::move(placed));
}

void Accounting::Remove(uint64_t instance) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(instance);
  if (found == live_.end()) return;
  levels_[found->second.memory].used -= found->second.bytes;
  live_.erase(found);
}

int64_t Accounting::Used(uint64_t memory) const {
  const std::lock_guard lock(mutex_);
  const auto found = levels_.find(memory);
  return found == levels_.end() ? 0 : found->second.used;
}

int64_t Accounting::Peak(uint64_t memory) const {
  const std::lock_guard lock(mutex_);
  const auto found = levels_.find(memory);
  return found == levels_.end() ? 0 : found->second.peak;
}

std::vector<uint64_t> Accounting::Memories() const {
  const std::lock_guard lock(mutex_);
  std::vector<uint64_t> memories;
  for (const auto& [memory, level] : levels_) memories.push_back(memory);
  return memories;
}

std::vector<InstanceGroup> Accounting::Live(uint64_t memory) const {
  std::map<std::tuple<std::string, std::string, uint32_t>, InstanceGroup> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, placed] : live_) {
      if (placed.memory != memory) continue;
      const Placer& by = *placed.by;
      const uint32_t statement = by.statement ? by.statement->begin : UINT32_MAX;
      InstanceGroup& group = groups[{by.task, by.region, statement}];
      if (group.count == 0) group.by = by;
      group.bytes += placed.bytes;
      ++group.count;
    }
  }
  std::vector<InstanceGroup> sorted;
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const InstanceGroup& a, const InstanceGroup& b) { return a.bytes > b.bytes; });
  return sorted;
}

}  // namespace groma::legion

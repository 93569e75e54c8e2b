#include "legion/mapper/instance_table.h"

#include <algorithm>

namespace groma::legion {

size_t InstanceTable::Hash::operator()(const Legion::LogicalRegion& region) const {
  constexpr uint64_t kMix = 0x9e3779b97f4a7c15;  // 2⁶⁴ / golden ratio: spreads neighbours
  uint64_t hash = region.get_tree_id();
  hash = (hash ^ region.get_index_space().get_id()) * kMix;
  return hash ^ (hash >> 29);
}

size_t InstanceTable::Hash::operator()(const Key& key) const {
  constexpr uint64_t kMix = 0xbf58476d1ce4e5b9;
  const uint64_t hash = operator()(key.region) ^ key.processor ^ (uint64_t{key.task} << 32);
  return (hash * kMix) ^ (hash >> 31);
}

bool InstanceTable::Requirement::Fits(const Legion::RegionRequirement& requirement) const {
  return region == requirement.region && privilege == requirement.privilege &&
         std::equal(fields.begin(), fields.end(), requirement.privilege_fields.begin(),
                    requirement.privilege_fields.end());
}

bool InstanceTable::Find(const Legion::Task& task, Realm::Processor processor, uint64_t version,
                         Output& output) const {
  if (task.regions.empty()) return false;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({task.task_id, processor.id, task.regions[0].region});
  if (found == entries_.end()) return false;
  const Entry& entry = found->second;
  if (entry.version != version || entry.requirements.size() != task.regions.size()) return false;
  for (size_t i = 0; i < task.regions.size(); ++i) {
    if (!entry.requirements[i].Fits(task.regions[i])) return false;
  }
  output.chosen_variant = entry.variant;
  output.chosen_instances.resize(task.regions.size());
  for (size_t i = 0; i < task.regions.size(); ++i) {
    output.chosen_instances[i].assign(1, entry.requirements[i].instance);
  }
  if (!entry.collected.empty()) output.untracked_valid_regions = entry.collected;
  return true;
}

void InstanceTable::Keep(const Legion::Task& task, Realm::Processor processor, uint64_t version,
                         const Output& output) {
  Entry entry{.version = version,
              .variant = output.chosen_variant,
              .collected = output.untracked_valid_regions};
  for (size_t i = 0; i < task.regions.size(); ++i) {
    const Legion::RegionRequirement& requirement = task.regions[i];
    entry.requirements.push_back(
        {requirement.region,
         requirement.privilege,
         {requirement.privilege_fields.begin(), requirement.privilege_fields.end()},
         output.chosen_instances[i][0]});
  }
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostEntries) entries_.clear();
  entries_.insert_or_assign({task.task_id, processor.id, task.regions[0].region}, std::move(entry));
}

bool InstanceTable::IsNew(const Place& place, const Legion::LogicalRegion& region,
                          const std::optional<uint64_t>& pieces) const {
  const std::lock_guard lock(mutex_);
  const auto found = sights_.find(place);
  if (shared_ || !pieces || found == sights_.end()) return false;
  const Sight& sight = found->second;
  return !sight.mixed && sight.pieces == pieces && sight.made >= kAsked &&
         !sight.regions.contains(region);
}

std::vector<InstanceTable::Instance> InstanceTable::MadeFor(
    const Place& place, const Legion::LogicalRegion& region) const {
  const std::lock_guard lock(mutex_);
  const auto sight = sights_.find(place);
  if (sight == sights_.end()) return {};
  const auto found = sight->second.regions.find(region);
  return found == sight->second.regions.end() ? std::vector<Instance>() : found->second;
}

void InstanceTable::Saw(const Place& place, const Legion::LogicalRegion& region,
                        const std::optional<uint64_t>& pieces, const Instance& instance,
                        bool made) {
  const std::lock_guard lock(mutex_);
  Sight& sight = sights_[place];
  if (!sight.pieces) sight.pieces = pieces;
  const auto [known, is_new] = sight.regions.try_emplace(region);
  // One that was found for a region not seen before is somebody else's.
  if (!pieces || sight.pieces != pieces || (!made && is_new)) sight.mixed = true;
  if (!made) return;
  known->second.push_back(instance);
  made_.insert_or_assign(instance.get_instance_id(), region);
  ++sight.made;
  ++sight.live;
}

void InstanceTable::Share() {
  const std::lock_guard lock(mutex_);
  shared_ = true;
}

void InstanceTable::Remove(const Instance& instance) {
  const std::lock_guard lock(mutex_);
  const auto made = made_.find(instance.get_instance_id());
  if (made == made_.end()) return;
  const Legion::LogicalRegion region = made->second;
  made_.erase(made);
  const auto sight = sights_.find({instance.get_location().id, region.get_tree_id()});
  if (sight == sights_.end()) return;
  std::erase(sight->second.regions[region], instance);
  if (--sight->second.live == 0) sights_.erase(sight);
}

}  // namespace groma::legion

#include "legion/mapper/instance_table.h"

namespace groma::legion {

size_t InstanceTable::Hash::operator()(const Legion::LogicalRegion& region) const {
  constexpr uint64_t kMix = 0x9e3779b97f4a7c15;  // 2⁶⁴ / golden ratio: spreads neighbours
  uint64_t hash = region.get_tree_id();
  hash = (hash ^ region.get_index_space().get_id()) * kMix;
  return hash ^ (hash >> 29);
}

size_t InstanceTable::Hash::operator()(const Key& key) const {
  constexpr uint64_t kMix = 0xbf58476d1ce4e5b9;
  uint64_t hash = operator()(key.region);
  hash = (hash ^ key.processor ^ (uint64_t{key.task} << 32)) * kMix;
  hash ^= (hash >> 31) ^ (uint64_t{key.variant} << 20) ^ (uint64_t{key.requirement} << 8) ^
          static_cast<uint64_t>(key.privilege);
  return hash * kMix;
}

std::optional<InstanceTable::Known> InstanceTable::Find(const Key& key, const Fields& fields,
                                                        uint64_t version) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.version != version ||
      found->second.fields != fields) {
    return std::nullopt;
  }
  return found->second.known;
}

void InstanceTable::Keep(const Key& key, const Fields& fields, uint64_t version, Known known) {
  const std::lock_guard lock(mutex_);
  keys_[known.instance.get_instance_id()].push_back(key);
  entries_.insert_or_assign(key, Entry{fields, version, std::move(known)});
}

void InstanceTable::Forget(const Key& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
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

void InstanceTable::Saw(const Place& place, const Legion::LogicalRegion& region,
                        const std::optional<uint64_t>& pieces, bool made) {
  const std::lock_guard lock(mutex_);
  Sight& sight = sights_[place];
  if (!sight.pieces) sight.pieces = pieces;
  const bool known = !sight.regions.insert(region).second;
  // One that was found for a region not seen before is somebody else's.
  if (!pieces || sight.pieces != pieces || (!made && !known)) sight.mixed = true;
  if (!made) return;
  ++sight.made;
  ++sight.live;
}

void InstanceTable::Share() {
  const std::lock_guard lock(mutex_);
  shared_ = true;
}

void InstanceTable::Remove(const Instance& instance) {
  const std::lock_guard lock(mutex_);
  const auto keys = keys_.find(instance.get_instance_id());
  if (keys != keys_.end()) {
    for (const Key& key : keys->second) {
      const auto entry = entries_.find(key);
      if (entry != entries_.end() && entry->second.known.instance == instance) {
        entries_.erase(entry);
      }
    }
    keys_.erase(keys);
  }
  const auto sight = sights_.find({instance.get_location().id, instance.get_tree_id()});
  if (sight != sights_.end() && --sight->second.live == 0) sights_.erase(sight);
}

}  // namespace groma::legion

// Which fields share an instance. Tasks that use different fields of the same regions must not make
// overlapping instances, between which data would go to and fro for ever; and an instance must not
// hold fields that nobody asked for. So fields that were ever used together in one requirement form
// a group, kept for the regions of one partition, and an instance always holds whole groups.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <vector>

namespace groma::legion {

/// Safe from any thread.
class FieldGroups {
 public:
  /// Regions that share groups: the tree and the partition they are in (or the region itself).
  using Key = std::tuple<uint64_t, uint64_t, uint64_t>;
  using Field = unsigned;

  /// Notes that `fields` are used together; returns their group, ascending: all fields that were
  /// ever used together with them, directly or over others.
  std::vector<Field> Join(const Key& key, const std::set<Field>& fields);

  /// Another number each time a group grows: what was concluded from groups before may not hold.
  uint64_t version() const { return version_; }

 private:
  std::atomic<uint64_t> version_ = 0;
  std::mutex mutex_;
  std::map<Key, std::vector<std::set<Field>>> groups_;
};

}  // namespace groma::legion

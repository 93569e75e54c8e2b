// Which instance a requirement was given last time. Legion looks for an instance by going through
// all of a region tree in a memory, so a launch over thousands of pieces would spend nearly all of
// its mapping time in looking.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "legion.h"

namespace groma::legion {

/// One for all mappers of a node; safe from any thread.
class InstanceTable {
 public:
  using Instance = Legion::Mapping::PhysicalInstance;
  using Fields = std::set<Legion::FieldID>;

  /// A requirement of a task that runs somewhere: everything its instance depends on, but for
  /// fields.
  struct Key {
    Legion::LogicalRegion region;
    uint64_t processor = 0;
    Legion::TaskID task = 0;
    Legion::VariantID variant = 0;
    unsigned requirement = 0;
    Legion::PrivilegeMode privilege = LEGION_NO_ACCESS;
    bool operator==(const Key&) const = default;
  };
  struct Known {
    Instance instance;      // may be gone: acquire it
    bool collects = false;  // a CollectMemory statement is about it
  };

  /// What was kept for the same fields while their groups (FieldGroups::version) were the same.
  std::optional<Known> Find(const Key& key, const Fields& fields, uint64_t version) const;
  void Keep(const Key& key, const Fields& fields, uint64_t version, Known known);
  void Forget(const Key& key);

  /// A memory and the region tree whose instances lie there.
  using Place = std::pair<uint64_t, uint64_t>;
  /// Whether Legion need not look for an instance of the region, because there is none: the region is
  /// one of disjoint `pieces`, mapped here for the first time, and all that was ever made or found at
  /// the place belongs to others of them. An instance that no mapper of ours knows (an attached file
  /// or array) is missed when it is made after the first kAsked pieces were looked for in vain; the
  /// data is then copied, never wrong.
  bool IsNew(const Place& place, const Legion::LogicalRegion& region,
             const std::optional<uint64_t>& pieces) const;
  /// Notes that Legion was asked for, or made to give, an instance of the region; `pieces`: the
  /// disjoint partition that it is of, none for other regions.
  void Saw(const Place& place, const Legion::LogicalRegion& region,
           const std::optional<uint64_t>& pieces, bool made);
  /// Other mappers make instances too, so that nothing is ever known to be new.
  void Share();

  /// An instance that was made at the place is gone.
  void Remove(const Instance& instance);

 private:
  static constexpr int kAsked = 16;

  struct Hash {
    size_t operator()(const Key& key) const;
    size_t operator()(const Legion::LogicalRegion& region) const;
  };
  struct Entry {
    Fields fields;
    uint64_t version = 0;
    Known known;
  };
  struct Sight {
    std::optional<uint64_t> pieces;  // those that everything here belongs to
    bool mixed = false;              // there is something else too
    int made = 0;                    // all that were asked for
    int64_t live = 0;
    std::unordered_set<Legion::LogicalRegion, Hash> regions;
  };

  mutable std::mutex mutex_;
  std::unordered_map<Key, Entry, Hash> entries_;
  std::unordered_map<uint64_t, std::vector<Key>> keys_;  // by instance
  std::map<Place, Sight> sights_;
  bool shared_ = false;
};

}  // namespace groma::legion

// Which instances a task was given last time. Legion looks for an instance by going through
// all of a region tree in a memory, so a launch over thousands of pieces would spend nearly all of
// its mapping time in looking.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "legion.h"

namespace groma::legion {

/// One for all mappers of a node; safe from any thread.
class InstanceTable {
 public:
  using Instance = Legion::Mapping::PhysicalInstance;
  using Output = Legion::Mapping::Mapper::MapTaskOutput;

  /// Gives a task what an equal one was given on the processor: the variant, an instance for each
  /// requirement (not acquired: they may be gone) and which of them are collected. Equal: the same
  /// regions, privileges and fields, whose groups (FieldGroups::version) are the same. False, and
  /// nothing changed, when there was none.
  bool Find(const Legion::Task& task, Realm::Processor processor, uint64_t version,
            Output& output) const;
  /// Keeps it for the next one.
  void Keep(const Legion::Task& task, Realm::Processor processor, uint64_t version,
            const Output& output);

  /// A memory and the region tree whose instances lie there.
  using Place = std::pair<uint64_t, uint64_t>;
  /// Whether Legion need not look for an instance of the region, because there is none: the region
  /// is one of disjoint `pieces`, mapped here for the first time, and all that was ever made or
  /// found at the place belongs to others of them. An instance that no mapper of ours knows (an
  /// attached file or array) is missed when it is made after the first kAsked pieces were looked
  /// for in vain; the data is then copied, never wrong.
  bool IsNew(const Place& place, const Legion::LogicalRegion& region,
             const std::optional<uint64_t>& pieces) const;
  /// The live instances that were made here for the very region.
  std::vector<Instance> MadeFor(const Place& place, const Legion::LogicalRegion& region) const;
  /// Notes that Legion was asked for, or made to give, an instance of the region; `pieces`: the
  /// disjoint partition that it is of, none for other regions.
  void Saw(const Place& place, const Legion::LogicalRegion& region,
           const std::optional<uint64_t>& pieces, const Instance& instance, bool made);
  /// Other mappers make instances too, so that nothing is ever known to be new.
  void Share();

  /// An instance that was made at the place is gone.
  void Remove(const Instance& instance);

 private:
  static constexpr int kAsked = 16;
  static constexpr size_t kMostEntries = 400'000;  // about 100 MB

  struct Key {
    Legion::TaskID task = 0;
    uint64_t processor = 0;
    Legion::LogicalRegion region;  // of the first requirement
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
    size_t operator()(const Legion::LogicalRegion& region) const;
  };
  struct Requirement {
    Legion::LogicalRegion region;
    Legion::PrivilegeMode privilege = LEGION_NO_ACCESS;
    std::vector<Legion::FieldID> fields;
    Instance instance;
    bool Fits(const Legion::RegionRequirement& requirement) const;
  };
  struct Entry {
    uint64_t version = 0;
    Legion::VariantID variant = 0;
    std::vector<Requirement> requirements;
    std::set<unsigned> collected;
  };
  struct Sight {
    std::optional<uint64_t> pieces;  // those that everything here belongs to
    bool mixed = false;              // there is something else too
    int made = 0;                    // all that were asked for
    int64_t live = 0;
    std::unordered_map<Legion::LogicalRegion, std::vector<Instance>, Hash> regions;
  };

  mutable std::mutex mutex_;
  std::unordered_map<Key, Entry, Hash> entries_;
  std::unordered_map<uint64_t, Legion::LogicalRegion> made_;  // by instance
  std::map<Place, Sight> sights_;
  bool shared_ = false;
};

}  // namespace groma::legion

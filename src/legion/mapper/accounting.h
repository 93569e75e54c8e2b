// What the mapping has placed where: the live instances of each memory with the statements that
// placed them, and the peaks.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/source.h"

namespace groma::legion {

/// What placed an instance.
struct Placer {
  std::string task;
  std::string region;             // its name, or "argument 2"
  std::optional<Span> statement;  // the Region statement; none when a default decided
};

struct PlacedInstance {
  uint64_t memory = 0;  // Realm's id
  int64_t bytes = 0;
  std::shared_ptr<const Placer> by;  // the same for all pieces of a launch
};

/// Instances of one memory that are alike (same task, region and statement).
struct InstanceGroup {
  Placer by;
  int64_t bytes = 0;  // of all of them
  int64_t count = 0;
};

/// Safe from any thread.
class Accounting {
 public:
  /// One that had the same id is gone.
  void Add(uint64_t instance, PlacedInstance placed);
  void Remove(uint64_t instance);

  int64_t Used(uint64_t memory) const;
  int64_t Peak(uint64_t memory) const;
  /// Memories in which anything was ever placed.
  std::vector<uint64_t> Memories() const;
  /// The live instances of a memory, largest group first.
  std::vector<InstanceGroup> Live(uint64_t memory) const;

 private:
  struct Level {
    int64_t used = 0;
    int64_t peak = 0;
  };
  mutable std::mutex mutex_;
  std::pmr::unsynchronized_pool_resource
      memory_;  // what is added one after the other lies together
  std::pmr::unordered_map<uint64_t, PlacedInstance> live_{&memory_};
  std::map<uint64_t, Level> levels_;
};

}  // namespace groma::legion

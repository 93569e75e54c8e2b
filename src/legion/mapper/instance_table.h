// Which instances a task was given last time. Legion looks for an instance by going through
// all of a region tree in a memory, so a launch over thousands of pieces would spend nearly all of
// its mapping time in looking.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "legion/mapper/region_hash.h"

namespace groma::legion {

/// One for all mappers of a node; safe from any thread. `Types` names what Legion calls
/// LogicalRegion, RegionRequirement, Mapping::PhysicalInstance and MapTaskOutput: `Region`,
/// `Requirement`, `Instance`, `Output`; no instance can be made without a running Legion, so tests
/// bring their own.
template <class Types>
class BasicInstanceTable {
 public:
  using Region = typename Types::Region;
  using Requirement = typename Types::Requirement;
  using Instance = typename Types::Instance;
  using Output = typename Types::Output;

  /// Who asks: a task on a processor. `version` is that of the field groups
  /// (FieldGroups::version): an answer holds for the version that it was kept for.
  struct Asker {
    unsigned task = 0;
    uint64_t processor = 0;
    uint64_t version = 0;
  };

  /// Gives a task what an equal one was given on the processor: the variant, the instance of each
  /// requirement that has one (not acquired: it may be gone) and which of them are collected.
  /// Equal: the same regions, privileges and fields. False, and nothing changed, when there was
  /// none.
  bool Find(const Asker& asker, const std::vector<Requirement>& requirements, Output& output) const;
  /// Keeps it for the next one: for each requirement one instance or none.
  void Keep(const Asker& asker, const std::vector<Requirement>& requirements, const Output& output);

  /// A memory and the region tree whose instances lie there.
  using Place = std::pair<uint64_t, uint64_t>;
  /// Whose an instance is: kAll's, or that of the tasks that call themselves so.
  using Owner = uint64_t;
  static constexpr Owner kAll = 0;

  struct Known {
    /// The live instances that were made here for the very region and are everyone's or the
    /// owner's, oldest first.
    std::vector<Instance> made;
    /// Legion need not look for one, because there is none: the region is one of disjoint `pieces`,
    /// mapped here for the first time, and all that was ever made or found at the place belongs
    /// to others of them. An instance that no mapper of ours knows (an attached file or array) is
    /// missed when it is made after the first kAsked pieces were looked for in vain; the data is
    /// then copied, never wrong.
    bool is_new = false;
  };
  Known Look(const Place& place, const Region& region, const std::optional<uint64_t>& pieces,
             Owner owner = kAll) const;

  enum class Source { kFound, kMade };  // whether Legion had it
  /// Notes that Legion was asked for, or made to give, an instance of the region; `pieces`: the
  /// disjoint partition that it is of, none for other regions. `id` is the instance's; one that was
  /// made takes the place of one that is gone and had the same.
  void Saw(const Place& place, const Region& region, const std::optional<uint64_t>& pieces,
           const Instance& instance, uint64_t id, Source source, Owner owner = kAll);
  /// Whether the instance was made for some tasks alone.
  bool IsOwned(uint64_t id) const;
  /// Other mappers make instances too, so that nothing is ever known to be new.
  void Share();

  /// Instances with their ids that Legion may have collected since they were made, to be asked
  /// about one by one. Each one made brings a constant number of questions on average, but for
  /// memories told to be full, whose instances are all asked about.
  std::vector<std::pair<uint64_t, Instance>> ToAskAbout();
  void TellFull(uint64_t memory);

  /// An instance that was made is gone. False when it is not known (any more): another may have
  /// its id.
  bool Remove(uint64_t id, const Instance& instance);

  static constexpr int kAsked = 16;
  static constexpr size_t kMostEntries = 400'000;  // about 100 MB
  static constexpr int64_t kFew = 64;  // instances of a memory that are asked about every time

 private:
  using Privilege = std::decay_t<decltype(Requirement::privilege)>;

  struct Key {
    unsigned task = 0;
    uint64_t processor = 0;
    Region region;  // of the first requirement
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      constexpr uint64_t kMix = 0xbf58476d1ce4e5b9;  // keeps tasks and processors apart
      return RegionHash<Region>()(key.region) + (key.processor ^ (uint64_t{key.task} << 32)) * kMix;
    }
  };
  /// What all points of a launch have in common.
  struct Shape {
    unsigned variant = 0;
    std::vector<std::pair<Privilege, std::vector<unsigned>>> uses;  // with the fields
    std::set<unsigned> collected;
    bool Fits(const std::vector<Requirement>& requirements, const Output& output) const;
    bool operator<(const Shape& other) const {
      return std::tie(variant, uses, collected) <
             std::tie(other.variant, other.uses, other.collected);
    }
  };
  struct Held {
    Region region;
    std::optional<Instance> instance;
  };
  struct Entry {
    uint64_t version = 0;
    const Shape* shape = nullptr;  // one of shapes_
    std::pmr::vector<Held> held;   // by requirement
    bool Fits(const std::vector<Requirement>& requirements) const;
  };
  struct Seen {
    int order = 0;                     // of making
    uint64_t id = 0;                   // of the instance
    std::optional<Instance> instance;  // none: the region was seen, all the same
    Owner owner = kAll;
  };
  struct Sight {
    std::optional<uint64_t> pieces;  // those that everything here belongs to
    bool mixed = false;              // there is something else too
    int made = 0;                    // all that were asked for
    int64_t live = 0;
    std::pmr::unordered_multimap<Region, Seen, RegionHash<Region>> regions;
    explicit Sight(std::pmr::memory_resource* memory) : regions(memory) {}
  };
  struct Made {
    Place place;
    Region region;
    Owner owner = kAll;
  };

  struct Count {
    int64_t live = 0;
    int64_t unasked = 0;  // made since they were asked about
    bool full = false;
  };

  const Shape* ShapeOf(const std::vector<Requirement>& requirements, const Output& output);
  void RemoveLocked(uint64_t id);

  mutable std::mutex mutex_;
  /// What is noted one after the other lies side by side.
  std::pmr::unsynchronized_pool_resource memory_;
  std::pmr::unordered_map<Key, Entry, Hash> entries_{&memory_};
  std::set<Shape> shapes_;
  const Shape* last_shape_ = nullptr;
  std::pmr::unordered_map<uint64_t, Made> made_{&memory_};  // by instance
  std::map<Place, Sight> sights_;
  std::map<uint64_t, Count> counts_;  // by memory
  bool shared_ = false;
};

template <class Types>
bool BasicInstanceTable<Types>::Entry::Fits(const std::vector<Requirement>& requirements) const {
  if (held.size() != requirements.size()) return false;
  for (size_t i = 0; i < held.size(); ++i) {
    const Requirement& wanted = requirements[i];
    const auto& [privilege, fields] = shape->uses[i];
    if (!(held[i].region == wanted.region) || privilege != wanted.privilege ||
        !std::equal(fields.begin(), fields.end(), wanted.privilege_fields.begin(),
                    wanted.privilege_fields.end()))
      return false;
  }
  return true;
}

template <class Types>
bool BasicInstanceTable<Types>::Find(const Asker& asker,
                                     const std::vector<Requirement>& requirements,
                                     Output& output) const {
  if (requirements.empty()) return false;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({asker.task, asker.processor, requirements[0].region});
  if (found == entries_.end()) return false;
  const Entry& entry = found->second;
  if (entry.version != asker.version || !entry.Fits(requirements)) return false;
  output.chosen_variant = entry.shape->variant;
  output.chosen_instances.resize(requirements.size());
  for (size_t i = 0; i < requirements.size(); ++i) {
    if (entry.held[i].instance) output.chosen_instances[i].assign(1, *entry.held[i].instance);
  }
  if (!entry.shape->collected.empty()) output.untracked_valid_regions = entry.shape->collected;
  return true;
}

template <class Types>
bool BasicInstanceTable<Types>::Shape::Fits(const std::vector<Requirement>& requirements,
                                            const Output& output) const {
  if (variant != output.chosen_variant || uses.size() != requirements.size() ||
      collected != output.untracked_valid_regions)
    return false;
  for (size_t i = 0; i < uses.size(); ++i) {
    const auto& [privilege, fields] = uses[i];
    const Requirement& used = requirements[i];
    if (privilege != used.privilege ||
        !std::equal(fields.begin(), fields.end(), used.privilege_fields.begin(),
                    used.privilege_fields.end()))
      return false;
  }
  return true;
}

template <class Types>
const typename BasicInstanceTable<Types>::Shape* BasicInstanceTable<Types>::ShapeOf(
    const std::vector<Requirement>& requirements, const Output& output) {
  if (last_shape_ && last_shape_->Fits(requirements, output)) return last_shape_;
  Shape shape{.variant = output.chosen_variant, .collected = output.untracked_valid_regions};
  for (const Requirement& used : requirements) {
    const auto& fields = used.privilege_fields;
    shape.uses.emplace_back(used.privilege, std::vector<unsigned>(fields.begin(), fields.end()));
  }
  return last_shape_ = &*shapes_.insert(std::move(shape)).first;
}

template <class Types>
void BasicInstanceTable<Types>::Keep(const Asker& asker,
                                     const std::vector<Requirement>& requirements,
                                     const Output& output) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostEntries) {
    entries_.clear();
    shapes_.clear();
    last_shape_ = nullptr;
  }
  Entry& entry = entries_[{asker.task, asker.processor, requirements[0].region}];
  entry.version = asker.version;
  entry.shape = ShapeOf(requirements, output);
  entry.held = std::pmr::vector<Held>(&memory_);
  entry.held.reserve(requirements.size());
  for (size_t i = 0; i < requirements.size(); ++i) {
    const auto& given = output.chosen_instances[i];
    entry.held.push_back(
        {requirements[i].region, given.empty() ? std::nullopt : std::optional<Instance>(given[0])});
  }
}

template <class Types>
typename BasicInstanceTable<Types>::Known BasicInstanceTable<Types>::Look(
    const Place& place, const Region& region, const std::optional<uint64_t>& pieces,
    Owner owner) const {
  const std::lock_guard lock(mutex_);
  Known known;
  const auto sight = sights_.find(place);
  if (sight == sights_.end()) return known;
  const auto [begin, end] = sight->second.regions.equal_range(region);
  if (begin != end) {
    std::vector<const Seen*> made;
    for (auto it = begin; it != end; ++it)
      if (it->second.instance && (it->second.owner == kAll || it->second.owner == owner))
        made.push_back(&it->second);
    std::sort(made.begin(), made.end(), [](auto a, auto b) { return a->order < b->order; });
    for (const Seen* each : made) known.made.push_back(*each->instance);
    return known;
  }
  known.is_new = !shared_ && pieces && !sight->second.mixed && sight->second.pieces == pieces &&
                 sight->second.made >= kAsked;
  return known;
}

template <class Types>
void BasicInstanceTable<Types>::Saw(const Place& place, const Region& region,
                                    const std::optional<uint64_t>& pieces, const Instance& instance,
                                    uint64_t id, Source source, Owner owner) {
  const std::lock_guard lock(mutex_);
  const bool made = source == Source::kMade;
  if (made) RemoveLocked(id);
  Sight& sight = sights_.try_emplace(place, &memory_).first->second;
  if (!sight.pieces) sight.pieces = pieces;
  // One that was found for a region not seen before is somebody else's.
  const bool foreign = !made && !sight.regions.contains(region);
  if (foreign) sight.regions.emplace(region, Seen{0, id, std::nullopt});
  if (!pieces || sight.pieces != pieces || foreign) sight.mixed = true;
  if (!made) return;
  sight.regions.emplace(region, Seen{sight.made, id, instance, owner});
  made_.emplace(id, Made{place, region, owner});
  ++sight.made;
  ++sight.live;
  Count& count = counts_[place.first];
  ++count.live;
  ++count.unasked;
}

template <class Types>
bool BasicInstanceTable<Types>::IsOwned(uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto made = made_.find(id);
  return made != made_.end() && made->second.owner != kAll;
}

template <class Types>
std::vector<std::pair<uint64_t, typename Types::Instance>> BasicInstanceTable<Types>::ToAskAbout() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<uint64_t, Instance>> all;
  for (auto& [memory, count] : counts_) {
    const bool worth_it = count.full || count.live <= kFew || count.unasked >= count.live / 4;
    if (count.unasked == 0 || !worth_it) continue;
    count.unasked = 0;
    count.full = false;
    for (auto sight = sights_.lower_bound({memory, 0});
         sight != sights_.end() && sight->first.first == memory; ++sight) {
      for (const auto& [region, seen] : sight->second.regions)
        if (seen.instance) all.emplace_back(seen.id, *seen.instance);
    }
  }
  return all;
}

template <class Types>
void BasicInstanceTable<Types>::TellFull(uint64_t memory) {
  const std::lock_guard lock(mutex_);
  counts_[memory].full = true;
}

template <class Types>
void BasicInstanceTable<Types>::Share() {
  const std::lock_guard lock(mutex_);
  shared_ = true;
}

template <class Types>
bool BasicInstanceTable<Types>::Remove(uint64_t id, const Instance& instance) {
  const std::lock_guard lock(mutex_);
  const auto made = made_.find(id);
  if (made == made_.end()) return false;
  const auto [begin, end] = sights_.at(made->second.place).regions.equal_range(made->second.region);
  const bool same = std::any_of(begin, end, [&](const auto& each) {
    return each.second.id == id && each.second.instance == instance;
  });
  if (same) RemoveLocked(id);
  return same;
}

template <class Types>
void BasicInstanceTable<Types>::RemoveLocked(uint64_t id) {
  const auto made = made_.find(id);
  if (made == made_.end()) return;
  const auto [place, region, owner] = made->second;
  made_.erase(made);
  --counts_[place.first].live;
  const auto sight = sights_.find(place);
  if (sight == sights_.end()) return;
  auto& regions = sight->second.regions;
  const auto [begin, end] = regions.equal_range(region);
  const auto gone =
      std::find_if(begin, end, [&](const auto& each) { return each.second.id == id; });
  if (std::next(begin) == end) {
    gone->second.instance.reset();  // the region stays one that was seen
  } else {
    regions.erase(gone);
  }
  if (--sight->second.live == 0) sights_.erase(sight);
}

}  // namespace groma::legion

// InstanceLimit: how many tasks of a name, launched by parents on the same processor, are mapped
// and unfinished.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "legion.h"

namespace groma::legion {

/// Safe from any thread; one for all mappers of a node.
class InstanceLimits {
 public:
  using Key = std::pair<std::string, uint64_t>;  // task, processor of its parent
  using Event = Legion::Mapping::MapperEvent;

  /// Takes a place for one more task when fewer than `limit` are taken.
  bool Take(const Key& key, int64_t limit);

  /// A mapper that could select nothing waits for `event`: it is handed out by the Give that makes
  /// room. False when room was made meanwhile for one of `keys` (limits as given to Take): the
  /// mapper must ask again at once, and the event is not kept.
  bool Wait(const std::vector<std::pair<Key, int64_t>>& keys, Event event);

  /// A task finished. Returns the events to trigger, each once.
  std::vector<Event> Give(const Key& key);

 private:
  std::mutex mutex_;
  std::map<Key, int64_t> taken_;
  std::vector<Event> waiting_;
};

}  // namespace groma::legion

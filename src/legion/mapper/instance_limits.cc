#include "legion/mapper/instance_limits.h"

namespace groma::legion {

bool InstanceLimits::Take(const Key& key, int64_t limit) {
  const std::lock_guard lock(mutex_);
  int64_t& taken = taken_[key];
  if (taken >= limit) return false;
  ++taken;
  return true;
}

bool InstanceLimits::Wait(const std::vector<std::pair<Key, int64_t>>& keys, Event event) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, limit] : keys) {
    if (taken_[key] < limit) return false;
  }
  waiting_.push_back(event);
  return true;
}

std::vector<InstanceLimits::Event> InstanceLimits::Give(const Key& key) {
  const std::lock_guard lock(mutex_);
  int64_t& taken = taken_[key];
  if (taken > 0) --taken;  // tasks of a must-epoch launch are mapped without being selected
  return std::exchange(waiting_, {});
}

}  // namespace groma::legion

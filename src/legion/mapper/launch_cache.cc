#include "legion/mapper/launch_cache.h"

#include <type_traits>
#include <vector>

namespace groma::legion {
namespace {

/// Everything that an answer depends on, as bytes.
class Key {
 public:
  template <class Number>
  void Add(Number number) {
    static_assert(std::is_arithmetic_v<Number> || std::is_enum_v<Number>);
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void Add(std::string_view text) {
    Add(text.size());
    bytes_.append(text);
  }
  void Add(const std::vector<int64_t>& numbers) {
    Add(numbers.size());
    for (int64_t number : numbers) Add(number);
  }
  void Add(mapping::Processor processor) {
    Add(processor.node);
    Add(processor.index);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

std::string KeyOf(const mapping::LaunchQuery& launch) {
  const mapping::PointQuery& about = launch.about;
  Key key;
  key.Add(about.task);
  key.Add(about.kind);
  key.Add(about.depth);
  key.Add(about.extents);
  key.Add(launch.low);
  key.Add(launch.high);
  key.Add(about.launcher);
  key.Add(about.parent.has_value());
  if (about.parent) {
    key.Add(std::string_view(about.parent->name));
    key.Add(about.parent->kind);
    key.Add(about.parent->processor);
    key.Add(about.parent->depth);
    key.Add(about.parent->point);
    key.Add(about.parent->extents);
  }
  return key.Take();
}

}  // namespace

LaunchCache::Answer LaunchCache::Find(const mapping::LaunchQuery& launch) const {
  const std::string key = KeyOf(launch);
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(key);
  return found == answers_.end() ? nullptr : found->second;
}

void LaunchCache::Keep(const mapping::LaunchQuery& launch, Answer answer) {
  const size_t points = answer->processors.size();
  if (points > kMostPoints) return;
  std::string key = KeyOf(launch);
  const std::lock_guard lock(mutex_);
  if (points_ + points > kMostPoints) {
    answers_.clear();
    points_ = 0;
  }
  if (answers_.emplace(std::move(key), std::move(answer)).second) points_ += points;
}

}  // namespace groma::legion

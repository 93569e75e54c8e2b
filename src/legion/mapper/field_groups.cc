#include "legion/mapper/field_groups.h"

#include <algorithm>

namespace groma::legion {

std::vector<FieldGroups::Field> FieldGroups::Join(const Key& key, const std::set<Field>& fields) {
  const std::lock_guard lock(mutex_);
  std::vector<std::set<Field>>& groups = groups_[key];
  std::set<Field> joined = fields;
  const auto touches = [&fields](const std::set<Field>& group) {
    return std::any_of(group.begin(), group.end(),
                       [&](Field field) { return fields.contains(field); });
  };
  for (const auto& group : groups) {
    if (touches(group)) joined.insert(group.begin(), group.end());
  }
  const auto grows = [&](const std::set<Field>& group) {
    return touches(group) && group != joined;
  };
  if (std::any_of(groups.begin(), groups.end(), grows)) ++version_;
  std::erase_if(groups, touches);
  groups.push_back(joined);
  return {joined.begin(), joined.end()};
}

}  // namespace groma::legion

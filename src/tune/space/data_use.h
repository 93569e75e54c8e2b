// What an application description tells of the data behind region names: which layouts can differ
// at all, and which are worth a run.
#pragma once
#include <map>
#include <set>
#include <string>

#include "app/description.h"

namespace groma::tune {

/// Looks at every task and argument once. Immutable.
class DataUse {
 public:
  explicit DataUse(const app::Description& app);

  /// Whether C_order and F_order can differ: not where the index space has one dimension.
  static bool OrderMatters(const app::Argument& argument) { return argument.dimensions != 1; }
  /// Whether SOA and AOS can differ: not where all tasks together use one field of the region tree.
  bool StructureMatters(const app::Argument& argument) const;
  /// 0…1: how many of the region tree's other fields a task uses along with one, mean over the
  /// launches of all tasks that use it. What is not used together only widens an AOS. 1 for names
  /// that are not known.
  double UsedTogether(const std::string& region) const;
  /// What all its uses by all launches read and write, in bytes; 0 for names that are not known.
  double BytesUsed(const std::string& region) const;
  /// 0…1: the region's bytes next to the largest one's. 1 for names that are not known.
  double SizeShare(const std::string& region) const;

 private:
  struct Use {
    double together = 0, launches = 0, bytes = 0, used = 0;
  };
  std::map<std::string, std::set<int>> fields_;  // by the topmost name: that of the whole tree
  std::map<std::string, Use> uses_;              // by the nearest name
  double most_bytes_ = 0;
};

}  // namespace groma::tune

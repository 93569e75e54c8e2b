// What top-level tasks are made of: regions with names, fills, and task launches.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "legion.h"

namespace groma::apps {

struct NamedField {
  Legion::FieldID id;
  size_t bytes;
  std::string name;
};

std::vector<Legion::FieldID> Ids(const std::vector<NamedField>& fields);

/// A region over `space` with the fields; region and index space get the name.
Legion::LogicalRegion MakeRegion(Legion::Context context, Legion::Runtime* runtime,
                                 const char* name, Legion::IndexSpace space,
                                 const std::vector<NamedField>& fields);

/// The region's part by `partition`; both partitions get the name.
Legion::LogicalPartition NamePartition(Legion::Context context, Legion::Runtime* runtime,
                                       const char* name, Legion::LogicalRegion region,
                                       Legion::IndexPartition partition);

/// Fills every field (of at most 64 bytes) with zero bytes.
void FillWithZeros(Legion::Context context, Legion::Runtime* runtime, Legion::LogicalRegion region,
                   const std::vector<NamedField>& fields);

/// A task launch under construction. Requirements are added in order. Arguments are not copied:
/// they must live until the launch.
template <typename Launcher>
class Launch {
 public:
  explicit Launch(Launcher launcher) : launcher_(std::move(launcher)) {}

  Launch& Uses(Legion::LogicalPartition partition, Legion::PrivilegeMode mode,
               Legion::LogicalRegion parent, const std::vector<Legion::FieldID>& fields) {
    return Add(Legion::RegionRequirement(partition, 0, mode, LEGION_EXCLUSIVE, parent), fields);
  }
  Launch& Uses(Legion::LogicalRegion region, Legion::PrivilegeMode mode,
               Legion::LogicalRegion parent, const std::vector<Legion::FieldID>& fields) {
    return Add(Legion::RegionRequirement(region, mode, LEGION_EXCLUSIVE, parent), fields);
  }
  /// Reduces into the parts or the region by the operator `reduction`.
  Launch& Reduces(Legion::LogicalPartition partition, Legion::ReductionOpID reduction,
                  Legion::LogicalRegion parent, const std::vector<Legion::FieldID>& fields) {
    return Add(Legion::RegionRequirement(partition, 0, reduction, LEGION_EXCLUSIVE, parent),
               fields);
  }
  Launch& Reduces(Legion::LogicalRegion region, Legion::ReductionOpID reduction,
                  Legion::LogicalRegion parent, const std::vector<Legion::FieldID>& fields) {
    return Add(Legion::RegionRequirement(region, reduction, LEGION_EXCLUSIVE, parent), fields);
  }
  /// Every point names the same region.
  Launch& UsesWhole(Legion::LogicalRegion region, Legion::PrivilegeMode mode,
                    Legion::LogicalRegion parent, const std::vector<Legion::FieldID>& fields) {
    return Add(Legion::RegionRequirement(region, 0, mode, LEGION_EXCLUSIVE, parent), fields);
  }
  Launcher& launcher() { return launcher_; }

 private:
  Launch& Add(Legion::RegionRequirement requirement, const std::vector<Legion::FieldID>& fields) {
    for (const Legion::FieldID field : fields) requirement.add_field(field);
    launcher_.add_region_requirement(requirement);
    return *this;
  }
  Launcher launcher_;
};

/// Over a launch domain.
template <typename Arguments>
Launch<Legion::IndexTaskLauncher> Over(Legion::IndexSpace domain, Legion::TaskID task,
                                       const Arguments& arguments) {
  return Launch(Legion::IndexTaskLauncher(
      task, domain, Legion::UntypedBuffer(&arguments, sizeof(arguments)), Legion::ArgumentMap()));
}

template <typename Arguments>
Launch<Legion::TaskLauncher> Once(Legion::TaskID task, const Arguments& arguments) {
  return Launch(Legion::TaskLauncher(task, Legion::UntypedBuffer(&arguments, sizeof(arguments))));
}

}  // namespace groma::apps

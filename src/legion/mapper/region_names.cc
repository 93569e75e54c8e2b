#include "legion/mapper/region_names.h"

#include <algorithm>

namespace groma::legion {
namespace {

using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

void AddName(std::vector<std::string>& names, std::string name) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  names.push_back(std::move(name));
}

NamesPtr Sealed(NameList list) {
  auto sealed = std::make_shared<NameList>(std::move(list));
  sealed->views.assign(sealed->names.begin(), sealed->names.end());
  return sealed;
}

void AddNames(std::vector<std::string>& names, const NameList& above) {
  for (const std::string& name : above.names) AddName(names, name);
}

/// Whether the region is known to be a piece of the requirement's partition: the identity, number
/// 0, projects to the pieces themselves.
bool IsPiece(const Legion::RegionRequirement& requirement) {
  return requirement.region.exists() && requirement.partition.exists() &&
         requirement.projection == 0;
}

}  // namespace

NamesPtr RegionNames::OfRegion(MapperContext ctx, MapperRuntime* runtime, LogicalRegion region,
                               LogicalPartition parent) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = regions_.find(region);
    if (found != regions_.end()) return found->second;
  }
  // Without the lock: the runtime may let other mapper calls in meanwhile.
  NameList own;
  AddName(own.names, SemanticName(ctx, runtime, region));
  AddName(own.names, SemanticName(ctx, runtime, region.get_index_space()));
  if (!parent.exists() && runtime->has_parent_logical_partition(ctx, region))
    parent = runtime->get_parent_logical_partition(ctx, region);
  NamesPtr list;
  if (parent.exists()) {
    list = OfPartition(ctx, runtime, parent).piece;
    own.pieces = list->pieces;
    own.disjoint = list->disjoint;
  }
  if (!list || !own.names.empty()) {
    if (list) AddNames(own.names, *list);
    list = Sealed(std::move(own));
  }
  const std::lock_guard lock(mutex_);
  return regions_.emplace(region, std::move(list)).first->second;
}

const RegionNames::Partition& RegionNames::OfPartition(MapperContext ctx, MapperRuntime* runtime,
                                                       LogicalPartition partition) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = partitions_.find(partition);
    if (found != partitions_.end()) return found->second;
  }
  NameList list;
  AddName(list.names, SemanticName(ctx, runtime, partition));
  AddName(list.names, SemanticName(ctx, runtime, partition.get_index_partition()));
  AddNames(list.names, *Of(ctx, runtime, runtime->get_parent_logical_region(ctx, partition)));
  list.disjoint = runtime->is_index_partition_disjoint(ctx, partition.get_index_partition());
  NameList piece = list;
  piece.pieces = partition.get_index_partition().get_id();
  const std::lock_guard lock(mutex_);
  return partitions_
      .emplace(partition, Partition{Sealed(std::move(list)), Sealed(std::move(piece))})
      .first->second;
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalRegion region) {
  return OfRegion(ctx, runtime, region, LogicalPartition::NO_PART);
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalPartition partition) {
  return OfPartition(ctx, runtime, partition).own;
}

NamesPtr RegionNames::OfPiece(MapperContext ctx, MapperRuntime* runtime,
                              const Legion::RegionRequirement& requirement) {
  if (!IsPiece(requirement)) return Of(ctx, runtime, requirement);
  return OfPartition(ctx, runtime, requirement.partition).piece;
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime,
                         const Legion::RegionRequirement& requirement) {
  if (requirement.region.exists()) {
    return OfRegion(ctx, runtime, requirement.region,
                    IsPiece(requirement) ? requirement.partition : LogicalPartition::NO_PART);
  }
  if (requirement.handle_type == LEGION_PARTITION_PROJECTION && requirement.partition.exists()) {
    return Of(ctx, runtime, requirement.partition);
  }
  if (requirement.parent.exists()) return Of(ctx, runtime, requirement.parent);
  return Sealed({});
}

}  // namespace groma::legion

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

NamesPtr Sealed(std::vector<std::string> names) {
  auto list = std::make_shared<NameList>();
  list->names = std::move(names);
  list->views.assign(list->names.begin(), list->names.end());
  return list;
}

void Collect(MapperContext ctx, MapperRuntime* runtime, LogicalPartition partition,
             std::vector<std::string>& names);

void Collect(MapperContext ctx, MapperRuntime* runtime, LogicalRegion region,
             std::vector<std::string>& names) {
  AddName(names, SemanticName(ctx, runtime, region));
  AddName(names, SemanticName(ctx, runtime, region.get_index_space()));
  if (runtime->has_parent_logical_partition(ctx, region)) {
    Collect(ctx, runtime, runtime->get_parent_logical_partition(ctx, region), names);
  }
}

void Collect(MapperContext ctx, MapperRuntime* runtime, LogicalPartition partition,
             std::vector<std::string>& names) {
  AddName(names, SemanticName(ctx, runtime, partition));
  AddName(names, SemanticName(ctx, runtime, partition.get_index_partition()));
  Collect(ctx, runtime, runtime->get_parent_logical_region(ctx, partition), names);
}

template <class Handle>
NamesPtr Find(MapperContext ctx, MapperRuntime* runtime, Handle handle, std::mutex& mutex,
              std::map<Handle, NamesPtr>& known) {
  {
    const std::lock_guard lock(mutex);
    const auto found = known.find(handle);
    if (found != known.end()) return found->second;
  }
  // Without the lock: the runtime may let other mapper calls in meanwhile.
  std::vector<std::string> names;
  Collect(ctx, runtime, handle, names);
  const std::lock_guard lock(mutex);
  return known.emplace(handle, Sealed(std::move(names))).first->second;
}

}  // namespace

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalRegion region) {
  return Find(ctx, runtime, region, mutex_, regions_);
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalPartition partition) {
  return Find(ctx, runtime, partition, mutex_, partitions_);
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime,
                         const Legion::RegionRequirement& requirement) {
  if (requirement.region.exists()) return Of(ctx, runtime, requirement.region);
  if (requirement.handle_type == LEGION_PARTITION_PROJECTION && requirement.partition.exists()) {
    return Of(ctx, runtime, requirement.partition);
  }
  if (requirement.parent.exists()) return Of(ctx, runtime, requirement.parent);
  return Sealed({});
}

}  // namespace groma::legion

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

template <class Handle, class Collect>
NamesPtr Find(Handle handle, std::mutex& mutex, std::map<Handle, NamesPtr>& known,
              Collect collect) {
  {
    const std::lock_guard lock(mutex);
    const auto found = known.find(handle);
    if (found != known.end()) return found->second;
  }
  // Without the lock: the runtime may let other mapper calls in meanwhile.
  NamesPtr list = Sealed(collect());
  const std::lock_guard lock(mutex);
  return known.emplace(handle, std::move(list)).first->second;
}

}  // namespace

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalRegion region) {
  return Find(region, mutex_, regions_, [&] {
    NameList list;
    AddName(list.names, SemanticName(ctx, runtime, region));
    AddName(list.names, SemanticName(ctx, runtime, region.get_index_space()));
    if (runtime->has_parent_logical_partition(ctx, region)) {
      const LogicalPartition parent = runtime->get_parent_logical_partition(ctx, region);
      const NamesPtr above = Of(ctx, runtime, parent);
      AddNames(list.names, *above);
      list.pieces = parent.get_index_partition().get_id();
      list.disjoint = above->disjoint;
    }
    return list;
  });
}

NamesPtr RegionNames::Of(MapperContext ctx, MapperRuntime* runtime, LogicalPartition partition) {
  return Find(partition, mutex_, partitions_, [&] {
    NameList list;
    AddName(list.names, SemanticName(ctx, runtime, partition));
    AddName(list.names, SemanticName(ctx, runtime, partition.get_index_partition()));
    AddNames(list.names, *Of(ctx, runtime, runtime->get_parent_logical_region(ctx, partition)));
    list.disjoint = runtime->is_index_partition_disjoint(ctx, partition.get_index_partition());
    return list;
  });
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

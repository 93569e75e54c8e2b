// The names by which a mapping can call a region: its semantic name, its index space's, its
// partition's, and on up the tree.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legion.h"

namespace groma::legion {

/// Nearest first, each once; `views` looks into `names`. Empty when nothing has a name.
struct NameList {
  std::vector<std::string> names;
  std::vector<std::string_view> views;
  /// Of a region: the index partition that it is a piece of; and whether that, or the partition
  /// that this is about, is disjoint.
  std::optional<uint64_t> pieces;
  bool disjoint = false;
};
using NamesPtr = std::shared_ptr<const NameList>;

/// Safe from any thread. Names are looked up once a region and kept: names that a program attaches
/// after the region's first use are not seen.
class RegionNames {
 public:
  NamesPtr Of(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              Legion::LogicalRegion region);
  NamesPtr Of(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              Legion::LogicalPartition partition);
  /// Of the requirement's region or, before projection, of its partition; of its parent when it has
  /// neither.
  NamesPtr Of(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              const Legion::RegionRequirement& requirement);

 private:
  std::mutex mutex_;
  std::map<Legion::LogicalRegion, NamesPtr> regions_;
  std::map<Legion::LogicalPartition, NamesPtr> partitions_;
};

/// The semantic name of a region, partition, index space, field, …; empty when it has none.
template <class... Handle>
std::string SemanticName(Legion::Mapping::MapperContext ctx,
                         Legion::Mapping::MapperRuntime* runtime, Handle... handle) {
  const void* name = nullptr;
  size_t size = 0;
  if (!runtime->retrieve_semantic_information(ctx, handle..., LEGION_NAME_SEMANTIC_TAG, name, size,
                                              /*can_fail=*/true, /*wait_until_ready=*/false)) {
    return {};
  }
  return static_cast<const char*>(name);
}

}  // namespace groma::legion

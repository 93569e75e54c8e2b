// The names by which a mapping can call a region: its semantic name, its index space's, its
// partition's, and on up the tree.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "legion.h"
#include "legion/mapper/region_hash.h"

namespace groma::legion {

/// Nearest first, each once; `views` looks into `names`. Empty when nothing has a name.
struct NameList {
  std::vector<std::string> names;
  std::vector<std::string_view> views;
  /// Of a region: the index partition that it is a piece of; and whether that, or the partition
  /// that this is about, is disjoint. Pieces without names of their own share one list.
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
  /// Of the requirement's region, but without the names of its own that a piece may have where
  /// Legion would have to be asked about each piece: that alone takes as long as a fourth of making
  /// an instance.
  NamesPtr OfPiece(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
                   const Legion::RegionRequirement& requirement);
  /// Of the requirement's region or, before projection, of its partition; of its parent when it has
  /// neither.
  NamesPtr Of(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
              const Legion::RegionRequirement& requirement);

 private:
  struct Partition {
    NamesPtr own;
    NamesPtr piece;  // of a piece that has no names of its own
  };
  NamesPtr OfRegion(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
                    Legion::LogicalRegion region, Legion::LogicalPartition parent);
  /// Stays where it is.
  const Partition& OfPartition(Legion::Mapping::MapperContext ctx,
                               Legion::Mapping::MapperRuntime* runtime,
                               Legion::LogicalPartition partition);

  std::mutex mutex_;
  std::unordered_map<Legion::LogicalRegion, NamesPtr, RegionHash<Legion::LogicalRegion>> regions_;
  std::map<Legion::LogicalPartition, Partition> partitions_;
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

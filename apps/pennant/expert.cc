// What expert.map says, written by hand against Legion's mapper interface: pieces on GPUs, in turn
// over the nodes, and the points on the borders of pieces in zero-copy memory.
#include "apps/pennant/expert.h"

#include <vector>

#include "apps/common/expert.h"
#include "apps/pennant/mesh.h"

namespace groma::pennant {
namespace {

using Legion::Domain;
using Legion::DomainPoint;
using Legion::LogicalPartition;
using Legion::LogicalRegion;
using Legion::Memory;
using Legion::Processor;
using Legion::Task;
using Legion::TaskID;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

constexpr Legion::ShardingID kShards = 1001;

/// Tasks over the pieces that have a variant for CPUs alone.
bool BuildsMesh(TaskID task) { return task == kInitializeTopology || task == kInitPointers; }

/// One piece a node, then from the first node again.
class CyclicShards final : public Legion::ShardingFunctor {
 public:
  Legion::ShardID shard(const DomainPoint& point, const Domain& domain,
                        const size_t nodes) override {
    return static_cast<size_t>(point[0] - domain.lo()[0]) % nodes;
  }
};

class PennantMapper final : public apps::ExpertMapper {
 public:
  PennantMapper(MapperRuntime* runtime, Legion::Machine machine, Processor local)
      : ExpertMapper(runtime, machine, local, "pennant_expert") {}

  void select_sharding_functor(const MapperContext, const Task&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    output.chosen_functor = kShards;
    output.slice_recurse = true;
  }
  using DefaultMapper::select_sharding_functor;

 protected:
  const std::vector<Processor>& TargetsOf(const Task& task) const override {
    return BuildsMesh(task.task_id) || local_gpus.empty() ? local_cpus : local_gpus;
  }

  /// A node has every so many pieces, which are in turn over its processors.
  size_t TurnOf(const Task& task, const DomainPoint& point) const override {
    return static_cast<size_t>(point[0] - task.index_domain.lo()[0]) / total_nodes;
  }

  std::vector<Memory::Kind> MemoriesOf(MapperContext context, const Task& task,
                                       size_t index) const override {
    if (task.target_proc.kind() != Processor::TOC_PROC) return {Memory::SYSTEM_MEM};
    const bool border = IsBorder(context, task.regions[index].region);
    return {border ? Memory::Z_COPY_MEM : Memory::GPU_FB_MEM};
  }

 private:
  /// Shared and ghost points, which pieces on several GPUs read and add to: parts of rp_all_ghost.
  bool IsBorder(MapperContext context, LogicalRegion region) const {
    if (!runtime->has_parent_logical_partition(context, region)) return false;
    const LogicalPartition pieces = runtime->get_parent_logical_partition(context, region);
    const LogicalRegion points = runtime->get_parent_logical_region(context, pieces);
    return runtime->has_parent_logical_partition(context, points) &&
           runtime->get_logical_region_color(context, points) == kGhostPoints;
  }
};

}  // namespace

void RegisterExpertMapper() {
  Legion::Runtime::preregister_sharding_functor(kShards, new CyclicShards());
  apps::UseExpert<PennantMapper>();
}

}  // namespace groma::pennant

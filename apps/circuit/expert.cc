// What expert.map says, written by hand against Legion's mapper interface: loops on GPUs, one piece
// a GPU in turn, nodes that several superpieces use in zero-copy memory.
#include "apps/circuit/expert.h"

#include <vector>

#include "apps/circuit/tasks.h"
#include "apps/common/expert.h"

namespace groma::circuit {
namespace {

using Legion::DomainPoint;
using Legion::Memory;
using Legion::Processor;
using Legion::Task;
using Legion::TaskID;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

constexpr Legion::ShardingID kGpuShards = 1001, kCpuShards = 1002;

bool IsLoopTask(TaskID task) {
  return task == kCalculateNewCurrents || task == kDistributeCharge || task == kUpdateVoltages;
}

/// Shared and ghost nodes are what several GPUs read and add to.
bool IsShared(TaskID task, size_t requirement) {
  if (task == kUpdateVoltages) return requirement == 2 || requirement == 3;
  return requirement == 1 || requirement == 2;
}

class CircuitMapper final : public apps::ExpertMapper {
 public:
  CircuitMapper(MapperRuntime* runtime, Legion::Machine machine, Processor local)
      : ExpertMapper(runtime, machine, local, "circuit_expert") {}

  void select_sharding_functor(const MapperContext, const Task& task,
                               const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    output.chosen_functor = IsLoopTask(task.task_id) ? kGpuShards : kCpuShards;
    output.slice_recurse = true;
  }
  using DefaultMapper::select_sharding_functor;

 protected:
  const std::vector<Processor>& TargetsOf(const Task& task) const override {
    return IsLoopTask(task.task_id) && !local_gpus.empty() ? local_gpus : local_cpus;
  }

  size_t TurnOf(const Task& task, const DomainPoint& point) const override {
    return static_cast<size_t>(point[0] - task.index_domain.lo()[0]);
  }

  std::vector<Memory::Kind> MemoriesOf(MapperContext, const Task& task,
                                       size_t index) const override {
    if (task.target_proc.kind() != Processor::TOC_PROC) return {Memory::SYSTEM_MEM};
    const bool shared = IsLoopTask(task.task_id) && IsShared(task.task_id, index);
    return {shared ? Memory::Z_COPY_MEM : Memory::GPU_FB_MEM};
  }
};

}  // namespace

void RegisterExpertMapper() {
  Legion::Runtime::preregister_sharding_functor(kGpuShards, new apps::GpuTurnShards());
  Legion::Runtime::preregister_sharding_functor(kCpuShards, new apps::BlockShards());
  apps::UseExpert<CircuitMapper>();
}

}  // namespace groma::circuit

// What expert.map says, written by hand against Legion's mapper interface: one tile a GPU in turn,
// everything in its framebuffer, the halos too. Instances are as ExpertMapper makes them: x, along
// which a kernel's threads follow each other, runs fastest.
#include "apps/stencil/expert.h"

#include <vector>

#include "apps/common/expert.h"
#include "apps/stencil/tasks.h"

namespace groma::stencil {
namespace {

using Legion::DomainPoint;
using Legion::Memory;
using Legion::Processor;
using Legion::Task;
using Legion::TaskID;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

constexpr Legion::ShardingID kGpuShards = 1001, kCpuShards = 1002;

bool IsStepTask(TaskID task) { return task == kStencil || task == kIncrement; }

class StencilMapper final : public apps::ExpertMapper {
 public:
  StencilMapper(MapperRuntime* runtime, Legion::Machine machine, Processor local)
      : ExpertMapper(runtime, machine, local, "stencil_expert") {}

  void select_sharding_functor(const MapperContext, const Task& task,
                               const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    output.chosen_functor = IsStepTask(task.task_id) ? kGpuShards : kCpuShards;
    output.slice_recurse = true;
  }
  using DefaultMapper::select_sharding_functor;

 protected:
  const std::vector<Processor>& TargetsOf(const Task& task) const override {
    return IsStepTask(task.task_id) && !local_gpus.empty() ? local_gpus : local_cpus;
  }

  size_t TurnOf(const Task& task, const DomainPoint& point) const override {
    return static_cast<size_t>(point[0] - task.index_domain.lo()[0]);
  }

  std::vector<Memory::Kind> MemoriesOf(MapperContext, const Task& task, size_t) const override {
    const bool gpu = task.target_proc.kind() == Processor::TOC_PROC;
    return {gpu ? Memory::GPU_FB_MEM : Memory::SYSTEM_MEM};
  }
};

}  // namespace

void RegisterExpertMapper() {
  Legion::Runtime::preregister_sharding_functor(kGpuShards, new apps::GpuTurnShards());
  Legion::Runtime::preregister_sharding_functor(kCpuShards, new apps::BlockShards());
  apps::UseExpert<StencilMapper>();
}

}  // namespace groma::stencil

// What expert.map says, written by hand against Legion's mapper interface: loops on GPUs, one piece
// a GPU in turn, nodes that several superpieces use in zero-copy memory.
#include "apps/circuit/expert.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "apps/circuit/tasks.h"
#include "mappers/default_mapper.h"

namespace groma::circuit {
namespace {

using Legion::Domain;
using Legion::DomainPoint;
using Legion::LayoutConstraintSet;
using Legion::Memory;
using Legion::Processor;
using Legion::RegionRequirement;
using Legion::Task;
using Legion::TaskID;
using Legion::VariantID;
using Legion::Mapping::DefaultMapper;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;
using Legion::Mapping::PhysicalInstance;

constexpr size_t kLine = 128;  // bytes that a GPU moves at once
constexpr Legion::ShardingID kGpuShards = 1001, kCpuShards = 1002;

bool IsLoopTask(TaskID task) {
  return task == kCalculateNewCurrents || task == kDistributeCharge || task == kUpdateVoltages;
}

size_t Count(Processor::Kind kind) {
  Legion::Machine::ProcessorQuery query(Legion::Machine::get_machine());
  return query.only_kind(kind).count();
}

/// Node by node, one point a GPU, then from the first node again.
class GpuShards final : public Legion::ShardingFunctor {
 public:
  Legion::ShardID shard(const DomainPoint& point, const Domain& domain,
                        const size_t nodes) override {
    const size_t gpus = std::max<size_t>(1, Count(Processor::TOC_PROC) / nodes);
    return static_cast<size_t>(point[0] - domain.lo()[0]) / gpus % nodes;
  }
};

/// Blocks of consecutive points.
class CpuShards final : public Legion::ShardingFunctor {
 public:
  Legion::ShardID shard(const DomainPoint& point, const Domain& domain,
                        const size_t nodes) override {
    return static_cast<size_t>(point[0] - domain.lo()[0]) * nodes / domain.get_volume();
  }
};

class CircuitMapper final : public DefaultMapper {
 public:
  CircuitMapper(MapperRuntime* runtime, Legion::Machine machine, Processor local)
      : DefaultMapper(runtime, machine, local, "circuit_expert") {
    for (const std::vector<Processor>* processors : {&local_cpus, &local_gpus}) {
      for (const Processor processor : *processors) {
        const bool gpu = processor.kind() == Processor::TOC_PROC;
        const auto kind = gpu ? Memory::GPU_FB_MEM : Memory::SYSTEM_MEM;
        own_memory_[processor] = MemoryOf(processor, kind);
        if (gpu) zero_copy_[processor] = MemoryOf(processor, Memory::Z_COPY_MEM);
      }
    }
  }

  void select_task_options(const MapperContext context, const Task& task,
                           TaskOptions& output) override {
    DefaultMapper::select_task_options(context, task, output);
    output.inline_task = false;
    output.stealable = false;
    output.map_locally = false;
    if (task.is_index_space) {
      output.initial_proc = TargetsOf(task).front();
    } else if (task.has_parent_task()) {
      output.initial_proc = task.get_parent_task()->current_proc;
    }
  }

  void select_sharding_functor(const MapperContext, const Task& task,
                               const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    output.chosen_functor = IsLoopTask(task.task_id) ? kGpuShards : kCpuShards;
    output.slice_recurse = true;
  }
  using DefaultMapper::select_sharding_functor;

  void slice_task(const MapperContext, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    const std::vector<Processor>& targets = TargetsOf(task);
    const auto low = task.index_domain.lo()[0];
    for (Domain::DomainPointIterator it(input.domain); it; it++) {
      const Processor target = targets[static_cast<size_t>(it.p[0] - low) % targets.size()];
      output.slices.emplace_back(Domain(it.p, it.p), target, /*recurse=*/false,
                                 /*stealable=*/false);
    }
  }

  void map_task(const MapperContext context, const Task& task, const MapTaskInput&,
                MapTaskOutput& output) override {
    output.chosen_variant = VariantOf(context, task.task_id, task.target_proc.kind());
    output.target_procs = {task.target_proc};
    output.chosen_instances.resize(task.regions.size());
    const bool inner = runtime->is_inner_variant(context, task.task_id, output.chosen_variant);
    for (size_t i = 0; i < task.regions.size(); ++i) {
      const RegionRequirement& requirement = task.regions[i];
      if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty())
        continue;
      output.chosen_instances[i] = {inner ? PhysicalInstance::get_virtual_instance()
                                          : InstanceOf(context, task, i)};
    }
  }

 private:
  static Memory MemoryOf(Processor processor, Memory::Kind kind) {
    Legion::Machine::MemoryQuery query(Legion::Machine::get_machine());
    query.only_kind(kind).best_affinity_to(processor);
    if (query.count() > 0) return query.first();
    std::fprintf(stderr, "circuit: processor %llx has no memory of the kind that it needs\n",
                 static_cast<unsigned long long>(processor.id));
    std::abort();
  }

  const std::vector<Processor>& TargetsOf(const Task& task) const {
    return IsLoopTask(task.task_id) && !local_gpus.empty() ? local_gpus : local_cpus;
  }

  VariantID VariantOf(MapperContext context, TaskID task, Processor::Kind kind) {
    const auto known = variants_.find({task, kind});
    if (known != variants_.end()) return known->second;
    // Another call of this mapper may run while Legion answers.
    std::vector<VariantID> variants;
    runtime->find_valid_variants(context, task, variants, kind);
    if (variants.empty()) {
      std::fprintf(stderr, "circuit: task %u has no variant for its processor\n", task);
      std::abort();
    }
    return variants_[{task, kind}] = variants.front();
  }

  /// Shared and ghost nodes are what several GPUs read and add to.
  static bool IsShared(TaskID task, size_t requirement) {
    if (task == kUpdateVoltages) return requirement == 2 || requirement == 3;
    return requirement == 1 || requirement == 2;
  }

  Memory TargetMemory(const Task& task, size_t index) const {
    const Processor processor = task.target_proc;
    const bool shared = IsLoopTask(task.task_id) && IsShared(task.task_id, index);
    return shared && processor.kind() == Processor::TOC_PROC ? zero_copy_.at(processor)
                                                             : own_memory_.at(processor);
  }

  /// All fields of a region together, so that the tasks of a loop share the instance, each in an
  /// array of its own. A reduction has the fields that it reduces.
  LayoutConstraintSet LayoutOf(MapperContext context, const RegionRequirement& requirement,
                               Memory memory) {
    const bool reduction = requirement.privilege == LEGION_REDUCE;
    std::set<Legion::FieldID> fields = requirement.privilege_fields;
    if (!reduction)
      runtime->get_field_space_fields(context, requirement.region.get_field_space(), fields);
    LayoutConstraintSet layout;
    layout.add_constraint(Legion::SpecializedConstraint(
        reduction ? LEGION_AFFINE_REDUCTION_SPECIALIZE : LEGION_AFFINE_SPECIALIZE,
        requirement.redop));
    layout.add_constraint(Legion::MemoryConstraint(memory.kind()));
    layout.add_constraint(Legion::FieldConstraint(
        std::vector<Legion::FieldID>(fields.begin(), fields.end()), false, false));
    layout.add_constraint(Legion::OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
    for (const Legion::FieldID field : fields)
      layout.add_constraint(Legion::AlignmentConstraint(field, LEGION_EQ_EK, kLine));
    return layout;
  }

  PhysicalInstance InstanceOf(MapperContext context, const Task& task, size_t index) {
    const RegionRequirement& requirement = task.regions[index];
    const Memory memory = TargetMemory(task, index);
    const LayoutConstraintSet layout = LayoutOf(context, requirement, memory);
    const std::vector<Legion::LogicalRegion> regions = {requirement.region};
    PhysicalInstance instance;
    bool created = true;
    // Two tasks that fold into one reduction instance would need atomic updates.
    const bool made =
        requirement.privilege == LEGION_REDUCE
            ? runtime->create_physical_instance(context, memory, layout, regions, instance)
            : runtime->find_or_create_physical_instance(context, memory, layout, regions, instance,
                                                        created);
    if (made) return instance;
    std::fprintf(stderr, "circuit: no room in a memory of kind %d for requirement %zu of %s\n",
                 static_cast<int>(memory.kind()), index, task.get_task_name());
    std::abort();
  }

  std::map<Processor, Memory> own_memory_, zero_copy_;
  std::map<std::pair<TaskID, Processor::Kind>, VariantID> variants_;
};

void InstallMappers(Legion::Machine machine, Legion::Runtime* runtime,
                    const std::set<Processor>& local_processors) {
  for (const Processor processor : local_processors) {
    runtime->replace_default_mapper(
        new CircuitMapper(runtime->get_mapper_runtime(), machine, processor), processor);
  }
}

}  // namespace

void RegisterExpertMapper() {
  Legion::Runtime::preregister_sharding_functor(kGpuShards, new GpuShards());
  Legion::Runtime::preregister_sharding_functor(kCpuShards, new CpuShards());
  Legion::Runtime::add_registration_callback(InstallMappers);
}

}  // namespace groma::circuit

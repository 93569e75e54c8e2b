#include "bench/mapper/hand_mapper.h"

namespace groma::bench {

using Legion::Domain;
using Legion::DomainPoint;

namespace {
constexpr size_t kLine = 128;
}  // namespace

HandMapper::HandMapper(Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
                       Legion::Processor local, bool packed)
    : DefaultMapper(runtime, machine, local, "hand"), packed_(packed) {
  Legion::Machine::MemoryQuery memories(machine);
  memories.only_kind(Legion::Memory::SYSTEM_MEM);
  memory_ = memories.first();
}

void HandMapper::select_task_options(const Context ctx, const Task& task, TaskOptions& output) {
  (void)ctx;
  (void)task;
  output.initial_proc = local_proc;
  output.inline_task = false;
  output.stealable = false;
  output.map_locally = false;
  output.valid_instances = false;
}

void HandMapper::slice_task(const Context ctx, const Task& task, const SliceTaskInput& input,
                            SliceTaskOutput& output) {
  (void)ctx;
  (void)task;
  std::vector<TaskSlice>& slices = slices_[input.domain];
  if (slices.empty()) {
    const auto low = input.domain.lo()[0];
    const auto points = static_cast<Legion::coord_t>(input.domain.get_volume());
    const auto processors = static_cast<Legion::coord_t>(local_cpus.size());
    // Point p goes to processor p * processors / points.
    for (Legion::coord_t i = 0; i < processors; ++i) {
      const auto first = (i * points + processors - 1) / processors;
      const auto last = ((i + 1) * points + processors - 1) / processors - 1;
      if (first > last) continue;
      slices.emplace_back(Domain(DomainPoint(low + first), DomainPoint(low + last)),
                          local_cpus[static_cast<size_t>(i)], false, false);
    }
  }
  output.slices = slices;
}

Legion::VariantID HandMapper::VariantOf(Context ctx, Legion::TaskID task) {
  const auto [found, is_new] = variants_.try_emplace(task, 0);
  if (is_new) {
    std::vector<Legion::VariantID> variants;
    runtime->find_valid_variants(ctx, task, variants, Legion::Processor::LOC_PROC);
    found->second = variants.at(0);
  }
  return found->second;
}

HandMapper::Instance HandMapper::InstanceOf(Context ctx,
                                            const Legion::RegionRequirement& requirement) {
  // Of the tasks here each requirement has one field.
  const RegionKey key{requirement.region, *requirement.privilege_fields.begin()};
  const auto known = instances_.find(key);
  if (known != instances_.end() && runtime->acquire_instance(ctx, known->second)) {
    return known->second;
  }
  Legion::LayoutConstraintSet constraints;
  constraints.add_constraint(Legion::SpecializedConstraint(LEGION_AFFINE_SPECIALIZE));
  constraints.add_constraint(Legion::MemoryConstraint(memory_.kind()));
  constraints.add_constraint(Legion::FieldConstraint(std::vector{key.second}, false, false));
  constraints.add_constraint(Legion::OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
  if (!packed_) {
    constraints.add_constraint(Legion::AlignmentConstraint(key.second, LEGION_EQ_EK, kLine));
  }
  // Its author knows that nobody else makes instances of these regions: Legion need not look for
  // one among thousands.
  Instance instance;
  if (!runtime->create_physical_instance(ctx, memory_, constraints, {requirement.region},
                                         instance)) {
    std::abort();
  }
  instances_[key] = instance;
  return instance;
}

void HandMapper::map_task(const Context ctx, const Task& task, const MapTaskInput& input,
                          MapTaskOutput& output) {
  (void)input;
  output.chosen_variant = VariantOf(ctx, task.task_id);
  output.target_procs = {task.target_proc};
  output.chosen_instances.resize(task.regions.size());
  for (size_t i = 0; i < task.regions.size(); ++i) {
    if (task.regions[i].privilege_fields.empty()) continue;
    output.chosen_instances[i] = {InstanceOf(ctx, task.regions[i])};
  }
}

void HandMapper::select_tasks_to_map(const Context ctx, const SelectMappingInput& input,
                                     SelectMappingOutput& output) {
  (void)ctx;
  output.map_tasks.insert(input.ready_tasks.begin(), input.ready_tasks.end());
}

}  // namespace groma::bench

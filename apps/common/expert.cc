#include "apps/common/expert.h"

#include <fmt/core.h>

#include <algorithm>

#include "apps/common/run.h"
#include "mappers/mapping_utilities.h"

namespace groma::apps {

using Legion::Domain;
using Legion::DomainPoint;
using Legion::LayoutConstraintSet;
using Legion::Memory;
using Legion::Processor;
using Legion::RegionRequirement;
using Legion::Task;
using Legion::VariantID;
using Legion::Mapping::MapperContext;
using Legion::Mapping::PhysicalInstance;
using Legion::Mapping::Utilities::to_string;

namespace {

constexpr size_t kLine = 128;  // bytes that a GPU moves at once

size_t FromFirst(const DomainPoint& point, const Domain& domain) {
  return static_cast<size_t>(point[0] - domain.lo()[0]);
}

}  // namespace

void ExpertMapper::select_task_options(const MapperContext context, const Task& task,
                                       TaskOptions& output) {
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

void ExpertMapper::slice_task(const MapperContext, const Task& task, const SliceTaskInput& input,
                              SliceTaskOutput& output) {
  const std::vector<Processor>& targets = TargetsOf(task);
  for (Domain::DomainPointIterator it(input.domain); it; it++) {
    output.slices.emplace_back(Domain(it.p, it.p), targets[TurnOf(task, it.p) % targets.size()],
                               /*recurse=*/false, /*stealable=*/false);
  }
}

void ExpertMapper::map_task(const MapperContext context, const Task& task, const MapTaskInput&,
                            MapTaskOutput& output) {
  output.chosen_variant = VariantOf(context, task, task.target_proc.kind());
  output.target_procs = {task.target_proc};
  output.chosen_instances.resize(task.regions.size());
  const bool inner = runtime->is_inner_variant(context, task.task_id, output.chosen_variant);
  for (size_t i = 0; i < task.regions.size(); ++i) {
    const RegionRequirement& requirement = task.regions[i];
    if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty()) continue;
    // Legion has no virtual instances of reductions.
    const bool is_virtual = inner && requirement.privilege != LEGION_REDUCE;
    output.chosen_instances[i] = {is_virtual ? PhysicalInstance::get_virtual_instance()
                                             : InstanceOf(context, task, i)};
    if (!is_virtual && IsCollected(task, i))
      output.untracked_valid_regions.insert(static_cast<unsigned>(i));
  }
}

bool ExpertMapper::Collects(const Task&, size_t) const { return false; }

bool ExpertMapper::IsCollected(const Task& task, size_t index) const {
  return task.regions[index].privilege == LEGION_READ_ONLY && Collects(task, index);
}

std::vector<Legion::DimensionKind> ExpertMapper::OrderOf(int dimensions) const {
  std::vector<Legion::DimensionKind> order;
  for (int i = 0; i < dimensions; ++i)
    order.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + i));
  order.push_back(LEGION_DIM_F);
  return order;
}

VariantID ExpertMapper::VariantOf(MapperContext context, const Task& task, Processor::Kind kind) {
  const auto known = variants_.find({task.task_id, kind});
  if (known != variants_.end()) return known->second;
  // Another call of this mapper may run while Legion answers.
  std::vector<VariantID> variants;
  runtime->find_valid_variants(context, task.task_id, variants, kind);
  if (variants.empty()) {
    EndRun(fmt::format("error: {}: task {} has no variant for {}", mapper_name,
                       task.get_task_name(), to_string(kind)));
  }
  return variants_[{task.task_id, kind}] = variants.front();
}

Memory ExpertMapper::NearestMemory(Processor processor, Memory::Kind kind) {
  const auto [known, missing] = memories_.try_emplace({processor, kind}, Memory::NO_MEMORY);
  if (missing) {
    Legion::Machine::MemoryQuery query(machine);
    query.only_kind(kind).best_affinity_to(processor);
    if (query.count() > 0) known->second = query.first();
  }
  return known->second;
}

/// All fields of a region together, so that the tasks of a program share the instance. A reduction
/// has the fields that it reduces.
LayoutConstraintSet ExpertMapper::LayoutOf(MapperContext context,
                                           const RegionRequirement& requirement,
                                           Memory::Kind memory) const {
  const bool reduction = requirement.privilege == LEGION_REDUCE;
  std::set<Legion::FieldID> fields = requirement.privilege_fields;
  if (!reduction)
    runtime->get_field_space_fields(context, requirement.region.get_field_space(), fields);
  LayoutConstraintSet layout;
  layout.add_constraint(Legion::SpecializedConstraint(
      reduction ? LEGION_AFFINE_REDUCTION_SPECIALIZE : LEGION_AFFINE_SPECIALIZE,
      requirement.redop));
  layout.add_constraint(Legion::MemoryConstraint(memory));
  layout.add_constraint(Legion::FieldConstraint(
      std::vector<Legion::FieldID>(fields.begin(), fields.end()), false, false));
  layout.add_constraint(
      Legion::OrderingConstraint(OrderOf(requirement.region.get_index_space().get_dim()), false));
  for (const Legion::FieldID field : fields)
    layout.add_constraint(Legion::AlignmentConstraint(field, LEGION_EQ_EK, kLine));
  return layout;
}

PhysicalInstance ExpertMapper::InstanceOf(MapperContext context, const Task& task, size_t index) {
  const RegionRequirement& requirement = task.regions[index];
  const std::vector<Legion::LogicalRegion> regions = {requirement.region};
  const Legion::GCPriority priority =
      IsCollected(task, index) ? LEGION_GC_FIRST_PRIORITY : LEGION_GC_DEFAULT_PRIORITY;
  std::string tried;
  for (const Memory::Kind kind : MemoriesOf(context, task, index)) {
    tried += tried.empty() ? to_string(kind) : fmt::format(" or {}", to_string(kind));
    const Memory memory = NearestMemory(task.target_proc, kind);
    if (!memory.exists()) continue;
    const LayoutConstraintSet layout = LayoutOf(context, requirement, kind);
    PhysicalInstance instance;
    bool created = true;
    // Two tasks that fold into one reduction instance would need atomic updates.
    const bool made =
        requirement.privilege == LEGION_REDUCE
            ? runtime->create_physical_instance(context, memory, layout, regions, instance)
            : runtime->find_or_create_physical_instance(context, memory, layout, regions, instance,
                                                        created, /*acquire=*/true, priority);
    if (made) return instance;
  }
  EndRun(fmt::format("error: {}: no room in {} for region requirement {} of {}", mapper_name, tried,
                     index, task.get_task_name()));
}

Legion::ShardID GpuTurnShards::shard(const DomainPoint& point, const Domain& domain,
                                     const size_t nodes) {
  Legion::Machine::ProcessorQuery query(Legion::Machine::get_machine());
  const size_t gpus = query.only_kind(Processor::TOC_PROC).count();
  return FromFirst(point, domain) / std::max<size_t>(1, gpus / nodes) % nodes;
}

Legion::ShardID BlockShards::shard(const DomainPoint& point, const Domain& domain,
                                   const size_t nodes) {
  return FromFirst(point, domain) * nodes / domain.get_volume();
}

}  // namespace groma::apps

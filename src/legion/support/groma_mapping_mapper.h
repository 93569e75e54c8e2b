// The mapper behind what `groma compile` makes of a mapping: it answers Legion's calls with the
// mapping's decisions, and leaves to Legion's default mapper what a mapping does not decide.
#pragma once
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "legion.h"
#include "mappers/default_mapper.h"
#include "mapping_instances.h"

namespace groma::generated {

/// A mapping on the running machine, for all mappers of the node.
struct Decided {
  explicit Decided(Realm::Machine realm) : machine(realm) {}
  MachineView machine;
  std::unique_ptr<const Mapping> mapping;
  NodeState state;
  Legion::ShardingID first_functor = 0;
  std::mutex functor_mutex;
  std::map<Legion::ShardingID, std::string> functors;
};

inline Numbers ExtentsOf(const Legion::Domain& domain) {
  Numbers extents;
  for (int d = 0; d < domain.get_dim(); ++d) extents.push_back(domain.hi()[d] - domain.lo()[d] + 1);
  return extents;
}
inline Numbers FromLow(const Legion::DomainPoint& point, const Legion::Domain& domain) {
  Numbers numbers;
  for (int d = 0; d < point.get_dim(); ++d) numbers.push_back(point[d] - domain.lo()[d]);
  return numbers;
}

/// Launches each point on the node where it runs.
class MappingShards final : public Legion::ShardingFunctor {
 public:
  MappingShards(std::shared_ptr<Decided> decided, PlaceQuery query)
      : decided_(std::move(decided)), query_(std::move(query)) {}

  Legion::ShardID shard(const Legion::DomainPoint& point, const Legion::Domain& domain,
                        const size_t shards) override {
    PlaceQuery query = query_;
    if (query.task.index_launch) {
      query.task.point = FromLow(point, domain);
      query.task.extents = ExtentsOf(domain);
    }
    const PlaceDecision place = decided_->mapping->Place(query);
    if (!place.processor) Stop(place.error, query.task.name);
    return static_cast<Legion::ShardID>(static_cast<size_t>(place.processor->node) * shards /
                                        static_cast<size_t>(decided_->machine.nodes()));
  }

 private:
  std::shared_ptr<Decided> decided_;
  PlaceQuery query_;
};

class MappingMapper : public Legion::Mapping::DefaultMapper {
 public:
  using Task = Legion::Task;
  using Context = Legion::Mapping::MapperContext;
  using PhysicalInstance = Legion::Mapping::PhysicalInstance;

  MappingMapper(Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
                Legion::Processor processor, std::shared_ptr<Decided> decided)
      : DefaultMapper(runtime, machine, processor, "mapping"),
        decided_(std::move(decided)),
        machine_(decided_->machine),
        mapping_(*decided_->mapping),
        maker_(mapping_, machine_, decided_->state, runtime) {}

  void select_task_options(const Context context, const Task& task, TaskOptions& output) override {
    const ProcessorKind kind = ChooseKind(context, task);
    DefaultMapper::select_task_options(context, task, output);
    const std::string name = task.get_task_name();
    output.inline_task = output.stealable = output.map_locally = output.valid_instances = false;
    // Points of a collective wait for each other before any of them runs: with a limit, for ever.
    if (mapping_.InstanceLimit(name)) output.check_collective_regions.clear();
    if (!task.is_index_space) {
      PlaceQuery query = Query(task, kind);
      query.sequence = decided_->state.NextLaunch(name);
      output.initial_proc = ProcessorOf(query);
    }
    const bool top = !task.has_parent_task() || task.get_depth() == 0;
    output.replicate = machine_.processes() > 1 && mapping_.ControlReplicates(name).value_or(top) &&
                       ReplicableVariant(context, task) != 0;
  }

  void slice_task(const Context context, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    PlaceQuery query = Query(task, ChooseKind(context, task));
    for (Legion::Domain::DomainPointIterator point(input.domain); point; point++) {
      query.task.point = FromLow(point.p, task.index_domain);
      output.slices.emplace_back(Legion::Domain(point.p, point.p), ProcessorOf(query), false,
                                 false);
    }
  }

  void replicate_task(Context context, const Task& task, const ReplicateTaskInput&,
                      ReplicateTaskOutput& output) override {
    output.chosen_variant = ReplicableVariant(context, task);
    for (ProcessorKind kind : {CPU, GPU, OMP, IO, PY, PROC}) {
      if (!output.target_processors.empty() || !machine_.At(kind, {0, 0}).exists() ||
          !CanUse(context, task, output.chosen_variant, kind)) {
        continue;
      }
      const int ranks = machine_.nodes() / machine_.processes();
      for (int process = 0; process < machine_.processes(); ++process)
        output.target_processors.push_back(machine_.At(kind, {process * ranks, 0}));
    }
  }

  using DefaultMapper::select_sharding_functor;
  void select_sharding_functor(const Context context, const Task& task,
                               const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput& output) override {
    PlaceQuery query = Query(task, ChooseKind(context, task));
    // Every shard must come to the same answer, so it may not depend on where the asking one runs.
    query.launcher = {};
    if (query.parent) query.parent->processor = Processor{};
    output.chosen_functor = FunctorFor(query);
    output.slice_recurse = true;
  }

  void map_task(const Context context, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    const Realm::Processor processor =
        input.shard_processor.exists() ? input.shard_processor : task.target_proc;
    const std::string name = task.get_task_name();
    const auto kind = KindOf(processor);
    const Legion::VariantID variant = kind ? VariantFor(context, task, *kind) : 0;
    if (variant == 0) Stop("task " + name + " has no variant for its processor");
    output.chosen_variant = variant;
    output.target_procs = {processor};
    output.chosen_instances.resize(task.regions.size());
    for (unsigned i = 0; i < task.regions.size(); ++i) {
      const auto& given = input.premapped_regions;
      if (std::find(given.begin(), given.end(), i) == given.end())
        MapRequirement(context, task, i, processor, output);
    }
    MapOutputs(task, processor, output);
    if (mapping_.InstanceLimit(name)) {
      output.task_prof_requests
          .add_measurement<Legion::Mapping::ProfilingMeasurements::OperationTimeline>();
    }
  }

  void select_tasks_to_map(const Context context, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    for (;;) {
      std::vector<std::pair<NodeState::LimitKey, int64_t>> blocked;
      for (const Task* task : input.ready_tasks) {
        const auto limit = mapping_.InstanceLimit(task->get_task_name());
        if (!limit || decided_->state.Take(LimitKey(*task), *limit)) {
          output.map_tasks.insert(task);
        } else {
          blocked.emplace_back(LimitKey(*task), *limit);
        }
      }
      if (!output.map_tasks.empty()) return;
      output.deferral_event = runtime->create_mapper_event(context);
      if (decided_->state.Wait(blocked, output.deferral_event)) return;
      runtime->trigger_mapper_event(context, output.deferral_event);  // room came meanwhile
      output.deferral_event = {};
    }
  }

  using DefaultMapper::report_profiling;
  void report_profiling(const Context context, const Task& task,
                        const TaskProfilingInfo& input) override {
    if (!input.task_response || !mapping_.InstanceLimit(task.get_task_name())) return;
    for (const auto& event : decided_->state.Give(LimitKey(task)))
      runtime->trigger_mapper_event(context, event);
  }

  void map_must_epoch(const Context context, const MapMustEpochInput& input,
                      MapMustEpochOutput& output) override {
    DefaultMapper::map_must_epoch(context, input, output);
    for (size_t i = 0; i < input.tasks.size(); ++i) {
      const Task& task = *input.tasks[i];
      PlaceQuery query = Query(task, ChooseKind(context, task));
      if (task.is_index_space) query.task.point = FromLow(task.index_point, task.index_domain);
      output.task_processors[i] = ProcessorOf(query);
    }
  }

  void map_inline(const Context context, const Legion::InlineMapping& operation,
                  const MapInlineInput& input, MapInlineOutput& output) override {
    const auto& requirement = operation.requirement;
    if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty()) {
      DefaultMapper::map_inline(context, operation, input, output);
      return;
    }
    Use use = UseIn(context, operation.get_parent_task(), requirement);
    if (operation.layout_constraint_id != 0) {
      use.variant_layouts.push_back(
          &runtime->find_layout_constraints(context, operation.layout_constraint_id));
    }
    output.chosen_instances = {maker_.Make(context, use)};
  }

  void map_copy(const Context context, const Legion::Copy& copy, const MapCopyInput&,
                MapCopyOutput& output) override {
    const auto make = [&](const Legion::RegionRequirement& requirement) {
      return maker_.Make(context, UseIn(context, copy.get_parent_task(), requirement));
    };
    const bool indirect =
        !copy.src_indirect_requirements.empty() || !copy.dst_indirect_requirements.empty();
    output.src_instances.resize(copy.src_requirements.size());
    output.dst_instances.resize(copy.dst_requirements.size());
    for (size_t i = 0; i < copy.src_requirements.size(); ++i) {
      // Legion reads the source where it lies, unless it gathers or scatters.
      output.src_instances[i] = {indirect ? make(copy.src_requirements[i])
                                          : PhysicalInstance::get_virtual_instance()};
    }
    for (size_t i = 0; i < copy.dst_requirements.size(); ++i)
      output.dst_instances[i] = {make(copy.dst_requirements[i])};
    for (const auto& requirement : copy.src_indirect_requirements)
      output.src_indirect_instances.push_back(make(requirement));
    for (const auto& requirement : copy.dst_indirect_requirements)
      output.dst_indirect_instances.push_back(make(requirement));
  }

  void map_partition(const Context context, const Legion::Partition& partition,
                     const MapPartitionInput& input, MapPartitionOutput& output) override {
    if (!partition.requirement.region.exists()) {
      DefaultMapper::map_partition(context, partition, input, output);
      return;
    }
    output.chosen_instances = {
        maker_.Make(context, UseIn(context, partition.get_parent_task(), partition.requirement))};
  }

 private:
  bool CanUse(Context context, const Task& task, Legion::VariantID variant, ProcessorKind kind) {
    return runtime->find_execution_constraints(context, task.task_id, variant)
        .processor_constraint.can_use(RealmKind(kind));
  }
  /// 0 when there is none.
  Legion::VariantID VariantFor(Context context, const Task& task, ProcessorKind kind) {
    std::vector<Legion::VariantID> variants;
    runtime->find_valid_variants(context, task.task_id, variants);
    for (Legion::VariantID variant : variants) {
      if (CanUse(context, task, variant, kind)) return variant;
    }
    return 0;
  }
  Legion::VariantID ReplicableVariant(Context context, const Task& task) {
    std::vector<Legion::VariantID> variants;
    runtime->find_valid_variants(context, task.task_id, variants);
    for (Legion::VariantID variant : variants) {
      if (runtime->is_replicable_variant(context, task.task_id, variant)) return variant;
    }
    return 0;
  }

  /// The first kind of the Task statement that the task and the machine have. What came from `*`
  /// may fall to any kind.
  ProcessorKind ChooseKind(Context context, const Task& task) {
    const auto runs = [&](ProcessorKind kind) {
      return machine_.At(kind, {0, 0}).exists() && VariantFor(context, task, kind) != 0;
    };
    const ProcessorDecision choice = mapping_.Processors(task.get_task_name());
    for (ProcessorKind kind : choice.kinds) {
      if (runs(kind)) return kind;
    }
    for (ProcessorKind kind : {CPU, GPU, OMP, IO, PY, PROC}) {
      if (!choice.names_task && runs(kind)) return kind;
    }
    Stop("line " + std::to_string(choice.line) + ": task " + task.get_task_name() +
         " has no variant for its processors");
  }

  PlaceQuery Query(const Task& task, ProcessorKind kind) const {
    PlaceQuery query;
    query.task.name = task.get_task_name();
    query.task.kind = kind;
    query.task.depth = task.get_depth();
    query.task.index_launch = task.is_index_space;
    if (task.is_index_space) {
      query.task.extents = ExtentsOf(task.index_domain);
      query.task.point.assign(query.task.extents.size(), 0);
    }
    const Task* parent = task.has_parent_task() ? task.get_parent_task() : nullptr;
    const Realm::Processor from = parent ? parent->current_proc : task.orig_proc;
    if (!machine_.Knows(from)) return query;
    query.launcher = machine_.Place(from);
    if (!parent) return query;
    TaskFacts above;
    above.name = parent->get_task_name();
    above.kind = *KindOf(from);
    above.processor = machine_.Place(from);
    above.depth = parent->get_depth();
    above.index_launch = parent->is_index_space;
    if (parent->is_index_space) {
      above.point = FromLow(parent->index_point, parent->index_domain);
      above.extents = ExtentsOf(parent->index_domain);
    }
    query.parent = std::move(above);
    return query;
  }

  Realm::Processor ProcessorOf(const PlaceQuery& query) const {
    const PlaceDecision place = mapping_.Place(query);
    if (!place.processor) Stop(place.error, query.task.name);
    return machine_.At(query.task.kind, *place.processor);
  }

  NodeState::LimitKey LimitKey(const Task& task) const {
    const Task* parent = task.has_parent_task() ? task.get_parent_task() : nullptr;
    return {task.get_task_name(), parent ? parent->current_proc.id : 0};
  }

  /// Nodes do not talk about ids: each computes the same one from what the functor depends on.
  Legion::ShardingID FunctorFor(const PlaceQuery& query) {
    const std::string key = query.task.name + "/" + Text(query.task.kind) + "/" +
                            (query.task.index_launch ? "index/" : "single/") +
                            Text(query.task.depth) + "/" + (query.parent ? query.parent->name : "");
    uint64_t hash = 14695981039346656037ull;  // FNV-1a
    for (unsigned char c : key) hash = (hash ^ c) * 1099511628211ull;
    const auto id = static_cast<Legion::ShardingID>(decided_->first_functor + hash % kFunctors);
    const std::lock_guard<std::mutex> lock(decided_->functor_mutex);
    const auto [found, is_new] = decided_->functors.emplace(id, key);
    if (found->second != key) Stop("two kinds of launches share a sharding functor");
    if (is_new) {
      Legion::Runtime::get_runtime()->register_sharding_functor(
          id, new MappingShards(decided_, query), true);
    }
    return id;
  }

  void MapRequirement(Context context, const Task& task, unsigned index, Realm::Processor processor,
                      MapTaskOutput& output) {
    const Legion::RegionRequirement& region = task.regions[index];
    if (region.privilege == LEGION_NO_ACCESS || region.privilege_fields.empty() ||
        !region.region.exists()) {
      return;
    }
    Use use;
    use.requirement = {task.get_task_name(), static_cast<int>(index),
                       NameCollector(context, runtime).Of(region)};
    use.region = &region;
    use.processor = processor;
    use.by_a_task = true;
    const auto& constraints =
        runtime->find_task_layout_constraints(context, task.task_id, output.chosen_variant);
    const auto [begin, end] = constraints.layouts.equal_range(index);
    for (auto at = begin; at != end; ++at)
      use.variant_layouts.push_back(&runtime->find_layout_constraints(context, at->second));
    const MemoryDecision memories = mapping_.Memories(use.requirement, *KindOf(processor));
    const bool asks_virtual = memories.kinds.front() == VIRTUAL;
    const bool inner = runtime->is_inner_variant(context, task.task_id, output.chosen_variant);
    const bool strict = region.privilege != LEGION_REDUCE && region.prop == LEGION_EXCLUSIVE;
    if (asks_virtual && !inner) {
      Stop("line " + std::to_string(memories.line) + ": a region of task " + use.requirement.task +
           " is VIRTUAL, but its variant is not inner");
    }
    if (inner && strict && (asks_virtual || !memories.names_task)) {
      output.chosen_instances[index] = {PhysicalInstance::get_virtual_instance()};
      return;
    }
    const PhysicalInstance instance = maker_.Make(context, use);
    output.chosen_instances[index] = {instance};
    if (region.privilege == LEGION_READ_ONLY &&
        decided_->state.IsATasksOwn(instance.get_instance_id()))
      output.untracked_valid_regions.insert(index);
  }

  void MapOutputs(const Task& task, Realm::Processor processor, MapTaskOutput& output) {
    output.output_targets.resize(task.output_regions.size());
    output.output_constraints.resize(task.output_regions.size());
    for (size_t i = 0; i < task.output_regions.size(); ++i) {
      const Requirement requirement{
          task.get_task_name(), static_cast<int>(task.regions.size() + i), {}};
      Realm::Memory memory = Realm::Memory::NO_MEMORY;
      for (MemoryKind kind : mapping_.Memories(requirement, *KindOf(processor)).kinds) {
        if (!memory.exists()) memory = machine_.Best(processor, kind);
      }
      if (!memory.exists()) Stop("an output region of task " + requirement.task + " fits nowhere");
      output.output_targets[i] = memory;
      const Legion::LogicalRegion made = task.output_regions[i].parent;
      std::vector<Legion::DimensionKind> order;
      for (int d = made.exists() ? made.get_index_space().get_dim() : 1; d-- > 0;)
        order.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
      order.push_back(LEGION_DIM_F);
      output.output_constraints[i].add_constraint(Legion::OrderingConstraint(order, false));
    }
  }

  /// The use of a region by an operation inside `parent`: it counts as the task's own.
  Use UseIn(Context context, const Task* parent, const Legion::RegionRequirement& requirement) {
    Use use;
    use.region = &requirement;
    use.requirement.position = -1;
    use.requirement.names = NameCollector(context, runtime).Of(requirement);
    use.processor = machine_.At(CPU, {0, 0});
    if (!parent) return use;
    use.requirement.task = parent->get_task_name();
    if (machine_.Knows(parent->current_proc)) use.processor = parent->current_proc;
    for (size_t i = 0; i < parent->regions.size(); ++i) {
      if (parent->regions[i].region == requirement.parent)
        use.requirement.position = static_cast<int>(i);
    }
    return use;
  }

 public:
  static constexpr size_t kFunctors = size_t{1} << 20;

 private:
  const std::shared_ptr<Decided> decided_;
  const MachineView& machine_;
  const Mapping& mapping_;
  InstanceMaker maker_;
};

/// Puts mappers of `Decisions` in the place of the default mappers of this node's processors.
template <class Decisions, class Mapper>
void ReplaceDefaultMappers(Legion::Machine machine, Legion::Runtime* runtime,
                           const std::set<Legion::Processor>& processors) {
  auto decided = std::make_shared<Decided>(machine);
  try {
    decided->mapping = std::make_unique<Decisions>(decided->machine.ShapeOf());
  } catch (const Error& error) {
    Stop(error, "none");
  }
  decided->first_functor =
      runtime->generate_library_sharding_ids("groma compile", MappingMapper::kFunctors);
  for (Legion::Processor processor : processors) {
    runtime->replace_default_mapper(
        new Mapper(runtime->get_mapper_runtime(), machine, processor, decided), processor);
  }
}

}  // namespace groma::generated

// How tasks are mapped: variant, processor, an instance for each requirement.
#include <algorithm>

#include "fmt/format.h"
#include "legion/mapper/groma_mapper.h"

namespace groma::legion {

GromaMapper::Use GromaMapper::UseOf(MapperContext ctx, const Task& task, unsigned index,
                                    const VariantFacts& variant, Realm::Processor processor) {
  Use use;
  use.task = task.get_task_name();
  use.position = static_cast<int>(index);
  use.requirement = &task.regions[index];
  use.names = engine_.NamesOf(ctx, runtime, task.regions[index]);
  use.processor = processor;
  use.kind = *KindOf(processor);
  use.mapped = &task;
  use.variant = variant.name;
  use.variant_id = variant.id;
  const auto [begin, end] = variant.layouts.equal_range(index);
  for (auto it = begin; it != end; ++it) {
    use.variant_layouts.push_back(&runtime->find_layout_constraints(ctx, it->second));
  }
  return use;
}

void GromaMapper::map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                           MapTaskOutput& output) {
  Contained(engine_, "map_task", [&] {
    engine_.ChargeMapping(ctx, runtime);
    if (Recorder* recorder = engine_.recorder())
      recorder->Point(ctx, runtime, engine_.names(), task);
    if (HasMapping() && engine_.settings().mode == Mode::kReplace) {
      MapByStatements(ctx, task, input, output);
    } else {
      MapOver(ctx, task, input, output);
    }
    AddProfiling(task, output);
  });
}

void GromaMapper::MapByStatements(MapperContext ctx, const Task& task, const MapTaskInput& input,
                                  MapTaskOutput& output) {
  Realm::Processor processor =
      input.shard_processor.exists() ? input.shard_processor : task.target_proc;
  if (!engine_.machine().Knows(processor)) {
    engine_.Fatal(Failure("E0709", std::nullopt,
                          fmt::format("task '{}' was sent to {}, which runs no tasks of a mapping",
                                      task.get_task_name(), engine_.machine().Name(processor))),
                  {task.get_task_name(), "", std::nullopt});
  }
  maker_.ForgetCollected(ctx);
  InstanceTable::Asker asker{task.task_id, processor.id, engine_.fields().version()};
  const bool plain = input.premapped_regions.empty() && task.output_regions.empty();
  if (plain && engine_.instances().Find(asker, task.regions, output)) {
    output.target_procs.assign(1, processor);
    if (runtime->acquire_instances(ctx, output.chosen_instances)) return;
    output.untracked_valid_regions.clear();
    output.chosen_instances.clear();
  }
  const ProcessorKind kind = *KindOf(processor);
  const VariantFacts* variant = VariantFor(ctx, task, kind);
  if (!variant) {
    engine_.Fatal(
        Failure(
            "E0704", engine_.mapping().Processors(task.get_task_name()).origin.statement,
            fmt::format("task '{}' was sent to {}, but has no variant for {}", task.get_task_name(),
                        engine_.machine().Name(processor), ToString(kind))),
        {task.get_task_name(), "", std::nullopt});
  }
  output.chosen_variant = variant->id;
  output.target_procs = {processor};
  output.chosen_instances.resize(task.regions.size());
  bool keeps = plain && !task.regions.empty();
  for (unsigned i = 0; i < task.regions.size(); ++i) {
    const auto& given = input.premapped_regions;
    if (std::find(given.begin(), given.end(), i) != given.end()) continue;
    keeps = MapRequirement(ctx, task, i, *variant, processor, output) && keeps;
  }
  MapOutputs(ctx, task, processor, output);
  if (!keeps) return;
  asker.version = engine_.fields().version();
  engine_.instances().Keep(asker, task.regions, output);
}

bool GromaMapper::StaysVirtual(const Use& use) const {
  const Legion::RegionRequirement& requirement = *use.requirement;
  if (requirement.privilege == LEGION_REDUCE || requirement.prop != LEGION_EXCLUSIVE) return false;
  const mapping::MemoryChoice choice = engine_.mapping().Memories(use.Query(), use.kind);
  return choice.kinds.front() == MemoryKind::kVirtual || !choice.origin.names_task;
}

bool GromaMapper::MapRequirement(MapperContext ctx, const Task& task, unsigned index,
                                 const VariantFacts& variant, Realm::Processor processor,
                                 MapTaskOutput& output) {
  const Legion::RegionRequirement& requirement = task.regions[index];
  if (requirement.privilege == LEGION_NO_ACCESS || requirement.privilege_fields.empty() ||
      !requirement.region.exists()) {
    return true;  // no instance, whenever it is asked
  }
  const Use use = UseOf(ctx, task, index, variant, processor);
  if (variant.inner && StaysVirtual(use)) {
    output.chosen_instances[index] = {PhysicalInstance::get_virtual_instance()};
    return false;
  }
  const PlanPtr plan = maker_.PlanFor(ctx, use);
  if (!variant.inner && plan->choice.kinds.front() == MemoryKind::kVirtual) {
    engine_.Fatal(
        Failure("E0708", plan->choice.origin.statement,
                fmt::format(
                    "{} cannot be VIRTUAL: variant '{}' is not inner, so the task may use the data",
                    maker_.Named(ctx, use).Describe(engine_.machine()), variant.name)),
        maker_.Named(ctx, use).About());
  }
  bool spilled = false;
  const PhysicalInstance instance = maker_.Make(ctx, use, *plan, &spilled);
  output.chosen_instances[index].assign(1, instance);
  const bool own = engine_.instances().IsOwned(instance.get_instance_id());
  if (own && plan->collects) output.untracked_valid_regions.insert(index);
  // What fell to a later memory tries the earlier ones again next time; what is owned is looked up.
  return !spilled && !own;
}

void GromaMapper::MapOutputs(MapperContext ctx, const Task& task, Realm::Processor processor,
                             MapTaskOutput& output) {
  (void)ctx;
  static const std::vector<std::string_view> kNoNames;
  output.output_targets.resize(task.output_regions.size());
  output.output_constraints.resize(task.output_regions.size());
  for (size_t i = 0; i < task.output_regions.size(); ++i) {
    const mapping::RegionQuery query{task.get_task_name(),
                                     static_cast<int>(task.regions.size() + i), kNoNames};
    const mapping::MemoryChoice choice = engine_.mapping().Memories(query, *KindOf(processor));
    Realm::Memory memory = Realm::Memory::NO_MEMORY;
    for (MemoryKind kind : choice.kinds) {
      if (!memory.exists()) memory = engine_.machine().Best(processor, kind);
    }
    if (!memory.exists()) {
      engine_.Fatal(
          Failure(
              "E0705", choice.origin.statement,
              fmt::format(
                  "output region {} of task '{}' on {} can be put nowhere; the processor sees {}",
                  i, task.get_task_name(), engine_.machine().Name(processor),
                  engine_.machine().Visible(processor))),
          {task.get_task_name(), "", std::nullopt});
    }
    output.output_targets[i] = memory;
    const Legion::LogicalRegion made = task.output_regions[i].parent;
    const int dimensions = made.exists() ? made.get_index_space().get_dim() : 1;
    std::vector<Legion::DimensionKind> order;
    for (int d = dimensions - 1; d >= 0; --d)
      order.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
    order.push_back(LEGION_DIM_F);
    output.output_constraints[i].add_constraint(Legion::OrderingConstraint(order, false));
  }
}

void GromaMapper::MapOver(MapperContext ctx, const Task& task, const MapTaskInput& input,
                          MapTaskOutput& output) {
  ForwardingMapper::map_task(ctx, task, input, output);
  if (!output.task_prof_requests.empty() || !output.copy_prof_requests.empty()) {
    const std::lock_guard lock(mutex_);
    asked_below_.insert(task.get_unique_id());
  }
  if (!HasMapping()) return;
  Realm::Processor processor =
      output.target_procs.empty() ? task.target_proc : output.target_procs.front();
  const bool moved =
      engine_.mapping().Processors(task.get_task_name()).origin.statement.has_value() &&
      engine_.machine().Knows(task.target_proc);
  if (moved) processor = task.target_proc;
  if (!engine_.machine().Knows(processor)) return;
  const VariantFacts* variant = nullptr;
  for (const VariantFacts& facts : Variants(ctx, task)) {
    if (facts.id == output.chosen_variant) variant = &facts;
  }
  const ProcessorKind kind = *KindOf(processor);
  const auto fits = [kind](const VariantFacts& facts) {
    return std::find(facts.kinds.begin(), facts.kinds.end(), kind) != facts.kinds.end();
  };
  if (!variant || !fits(*variant)) variant = VariantFor(ctx, task, kind);
  if (!variant) return;
  output.chosen_variant = variant->id;
  if (moved) output.target_procs = {processor};
  output.chosen_instances.resize(task.regions.size());
  for (unsigned i = 0; i < task.regions.size(); ++i) {
    const Use use = UseOf(ctx, task, i, *variant, processor);
    const mapping::MemoryChoice memories = engine_.mapping().Memories(use.Query(), kind);
    const mapping::LayoutChoice layout = engine_.mapping().Layout(
        use.Query(), kind,
        memories.kinds.front() == MemoryKind::kVirtual ? MemoryKind::kSystem
                                                       : memories.kinds.front());
    const bool written = memories.origin.statement || layout.structure.statement ||
                         layout.order.statement || layout.align.statement || layout.shape.statement;
    const bool hidden =
        std::any_of(output.chosen_instances[i].begin(), output.chosen_instances[i].end(),
                    [&](const PhysicalInstance& instance) {
                      return instance.is_normal_instance() &&
                             !engine_.machine().Sees(processor, instance.get_location());
                    });
    if (written || (moved && hidden)) MapRequirement(ctx, task, i, *variant, processor, output);
  }
}

}  // namespace groma::legion

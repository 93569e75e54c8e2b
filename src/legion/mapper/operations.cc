// Inline mappings, copies and partitioning by field: they count as the enclosing task using the
// region.
#include "fmt/format.h"
#include "legion/mapper/groma_mapper.h"

namespace groma::legion {

GromaMapper::Use GromaMapper::UseIn(MapperContext ctx, const Task* parent,
                                    const Legion::RegionRequirement& requirement,
                                    std::string what) {
  Use use;
  use.operation = std::move(what);
  use.requirement = &requirement;
  use.names = engine_.names().Of(ctx, runtime, requirement);
  use.processor = engine_.machine().At(ProcessorKind::kCpu, {0, 0});
  if (parent) {
    use.task = parent->get_task_name();
    use.operation += fmt::format(" in task '{}'", use.task);
    if (engine_.machine().Knows(parent->current_proc)) use.processor = parent->current_proc;
    for (size_t i = 0; i < parent->regions.size(); ++i) {
      if (parent->regions[i].region == requirement.parent) use.position = static_cast<int>(i);
    }
  }
  use.kind = *KindOf(use.processor);
  return use;
}

void GromaMapper::map_inline(const MapperContext ctx, const Legion::InlineMapping& operation,
                             const MapInlineInput& input, MapInlineOutput& output) {
  Contained(engine_, "map_inline", [&] {
    const bool usable = HasMapping() && operation.requirement.privilege != LEGION_NO_ACCESS &&
                        !operation.requirement.privilege_fields.empty();
    if (usable) {
      Use use = UseIn(ctx, operation.get_parent_task(), operation.requirement, "an inline mapping");
      const bool written =
          engine_.mapping().Memories(use.Query(), use.kind).origin.statement.has_value();
      if (written || engine_.settings().mode == Mode::kReplace) {
        if (operation.layout_constraint_id != 0) {
          use.variant = "of the inline mapping";
          use.variant_layouts.push_back(
              &runtime->find_layout_constraints(ctx, operation.layout_constraint_id));
        }
        output.chosen_instances = {maker_.Make(ctx, use)};
        return;
      }
    }
    ForwardingMapper::map_inline(ctx, operation, input, output);
  });
}

void GromaMapper::map_copy(const MapperContext ctx, const Legion::Copy& copy,
                           const MapCopyInput& input, MapCopyOutput& output) {
  Contained(engine_, "map_copy", [&] {
    if (!HasMapping() || engine_.settings().mode == Mode::kWrap) {
      ForwardingMapper::map_copy(ctx, copy, input, output);
      return;
    }
    const Task* parent = copy.get_parent_task();
    const auto make = [&](const Legion::RegionRequirement& requirement) {
      return maker_.Make(ctx, UseIn(ctx, parent, requirement, "a copy"));
    };
    output.src_instances.resize(copy.src_requirements.size());
    output.dst_instances.resize(copy.dst_requirements.size());
    for (size_t i = 0; i < copy.src_requirements.size(); ++i) {
      // Legion reads the source where it lies.
      output.src_instances[i] = {PhysicalInstance::get_virtual_instance()};
      const bool indirect =
          i < copy.src_indirect_requirements.size() || i < copy.dst_indirect_requirements.size();
      if (indirect) output.src_instances[i] = {make(copy.src_requirements[i])};
    }
    for (size_t i = 0; i < copy.dst_requirements.size(); ++i)
      output.dst_instances[i] = {make(copy.dst_requirements[i])};
    for (const auto& requirement : copy.src_indirect_requirements) {
      output.src_indirect_instances.push_back(make(requirement));
    }
    for (const auto& requirement : copy.dst_indirect_requirements) {
      output.dst_indirect_instances.push_back(make(requirement));
    }
  });
}

void GromaMapper::map_partition(const MapperContext ctx, const Legion::Partition& partition,
                                const MapPartitionInput& input, MapPartitionOutput& output) {
  Contained(engine_, "map_partition", [&] {
    if (!HasMapping() || engine_.settings().mode == Mode::kWrap ||
        !partition.requirement.region.exists()) {
      ForwardingMapper::map_partition(ctx, partition, input, output);
      return;
    }
    const Use use =
        UseIn(ctx, partition.get_parent_task(), partition.requirement, "a partitioning");
    output.chosen_instances = {maker_.Make(ctx, use)};
  });
}

}  // namespace groma::legion

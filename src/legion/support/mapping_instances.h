// From a region requirement to an instance, as a generated mapping decides: memories in order,
// layout, fields.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mapping_machine.h"

namespace groma::generated {

/// One use of a region that needs an instance.
struct Use {
  Requirement requirement;
  const Legion::RegionRequirement* region = nullptr;
  Realm::Processor processor;
  std::vector<const Legion::LayoutConstraintSet*> variant_layouts;
  bool by_a_task = false;  // not by a copy, a fill, ...
};

class InstanceMaker {
 public:
  InstanceMaker(const Mapping& mapping, const MachineView& machine, NodeState& state,
                Legion::Mapping::MapperRuntime* runtime)
      : mapping_(mapping), machine_(machine), state_(state), runtime_(runtime) {}

  /// An instance in the first memory that exists, is visible and has room. Ends the run when there
  /// is none.
  Legion::Mapping::PhysicalInstance Make(Legion::Mapping::MapperContext context, const Use& use) {
    const MemoryDecision memories = mapping_.Memories(use.requirement, *KindOf(use.processor));
    Legion::Mapping::PhysicalInstance instance;
    for (MemoryKind kind : memories.kinds) {
      if (kind == VIRTUAL) continue;
      const Realm::Memory memory = machine_.Best(use.processor, kind);
      if (memory.exists() && TryMemory(context, use, memory, kind, instance)) return instance;
    }
    Stop("line " + std::to_string(memories.line) + ": no memory holds argument " +
         std::to_string(use.requirement.position) + " of task " + use.requirement.task);
  }

 private:
  static bool IsReduction(const Use& use) { return use.region->privilege == LEGION_REDUCE; }

  bool Collects(const Use& use) const {
    return use.by_a_task && use.region->privilege == LEGION_READ_ONLY &&
           mapping_.Collects(use.requirement);
  }

  /// Whether a new instance serves one task alone. Two tasks that reduce to the same would need
  /// atomic updates. What is collected holds no valid data for Legion, so each task copies into it
  /// again: two tasks that read two such instances could each wait, before a copy, for the other to
  /// end.
  bool MakesItsOwn(const Use& use) const { return IsReduction(use) || Collects(use); }

  /// Whether it may be given to a task that it was not made for; if not, it is released.
  bool IsShared(Legion::Mapping::MapperContext context,
                const Legion::Mapping::PhysicalInstance& instance) {
    const bool own = state_.IsATasksOwn(instance.get_instance_id());
    if (own) runtime_->release_instance(context, instance);
    return !own;
  }

  bool TryMemory(Legion::Mapping::MapperContext context, const Use& use, Realm::Memory memory,
                 MemoryKind kind, Legion::Mapping::PhysicalInstance& instance) {
    for (const auto* variant : use.variant_layouts) {
      const auto& wanted = variant->memory_constraint;
      if (wanted.is_valid() && wanted.get_kind() != memory.kind()) return false;
    }
    const LayoutDecision layout = mapping_.Layout(use.requirement, *KindOf(use.processor), kind);
    auto constraints = Constraints(use, memory, layout, FieldsOf(context, use));
    const std::vector<Legion::LogicalRegion> regions{use.region->region};
    if (!IsReduction(use) &&
        runtime_->find_physical_instance(context, memory, constraints, regions, instance, true,
                                         layout.exact) &&
        IsShared(context, instance)) {
      return true;
    }
    AlignToLines(layout, constraints);
    const bool own = MakesItsOwn(use);
    if (!own) {
      bool created = false;
      if (!runtime_->find_or_create_physical_instance(context, memory, constraints, regions,
                                                      instance, created, true,
                                                      LEGION_GC_DEFAULT_PRIORITY, layout.exact))
        return false;
      if (created) state_.Made(instance.get_instance_id(), false);
      if (created || IsShared(context, instance)) return true;
    }
    const Legion::GCPriority priority =
        Collects(use) ? LEGION_GC_FIRST_PRIORITY : LEGION_GC_DEFAULT_PRIORITY;
    if (!runtime_->create_physical_instance(context, memory, constraints, regions, instance, true,
                                            priority, layout.exact))
      return false;
    state_.Made(instance.get_instance_id(), own);
    return true;
  }

  /// Whole lines for new instances where nothing says otherwise. Not in an array of structures,
  /// each field of which would be blown up to a line.
  static void AlignToLines(const LayoutDecision& layout, Legion::LayoutConstraintSet& constraints) {
    constexpr size_t kLine = 128;
    const bool said = layout.alignment_line > 0 || !constraints.alignment_constraints.empty();
    const auto& order = constraints.ordering_constraint.ordering;
    if (said || order.empty() || order.back() != LEGION_DIM_F) return;
    for (Legion::FieldID field : constraints.field_constraint.get_field_set())
      constraints.add_constraint(Legion::AlignmentConstraint(field, LEGION_EQ_EK, kLine));
  }

  std::vector<Legion::FieldID> FieldsOf(Legion::Mapping::MapperContext context, const Use& use) {
    const auto& wanted = use.region->privilege_fields;
    if (IsReduction(use)) return {wanted.begin(), wanted.end()};
    const Legion::IndexSpace elements = use.region->region.get_index_space();
    const bool parted = runtime_->has_parent_index_partition(context, elements);
    const uint64_t group = parted ? runtime_->get_parent_index_partition(context, elements).get_id()
                                  : elements.get_id();
    const auto joined =
        state_.JoinFields({use.region->region.get_tree_id(), parted, group}, wanted);
    std::set<Legion::FieldID> alive;
    runtime_->get_field_space_fields(context, use.region->region.get_field_space(), alive);
    std::vector<Legion::FieldID> fields;
    for (Legion::FieldID field : joined) {
      if (alive.count(field) > 0) fields.push_back(field);
    }
    return fields;
  }

  static Legion::LayoutConstraintSet Constraints(const Use& use, Realm::Memory memory,
                                                 const LayoutDecision& layout,
                                                 const std::vector<Legion::FieldID>& fields) {
    Legion::LayoutConstraintSet set;
    const bool reduction = IsReduction(use);
    auto kind = reduction ? LEGION_AFFINE_REDUCTION_SPECIALIZE : LEGION_AFFINE_SPECIALIZE;
    if (layout.compact)
      kind = reduction ? LEGION_COMPACT_REDUCTION_SPECIALIZE : LEGION_COMPACT_SPECIALIZE;
    set.add_constraint(Legion::SpecializedConstraint(kind, reduction ? use.region->redop : 0, false,
                                                     layout.exact));
    set.add_constraint(Legion::MemoryConstraint(memory.kind()));
    set.add_constraint(Legion::FieldConstraint(fields, false, false));
    const bool order_written = layout.structure_line > 0 || layout.order_line > 0;
    bool ordered = false;
    for (const auto* variant : use.variant_layouts) {
      if (!order_written && !variant->ordering_constraint.ordering.empty()) {
        set.add_constraint(variant->ordering_constraint);
        ordered = true;
      }
      if (!layout.alignment) {
        for (const auto& alignment : variant->alignment_constraints) set.add_constraint(alignment);
      }
      for (const auto& dimension : variant->dimension_constraints) set.add_constraint(dimension);
      for (const auto& tiling : variant->tiling_constraints) set.add_constraint(tiling);
      for (const auto& offset : variant->offset_constraints) set.add_constraint(offset);
      if (variant->padding_constraint.delta.get_dim() > 0)
        set.add_constraint(variant->padding_constraint);
    }
    if (!ordered) {
      const int dimensions = use.region->region.get_index_space().get_dim();
      set.add_constraint(Legion::OrderingConstraint(Order(layout, dimensions), false));
    }
    if (!layout.alignment) return set;
    static constexpr Legion::EqualityKind kComparisons[] = {
        LEGION_EQ_EK, LEGION_LT_EK, LEGION_LE_EK, LEGION_GT_EK, LEGION_GE_EK, LEGION_NE_EK};
    for (Legion::FieldID field : fields) {
      set.add_constraint(
          Legion::AlignmentConstraint(field, kComparisons[layout.alignment->first],
                                      static_cast<size_t>(layout.alignment->second)));
    }
    return set;
  }

  /// Fastest first.
  static std::vector<Legion::DimensionKind> Order(const LayoutDecision& layout, int dimensions) {
    std::vector<Legion::DimensionKind> order;
    if (layout.array_of_structs) order.push_back(LEGION_DIM_F);
    for (int i = 0; i < dimensions; ++i) {
      const int d = layout.fortran_order ? i : dimensions - 1 - i;
      order.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
    }
    if (!layout.array_of_structs) order.push_back(LEGION_DIM_F);
    return order;
  }

  const Mapping& mapping_;
  const MachineView& machine_;
  NodeState& state_;
  Legion::Mapping::MapperRuntime* runtime_;
};

}  // namespace groma::generated

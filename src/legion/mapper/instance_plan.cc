#include "legion/mapper/instance_plan.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace groma::legion {
namespace {

using Legion::AlignmentConstraint;
using Legion::FieldID;
using Legion::LayoutConstraintSet;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

// What a GPU reads at once, and two cache lines of a CPU.
constexpr size_t kLine = 128;

Legion::EqualityKind EqualityOf(lang::Comparison comparison) {
  switch (comparison) {
    case lang::Comparison::kEqual:
      return LEGION_EQ_EK;
    case lang::Comparison::kLess:
      return LEGION_LT_EK;
    case lang::Comparison::kLessEqual:
      return LEGION_LE_EK;
    case lang::Comparison::kGreater:
      return LEGION_GT_EK;
    case lang::Comparison::kGreaterEqual:
      return LEGION_GE_EK;
    case lang::Comparison::kNotEqual:
      return LEGION_NE_EK;
  }
  return LEGION_EQ_EK;
}

/// Fastest first: SOA F_order is X Y F, SOA C_order is Y X F, AOS begins with F.
std::vector<Legion::DimensionKind> Ordering(const mapping::LayoutChoice& layout, int dimensions) {
  std::vector<Legion::DimensionKind> order;
  if (layout.array_of_structs) order.push_back(LEGION_DIM_F);
  for (int i = 0; i < dimensions; ++i) {
    const int d = layout.fortran_order ? i : dimensions - 1 - i;
    order.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
  }
  if (!layout.array_of_structs) order.push_back(LEGION_DIM_F);
  return order;
}

std::vector<FieldID> Fields(Engine& engine, MapperRuntime* runtime, MapperContext ctx,
                            const Use& use) {
  const auto& wanted = use.requirement->privilege_fields;
  if (use.IsReduction()) return {wanted.begin(), wanted.end()};
  const auto& pieces = use.names->pieces;
  const uint64_t group = pieces ? *pieces : use.region().get_index_space().get_id();
  const FieldGroups::Key key{use.region().get_tree_id(), pieces ? 1 : 0, group};
  std::vector<FieldID> joined = engine.fields().Join(key, {wanted.begin(), wanted.end()});
  if (joined.size() > wanted.size()) {
    std::set<FieldID> alive;  // a program may have freed a field meanwhile
    runtime->get_field_space_fields(ctx, use.region().get_field_space(), alive);
    std::erase_if(joined, [&](FieldID field) { return !alive.contains(field); });
  }
  return joined;
}

LayoutConstraintSet Constraints(const Use& use, Realm::Memory memory,
                                const mapping::LayoutChoice& layout,
                                const std::vector<FieldID>& fields) {
  LayoutConstraintSet set;
  const bool reduction = use.IsReduction();
  const Legion::ReductionOpID redop = reduction ? use.requirement->redop : 0;
  auto specialized = reduction ? LEGION_AFFINE_REDUCTION_SPECIALIZE : LEGION_AFFINE_SPECIALIZE;
  if (layout.compact)
    specialized = reduction ? LEGION_COMPACT_REDUCTION_SPECIALIZE : LEGION_COMPACT_SPECIALIZE;
  set.add_constraint(Legion::SpecializedConstraint(specialized, redop, false, layout.exact));
  set.add_constraint(Legion::MemoryConstraint(memory.kind()));
  set.add_constraint(Legion::FieldConstraint(fields, /*contiguous=*/false, /*inorder=*/false));

  bool ordered = false;
  for (const LayoutConstraintSet* variant : use.variant_layouts) {
    const bool ours = layout.structure.statement || layout.order.statement;
    if (!ours && !variant->ordering_constraint.ordering.empty()) {
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
    const int dimensions = use.region().get_index_space().get_dim();
    set.add_constraint(
        Legion::OrderingConstraint(Ordering(layout, dimensions), /*contiguous=*/false));
  }
  if (layout.alignment) {
    const auto [comparison, bytes] = *layout.alignment;
    for (FieldID field : fields) {
      set.add_constraint(
          AlignmentConstraint(field, EqualityOf(comparison), static_cast<size_t>(bytes)));
    }
  }
  return set;
}

/// Asks for whole lines where neither a statement nor the variant says anything of alignment: where
/// an instance begins must not depend on the order in which others were made before it.
void AlignToLines(const mapping::LayoutChoice& layout, LayoutConstraintSet& constraints) {
  const bool said = layout.align.statement || !constraints.alignment_constraints.empty();
  // In an array of structures each field would be blown up to a line.
  const auto& order = constraints.ordering_constraint.ordering;
  if (said || order.empty() || order.back() != LEGION_DIM_F) return;
  for (const FieldID field : constraints.field_constraint.get_field_set())
    constraints.add_constraint(AlignmentConstraint(field, LEGION_EQ_EK, kLine));
}

Plan::Step MakeStep(const Engine& engine, const Use& use, MemoryKind kind,
                    const std::vector<FieldID>& fields) {
  Plan::Step step;
  if (kind == MemoryKind::kVirtual) {
    step.refusal = "VIRTUAL: only for tasks whose variant is inner";
    return step;
  }
  step.memory = engine.machine().Best(use.processor, kind);
  if (!step.memory.exists()) {
    step.refusal = fmt::format("{}: {} does not see such a memory", ToString(kind),
                               engine.machine().Name(use.processor));
    return step;
  }
  for (const LayoutConstraintSet* variant : use.variant_layouts) {
    const auto& wanted = variant->memory_constraint;
    if (wanted.is_valid() && wanted.get_kind() != step.memory.kind()) {
      step.refusal = fmt::format("{}: variant '{}' asks for another kind of memory",
                                 engine.machine().Name(step.memory), use.variant);
      return step;
    }
  }
  step.layout = engine.mapping().Layout(use.Query(), use.kind, kind);
  step.wanted = Constraints(use, step.memory, step.layout, fields);
  step.made = step.wanted;
  AlignToLines(step.layout, step.made);
  return step;
}

}  // namespace

std::vector<int64_t> Coordinates(const Legion::DomainPoint& point) {
  std::vector<int64_t> coordinates;
  for (int d = 0; d < point.get_dim(); ++d) coordinates.push_back(point[d]);
  return coordinates;
}

std::string PointText(const std::vector<int64_t>& point) {
  return fmt::format("({})", fmt::join(point, ", "));
}

std::optional<std::vector<int64_t>> Use::Point() const {
  if (!mapped || !mapped->is_index_space) return std::nullopt;
  return Coordinates(mapped->index_point);
}

std::string Use::Region() const {
  if (!names->names.empty()) return names->names.front();
  return position >= 0 ? fmt::format("argument {}", position)
                       : std::string("a region without a name");
}

std::string Use::Describe(const MachineModel& machine) const {
  std::string text;
  if (names->names.empty()) {
    text = position >= 0 ? fmt::format("argument {}", position) : "a region";
  } else {
    text = fmt::format("region '{}'", names->names.front());
    if (position >= 0) text += fmt::format(" (argument {})", position);
  }
  text += " of " + (operation.empty() ? fmt::format("task '{}'", task) : operation);
  if (const auto point = Point()) text += " at " + PointText(*point);
  return text + " on " + machine.Name(processor);
}

bool Plan::Serves(const Use& use, uint64_t now) const {
  const Legion::RegionRequirement& requirement = *use.requirement;
  return fields == asked.size() && names == use.names && processor == use.processor &&
         variant == use.variant_id && privilege == requirement.privilege &&
         reduction == requirement.redop && version == now &&
         std::equal(asked.begin(), asked.end(), requirement.privilege_fields.begin(),
                    requirement.privilege_fields.end());
}

PlanPtr MakePlan(Engine& engine, MapperRuntime* runtime, MapperContext ctx, const Use& use) {
  const Legion::RegionRequirement& requirement = *use.requirement;
  Plan plan;
  std::vector<FieldID> fields;
  do {  // until no group grew meanwhile
    plan.version = engine.fields().version();
    fields = Fields(engine, runtime, ctx, use);
  } while (plan.version != engine.fields().version());
  plan.choice = engine.mapping().Memories(use.Query(), use.kind);
  plan.collects = use.mapped && requirement.privilege == LEGION_READ_ONLY &&
                  engine.mapping().Collects(use.Query());
  plan.fields = fields.size();
  for (MemoryKind kind : plan.choice.kinds)
    plan.steps.push_back(MakeStep(engine, use, kind, fields));
  plan.placer = std::make_shared<const Placer>(
      Placer{std::string(use.task), use.Region(), plan.choice.origin.statement});
  plan.names = use.names;
  plan.processor = use.processor;
  plan.variant = use.variant_id;
  plan.privilege = requirement.privilege;
  plan.reduction = requirement.redop;
  plan.asked = {requirement.privilege_fields.begin(), requirement.privilege_fields.end()};
  return std::make_shared<const Plan>(std::move(plan));
}

}  // namespace groma::legion

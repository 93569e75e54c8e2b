#include "legion/mapper/instance_maker.h"

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
using Legion::Mapping::PhysicalInstance;

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

const char* ConstraintName(Legion::LayoutConstraintKind kind) {
  switch (kind) {
    case LEGION_SPECIALIZED_CONSTRAINT:
      return "kind of instance";
    case LEGION_MEMORY_CONSTRAINT:
      return "memory";
    case LEGION_FIELD_CONSTRAINT:
      return "fields";
    case LEGION_ORDERING_CONSTRAINT:
      return "order of dimensions and fields";
    case LEGION_TILING_CONSTRAINT:
      return "tiling";
    case LEGION_DIMENSION_CONSTRAINT:
      return "size of a dimension";
    case LEGION_ALIGNMENT_CONSTRAINT:
      return "alignment";
    case LEGION_OFFSET_CONSTRAINT:
      return "offset";
    case LEGION_POINTER_CONSTRAINT:
      return "address";
    case LEGION_PADDING_CONSTRAINT:
      return "padding";
    default:
      return "layout";
  }
}

Legion::LogicalRegion RegionOf(const Use& use) { return use.requirement->region; }

bool IsReduction(const Use& use) { return use.requirement->privilege == LEGION_REDUCE; }

}  // namespace

std::vector<int64_t> Coordinates(const Legion::DomainPoint& point) {
  std::vector<int64_t> coordinates;
  for (int d = 0; d < point.get_dim(); ++d) coordinates.push_back(point[d]);
  return coordinates;
}

std::string PointText(const std::vector<int64_t>& point) {
  return fmt::format("({})", fmt::join(point, ", "));
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
  text += " of " + what;
  if (point) text += " at " + PointText(*point);
  return text + " on " + machine.Name(processor);
}

std::vector<FieldID> InstanceMaker::Fields(MapperContext ctx, const Use& use) {
  const auto& wanted = use.requirement->privilege_fields;
  if (IsReduction(use)) return {wanted.begin(), wanted.end()};
  const Legion::LogicalRegion region = RegionOf(use);
  const auto& pieces = use.names->pieces;
  const uint64_t group = pieces ? *pieces : region.get_index_space().get_id();
  const FieldGroups::Key key{region.get_tree_id(), pieces ? 1 : 0, group};
  std::vector<FieldID> joined = engine_.fields().Join(key, {wanted.begin(), wanted.end()});
  if (joined.size() > wanted.size()) {
    std::set<FieldID> alive;  // a program may have freed a field meanwhile
    runtime_->get_field_space_fields(ctx, region.get_field_space(), alive);
    std::erase_if(joined, [&](FieldID field) { return !alive.contains(field); });
  }
  return joined;
}

LayoutConstraintSet InstanceMaker::Constraints(const Use& use, Realm::Memory memory,
                                               const mapping::LayoutChoice& layout,
                                               const std::vector<FieldID>& fields) {
  LayoutConstraintSet set;
  const bool reduction = IsReduction(use);
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
    const int dimensions = RegionOf(use).get_index_space().get_dim();
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

void InstanceMaker::AlignToLines(const mapping::LayoutChoice& layout,
                                 LayoutConstraintSet& constraints) {
  const bool said = layout.align.statement || !constraints.alignment_constraints.empty();
  // In an array of structures each field would be blown up to a line.
  const auto& order = constraints.ordering_constraint.ordering;
  if (said || order.empty() || order.back() != LEGION_DIM_F) return;
  for (const FieldID field : constraints.field_constraint.get_field_set())
    constraints.add_constraint(AlignmentConstraint(field, LEGION_EQ_EK, kLine));
}

PhysicalInstance InstanceMaker::Make(MapperContext ctx, const Use& use, bool* spilled) {
  const mapping::MemoryChoice choice = engine_.mapping().Memories(use.Query(), use.kind);
  std::vector<Attempt> attempts;
  for (MemoryKind kind : choice.kinds) {
    Attempt attempt;
    if (kind == MemoryKind::kVirtual) {
      attempt.reason = "VIRTUAL: only for tasks whose variant is inner";
      attempts.push_back(attempt);
      continue;
    }
    attempt.memory = engine_.machine().Best(use.processor, kind);
    if (!attempt.memory.exists()) {
      attempt.reason = fmt::format("{}: {} does not see such a memory", ToString(kind),
                                   engine_.machine().Name(use.processor));
      attempts.push_back(attempt);
      continue;
    }
    auto instance = TryMemory(ctx, use, attempt.memory, choice, attempt);
    if (instance) {
      const auto full = std::find_if(attempts.begin(), attempts.end(),
                                     [](const Attempt& a) { return a.bytes > 0; });
      if (full != attempts.end()) RecordSpill(use, *full, attempt.memory, choice);
      if (spilled != nullptr) *spilled = full != attempts.end();
      return *instance;
    }
    attempts.push_back(attempt);
  }
  Fail(use, choice, attempts);
}

std::optional<PhysicalInstance> InstanceMaker::TryMemory(MapperContext ctx, const Use& use,
                                                         Realm::Memory memory,
                                                         const mapping::MemoryChoice& choice,
                                                         Attempt& attempt) {
  for (const LayoutConstraintSet* variant : use.variant_layouts) {
    const auto& wanted = variant->memory_constraint;
    if (wanted.is_valid() && wanted.get_kind() != memory.kind()) {
      attempt.reason = fmt::format("{}: variant '{}' asks for another kind of memory",
                                   engine_.machine().Name(memory), use.variant);
      return std::nullopt;
    }
  }
  const mapping::LayoutChoice layout =
      engine_.mapping().Layout(use.Query(), use.kind, *KindOf(memory));
  const std::vector<FieldID> fields = Fields(ctx, use);
  LayoutConstraintSet constraints = Constraints(use, memory, layout, fields);
  const std::vector<Legion::LogicalRegion> regions{RegionOf(use)};
  const bool collect =
      engine_.mapping().Collects(use.Query()) && use.requirement->privilege == LEGION_READ_ONLY;
  const Legion::GCPriority priority =
      collect ? LEGION_GC_FIRST_PRIORITY : LEGION_GC_DEFAULT_PRIORITY;
  const Legion::LayoutConstraint* unsatisfied = nullptr;
  size_t footprint = 0;
  bool created = true;
  PhysicalInstance instance;
  const InstanceTable::Place place{memory.id, RegionOf(use).get_tree_id()};
  const auto pieces = use.names->disjoint ? use.names->pieces : std::nullopt;
  // A reduction instance belongs to one task: two tasks that fold into one need atomic updates.
  bool fresh = true;
  if (!IsReduction(use)) {
    const InstanceTable::Known known = engine_.instances().Look(place, RegionOf(use), pieces);
    for (const PhysicalInstance& other : known.made) {
      if (!other.entails(constraints) || !runtime_->acquire_instance(ctx, other)) continue;
      CheckVariant(use, other, layout);
      return other;
    }
    fresh = known.is_new;
  }
  bool found = false;
  if (fresh) {
    AlignToLines(layout, constraints);
    found = runtime_->create_physical_instance(ctx, memory, constraints, regions, instance, true,
                                               priority, layout.exact, &footprint, &unsatisfied);
  } else if (runtime_->find_physical_instance(ctx, memory, constraints, regions, instance, true,
                                              layout.exact)) {
    found = true;
    created = false;
  } else {
    AlignToLines(layout, constraints);
    found = runtime_->find_or_create_physical_instance(ctx, memory, constraints, regions, instance,
                                                       created, true, priority, layout.exact,
                                                       &footprint, &unsatisfied);
  }
  if (!found) {
    const bool room =
        !unsatisfied || unsatisfied->get_constraint_kind() == LEGION_MEMORY_CONSTRAINT;
    if (room && footprint > 0) {
      attempt.bytes = footprint;
      const int64_t used = engine_.accounting().Used(memory.id);
      attempt.reason =
          fmt::format("{}: needs {}, has {} of {} left", engine_.machine().Name(memory),
                      ToString(Bytes{static_cast<int64_t>(footprint)}),
                      ToString(Bytes{static_cast<int64_t>(memory.capacity()) - used}),
                      ToString(Bytes{static_cast<int64_t>(memory.capacity())}));
    } else {
      attempt.reason = fmt::format(
          "{}: Legion cannot give the {} that is asked for ({})", engine_.machine().Name(memory),
          unsatisfied ? ConstraintName(unsatisfied->get_constraint_kind()) : "layout",
          layout.ToString());
    }
    return std::nullopt;
  }
  engine_.instances().Saw(place, RegionOf(use), pieces, instance, instance.get_instance_id(),
                          created);
  CheckVariant(use, instance, layout);
  if (created) Record(ctx, use, instance, choice, layout, fields.size());
  return instance;
}

void InstanceMaker::CheckVariant(const Use& use, const PhysicalInstance& instance,
                                 const mapping::LayoutChoice& layout) {
  for (const LayoutConstraintSet* variant : use.variant_layouts) {
    const Legion::LayoutConstraint* failed = nullptr;
    if (instance.entails(*variant, &failed)) continue;
    const auto kind = failed ? failed->get_constraint_kind() : LEGION_ORDERING_CONSTRAINT;
    std::optional<Span> statement =
        layout.structure.statement ? layout.structure.statement : layout.order.statement;
    if (kind == LEGION_ALIGNMENT_CONSTRAINT) statement = layout.align.statement;
    if (kind == LEGION_SPECIALIZED_CONSTRAINT) statement = layout.shape.statement;
    Diagnostic diagnostic = Failure(
        "E0707", statement,
        fmt::format("layout {} of {} is not what variant '{}' was registered with: the {} differs",
                    layout.ToString(), use.Describe(engine_.machine()), use.variant,
                    ConstraintName(kind)));
    diagnostic.help =
        "leave this layout to the variant, or run the task on another kind of processor";
    engine_.Fatal(diagnostic, use.About());
  }
}

void InstanceMaker::Record(MapperContext ctx, const Use& use, const PhysicalInstance& instance,
                           const mapping::MemoryChoice& choice, const mapping::LayoutChoice& layout,
                           size_t fields) {
  const Realm::Memory memory = instance.get_location();
  const int64_t bytes = static_cast<int64_t>(instance.get_instance_size());
  engine_.accounting().Add(instance.get_instance_id(),
                           {memory.id, bytes, use.task, use.Region(), choice.origin.statement});
  runtime_->subscribe(ctx, instance);
  if (!engine_.log().enabled()) return;
  engine_.log().Write({{"record", "instance"},
                       {"memory", engine_.machine().Name(memory)},
                       {"bytes", bytes},
                       {"task", use.task},
                       {"requirement", use.position},
                       {"region", use.Region()},
                       {"fields", fields},
                       {"layout", layout.ToString()},
                       {"line", engine_.LineOf(choice.origin.statement)}});
}

void InstanceMaker::RecordSpill(const Use& use, const Attempt& full, Realm::Memory taken,
                                const mapping::MemoryChoice& choice) {
  nlohmann::ordered_json json = {{"record", "spill"},
                                 {"task", use.task},
                                 {"requirement", use.position},
                                 {"region", use.Region()},
                                 {"point", nullptr},
                                 {"from", engine_.machine().Name(full.memory)},
                                 {"to", engine_.machine().Name(taken)},
                                 {"bytes", full.bytes},
                                 {"capacity", full.memory.capacity()},
                                 {"used", engine_.accounting().Used(full.memory.id)},
                                 {"line", engine_.LineOf(choice.origin.statement)}};
  if (use.point) json["point"] = *use.point;
  engine_.log().Write(json);
}

void InstanceMaker::Fail(const Use& use, const mapping::MemoryChoice& choice,
                         const std::vector<Attempt>& attempts) {
  std::vector<Realm::Memory> full;
  for (const Attempt& attempt : attempts) {
    if (attempt.bytes > 0) full.push_back(attempt.memory);
  }
  std::vector<std::string_view> kinds;
  for (MemoryKind kind : choice.kinds) kinds.push_back(ToString(kind));
  const std::string where = use.Describe(engine_.machine());
  Diagnostic diagnostic =
      full.empty() ? Failure("E0705", choice.origin.statement,
                             fmt::format("none of {} can hold {}", fmt::join(kinds, ", "), where))
                   : Failure("E0706", choice.origin.statement,
                             fmt::format("out of memory: none of {} has room for {}",
                                         fmt::join(kinds, ", "), where));
  for (const Attempt& attempt : attempts)
    diagnostic.notes.push_back({attempt.reason, std::nullopt});
  diagnostic.notes.push_back({fmt::format("{} sees {}", engine_.machine().Name(use.processor),
                                          engine_.machine().Visible(use.processor)),
                              std::nullopt});
  diagnostic.help =
      full.empty()
          ? "name a memory that this processor sees"
          : "name a second memory to fall to (for a GPU: FBMEM,ZCMEM), move other regions out of "
            "the full one, or collect instances with CollectMemory";
  engine_.Fatal(diagnostic, use.About(), full);
}

}  // namespace groma::legion

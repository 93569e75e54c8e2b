#include "legion/mapper/instance_maker.h"

#include <algorithm>
#include <atomic>
#include <functional>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace groma::legion {
namespace {

using Legion::LayoutConstraintSet;
using Legion::Mapping::MapperContext;
using Legion::Mapping::PhysicalInstance;

/// Of a layout whose order of dimensions and fields is not `wanted`: the statement that chose
/// between AOS and SOA where that differs, else the one that chose the order.
std::optional<Span> OrderStatement(const Legion::OrderingConstraint& wanted,
                                   const mapping::LayoutChoice& layout) {
  const auto& order = wanted.ordering;  // fastest first
  const bool structs = !order.empty() && order.front() == LEGION_DIM_F;
  const bool arrays = !order.empty() && order.back() == LEGION_DIM_F;
  const bool structure_differs = layout.array_of_structs ? arrays : structs;
  const auto& structure = layout.structure.statement;
  const auto& dimensions = layout.order.statement;
  if (structure_differs) return structure ? structure : dimensions;
  return dimensions ? dimensions : structure;
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

// Whose a new instance is. Tasks that reduced to the same would need atomic updates. What is
// collected holds no valid data for Legion, so each task copies into it again: two tasks that read
// two such instances could each wait, before a copy, for the other to end. Not so tasks that write
// the same regions, as Legion maps them one after the other.
InstanceTable::Owner OwnerOf(const Use& use, const Plan& plan) {
  if (!use.IsReduction() && !plan.collects) return InstanceTable::kAll;
  static std::atomic<uint64_t> last = 0;
  const uint64_t nobody_else = ++last << 1;
  if (use.IsReduction()) return nobody_else;
  std::string written = fmt::format("{} {}", use.mapped->task_id, use.position);
  const size_t about = written.size();
  for (const Legion::RegionRequirement& other : use.mapped->regions) {
    if ((other.privilege & LEGION_WRITE_PRIV) == 0 || other.prop != LEGION_EXCLUSIVE) continue;
    written +=
        fmt::format(" {} {}", other.region.get_tree_id(), other.region.get_index_space().get_id());
    for (Legion::FieldID field : other.privilege_fields) written += fmt::format(",{}", field);
  }
  return written.size() == about ? nobody_else : std::hash<std::string>()(written) | 1;
}

}  // namespace

PlanPtr InstanceMaker::PlanFor(MapperContext ctx, const Use& use) {
  if (!use.mapped) return MakePlan(engine_, runtime_, ctx, use);
  const std::pair key(use.mapped->task_id, use.position);
  {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(key);
    if (found != plans_.end() && found->second->Serves(use, engine_.fields().version()))
      return found->second;
  }
  PlanPtr plan = MakePlan(engine_, runtime_, ctx, use);
  const std::lock_guard lock(mutex_);
  return plans_[key] = std::move(plan);
}

Use InstanceMaker::Named(MapperContext ctx, Use use) {
  use.names = engine_.names().Of(ctx, runtime_, *use.requirement);
  return use;
}

PhysicalInstance InstanceMaker::Make(MapperContext ctx, const Use& use, const Plan& plan,
                                     bool* spilled) {
  std::vector<Attempt> attempts;
  for (const Plan::Step& step : plan.steps) {
    Attempt attempt{step.memory, 0, step.refusal};
    if (step.refusal.empty()) {
      if (auto instance = TryMemory(ctx, use, plan, step, attempt)) {
        const auto full = std::find_if(attempts.begin(), attempts.end(),
                                       [](const Attempt& a) { return a.bytes > 0; });
        if (full != attempts.end()) RecordSpill(use, *full, step.memory, plan.choice);
        if (spilled != nullptr) *spilled = full != attempts.end();
        return *instance;
      }
    }
    attempts.push_back(std::move(attempt));
  }
  Fail(Named(ctx, use), plan.choice, attempts);
}

std::optional<PhysicalInstance> InstanceMaker::TryMemory(MapperContext ctx, const Use& use,
                                                         const Plan& plan, const Plan::Step& step,
                                                         Attempt& attempt) {
  const InstanceTable::Place place{step.memory.id, use.region().get_tree_id()};
  const auto pieces = use.names->disjoint ? use.names->pieces : std::nullopt;
  const InstanceTable::Owner owner = OwnerOf(use, plan);
  bool fresh = true;
  if (!use.IsReduction()) {
    const InstanceTable::Known known = engine_.instances().Look(place, use.region(), pieces, owner);
    for (const PhysicalInstance& other : known.made) {
      if (!other.entails(step.wanted) || !runtime_->acquire_instance(ctx, other)) continue;
      CheckVariant(ctx, use, other, step.layout);
      return other;
    }
    fresh = known.is_new;
  }
  const std::optional<Given> given = Ask(ctx, use, plan, step, fresh, attempt);
  if (!given) return std::nullopt;
  using Source = InstanceTable::Source;
  engine_.instances().Saw(place, use.region(), pieces, given->instance,
                          given->instance.get_instance_id(),
                          given->created ? Source::kMade : Source::kFound, owner);
  CheckVariant(ctx, use, given->instance, step.layout);
  if (given->created) Record(use, plan, step, given->instance);
  return given->instance;
}

std::optional<InstanceMaker::Given> InstanceMaker::Ask(MapperContext ctx, const Use& use,
                                                       const Plan& plan, const Plan::Step& step,
                                                       bool fresh, Attempt& attempt) {
  const std::vector<Legion::LogicalRegion> regions{use.region()};
  const Legion::GCPriority priority =
      plan.collects ? LEGION_GC_FIRST_PRIORITY : LEGION_GC_DEFAULT_PRIORITY;
  const bool exact = step.layout.exact;
  const Legion::LayoutConstraint* unsatisfied = nullptr;
  size_t footprint = 0;
  Given given;
  bool found = false;
  if (!fresh &&
      runtime_->find_physical_instance(ctx, step.memory, step.wanted, regions, given.instance, true,
                                       exact) &&
      IsShared(ctx, given.instance)) {
    given.created = false;
    return given;
  }
  if (!fresh && !plan.collects) {
    found = runtime_->find_or_create_physical_instance(ctx, step.memory, step.made, regions,
                                                       given.instance, given.created, true,
                                                       priority, exact, &footprint, &unsatisfied);
  }
  if (fresh || plan.collects || (found && !given.created && !IsShared(ctx, given.instance))) {
    found = runtime_->create_physical_instance(ctx, step.memory, step.made, regions, given.instance,
                                               true, priority, exact, &footprint, &unsatisfied);
    given.created = true;
  }
  if (found) return given;
  const bool room = !unsatisfied || unsatisfied->get_constraint_kind() == LEGION_MEMORY_CONSTRAINT;
  const std::string memory = engine_.machine().Name(step.memory);
  if (room && footprint > 0) {
    attempt.bytes = footprint;
    const auto capacity = static_cast<int64_t>(step.memory.capacity());
    attempt.reason = fmt::format(
        "{}: needs {}, has {} of {} left", memory, ToString(Bytes{static_cast<int64_t>(footprint)}),
        ToString(Bytes{capacity - engine_.accounting().Used(step.memory.id)}),
        ToString(Bytes{capacity}));
  } else {
    attempt.reason =
        fmt::format("{}: Legion cannot give the {} that is asked for ({})", memory,
                    unsatisfied ? ConstraintName(unsatisfied->get_constraint_kind()) : "layout",
                    step.layout.ToString());
  }
  return std::nullopt;
}

bool InstanceMaker::IsShared(MapperContext ctx, const PhysicalInstance& instance) {
  const bool shared = !engine_.instances().IsOwned(instance.get_instance_id());
  if (!shared) runtime_->release_instance(ctx, instance);
  return shared;
}

void InstanceMaker::CheckVariant(MapperContext ctx, const Use& use,
                                 const PhysicalInstance& instance,
                                 const mapping::LayoutChoice& layout) {
  for (const LayoutConstraintSet* variant : use.variant_layouts) {
    const Legion::LayoutConstraint* failed = nullptr;
    if (instance.entails(*variant, &failed)) continue;
    const auto kind = failed ? failed->get_constraint_kind() : LEGION_ORDERING_CONSTRAINT;
    std::optional<Span> statement = OrderStatement(variant->ordering_constraint, layout);
    if (kind == LEGION_ALIGNMENT_CONSTRAINT) statement = layout.align.statement;
    if (kind == LEGION_SPECIALIZED_CONSTRAINT) statement = layout.shape.statement;
    Diagnostic diagnostic = Failure(
        "E0707", statement,
        fmt::format("layout {} of {} is not what variant '{}' was registered with: the {} differs",
                    layout.ToString(), Named(ctx, use).Describe(engine_.machine()), use.variant,
                    ConstraintName(kind)));
    diagnostic.help =
        "leave this layout to the variant, or run the task on another kind of processor";
    engine_.Fatal(diagnostic, Named(ctx, use).About());
  }
}

void InstanceMaker::ForgetCollected(MapperContext ctx) {
  for (const auto& [id, instance] : engine_.instances().ToAskAbout()) {
    if (runtime_->acquire_instance(ctx, instance)) {
      runtime_->release_instance(ctx, instance);
      continue;
    }
    if (engine_.instances().Remove(id, instance)) engine_.accounting().Remove(id);
  }
}

void InstanceMaker::Record(const Use& use, const Plan& plan, const Plan::Step& step,
                           const PhysicalInstance& instance) {
  const int64_t bytes = static_cast<int64_t>(instance.get_instance_size());
  const auto capacity = static_cast<int64_t>(step.memory.capacity());
  if (engine_.accounting().Used(step.memory.id) + bytes > capacity)
    engine_.instances().TellFull(step.memory.id);
  engine_.accounting().Add(instance.get_instance_id(), {step.memory.id, bytes, plan.placer});
  if (!engine_.log().enabled()) return;
  engine_.log().Write({{"record", "instance"},
                       {"memory", engine_.machine().Name(step.memory)},
                       {"bytes", bytes},
                       {"task", plan.placer->task},
                       {"requirement", use.position},
                       {"region", plan.placer->region},
                       {"fields", plan.fields},
                       {"layout", step.layout.ToString()},
                       {"line", engine_.LineOf(plan.choice.origin.statement)}});
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
  if (const auto point = use.Point()) json["point"] = *point;
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

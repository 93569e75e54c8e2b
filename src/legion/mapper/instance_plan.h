// What a use of a region asks for: memories in order, fields, layout. Worked out once for all
// pieces that a launch uses alike.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legion.h"
#include "legion/mapper/engine.h"

namespace groma::legion {

/// One use of a region that needs an instance.
struct Use {
  std::string_view task;  // the task, or the enclosing one of an operation; Legion keeps the name
  std::string operation;  // "an inline mapping in task 'x'"; empty: the task itself uses it
  int position = -1;      // among the task's requirements; -1 when it is none of them
  const Legion::RegionRequirement* requirement = nullptr;
  NamesPtr names;
  Realm::Processor processor;
  ProcessorKind kind = ProcessorKind::kCpu;
  const Legion::Task* mapped = nullptr;  // the task that uses it; null: an operation does
  std::string_view variant;              // its name, empty when there is none
  Legion::VariantID variant_id = 0;
  std::vector<const Legion::LayoutConstraintSet*> variant_layouts;

  mapping::RegionQuery Query() const { return {task, position, names->views}; }
  Legion::LogicalRegion region() const { return requirement->region; }
  bool IsReduction() const { return requirement->privilege == LEGION_REDUCE; }
  /// The point of an index launch.
  std::optional<std::vector<int64_t>> Point() const;
  /// Nearest name, or "argument 2".
  std::string Region() const;
  Subject About() const { return {std::string(task), Region(), Point()}; }
  /// "region 'rp_shared' (argument 2) of task 'x' at (3) on GPU 0"
  std::string Describe(const MachineModel& machine) const;
};

std::vector<int64_t> Coordinates(const Legion::DomainPoint& point);
std::string PointText(const std::vector<int64_t>& point);

struct Plan {
  /// A memory that is tried.
  struct Step {
    Realm::Memory memory;
    std::string refusal;  // why it cannot be; empty: the rest holds
    mapping::LayoutChoice layout;
    Legion::LayoutConstraintSet wanted;  // of an instance that is there
    Legion::LayoutConstraintSet made;    // of a new one: whole lines, where nothing is said of them
  };

  mapping::MemoryChoice choice;
  bool collects = false;  // what CollectMemory says; it counts for what a task reads alone
  size_t fields = 0;      // that an instance holds
  std::vector<Step> steps;
  std::shared_ptr<const Placer> placer;

  /// What it was worked out for, but for the task and the position.
  NamesPtr names;
  Realm::Processor processor;
  Legion::VariantID variant = 0;
  Legion::PrivilegeMode privilege = LEGION_NO_ACCESS;
  Legion::ReductionOpID reduction = 0;
  std::vector<Legion::FieldID> asked;
  uint64_t version = 0;  // of the field groups

  /// Whether the use by the same task at the same position asks for the same. Not where an
  /// instance holds more fields than are asked for: a program may have freed one of them.
  bool Serves(const Use& use, uint64_t version) const;
};
using PlanPtr = std::shared_ptr<const Plan>;

/// Asks Legion which fields are there where an instance is to hold more than are asked for.
PlanPtr MakePlan(Engine& engine, Legion::Mapping::MapperRuntime* runtime,
                 Legion::Mapping::MapperContext ctx, const Use& use);

}  // namespace groma::legion

// From a region requirement to an instance: memories in order, layout, fields; or the end of the
// run with the reason.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "legion.h"
#include "legion/mapper/engine.h"

namespace groma::legion {

/// One use of a region that needs an instance.
struct Use {
  std::string task;   // the task, or the enclosing one for inline mappings, copies and fills
  std::string what;   // "task 'x'", "an inline mapping in 'x'": for messages
  int position = -1;  // among the task's requirements; -1 when it is none of them
  const Legion::RegionRequirement* requirement = nullptr;
  NamesPtr names;
  Realm::Processor processor;
  ProcessorKind kind = ProcessorKind::kCpu;
  std::optional<std::vector<int64_t>> point;
  std::string variant;  // its name, empty when there is none
  std::vector<const Legion::LayoutConstraintSet*> variant_layouts;

  mapping::RegionQuery Query() const { return {task, position, names->views}; }
  /// Nearest name, or "argument 2".
  std::string Region() const;
  Subject About() const { return {task, Region(), point}; }
  /// "region 'rp_shared' (argument 2) of task 'x' at (3) on GPU 0"
  std::string Describe(const MachineModel& machine) const;
};

std::vector<int64_t> Coordinates(const Legion::DomainPoint& point);
std::string PointText(const std::vector<int64_t>& point);

class InstanceMaker {
 public:
  InstanceMaker(Engine& engine, Legion::Mapping::MapperRuntime* runtime)
      : engine_(engine), runtime_(runtime) {}

  /// The instance in the first memory of the Region statement that exists, is visible and has room;
  /// an existing one that fits, or a new one. Ends the process when there is none. `spilled` (may
  /// be null) receives whether an earlier memory had no room.
  Legion::Mapping::PhysicalInstance Make(Legion::Mapping::MapperContext ctx, const Use& use,
                                         bool* spilled = nullptr);

 private:
  struct Attempt {
    Realm::Memory memory;
    size_t bytes = 0;  // 0: not a question of room
    std::string reason;
  };
  std::optional<Legion::Mapping::PhysicalInstance> TryMemory(Legion::Mapping::MapperContext ctx,
                                                             const Use& use, Realm::Memory memory,
                                                             const mapping::MemoryChoice& choice,
                                                             Attempt& attempt);
  Legion::LayoutConstraintSet Constraints(const Use& use, Realm::Memory memory,
                                          const mapping::LayoutChoice& layout,
                                          const std::vector<Legion::FieldID>& fields);
  /// Asks for whole lines where neither a statement nor the variant says anything of alignment:
  /// where an instance begins must not depend on the order in which others were made before it.
  void AlignToLines(const mapping::LayoutChoice& layout, Legion::LayoutConstraintSet& constraints);
  std::vector<Legion::FieldID> Fields(Legion::Mapping::MapperContext ctx, const Use& use);
  void CheckVariant(const Use& use, const Legion::Mapping::PhysicalInstance& instance,
                    const mapping::LayoutChoice& layout);
  void Record(Legion::Mapping::MapperContext ctx, const Use& use,
              const Legion::Mapping::PhysicalInstance& instance,
              const mapping::MemoryChoice& choice, const mapping::LayoutChoice& layout,
              size_t fields);
  void RecordSpill(const Use& use, const Attempt& full, Realm::Memory taken,
                   const mapping::MemoryChoice& choice);
  [[noreturn]] void Fail(const Use& use, const mapping::MemoryChoice& choice,
                         const std::vector<Attempt>& attempts);

  Engine& engine_;
  Legion::Mapping::MapperRuntime* runtime_;
};

}  // namespace groma::legion

// From a region requirement to an instance: memories in order, layout, fields; or the end of the
// run with the reason.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "legion.h"
#include "legion/mapper/engine.h"
#include "legion/mapper/instance_plan.h"

namespace groma::legion {

class InstanceMaker {
 public:
  InstanceMaker(Engine& engine, Legion::Mapping::MapperRuntime* runtime)
      : engine_(engine), runtime_(runtime) {}

  /// What the use asks for, perhaps from the last time that the task used a region alike.
  PlanPtr PlanFor(Legion::Mapping::MapperContext ctx, const Use& use);
  /// The instance in the first memory of the Region statement that exists, is visible and has room;
  /// an existing one that fits, or a new one. One that is reduced to is the task's own; one that is
  /// collected belongs to tasks alike that write the same regions. Ends the process when there is
  /// none. `spilled` (may be null) receives whether an earlier memory had no room.
  Legion::Mapping::PhysicalInstance Make(Legion::Mapping::MapperContext ctx, const Use& use,
                                         const Plan& plan, bool* spilled = nullptr);
  Legion::Mapping::PhysicalInstance Make(Legion::Mapping::MapperContext ctx, const Use& use) {
    return Make(ctx, use, *PlanFor(ctx, use));
  }
  /// The use with all names of the region, for messages.
  Use Named(Legion::Mapping::MapperContext ctx, Use use);

  /// Takes instances that Legion has collected out of the accounting. To be called by a mapper call
  /// that has acquired nothing yet. (Legion would tell of each, but in a call of its own, for which
  /// it waits inside the call that made room: a mapper that subscribes hangs when a memory is
  /// full.)
  void ForgetCollected(Legion::Mapping::MapperContext ctx);

 private:
  struct Attempt {
    Realm::Memory memory;
    size_t bytes = 0;  // 0: not a question of room
    std::string reason;
  };
  struct Given {
    Legion::Mapping::PhysicalInstance instance;
    bool created = true;
  };
  std::optional<Legion::Mapping::PhysicalInstance> TryMemory(Legion::Mapping::MapperContext ctx,
                                                             const Use& use, const Plan& plan,
                                                             const Plan::Step& step,
                                                             Attempt& attempt);
  /// Has Legion find an instance, unless it is known that there is none (`fresh`), or make one.
  /// When there is none `attempt` receives why.
  std::optional<Given> Ask(Legion::Mapping::MapperContext ctx, const Use& use, const Plan& plan,
                           const Plan::Step& step, bool fresh, Attempt& attempt);
  /// Whether it may be given to a task that it was not made for; if not, it is released.
  bool IsShared(Legion::Mapping::MapperContext ctx,
                const Legion::Mapping::PhysicalInstance& instance);
  void CheckVariant(Legion::Mapping::MapperContext ctx, const Use& use,
                    const Legion::Mapping::PhysicalInstance& instance,
                    const mapping::LayoutChoice& layout);
  void Record(const Use& use, const Plan& plan, const Plan::Step& step,
              const Legion::Mapping::PhysicalInstance& instance);
  void RecordSpill(const Use& use, const Attempt& full, Realm::Memory taken,
                   const mapping::MemoryChoice& choice);
  [[noreturn]] void Fail(const Use& use, const mapping::MemoryChoice& choice,
                         const std::vector<Attempt>& attempts);

  Engine& engine_;
  Legion::Mapping::MapperRuntime* runtime_;
  std::mutex mutex_;
  std::map<std::pair<Legion::TaskID, int>, PlanPtr> plans_;  // the last one by task and position
};

}  // namespace groma::legion

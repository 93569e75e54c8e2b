// What the evaluated mapping says: which statement is behind what happened.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guide/guide.h"
#include "mapping/mapping.h"

namespace groma::guide {

/// A statement of the mapping: its text in one line. Empty, with line 0, where a default decided.
struct Statement {
  std::string text;
  int line = 0;
  auto operator<=>(const Statement&) const = default;
};
/// "`Region * rp_shared GPU ZCMEM;` (line 7)"; empty for none.
std::string Quote(const Statement& statement);

/// A region of a task, and the statement that placed it.
struct PlacedRegion {
  std::string task, region;  // region: its nearest name, or its position
  std::string statement;     // "`Region * rp_shared GPU ZCMEM;` (line 7)"; empty: a default decided
  bool names_task = false;   // the statement is about this task alone
};

/// A mapping bound to the application and the machine of a context, which must outlive it.
class Reading {
 public:
  /// Empty when the context lacks one of them or the mapping has errors.
  static std::optional<Reading> Of(const Context& context);

  /// The kind of processor that the task runs on; none when it has no variant for any.
  std::optional<ProcessorKind> KindOf(const app::Task& task) const;
  /// The regions that tasks on that kind of processor have in that memory by first choice, in the
  /// order of the application description; of one task when `task` names one that it has.
  std::vector<PlacedRegion> RegionsIn(MemoryKind memory, ProcessorKind processor,
                                      const std::string& task) const;
  /// The statement that chose the task's processors.
  Statement TaskStatement(const std::string& task) const;
  /// The statement that gave a task its memories for a region, which is named as outcomes do
  /// ("rp_ghost", "argument 2"), on the processors that it runs on.
  Statement RegionStatement(const std::string& task, const std::string& region) const;
  /// The map statement that placed the points of the task.
  Statement MapStatement(const std::string& task) const;

 private:
  Reading(mapping::Mapping mapping, const Context& context);
  Statement At(const mapping::Origin& origin) const;

  mapping::Mapping mapping_;
  const app::Description* app_;
};

}  // namespace groma::guide

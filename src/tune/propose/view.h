// What a mapping text decides for a problem: the questions that proposers ask of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapping/mapping.h"
#include "tune/space/problem.h"

namespace groma::tune {

/// A legal mapping bound to the machine of a problem. Immutable. The problem must outlive it.
class View {
 public:
  /// Empty when the text has errors, alone or with this application and machine.
  static std::optional<View> Of(const std::string& text, const Problem& problem);

  /// The kind of processor that the task runs on: the first of its choice for which it has a
  /// variant and the machine has a processor; the first of the choice when there is none.
  ProcessorKind KindOf(const app::Task& task) const;
  /// Memory kinds, in order, of an argument of the task on that kind of processor: those that the
  /// machine has and the processor sees, or all that are written when there is none.
  std::vector<MemoryKind> MemoriesOf(const app::Task& task, size_t argument,
                                     ProcessorKind kind) const;
  /// "SOA C_order Align==64" of an argument in its first memory.
  std::string LayoutOf(const app::Task& task, size_t argument, ProcessorKind kind) const;
  std::optional<int64_t> LimitOf(const app::Task& task) const;
  /// Points of the task's known launches on their busiest processor, next to the fewest that the
  /// machine's processors of the kind would allow: 1 where they are spread as well as they can be.
  double CrowdingOf(const app::Task& task) const;

  /// A text that is equal for two mappings exactly when they decide the same for every task,
  /// argument and launch that the application description knows; layouts that cannot differ
  /// (DataUse) count as the same. With an empty description: the canonical text.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  View(mapping::Mapping mapping, const Problem& problem, const std::string& text);
  std::string Describe(const app::Task& task) const;
  std::string Places(const app::Task& task, ProcessorKind kind) const;
  /// Of the first points of a launch, in row-major order.
  std::vector<mapping::Placement> PlacesOf(const app::Task& task, ProcessorKind kind,
                                           const std::vector<int64_t>& extents) const;

  mapping::Mapping mapping_;
  const Problem* problem_;
  std::string fingerprint_;
};

}  // namespace groma::tune

// What can be chosen for each decision of a mapping: all that a search works with comes from here.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/description.h"
#include "tune/space/problem.h"

namespace groma::tune {

/// Kinds of processors that the machine has and a mapping can name for a task, GPUs first.
std::vector<ProcessorKind> ProcessorsOf(const machine::Shape& shape);
/// Those of them that the task has a variant for. None: no mapping can run the task there.
std::vector<ProcessorKind> ProcessorChoices(const Problem& problem, const app::Task& task);

/// Memories that the machine has, in lists as a Region statement has them: "FBMEM",
/// "FBMEM" "ZCMEM" (the second when the first is full), "ZCMEM".
std::vector<std::vector<std::string>> MemoriesOf(const machine::Shape& shape);
/// Whether such a processor sees all of the list's memories.
bool SeesAll(const machine::Shape& shape, ProcessorKind kind,
             const std::vector<std::string>& memories);
/// Those of MemoriesOf that such a processor sees.
std::vector<std::vector<std::string>> MemoryChoices(const machine::Shape& shape,
                                                    ProcessorKind kind);

// Words of Layout statements.
inline constexpr std::array<std::string_view, 2> kStructures = {"SOA", "AOS"};
inline constexpr std::array<std::string_view, 2> kOrders = {"C_order", "F_order"};
inline constexpr std::array<std::string_view, 3> kAlignments = {"Align==128", "Align==64",
                                                                "No_Align"};

/// Of InstanceLimit statements; empty: no limit.
inline constexpr std::array<std::optional<int64_t>, 4> kLimits = {std::nullopt, 4, 2, 1};

/// Whether Region and Layout statements decide anything for it: not without access.
bool NeedsInstance(const app::Argument& argument);
/// Whether CollectMemory statements decide anything for it.
bool CanBeCollected(const app::Argument& argument);
/// Whether the task can be named in a statement, was launched, and has a processor to run on: only
/// then is there anything to decide.
bool IsDecided(const Problem& problem, const app::Task& task);
/// How a statement names an argument of the task so that no other one is meant: by its nearest name
/// when no other argument has it, else by its position.
std::string StatementName(const app::Task& task, size_t argument);

}  // namespace groma::tune

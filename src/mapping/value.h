// Values of the mapping language at run time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mapping/machine_space.h"

namespace groma::mapping {

struct TaskContext;

using Tuple = std::vector<int64_t>;

/// `task` or `task.parent`. Does not own; the context outlives the evaluation.
struct TaskValue {
  const TaskContext* context = nullptr;
};

/// m[…]: one processor of a space, or a set of them: no number stands for all of that dimension.
struct PointValue {
  MachineSpace space;
  std::vector<std::optional<int64_t>> coordinates;  // as many as the space has dimensions, in range
};

/// One alternative a lang::Type: kInteger, kBoolean, kTuple, kString, kTask, kSpace, kPoint.
using Value = std::variant<int64_t, bool, Tuple, std::string, TaskValue, MachineSpace, PointValue>;

/// As `print` shows it: 3, True, (1, 2), (1,), a task's name, Machine(GPU) of size (2, 4), and
/// m[1, *] as [1, *].
std::string ToString(const Value& value);

/// As ToString, but of a long tuple only the start: for messages.
std::string Brief(const Value& value);

/// "(1, 2)", "(1,)", "()".
std::string ToString(const Tuple& tuple);

}  // namespace groma::mapping

// Values of the mapping language at run time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/check/expression.h"
#include "mapping/column.h"
#include "mapping/machine_space.h"

namespace groma::mapping {

struct TaskContext;

using Tuple = std::vector<int64_t>;
/// A tuple whose elements may differ between the lanes of a block; its length is that of all lanes.
using ColumnTuple = std::vector<Column>;

/// `task` or `task.parent`. Does not own; the context outlives the evaluation.
struct TaskValue {
  const TaskContext* context = nullptr;
};

/// m[…]: one processor of a space, or a set of them: no number stands for all of that dimension.
struct PointValue {
  MachineSpace space;
  std::vector<std::optional<Column>> coordinates;  // as many as the space has dimensions, in range
};

/// One alternative a lang::Type: kInteger, kBoolean, kTuple, kString, kTask, kSpace, kPoint; then
/// those that only a block of points has, for integers, truth values and tuples that differ between
/// its lanes.
using Value = std::variant<int64_t, bool, Tuple, std::string, TaskValue, MachineSpace, PointValue,
                           Column, Flags, ColumnTuple>;

/// The type of the language that the value has.
lang::Type TypeOf(const Value& value);
/// Whether it has an alternative that only blocks have.
bool HasLanes(const Value& value);
bool IsTuple(const Value& value);

/// An integer; nothing for values of other types.
std::optional<Column> ColumnOf(const Value& value);
/// The elements of a tuple; a single integer as one element.
ColumnTuple ColumnsOf(const Value& value);
/// The usual alternative where all lanes are alike.
Value ValueOf(Column column);
Value ValueOf(ColumnTuple columns);
Value ValueOf(std::variant<bool, Flags> truth);

/// As `print` shows it: 3, True, (1, 2), (1,), a task's name, Machine(GPU) of size (2, 4), and
/// m[1, *] as [1, *].
std::string ToString(const Value& value);

/// As ToString, but of a long tuple only the start: for messages.
std::string Brief(const Value& value);

/// "(1, 2)", "(1,)", "()".
std::string ToString(const Tuple& tuple);

}  // namespace groma::mapping

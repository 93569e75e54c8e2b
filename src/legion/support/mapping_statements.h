// The statements of generated mappings as tables, and which of them decides. Needs the standard
// library alone (C++17).
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "mapping_spaces.h"

namespace groma::generated {

/// `*` in a statement.
struct Any {};
inline constexpr Any ANY{};

/// The tasks of a statement: a name, those that run on a kind of processor (maps alone), or all.
struct Tasks {
  constexpr Tasks(Any) {}
  constexpr Tasks(const char* task) : name(task) {}
  constexpr Tasks(ProcessorKind kind) : of_kind(true), processor(kind) {}
  const char* name = nullptr;
  bool of_kind = false;
  ProcessorKind processor = CPU;
};

/// A region requirement by its position.
struct Argument {
  constexpr explicit Argument(int64_t at) : position(at) {}
  int64_t position;
};

/// The regions of a statement: a name, a position, or all.
struct Regions {
  constexpr Regions(Any) {}
  constexpr Regions(const char* region) : name(region) {}
  constexpr Regions(Argument argument) : position(argument.position) {}
  const char* name = nullptr;
  int64_t position = -1;
};

/// The processors or the memory of a statement.
struct Where {
  constexpr Where(Any) {}
  constexpr Where(ProcessorKind kind) : is_processor(true), processor(kind) {}
  constexpr Where(MemoryKind kind) : is_memory(true), memory(kind) {}
  bool is_processor = false, is_memory = false;
  ProcessorKind processor = CPU;
  MemoryKind memory = SYSMEM;
};

/// A few kinds in order.
template <class Kind>
struct List {
  constexpr List(std::initializer_list<Kind> kinds) {
    for (Kind kind : kinds) items[count++] = kind;
  }
  constexpr const Kind* begin() const { return items; }
  constexpr const Kind* end() const { return items + count; }
  Kind items[8] = {};
  size_t count = 0;
};

/// How an alignment is compared with N.
enum Comparison { EQ, LT, LE, GT, GE, NE };

/// One constraint of a Layout statement.
struct Constraint {
  enum Aspect { kStructure, kOrder, kNoAlignment, kAlignment, kCompact, kExact };
  Aspect aspect = kStructure;
  bool value = false;
  Comparison comparison = EQ;
  int64_t bytes = 0;
};
inline constexpr Constraint SOA{Constraint::kStructure, false, EQ, 0};
inline constexpr Constraint AOS{Constraint::kStructure, true, EQ, 0};
inline constexpr Constraint C_order{Constraint::kOrder, false, EQ, 0};
inline constexpr Constraint F_order{Constraint::kOrder, true, EQ, 0};
inline constexpr Constraint No_Align{Constraint::kNoAlignment, false, EQ, 0};
inline constexpr Constraint Compact{Constraint::kCompact, true, EQ, 0};
inline constexpr Constraint Exact{Constraint::kExact, true, EQ, 0};
constexpr Constraint Align(Comparison comparison, int64_t bytes) {
  return {Constraint::kAlignment, false, comparison, bytes};
}

// One row a statement and task that it names; `line` is where it stands. In a table, statements
// that name a task come first, those about all tasks last; among equals the later statement first.
struct TaskStatement {
  Tasks tasks;
  List<ProcessorKind> processors;
  int line;
};
struct RegionStatement {
  Tasks tasks;
  Regions regions;
  Where where;
  List<MemoryKind> memories;
  int line;
};
struct LayoutStatement {
  Tasks tasks;
  Regions regions;
  Where where;
  List<Constraint> constraints;
  int line;
};
struct LimitStatement {
  Tasks tasks;
  int64_t limit;
  int line;
};
struct CollectStatement {
  Tasks tasks;
  Regions regions;
  int line;
};
struct ReplicateStatement {
  Tasks tasks;
  int line;
};

/// A table of statements; a view.
template <class Statement>
class Table {
 public:
  constexpr Table() = default;
  template <size_t kSize>
  constexpr Table(const Statement (&rows)[kSize]) : begin_(rows), end_(rows + kSize) {}
  const Statement* begin() const { return begin_; }
  const Statement* end() const { return end_; }
  bool empty() const { return begin_ == end_; }

 private:
  const Statement* begin_ = nullptr;
  const Statement* end_ = nullptr;
};

/// A region requirement as statements name it.
struct Requirement {
  std::string task;
  int position = 0;                // 0-based, NO_ACCESS ones included
  std::vector<std::string> names;  // nearest first: region, partition, parent region, …
};

inline bool IsAbout(const Tasks& tasks, const std::string& task) {
  return tasks.name == nullptr || task == tasks.name;
}

/// The first statement about the task; null when there is none.
template <class Statement>
const Statement* First(const Table<Statement>& table, const std::string& task) {
  for (const Statement& row : table) {
    if (IsAbout(row.tasks, task)) return &row;
  }
  return nullptr;
}

/// 0 for `*`, more for a name, the more the nearer the ancestor, most for a position; negative when
/// the statement is about other regions.
inline int RegionRank(const Regions& regions, const Requirement& requirement) {
  constexpr int kMost = 1 << 30;
  if (regions.position >= 0) return regions.position == requirement.position ? kMost : -1;
  if (regions.name == nullptr) return 0;
  for (size_t i = 0; i < requirement.names.size(); ++i) {
    if (requirement.names[i] == regions.name) return kMost / 2 - static_cast<int>(i);
  }
  return -1;
}

/// The statement that decides for a region: one that names the task, then the one of the nearest
/// region, then that of the most specific place. `fits` ranks the place; negative: another one.
template <class Statement, class Fits>
const Statement* Best(const Table<Statement>& table, const Requirement& requirement, Fits fits) {
  const Statement* best = nullptr;
  std::pair<int, int> best_rank;
  for (const Statement& row : table) {
    if (!IsAbout(row.tasks, requirement.task)) continue;
    if (best != nullptr && best->tasks.name != nullptr && row.tasks.name == nullptr) break;
    const std::pair<int, int> rank(RegionRank(row.regions, requirement), fits(row));
    if (rank.first < 0 || rank.second < 0 || (best != nullptr && rank <= best_rank)) continue;
    best = &row;
    best_rank = rank;
  }
  return best;
}

}  // namespace groma::generated

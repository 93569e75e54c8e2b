// Which statement decides: the statements of a program sorted by the task that is asked about.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lang/check/program.h"
#include "mapping/mapping.h"

namespace groma::mapping {

/// A statement that is about the task that is asked about.
template <class Statement>
struct Candidate {
  const Statement* statement = nullptr;
  bool names_task = false;
  std::optional<ProcessorKind> kind;  // maps alone: it is about the tasks of that kind

  Origin origin() const { return {statement->span, names_task}; }
};

/// What a program says about one task. Lists: those that name the task first, then (maps) those of
/// a kind, then `*`; among equals the later statement first, so that the first that fits decides.
struct TaskRules {
  std::vector<Candidate<lang::TaskStatement>> processors;
  std::vector<Candidate<lang::RegionStatement>> regions;
  std::vector<Candidate<lang::LayoutStatement>> layouts;
  std::vector<Candidate<lang::LimitStatement>> limits;
  std::vector<Candidate<lang::CollectStatement>> collects;
  std::vector<Candidate<lang::MapStatement>> index_maps;
  std::vector<Candidate<lang::MapStatement>> single_maps;
  std::vector<Candidate<lang::ReplicateStatement>> replicates;
};

/// A program may have so many statements, and so many pairs of a statement and a task that some
/// statement names: rules are kept for each such task.
inline constexpr size_t kMostStatements = 10'000;
inline constexpr size_t kMostPairs = 1'000'000;

/// Why rules cannot be made of the program: it is too large. Empty when they can.
std::string TooLargeForRules(const lang::Program& program);

/// The rules of every task that a program names, and of the others. Points into the program, which
/// must outlive it.
class Rules {
 public:
  explicit Rules(const lang::Program& program);
  const TaskRules& Of(std::string_view task) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class Statement>
  void Add(std::vector<Candidate<Statement>> TaskRules::*list,
           const std::vector<Statement>& statements);

  std::unordered_map<std::string, TaskRules, Hash, std::equal_to<>> named_;
  TaskRules others_;
};

/// The first of the maps that is about tasks on that kind; null when there is none.
const Candidate<lang::MapStatement>* MapFor(const std::vector<Candidate<lang::MapStatement>>& maps,
                                            const machine::Shape& shape, ProcessorKind kind);

/// How closely a statement's region fits: 0 for `*`, more for a name, the more the nearer the
/// ancestor, most for a position; negative when it is about other regions.
int RegionRank(const lang::RegionSelector& selector, const RegionQuery& region);

}  // namespace groma::mapping

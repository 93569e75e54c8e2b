// The space of mappings of a program on a machine: every decision with its choices. What proposers
// choose from, what `groma space` shows and draws from.
//
// In it is what Task, Region, Layout, InstanceLimit, CollectMemory, IndexTaskMap and SingleTaskMap
// statements can say of each task and argument: any processor and memory kind of the machine, the
// words of choices.h, the families of functions.h. Not in it: lists of several processors, Compact
// and Exact, ControlReplicate, functions beyond the families.
//
// Every mapping of the space passes the language's check. Many cannot run: `groma check` with
// application and machine refuses a processor that a task has no variant for and a memory that the
// processor does not see, wherever they stand. Such choices say so (Choice::refused), and the
// usable part of the space is what has none of them; a search works there. Some mappings of it fail
// too: layouts that a variant does not take, maps that leave the machine, memory that is too small.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tune/space/decisions.h"
#include "tune/space/functions.h"
#include "tune/space/natural.h"
#include "tune/space/problem.h"

namespace groma::tune {

enum class Aspect {
  kProcessor,
  kMemory,
  kStructure,
  kOrder,
  kAlignment,
  kCollect,
  kLimit,
  kIndexMap,
  kSingleMap,
  kParameter,  // of the index or single-task map chosen just before
};
/// "processor", "memory", …, "index map", "single-task map", "parameter".
std::string_view ToString(Aspect aspect);

struct Dimension;

/// One choice, and the dimensions that it opens: a memory is chosen for the processor chosen.
struct Choice {
  std::string value;  // as statements say it ("GPU", "FBMEM,ZCMEM", "Align==64"), a family's name,
                      // a parameter's value; "none", "default": no statement
  std::vector<Dimension> then;
  std::optional<PlacingFamily> family;  // of a map other than the default
  std::string refused;                  // why no mapping with this choice runs; empty: some may
};

struct Dimension {
  Aspect aspect = Aspect::kProcessor;
  std::string task;
  std::string region;           // as a statement names it, else empty
  std::string processor;        // that the choice is for; empty: any
  std::string parameter;        // kParameter: its name
  std::vector<Choice> choices;  // at least one
};

/// Independent of each other: a mapping is one choice of each, and of each that a choice opens.
using Space = std::vector<Dimension>;

/// The space of a problem; no dimensions when nothing is known of the program. Cost: the size of
/// the space's tree (tasks × arguments × memories), not the number of mappings.
Space SpaceOf(const Problem& problem);

/// The part of the space without choices that are refused.
Space Usable(const Space& space);

/// How many mappings there are: the sum over a dimension's choices of the products of what they
/// open. Two of them may place the same points alike.
Natural Count(const Space& space);
Natural Count(const Choice& choice);
Natural Count(const Dimension& dimension);

/// A choice made. The dimension is of a space that must outlive it.
struct Pick {
  const Dimension* dimension = nullptr;
  size_t choice = 0;
  const Choice& chosen() const { return dimension->choices[choice]; }
};

/// A mapping of the space: every dimension before those that its choice opens.
using Picks = std::vector<Pick>;

/// The `number`-th mapping (0, 1, …) of the sequence of that seed. Every mapping of the space is
/// equally likely; the same arguments give the same mapping everywhere.
Picks Draw(const Space& space, uint64_t seed, uint64_t number);

/// What the picks decide, as statements. A task of one kind of processor needs none of that.
Decisions DecisionsOf(const Picks& picks);

}  // namespace groma::tune

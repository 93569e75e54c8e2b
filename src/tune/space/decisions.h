// A mapping as a list of decisions, so that moves of a search are edits on values, and the text of
// the result stays readable.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/kinds.h"
#include "lang/syntax/operators.h"
#include "lang/syntax/tree.h"

namespace groma::tune {

/// One statement for one task. `comment` is printed behind it: why it is there.
struct TaskDecision {
  std::string task;  // a name or "*"
  std::vector<std::string> processors;
  std::string comment;
};
struct RegionDecision {
  std::string task, region, processor;  // names, positions or "*"
  std::vector<std::string> memories;
  std::string comment;
};
struct LayoutDecision {
  std::string task, region, place;
  std::string structure;  // "SOA", "AOS" or empty: left open
  std::string order;      // "C_order", "F_order" or empty
  std::string alignment;  // "Align==64", "No_Align" or empty
  std::string shape;      // "Compact", "Exact", both, or empty
  std::string comment;
};
struct LimitDecision {
  std::string task;
  int64_t limit = 1;
  std::string comment;
};
struct CollectDecision {
  std::string task, region;
  std::string comment;
};
struct MapDecision {
  bool index = true;    // IndexTaskMap, else SingleTaskMap
  std::string task;     // a name, a processor kind or "*"
  std::string machine;  // of the older form `IndexTaskMap T m g;`, else empty
  std::string function;
  std::string comment;
};
/// A global value or a function, its text as written.
struct Definition {
  std::string name;
  std::string text;
};

/// The order of statements of one kind counts (of equals the later one decides), that of statements
/// of different kinds does not.
struct Decisions {
  std::vector<TaskDecision> tasks;
  std::vector<RegionDecision> regions;
  std::vector<LayoutDecision> layouts;
  std::vector<Definition> definitions;
  std::vector<LimitDecision> limits;
  std::vector<CollectDecision> collects;
  std::vector<MapDecision> maps;
  std::vector<std::string> replicates;  // task names

  // Edits. Each replaces the statement of the same task, region and place where there is one, and
  // adds one at the end where there is none.
  void SetTask(const std::string& task, std::vector<std::string> processors, std::string comment);
  void SetRegion(const std::string& task, const std::string& region, const std::string& processor,
                 std::vector<std::string> memories, std::string comment);
  /// The statement for that task, region and place; made without any aspect when missing.
  LayoutDecision& Layout(const std::string& task, const std::string& region,
                         const std::string& place);
  /// `words` as in a statement: "SOA F_order Align==64". Unknown words are passed over.
  void SetLayout(const std::string& task, const std::string& region, const std::string& place,
                 std::string_view words, std::string comment);
  void SetLimit(const std::string& task, int64_t limit, std::string comment);
  void DropLimit(const std::string& task);  // "*": all
  void SetCollect(const std::string& task, const std::string& region, std::string comment);
  void SetMap(bool index, const std::string& task, const std::string& function,
              std::string comment);
  void DropMaps(const std::string& task);  // "*": all
  const Definition* FindDefinition(std::string_view name) const;
  /// Adds a definition unless the same text is there under that name; when another text has the
  /// name, returns a free one in its place. `text_for(name)` gives the text under a name.
  template <class TextFor>
  std::string Define(const std::string& name, TextFor text_for) {
    std::string free = name;
    for (int n = 2;; ++n) {
      const std::string text = text_for(free);
      const Definition* there = FindDefinition(free);
      if (there == nullptr) {
        definitions.push_back({free, text});
        return free;
      }
      if (there->text == text) return free;
      free = name + "_" + std::to_string(n);
    }
  }
  /// Leaves out definitions that no map and no other definition uses any more.
  void DropUnused();
};

/// As mapping text: one statement a line, comments behind them, names quoted where they must be.
/// `heading`: lines of comment at the top, without '#'.
std::string Print(const Decisions& decisions, const std::vector<std::string>& heading = {});

/// The decisions of a parsed text; statements with errors are left out, lists of tasks become one
/// statement a task. `text` is what the tree was parsed from.
Decisions FromTree(const lang::Tree& tree, std::string_view text);

/// FromText reads so many bytes: no proposer writes as much.
inline constexpr size_t kLongestText = 128 << 10;

/// What any text says, as far as it can be understood: what does not parse or check is left out
/// until the rest is a legal mapping; what stands behind kLongestText too.
Decisions FromText(const std::string& text);

}  // namespace groma::tune

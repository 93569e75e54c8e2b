#include "tune/space/space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tune/space/choices.h"
#include "tune/space/data_use.h"

namespace groma::tune {
namespace {

constexpr std::string_view kNone = "none", kDefault = "default";

/// Builds the dimensions of one problem.
class Builder {
 public:
  explicit Builder(const Problem& problem)
      : problem_(problem), shape_(problem.machine), use_(problem.app) {}

  Space All() const {
    Space space;
    for (const app::Task& task : problem_.app.tasks) {
      if (!IsDecided(problem_, task)) continue;
      space.push_back(Processors(task));
      if (!task.parents.empty()) space.push_back(Limits(task));
    }
    return space;
  }

 private:
  Dimension Processors(const app::Task& task) const {
    Dimension dimension{Aspect::kProcessor, task.name, "", "", "", {}};
    for (const ProcessorKind kind : ProcessorsOf(shape_)) {
      Choice choice{std::string(groma::ToString(kind)), {}, {}, {}};
      if (!HasVariant(task, kind)) choice.refused = "the task has no variant for it";
      for (size_t i = 0; i < task.arguments.size(); ++i)
        if (NeedsInstance(task.arguments[i])) choice.then.push_back(Memories(task, i, kind));
      if (!task.parents.empty()) {
        if (task.index_launched && !task.domains.empty())
          choice.then.push_back(IndexMaps(task, kind));
        if (task.single_launched) choice.then.push_back(SingleMaps(task, kind));
      }
      dimension.choices.push_back(std::move(choice));
    }
    return dimension;
  }

  static Dimension Limits(const app::Task& task) {
    Dimension dimension{Aspect::kLimit, task.name, "", "", "", {}};
    for (const std::optional<int64_t>& limit : kLimits)
      dimension.choices.push_back(
          {limit ? std::to_string(*limit) : std::string(kNone), {}, {}, {}});
    return dimension;
  }

  Dimension Memories(const app::Task& task, size_t at, ProcessorKind kind) const {
    const app::Argument& argument = task.arguments[at];
    Dimension about{Aspect::kMemory,
                    task.name,
                    StatementName(task, at),
                    std::string(groma::ToString(kind)),
                    "",
                    {}};
    Choice with_instance;
    with_instance.then = Layouts(about, argument);
    Dimension dimension = about;
    for (const std::vector<std::string>& memories : MemoriesOf(shape_)) {
      // A list of which a processor sees one memory means that one alone.
      if (memories.size() > 1 && !SeesAll(shape_, kind, memories)) continue;
      with_instance.value = fmt::format("{}", fmt::join(memories, ","));
      with_instance.refused =
          SeesAll(shape_, kind, memories) ? "" : "the processor does not see it";
      dimension.choices.push_back(with_instance);
    }
    // A reduction needs an instance in any case.
    if (IsInner(task, kind) && argument.privilege != app::Privilege::kReduce)
      dimension.choices.push_back({std::string(groma::ToString(MemoryKind::kVirtual)), {}, {}, {}});
    return dimension;
  }

  /// Of an argument in a memory. A layout that cannot differ is no choice.
  std::vector<Dimension> Layouts(Dimension about, const app::Argument& argument) const {
    std::vector<Dimension> dimensions;
    const auto add = [&](Aspect aspect, const auto& words, size_t count) {
      about.aspect = aspect;
      about.choices.clear();
      for (size_t i = 0; i < count; ++i)
        about.choices.push_back({std::string(words[i]), {}, {}, {}});
      dimensions.push_back(about);
    };
    if (use_.StructureMatters(argument)) add(Aspect::kStructure, kStructures, kStructures.size());
    if (DataUse::OrderMatters(argument)) add(Aspect::kOrder, kOrders, kOrders.size());
    add(Aspect::kAlignment, kAlignments, kAlignments.size());
    static constexpr std::array<std::string_view, 2> kCollected = {kNone, "collected"};
    if (CanBeCollected(argument)) add(Aspect::kCollect, kCollected, kCollected.size());
    return dimensions;
  }

  static Dimension Maps(Aspect aspect, const app::Task& task, ProcessorKind kind,
                        std::vector<PlacingFamily> families) {
    Dimension about{aspect, task.name, "", std::string(groma::ToString(kind)), "", {}};
    Dimension dimension = about;
    dimension.choices.push_back({std::string(kDefault), {}, {}, {}});
    about.aspect = Aspect::kParameter;
    for (PlacingFamily& family : families) {
      Choice choice{family.name, {}, {}, {}};
      for (const Parameter& parameter : family.parameters) {
        about.parameter = parameter.name;
        about.choices.clear();
        for (const std::string& value : parameter.values)
          about.choices.push_back({value, {}, {}, {}});
        choice.then.push_back(about);
      }
      choice.family = std::move(family);
      dimension.choices.push_back(std::move(choice));
    }
    return dimension;
  }

  Dimension IndexMaps(const app::Task& task, ProcessorKind kind) const {
    return Maps(Aspect::kIndexMap, task, kind,
                IndexFamilies(task.domains.front().size(), shape_.nodes()));
  }

  Dimension SingleMaps(const app::Task& task, ProcessorKind kind) const {
    return Maps(Aspect::kSingleMap, task, kind,
                SingleFamilies(shape_.ProcessorsPerNode(kind) * shape_.nodes()));
  }

  const Problem& problem_;
  const machine::Shape shape_;
  const DataUse use_;
};

}  // namespace

std::string_view ToString(Aspect aspect) {
  switch (aspect) {
    case Aspect::kProcessor:
      return "processor";
    case Aspect::kMemory:
      return "memory";
    case Aspect::kStructure:
      return "structure";
    case Aspect::kOrder:
      return "order";
    case Aspect::kAlignment:
      return "alignment";
    case Aspect::kCollect:
      return "collection";
    case Aspect::kLimit:
      return "instance limit";
    case Aspect::kIndexMap:
      return "index map";
    case Aspect::kSingleMap:
      return "single-task map";
    case Aspect::kParameter:
      return "parameter";
  }
  return "";
}

Space Usable(const Space& space) {
  Space usable = space;
  for (Dimension& dimension : usable) {
    std::erase_if(dimension.choices, [](const Choice& choice) { return !choice.refused.empty(); });
    for (Choice& choice : dimension.choices) choice.then = Usable(choice.then);
  }
  return usable;
}

Space SpaceOf(const Problem& problem) { return Builder(problem).All(); }

Natural Count(const Space& space) {
  Natural count = 1;
  for (const Dimension& dimension : space) count *= Count(dimension);
  return count;
}

Natural Count(const Choice& choice) { return Count(choice.then); }

Natural Count(const Dimension& dimension) {
  Natural count = 0;
  for (const Choice& choice : dimension.choices) count += Count(choice);
  return count;
}

}  // namespace groma::tune

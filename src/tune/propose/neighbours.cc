#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include "tune/propose/moves.h"
#include "tune/space/choices.h"
#include "tune/space/data_use.h"
#include "tune/space/functions.h"

namespace groma::tune {
namespace {

using app::Privilege;

/// How a statement names an argument: by its nearest name, or by its position.
std::string NameOf(const app::Argument& argument, size_t position) {
  return argument.names.empty() ? std::to_string(position) : argument.names.front();
}

/// How outcomes name it: as statements do, but "argument 0" for "0".
std::string RegionWord(const app::Argument& argument, size_t position) {
  return (argument.names.empty() ? "argument " : "") + NameOf(argument, position);
}

// Most tasks run faster on GPUs (paper, section 4.2).
constexpr double kLeavingGpu = 0.2;
// Changes for all tasks at once come before those of one; alignment seldom matters.
constexpr double kOneTask = 0.5;
constexpr double kOneRegion = 0.5;
constexpr double kHostSide = 0.4;   // when it is not known how busy the CPUs were
constexpr double kIdleSide = 0.05;  // of processors that had nothing to do
constexpr double kSeldom = 0.1;     // of tasks that run once, next to those that run most often
constexpr double kNeverCopied = 0.3;
constexpr double kOrder = 0.6;
constexpr double kAlignment = 0.05;     // instances begin at large powers of two anyway
constexpr double kFloor = 0.05;         // what looks pointless comes last, but comes
constexpr double kWorthMoving = 0.005;  // of the run's time
constexpr double kRoomy = 0.1;          // limits of tasks when no memory is more than half full

/// A word of a Layout statement in a sentence about a region.
std::string Spoken(const std::string& word) {
  if (word == "AOS") return "as an array of structures (AOS)";
  if (word == "SOA") return "as a structure of arrays (SOA)";
  if (word == "C_order") return "with the last dimension fastest (C_order)";
  if (word == "F_order") return "with the first dimension fastest (F_order)";
  if (word == "No_Align") return "without alignment (No_Align)";
  return "aligned (" + word + ")";
}

std::set<std::string> WordsOf(const std::string& name) {
  std::set<std::string> words;
  std::string word;
  for (const char c : name + "_") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      words.insert(std::exchange(word, ""));
    }
  }
  return words;
}

/// The task that a kernel most likely belongs to: of the same name, or the one that shares most
/// words of its name with it. Empty when there is none or there are several.
std::string TaskOfKernel(const app::Description& app, const std::string& kernel) {
  if (app.FindTask(kernel) != nullptr) return kernel;
  const std::set<std::string> words = WordsOf(kernel);
  std::string best;
  size_t most = 0;
  for (const app::Task& task : app.tasks) {
    size_t shared = 0;
    for (const std::string& word : WordsOf(task.name)) shared += words.count(word);
    if (shared < most || shared == 0) continue;
    best = shared == most ? "" : task.name;
    most = shared;
  }
  return best;
}

/// Generates the neighbours of one mapping.
class Generator {
 public:
  Generator(const Decisions& decisions, const View& view, const Problem& problem,
            const eval::Outcome* outcome)
      : decisions_(decisions), view_(view), problem_(problem), use_(problem.app) {
    for (const app::Task& task : problem.app.tasks)
      most_launches_ = std::max(most_launches_, task.launches);
    if (outcome == nullptr) return;
    run_seconds_ = outcome->seconds;
    for (const eval::TaskTime& time : outcome->breakdown.tasks) {
      task_seconds_[TaskOfKernel(problem.app, time.task)] += time.busy.Seconds();
      (time.processor == "GPU" ? gpu_seconds_ : cpu_seconds_) += time.busy.Seconds();
    }
    for (const eval::Traffic& traffic : outcome->breakdown.traffic) {
      region_seconds_[traffic.region] += traffic.time.Seconds();
      use_seconds_[{traffic.task, traffic.region}] += traffic.time.Seconds();
      if (traffic.kind != eval::Traffic::Kind::kAccess && traffic.from == "FBMEM")
        copied_.insert(traffic.region);
    }
    if (!outcome->breakdown.memories.empty()) room_ = kRoomy;
    for (const eval::MemoryPeak& memory : outcome->breakdown.memories)
      if (memory.peak.count > memory.capacity.count / 2) room_ = 1;
  }

  std::vector<Move> All() {
    TaskMoves();
    RegionMoves();
    IndexMoves();
    LayoutMoves();
    SingleMoves();
    LimitMoves();
    std::stable_sort(moves_.begin(), moves_.end(), [](const Move& a, const Move& b) {
      return a.family != b.family ? a.family < b.family : a.weight > b.weight;
    });
    return std::move(moves_);
  }

 private:
  Decisions& Add(Family family, std::string slot, std::string value, std::string reason,
                 double weight, double prior = 1) {
    moves_.push_back(
        {std::move(slot), std::move(value), family, std::move(reason), weight, prior, decisions_});
    return moves_.back().result;
  }

  double TaskSeconds(const std::string& task) const {
    const auto found = task_seconds_.find(task);
    return found == task_seconds_.end() ? 0 : found->second;
  }

  /// Between kSeldom and 1: how often the task runs, next to the one that runs most often.
  double Activity(const std::string& name) const {
    const app::Task* task = problem_.app.FindTask(name);
    if (task == nullptr || most_launches_ <= 0) return 1;
    return kSeldom + (1 - kSeldom) * static_cast<double>(task->launches) /
                         static_cast<double>(most_launches_);
  }
  double Activity(const std::vector<std::string>& tasks) const {
    double activity = 0;
    for (const std::string& task : tasks) activity = std::max(activity, Activity(task));
    return activity;
  }

  /// How much of the work that kind of processor does.
  double SideOf(ProcessorKind kind) const {
    const double all = gpu_seconds_ + cpu_seconds_;
    if (all <= 0) return kind == ProcessorKind::kGpu ? 1 : kHostSide;
    const double share = (kind == ProcessorKind::kGpu ? gpu_seconds_ : cpu_seconds_) / all;
    return std::max(kIdleSide, share);
  }

  /// Zero-copy memory pays for data that would be copied between processors all the time, the
  /// framebuffer for data that GPUs reach for. What the run's traffic does not show cannot be
  /// saved.
  double PriorOfMemory(const std::string& region, const std::string& memory,
                       ProcessorKind kind) const {
    if (memory == "ZCMEM")
      return (copied_.empty() || copied_.contains(region) ? 1 : kNeverCopied) *
             InPlace(region, kind);
    if (kind != ProcessorKind::kGpu || region_seconds_.empty() || region_seconds_.contains("") ||
        run_seconds_ <= 0)
      return 1;
    const auto found = region_seconds_.find(region);
    const double seconds = found == region_seconds_.end() ? 0 : found->second;
    const int gpus = std::max(1, problem_.machine.processors.gpu * problem_.machine.nodes);
    return std::clamp(seconds / gpus / (kWorthMoving * run_seconds_), kFloor, 1.0);
  }

  /// 1 where all launches' bytes of the region cross the host link in no time, less the longer they
  /// take next to the whole run.
  double InPlace(const std::string& region, ProcessorKind kind) const {
    const auto& gpu = problem_.machine.gpu;
    if (kind != ProcessorKind::kGpu || gpu.zero_copy_bandwidth.rate <= 0 || run_seconds_ <= 0)
      return 1;
    const int gpus = std::max(1, problem_.machine.processors.gpu * problem_.machine.nodes);
    const double seconds =
        use_.BytesUsed(region) / static_cast<double>(gpu.zero_copy_bandwidth.rate) / gpus;
    return 1 / (1 + 10 * seconds / run_seconds_);
  }

  /// An AOS pays where fields are used together, in large data; an order where there is more than
  /// one dimension (all others give no new mapping, View).
  double PriorOfLayout(const std::string& word, const std::string& region) const {
    const double size = std::max(kFloor, use_.SizeShare(region));
    if (word == "AOS") return size * std::max(kFloor, use_.UsedTogether(region));
    if (word == "SOA") return size;
    return size * (word == "C_order" || word == "F_order" ? kOrder : kAlignment);
  }

  /// Moving the task there promises little when, by the processors' peak rates, it would take
  /// longer than the whole run does now.
  double PriorOfTask(const std::string& task, ProcessorKind kind) const {
    if (kind == ProcessorKind::kGpu) return Activity(task);
    const machine::Description& machine = problem_.machine;
    const double gpu = machine.gpu.single_flops.rate, core = machine.host.core_single_flops.rate;
    double prior = kLeavingGpu * Activity(task);
    if (gpu <= 0 || core <= 0 || run_seconds_ <= 0) return prior;
    const int cores = std::max(1, machine.processors.cpu * machine.nodes);
    const double there = TaskSeconds(task) * gpu / core / cores;
    return prior / (1 + 10 * there / run_seconds_);
  }

  /// Points that share a processor while others idle wait for each other: less the longer that
  /// takes next to the whole run. Of the last move, which places the tasks so.
  double PriorOfCrowding(const Placing& placing, ProcessorKind kind,
                         const std::vector<const app::Task*>& tasks) {
    if (run_seconds_ <= 0) return 1;
    const machine::Shape shape(problem_.machine);
    const int processors = std::max(1, shape.ProcessorsPerNode(kind)) * shape.nodes();
    double waiting = 0;
    for (const app::Task* task : tasks) {
      // Placings know nothing of a task but its launches.
      const auto [known, is_new] = crowding_.try_emplace({placing.name, kind, task->domains}, 1);
      if (is_new)
        if (const auto view = View::Of(Print(moves_.back().result), problem_))
          known->second = view->CrowdingOf(*task);
      waiting += TaskSeconds(task->name) / processors *
                 std::max(0.0, known->second / view_.CrowdingOf(*task) - 1);
    }
    return 1 / (1 + 10 * waiting / run_seconds_);
  }

  /// "; moving it and reaching for it took 3.2 ms" where the run told.
  std::string TrafficOf(const std::string& region) const {
    const auto found = region_seconds_.find(region);
    if (found == region_seconds_.end() || found->second < 5e-5) return "";
    return fmt::format(", since copying it and reaching for it from afar took {:.1f} ms in all",
                       1000 * found->second);
  }

  void TaskMoves() {
    for (const app::Task& task : problem_.app.tasks) {
      const ProcessorKind now = view_.KindOf(task);
      for (const ProcessorKind kind : ProcessorChoices(problem_, task)) {
        if (kind == now) continue;
        std::vector<std::string> kinds = {std::string(ToString(kind))};
        if (HasVariant(task, now) && HasProcessor(problem_, now)) kinds.emplace_back(ToString(now));
        std::string reason =
            fmt::format("{} from {} to {}", task.name, ToString(now), ToString(kind));
        if (const double seconds = TaskSeconds(task.name); seconds > 0)
          reason += fmt::format(", where it took {:.1f} ms in all", 1000 * seconds);
        Decisions& result = Add(Family::kTask, "task " + task.name, kinds[0], reason,
                                kind == ProcessorKind::kGpu ? TaskSeconds(task.name) : 0,
                                PriorOfTask(task.name, kind));
        result.SetTask(task.name, kinds, reason);
        // Its maps are over the processors that it leaves.
        result.DropMaps(task.name);
        result.DropUnused();
      }
    }
  }

  /// The tasks that use a region of that name, and on which kinds of processors they run now.
  struct Users {
    std::vector<std::string> tasks;                          // each once
    std::map<ProcessorKind, std::set<MemoryKind>> memories;  // first choices
  };

  std::vector<std::pair<std::string, Users>> NamedRegions() const {
    std::vector<std::pair<std::string, Users>> regions;
    for (const app::Task& task : problem_.app.tasks) {
      const ProcessorKind kind = view_.KindOf(task);
      for (size_t i = 0; i < task.arguments.size(); ++i) {
        const app::Argument& argument = task.arguments[i];
        if (argument.privilege == Privilege::kNoAccess || argument.names.empty()) continue;
        auto found = std::find_if(regions.begin(), regions.end(), [&](const auto& region) {
          return region.first == argument.names.front();
        });
        if (found == regions.end())
          found = regions.insert(regions.end(), {argument.names.front(), Users{}});
        Users& users = found->second;
        if (users.tasks.empty() || users.tasks.back() != task.name)
          users.tasks.push_back(task.name);
        users.memories[kind].insert(view_.MemoriesOf(task, i, kind).front());
      }
    }
    return regions;
  }

  /// Of the space's lists of memories that begin with the same one the longest: it runs where the
  /// others find no room.
  std::vector<std::vector<std::string>> RoomyMemories(ProcessorKind kind) const {
    std::vector<std::vector<std::string>> roomy;
    for (std::vector<std::string>& memories :
         MemoryChoices(machine::Shape(problem_.machine), kind)) {
      const auto same = std::find_if(roomy.begin(), roomy.end(), [&](const auto& other) {
        return other.front() == memories.front();
      });
      if (same == roomy.end())
        roomy.push_back(std::move(memories));
      else if (memories.size() > same->size())
        *same = std::move(memories);
    }
    return roomy;
  }

  void RegionMoves() {
    for (const auto& [name, users] : NamedRegions()) {
      for (const auto& [kind, first] : users.memories) {
        for (const std::vector<std::string>& memories : RoomyMemories(kind)) {
          if (first.size() == 1 && first.contains(*ParseMemoryKind(memories[0]))) continue;
          RegionForAll(name, users, kind, memories);
        }
      }
    }
    for (const app::Task& task : problem_.app.tasks) RegionMovesOf(task);
  }

  void RegionForAll(const std::string& name, const Users& users, ProcessorKind kind,
                    const std::vector<std::string>& memories) {
    const std::string processor(ToString(kind));
    const std::string reason =
        fmt::format("{} in {} for {}s{}", name, memories[0], processor, TrafficOf(name));
    const auto found = region_seconds_.find(name);
    Decisions& result =
        Add(Family::kRegion, fmt::format("region * {} {}", name, processor), memories[0], reason,
            found == region_seconds_.end() ? 0 : found->second,
            SideOf(kind) * Activity(users.tasks) * PriorOfMemory(name, memories[0], kind));
    result.SetRegion("*", name, processor, memories, reason);
    // A statement that names a task outranks one that names the region alone.
    for (const std::string& task : users.tasks) {
      const bool named =
          std::any_of(result.regions.begin(), result.regions.end(),
                      [&](const RegionDecision& region) { return region.task == task; });
      if (named) result.SetRegion(task, name, processor, memories, reason);
    }
  }

  /// The same, one use of a region at a time.
  void RegionMovesOf(const app::Task& task) {
    const ProcessorKind kind = view_.KindOf(task);
    const std::string processor(ToString(kind));
    for (size_t i = 0; i < task.arguments.size(); ++i) {
      const app::Argument& argument = task.arguments[i];
      if (argument.privilege == Privilege::kNoAccess) continue;
      const MemoryKind now = view_.MemoriesOf(task, i, kind).front();
      for (const std::vector<std::string>& memories : RoomyMemories(kind)) {
        const MemoryKind wanted = *ParseMemoryKind(memories[0]);
        if (wanted == now || now == MemoryKind::kVirtual) continue;
        const std::string name = NameOf(argument, i);
        const std::string reason =
            fmt::format("{} of {} in {} for {}s{}", RegionWord(argument, i), task.name, memories[0],
                        processor, TrafficOf(RegionWord(argument, i)));
        const auto found = use_seconds_.find({task.name, RegionWord(argument, i)});
        Add(Family::kRegion, fmt::format("region {} {} {}", task.name, name, processor),
            memories[0], reason, found == use_seconds_.end() ? 0 : found->second,
            kOneTask * SideOf(kind) * Activity(task.name) *
                PriorOfMemory(RegionWord(argument, i), memories[0], kind))
            .SetRegion(task.name, name, processor, memories, reason);
      }
    }
  }

  void IndexMoves() {
    const int nodes = machine::Shape(problem_.machine).nodes();
    // All launches of as many dimensions together, then one task alone.
    std::map<std::pair<size_t, ProcessorKind>, std::vector<const app::Task*>> groups;
    for (const app::Task& task : problem_.app.tasks)
      if (task.index_launched && !task.domains.empty())
        groups[{task.domains.front().size(), view_.KindOf(task)}].push_back(&task);
    for (const auto& [key, tasks] : groups) {
      const auto& [dimensions, kind] = key;
      double weight = 0;
      double activity = 0;
      for (const app::Task* task : tasks) {
        weight += TaskSeconds(task->name);
        activity = std::max(activity, Activity(task->name));
      }
      for (const Placing& placing : IndexPlacings(dimensions, nodes)) {
        const std::string reason = fmt::format("{}-dimensional launches on {}: {}", dimensions,
                                               ToString(kind), placing.meaning);
        Decisions& result =
            Add(Family::kIndexMap, fmt::format("index {}d {}", dimensions, ToString(kind)),
                placing.name, reason, weight, placing.prior * SideOf(kind) * activity);
        const std::string function = Define(result, placing, kind);
        for (const app::Task* task : tasks) result.SetMap(true, task->name, function, reason);
        result.DropUnused();
        moves_.back().prior *= PriorOfCrowding(placing, kind, tasks);
      }
      if (tasks.size() < 2) continue;
      for (const app::Task* task : tasks) IndexMovesOf(*task, dimensions, kind);
    }
  }

  void IndexMovesOf(const app::Task& task, size_t dimensions, ProcessorKind kind) {
    for (const Placing& placing :
         IndexPlacings(dimensions, machine::Shape(problem_.machine).nodes())) {
      const std::string reason = fmt::format("{}: {}", task.name, placing.meaning);
      Decisions& result =
          Add(Family::kIndexMap, "index " + task.name, placing.name, reason, TaskSeconds(task.name),
              placing.prior * kOneTask * SideOf(kind) * Activity(task.name));
      result.SetMap(true, task.name, Define(result, placing, kind), reason);
      result.DropUnused();
      moves_.back().prior *= PriorOfCrowding(placing, kind, {&task});
    }
  }

  void SingleMoves() {
    for (const app::Task& task : problem_.app.tasks) {
      if (!task.single_launched || task.parents.empty()) continue;
      const ProcessorKind kind = view_.KindOf(task);
      const machine::Shape shape(problem_.machine);
      const int processors = shape.ProcessorsPerNode(kind) * shape.nodes();
      for (const Placing& placing : SinglePlacings(processors)) {
        const std::string reason = fmt::format("{}: {}", task.name, placing.meaning);
        Decisions& result =
            Add(Family::kSingleMap, "single " + task.name, placing.name, reason,
                TaskSeconds(task.name), placing.prior * SideOf(kind) * Activity(task.name));
        result.SetMap(false, task.name, Define(result, placing, kind), reason);
        result.DropUnused();
      }
    }
  }

  /// Less usual ones first: among equals the first one is tried.
  static std::vector<std::string> LayoutWords() {
    std::vector<std::string> words(kStructures.rbegin(), kStructures.rend());
    words.insert(words.end(), kOrders.rbegin(), kOrders.rend());
    words.insert(words.end(), kAlignments.begin(), kAlignments.end());
    return words;
  }

  void LayoutMoves() {
    const std::vector<std::string> words = LayoutWords();
    const auto regions = NamedRegions();
    for (const std::string& word : words) {
      double prior = regions.empty() ? PriorOfLayout(word, "") : 0;
      for (const auto& [name, users] : regions)
        prior = std::max(prior, PriorOfLayout(word, name) * Activity(users.tasks));
      const std::string reason = fmt::format("every region {}", Spoken(word));
      Decisions& result = Add(Family::kLayout, "layout * * *", word, reason, 0, prior);
      result.SetLayout("*", "*", "*", word, reason);
    }
    for (const auto& [name, users] : regions) {
      const auto found = region_seconds_.find(name);
      for (const std::string& word : words) {
        std::string reason = fmt::format("{} {}", name, Spoken(word));
        if (word == "AOS" && use_.UsedTogether(name) >= 0.5)
          reason += ", whose fields are used together";
        Add(Family::kLayout, fmt::format("layout * {} *", name), word, reason,
            found == region_seconds_.end() ? 0 : found->second,
            kOneRegion * PriorOfLayout(word, name) * Activity(users.tasks))
            .SetLayout("*", name, "*", word, reason);
      }
    }
  }

  void LimitMoves() {
    for (const app::Task& task : problem_.app.tasks) {
      if (task.parents.empty()) continue;
      const std::optional<int64_t> now = view_.LimitOf(task);
      const std::string slot = "limit " + task.name;
      for (const std::optional<int64_t>& limit : kLimits) {
        if (now == limit) continue;
        if (!limit) {
          Add(Family::kLimit, slot, "none", fmt::format("no limit on {}", task.name),
              TaskSeconds(task.name), Activity(task.name))
              .DropLimit(task.name);
          continue;
        }
        const std::string reason = fmt::format("at most {} of {} at a time", *limit, task.name);
        Add(Family::kLimit, slot, std::to_string(*limit), reason, 0,
            room_ * kOneTask * Activity(task.name))
            .SetLimit(task.name, *limit, reason);
      }
    }
  }

  const Decisions& decisions_;
  const View& view_;
  const Problem& problem_;
  const DataUse use_;
  double room_ = 1;  // of the wish to limit tasks: small when memories are roomy
  int64_t most_launches_ = 0;
  std::set<std::string> copied_;  // regions that left a framebuffer
  double run_seconds_ = 0, gpu_seconds_ = 0, cpu_seconds_ = 0;
  std::map<std::string, double> task_seconds_, region_seconds_;
  std::map<std::pair<std::string, std::string>, double> use_seconds_;
  std::map<std::tuple<std::string, ProcessorKind, std::vector<std::vector<int64_t>>>, double>
      crowding_;  // of launches under a placing
  std::vector<Move> moves_;
};

}  // namespace

std::string_view ToString(Family family) {
  switch (family) {
    case Family::kTask:
      return "task";
    case Family::kRegion:
      return "region";
    case Family::kLayout:
      return "layout";
    case Family::kIndexMap:
      return "index map";
    case Family::kSingleMap:
      return "single map";
    case Family::kLimit:
      return "instance limit";
    case Family::kRepair:
      return "repair";
  }
  return "";
}

std::vector<Move> Neighbours(const Decisions& decisions, const View& view, const Problem& problem,
                             const eval::Outcome* outcome) {
  return Generator(decisions, view, problem, outcome).All();
}

std::vector<std::string> KeysInEffect(const View& view, const Problem& problem) {
  std::vector<std::string> keys;
  for (const app::Task& task : problem.app.tasks) {
    const ProcessorKind kind = view.KindOf(task);
    const std::string_view processor = ToString(kind);
    keys.push_back(fmt::format("task {}={}", task.name, processor));
    const auto limit = view.LimitOf(task);
    keys.push_back(fmt::format("limit {}={}", task.name, limit ? std::to_string(*limit) : "none"));
    for (size_t i = 0; i < task.arguments.size(); ++i) {
      const app::Argument& argument = task.arguments[i];
      if (argument.privilege == Privilege::kNoAccess) continue;
      const std::string name = NameOf(argument, i);
      const std::string_view memory = ToString(view.MemoriesOf(task, i, kind).front());
      keys.push_back(fmt::format("region * {} {}={}", name, processor, memory));
      keys.push_back(fmt::format("region {} {} {}={}", task.name, name, processor, memory));
      std::istringstream words(view.LayoutOf(task, i, kind));
      for (std::string word; words >> word;) {
        keys.push_back("layout * * *=" + word);
        keys.push_back(fmt::format("layout * {} *={}", name, word));
      }
    }
  }
  return keys;
}

}  // namespace groma::tune

#include "guide/advice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "guide/copies.h"
#include "guide/reading.h"

namespace groma::guide {
namespace {

constexpr double kIdle = 0.2;  // of the busiest processor's share
constexpr double kNearlyFull = 0.9;

using eval::Amount;
using eval::Traffic;

bool HasGpuVariant(const Context& context, const std::string& name) {
  if (context.app == nullptr) return false;
  const app::Task* task = context.app->FindTask(name);
  return task != nullptr &&
         std::any_of(task->variants.begin(), task->variants.end(), [](const app::Variant& variant) {
           return variant.processor == ProcessorKind::kGpu;
         });
}

/// Case 8 for a task whose time is known.
void AdviseTask(const eval::TaskTime& time, const eval::Outcome& outcome, const Context& context,
                const Reading* reading, std::vector<Advice>& out) {
  if (!HasGpuVariant(context, time.task)) return;
  const double seconds = time.busy.Seconds() / Cpus(context);
  if (!IsWorthIt(seconds, outcome)) return;
  Action action{.kind = ActionKind::kMoveTask, .task = time.task, .processors = {"GPU", "CPU"}};
  action.seconds = seconds;
  action.reason = fmt::format("it took {} on CPUs", ToString(time.busy));
  const std::string statement = reading == nullptr ? "" : Quote(reading->TaskStatement(time.task));
  out.push_back(
      {"A3.8",
       fmt::format("Move more tasks to GPU to reduce execution time: {} ran on CPUs for {} "
                   "({} points){} and has a GPU variant. Write `{}`",
                   time.task, Share(time.busy, outcome, Cpus(context)), time.points,
                   statement.empty() ? "" : " by " + statement, ToString(action)),
       {action},
       seconds});
}

/// Case 8 for CPU time of which it is not known whose it is: the mapping tells who could leave.
void AdviseUnnamedCpuTime(Nanoseconds busy, const eval::Outcome& outcome, const Context& context,
                          const Reading* reading, std::vector<Advice>& out) {
  const double seconds = busy.Seconds() / Cpus(context);
  if (reading == nullptr || !IsWorthIt(seconds, outcome)) return;
  std::vector<std::string> tasks;
  for (const app::Task& task : context.app->tasks)
    if (reading->KindOf(task) == ProcessorKind::kCpu && HasGpuVariant(context, task.name))
      tasks.push_back(task.name);
  if (tasks.empty()) return;
  Advice advice{"A3.8", "", {}, seconds};
  std::string statements;
  for (const std::string& task : tasks) {
    Action action{.kind = ActionKind::kMoveTask, .task = task, .processors = {"GPU", "CPU"}};
    action.seconds = seconds / static_cast<double>(tasks.size());
    action.reason = fmt::format("tasks that have GPU variants took {} on CPUs", ToString(busy));
    statements += fmt::format("{}`{}`", statements.empty() ? "" : " ", ToString(action));
    advice.actions.push_back(std::move(action));
  }
  advice.sentence = fmt::format(
      "Move more tasks to GPU to reduce execution time: tasks ran on CPUs for {}, among them {}, "
      "which {} GPU variants. Write {}",
      Share(busy, outcome, Cpus(context)), fmt::join(tasks, ", "),
      tasks.size() == 1 ? "has" : "have", statements);
  out.push_back(std::move(advice));
}

/// Case 8: tasks that spend their time on CPUs though they have GPU variants.
void AdviseTasks(const eval::Outcome& outcome, const Context& context, const Reading* reading,
                 std::vector<Advice>& out) {
  if (context.machine != nullptr && context.machine->processors.gpu == 0) return;
  Nanoseconds unnamed;
  for (const eval::TaskTime& time : outcome.breakdown.tasks) {
    if (time.processor != "CPU") continue;
    if (context.app != nullptr && context.app->FindTask(time.task) == nullptr)
      unnamed += time.busy;
    else
      AdviseTask(time, outcome, context, reading, out);
  }
  AdviseUnnamedCpuTime(unnamed, outcome, context, reading, out);
}

/// What kernels do with regions in a memory that is not their own.
struct RemoteUse {
  Bytes bytes;
  Nanoseconds time;
  std::string users;                  // "distribute_charge 1.2 GiB, …"
  std::vector<PlacedRegion> regions;  // what a statement would have to move; empty: not known
};

/// By memory, and what decides: the region and the task that its statement names, or `*`. Accesses
/// of which the region is not known count together.
using RemoteUses = std::map<std::tuple<std::string, std::string, std::string>, RemoteUse>;

/// Where the mapping puts that region of that task; without a statement when it is not known.
PlacedRegion FindRegion(const Reading* reading, MemoryKind memory, const std::string& task,
                        const std::string& region) {
  if (reading != nullptr)
    for (PlacedRegion& placed : reading->RegionsIn(memory, ProcessorKind::kGpu, task))
      if (placed.task == task && placed.region == region) return std::move(placed);
  return {task, region, "", reading == nullptr};
}

RemoteUses CollectRemoteUses(const eval::Outcome& outcome, const Context& context,
                             const Reading* reading) {
  RemoteUses uses;
  for (const Traffic& traffic : outcome.breakdown.traffic) {
    if (traffic.kind != Traffic::Kind::kAccess || traffic.to != "GPU") continue;
    const auto memory = ParseMemoryKind(traffic.from);
    // Another GPU's framebuffer is a matter of index maps.
    if (!memory || *memory == MemoryKind::kFramebuffer) continue;
    const bool known = context.app == nullptr || context.app->FindTask(traffic.task) != nullptr;
    std::vector<PlacedRegion> regions;
    std::string task(known ? std::string_view(traffic.task) : "*");
    if (!traffic.region.empty()) {
      const std::string region(WordOf(traffic.region));
      regions = {FindRegion(reading, *memory, traffic.task, region)};
      // A position means another region to every task.
      if (!regions[0].names_task && region == traffic.region) task.assign(1, '*');
    } else if (reading != nullptr) {
      regions = reading->RegionsIn(*memory, ProcessorKind::kGpu, known ? traffic.task : "");
    }
    RemoteUse& use = uses[{traffic.from, task, traffic.region}];
    use.bytes += traffic.bytes;
    use.time += traffic.time;
    use.regions = std::move(regions);
    if (!traffic.task.empty())
      use.users += fmt::format("{}{} {}", use.users.empty() ? "" : ", ", traffic.task,
                               Amount(traffic.bytes));
  }
  return uses;
}

/// The advice for one of them.
Advice ForRemoteUse(const std::string& memory, const std::string& task, const RemoteUse& use,
                    double seconds, const std::string& share) {
  Advice advice{"remote-access", "", {}, seconds};
  std::string where, statements;
  std::set<std::string> said;
  for (const PlacedRegion& placed : use.regions) {
    if (!said.insert(placed.region).second) continue;
    Action action{.kind = ActionKind::kMoveRegion,
                  .task = std::string(task.empty() ? std::string_view("*") : task),
                  .region = placed.region,
                  .processor = "GPU",
                  .memories = {"FBMEM", "ZCMEM"}};
    action.reason = fmt::format("GPUs used it in {} over the host link, which took {} ({})", memory,
                                ToString(use.time), Amount(use.bytes));
    where += fmt::format("{}{}{}", where.empty() ? "" : ", ", placed.region,
                         placed.statement.empty() ? "" : fmt::format(" by {}", placed.statement));
    statements += fmt::format("{}`{}`", statements.empty() ? "" : " ", ToString(action));
    advice.actions.push_back(std::move(action));
  }
  for (Action& action : advice.actions)
    action.seconds = seconds / static_cast<double>(advice.actions.size());
  advice.sentence = fmt::format("Kernels on GPUs worked in {} over the host link ({}): {}.", memory,
                                use.users, share);
  if (!where.empty())
    advice.sentence +=
        fmt::format(" There lies {}. In the framebuffer it would not cross the link: write {}",
                    where, statements);
  return advice;
}

/// GPU kernels that work on host memory across the link.
void AdviseRemoteAccess(const eval::Outcome& outcome, const Context& context,
                        const Reading* reading, std::vector<Advice>& out) {
  for (const auto& [key, use] : CollectRemoteUses(outcome, context, reading)) {
    const auto& [memory, task, region] = key;
    const double seconds = use.time.Seconds() / Gpus(context);
    if (IsWorthIt(seconds, outcome))
      out.push_back(
          ForRemoteUse(memory, task, use, seconds, Share(use.time, outcome, Gpus(context))));
  }
}

/// GPUs that have little to do beside one that has much.
void AdviseIdleGpus(const eval::Outcome& outcome, std::vector<Advice>& out) {
  double busiest = 0;
  std::string who;
  for (const auto& [name, share] : outcome.breakdown.processor_busy)
    if (name.starts_with("GPU") && share > busiest) {
      busiest = share;
      who = name;
    }
  std::string idle;
  int idle_count = 0, count = 0;
  double sum = 0;
  for (const auto& [name, share] : outcome.breakdown.processor_busy) {
    if (!name.starts_with("GPU")) continue;
    ++count;
    sum += share;
    if (share > kIdle * busiest) continue;
    idle += fmt::format("{}{} ({:.0f} %)", idle.empty() ? "" : ", ", name, 100 * share);
    ++idle_count;
  }
  if (idle_count == 0 || busiest <= 0.01) return;
  // Spread evenly, the busiest would keep the mean of all.
  const double saved = (busiest - sum / count) * outcome.seconds;
  Action action{.kind = ActionKind::kSpreadPoints, .task = "*"};
  action.seconds = saved;
  action.reason = fmt::format("{} of {} GPUs had next to nothing to do", idle_count, count);
  out.push_back(
      {"idle-gpus",
       fmt::format("Idle: {}; {} is busy {:.0f} % of the run. Use an IndexTaskMap that gives "
                   "every GPU its share of the points.",
                   idle, who, 100 * busiest),
       {action},
       saved});
}

void AdviseMemory(const eval::Outcome& outcome, std::vector<Advice>& out) {
  for (const eval::MemoryPeak& peak : outcome.breakdown.memories) {
    if (peak.capacity.count <= 0) continue;
    const double full =
        static_cast<double>(peak.peak.count) / static_cast<double>(peak.capacity.count);
    if (full < kNearlyFull) continue;
    out.push_back(
        {"nearly-full",
         fmt::format("{} was {:.0f} % full ({} of {}): more there will spill or fail. "
                     "`CollectMemory` frees what a task only reads.",
                     peak.memory, 100 * full, ToString(peak.peak), ToString(peak.capacity)),
         {},
         0});
  }
}

}  // namespace

std::vector<Advice> Advise(const eval::Outcome& outcome, const Context& context) {
  const std::optional<Reading> read = Reading::Of(context);
  const Reading* reading = read ? &*read : nullptr;
  std::vector<Advice> advice;
  AdviseTasks(outcome, context, reading, advice);
  AdviseRemoteAccess(outcome, context, reading, advice);
  AdviseIdleGpus(outcome, advice);
  AdviseCopies(outcome, context, reading, advice);
  AdviseMemory(outcome, advice);
  std::stable_sort(advice.begin(), advice.end(),
                   [](const Advice& a, const Advice& b) { return a.seconds > b.seconds; });
  return advice;
}

}  // namespace groma::guide

#include "guide/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace groma::guide {
namespace {

constexpr double kWorthMentioning = 0.005;  // of the run's time
constexpr std::string_view kArgument = "argument ";

using eval::Traffic;

struct CopySum {
  int64_t copies = 0;
  Bytes bytes;
  Nanoseconds time;
};

/// Copies of each region between two memory kinds, over all tasks; of a region without a name for
/// each task on its own, whose position it is.
struct CopiedRegion {
  std::string region, task, from, to;
  auto operator<=>(const CopiedRegion&) const = default;
};

std::map<CopiedRegion, CopySum> SumCopies(const eval::Outcome& outcome) {
  std::map<CopiedRegion, CopySum> sums;
  for (const Traffic& traffic : outcome.breakdown.traffic) {
    if (traffic.kind == Traffic::Kind::kAccess || traffic.region.empty()) continue;
    const bool unnamed = traffic.region.starts_with(kArgument);
    CopySum& sum = sums[{traffic.region, unnamed ? traffic.task : "", traffic.from, traffic.to}];
    sum.copies += traffic.copies;
    sum.bytes += traffic.bytes;
    sum.time += traffic.time;
  }
  return sums;
}

bool ShareFields(const app::Argument& a, const app::Argument& b) {
  return std::any_of(a.fields.begin(), a.fields.end(), [&](const app::Field& field) {
    return std::any_of(b.fields.begin(), b.fields.end(),
                       [&](const app::Field& other) { return other.id == field.id; });
  });
}

/// An argument of a task on GPUs that most likely is the copied data.
struct GpuUse {
  const app::Task* task = nullptr;
  size_t argument = 0;
};

/// Those of the same name; without a name, those that have no name either, are as large and share a
/// field.
std::vector<GpuUse> GpuUses(const CopiedRegion& copied, const app::Description& app,
                            const Reading* reading) {
  const app::Argument* like = nullptr;
  if (const app::Task* task = app.FindTask(copied.task)) {
    const std::string position(WordOf(copied.region));
    for (size_t i = 0; i < task->arguments.size(); ++i)
      if (std::to_string(i) == position) like = &task->arguments[i];
  }
  std::vector<GpuUse> uses;
  for (const app::Task& task : app.tasks) {
    if (reading != nullptr && reading->KindOf(task) != ProcessorKind::kGpu) continue;
    for (size_t i = 0; i < task.arguments.size(); ++i) {
      const app::Argument& argument = task.arguments[i];
      if (argument.privilege == app::Privilege::kNoAccess) continue;
      const bool same = like == nullptr
                            ? !argument.names.empty() && argument.names.front() == copied.region
                            : argument.names.empty() && ShareFields(*like, argument) &&
                                  argument.largest_volume == like->largest_volume;
      if (same) uses.push_back({&task, i});
    }
  }
  return uses;
}

/// What GPUs would read and write over the host link if it lay in zero-copy memory.
Bytes BytesInPlace(const std::vector<GpuUse>& uses) {
  Bytes bytes;
  for (const GpuUse& use : uses) {
    const app::Argument& argument = use.task->arguments[use.argument];
    int64_t element = 0;
    for (const app::Field& field : argument.fields) element += field.bytes;
    const bool both = argument.privilege == app::Privilege::kReadWrite ||
                      argument.privilege == app::Privilege::kReduce;
    bytes.count += use.task->launches * argument.largest_volume * element * (both ? 2 : 1);
  }
  return bytes;
}

/// One statement for a name, one a task for positions.
std::vector<Action> ToZeroCopy(const CopiedRegion& copied, const std::vector<GpuUse>& uses,
                               const std::string& reason, double seconds) {
  Action action{.kind = ActionKind::kMoveRegion,
                .task = "*",
                .region = copied.region,
                .processor = "GPU",
                .memories = {"ZCMEM"}};
  action.reason = reason;
  action.seconds = seconds;
  if (copied.task.empty()) return {action};
  std::vector<Action> actions;
  for (const GpuUse& use : uses) {
    action.task = use.task->name;
    action.region = std::to_string(use.argument);
    action.seconds = seconds / static_cast<double>(uses.size());
    actions.push_back(action);
  }
  return actions;
}

}  // namespace

int Gpus(const Context& context) {
  if (context.machine == nullptr) return 1;
  return std::max(1, context.machine->processors.gpu * context.machine->nodes);
}

int Cpus(const Context& context) {
  if (context.machine == nullptr) return 1;
  return std::max(1, context.machine->processors.cpu * context.machine->nodes);
}

double GpuTaskScale(const eval::Outcome& outcome, const Context& context) {
  double sum = 0;
  for (const eval::TaskTime& task : outcome.breakdown.tasks)
    if (task.processor == "GPU") sum += task.busy.Seconds();
  double busy = 0;
  int known = 0;
  for (const auto& [name, share] : outcome.breakdown.processor_busy) {
    if (!name.starts_with("GPU")) continue;
    busy += share * outcome.seconds;
    ++known;
  }
  if (known == 0) busy = outcome.seconds * Gpus(context);
  return sum > busy ? busy / sum : 1;
}

std::string Share(Nanoseconds time, const eval::Outcome& outcome, int processors) {
  std::string text = ToString(time);
  const double whole = outcome.seconds * processors;
  if (whole > 0) text += fmt::format(", {:.0f} % of the run", 100 * time.Seconds() / whole);
  return text;
}

bool IsWorthIt(double seconds, const eval::Outcome& outcome) {
  return seconds > 0 && seconds >= kWorthMentioning * outcome.seconds;
}

std::string_view WordOf(std::string_view region) {
  if (region.starts_with(kArgument)) region.remove_prefix(kArgument.size());
  return region;
}

void AdviseCopies(const eval::Outcome& outcome, const Context& context, const Reading* reading,
                  std::vector<Advice>& out) {
  for (const auto& [copied, sum] : SumCopies(outcome)) {
    const double seconds = sum.time.Seconds() / Gpus(context);
    if (sum.copies < 2 || !IsWorthIt(seconds, outcome)) continue;
    if (copied.from != "FBMEM" && copied.to != "FBMEM") continue;
    std::vector<GpuUse> uses;
    if (context.app != nullptr) uses = GpuUses(copied, *context.app, reading);
    if (uses.empty() && !copied.task.empty()) continue;  // no statement could name it
    double saved = seconds;
    std::string in_place;
    if (context.machine != nullptr && context.machine->gpu.zero_copy_bandwidth.rate > 0) {
      const Bytes bytes = std::max(sum.bytes, BytesInPlace(uses));
      const Nanoseconds remote = bytes / context.machine->gpu.zero_copy_bandwidth;
      saved = (sum.time - remote).Seconds() / Gpus(context);
      in_place =
          fmt::format(" (that is {} over the host link: {})", ToString(bytes), ToString(remote));
    }
    if (saved <= 0) continue;
    const std::string whose =
        copied.task.empty() ? copied.region : fmt::format("{} of {}", copied.region, copied.task);
    std::vector<Action> actions =
        ToZeroCopy(copied, uses,
                   fmt::format("{} copies from {} to {}, {}, took {}", sum.copies, copied.from,
                               copied.to, ToString(sum.bytes), ToString(sum.time)),
                   saved);
    std::string statements;
    for (const Action& action : actions)
      statements += fmt::format("{}`{}`", statements.empty() ? "" : " ", ToString(action));
    out.push_back(
        {"copies",
         fmt::format("{} is copied {} times from {} to {}: {}, {}. As zero copy it would be used "
                     "in place{}. {} trades the one for the other.",
                     whose, sum.copies, copied.from, copied.to, ToString(sum.bytes),
                     Share(sum.time, outcome, Gpus(context)), in_place, statements),
         std::move(actions), saved});
  }
}

}  // namespace groma::guide

#include "guide/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "base/quantities.h"
#include "guide/copies.h"

namespace groma::guide {
namespace {

using enum MetricUnit;
using eval::Traffic;

constexpr std::array kInfos = std::to_array<MetricInfo>({
    {"seconds", kTime, "how long the run took, on the virtual clock where it is modelled"},
    {"wall_seconds", kTime, "what the evaluation took on this computer"},
    {"flops", kCount, "floating-point operations a second, where the program's metric is that"},
    {"exit_code", kCount, "of the process, 128 + signal when it was killed"},
    {"task_seconds", kTime, "time in tasks, summed over processors"},
    {"gpu_tasks", kShare, "time in tasks on GPUs, of the run's time on all GPUs"},
    {"cpu_tasks", kShare, "time in tasks on CPUs, of the run's time on all CPUs"},
    {"gpu_busy", kShare, "of the run that GPUs were busy, their mean"},
    {"gpu_busy_most", kShare, "the same of the busiest GPU"},
    {"gpu_busy_least", kShare, "the same of the least busy GPU"},
    {"idle_gpus", kCount, "GPUs that were busy for less than a fifth of what the busiest was"},
    {"copies", kCount, "copies between memories"},
    {"copied_bytes", kBytes, "what they moved"},
    {"copy_share", kShare, "time in copies, of the run's time on all GPUs"},
    {"remote_bytes", kBytes, "what GPUs read and wrote in memory that is not their own"},
    {"remote_share", kShare, "time of that, of the run's time on all GPUs"},
    {"fbmem_full", kShare, "the peak of the fullest framebuffer, of its capacity"},
    {"zcmem_full", kShare, "the same of zero-copy memory"},
    {"sysmem_full", kShare, "the same of system memory"},
    {"index_tasks", kCount,
     "kinds of tasks that are launched over an index space and have several processors to go to"},
});

constexpr double kIdle = 0.2;  // of the busiest GPU

/// Fills in metrics by name.
class Writer {
 public:
  void Set(std::string_view name, double value) {
    const std::optional<size_t> metric = FindMetric(name);
    CHECK(metric.has_value(), std::string(name));
    if (std::isfinite(value)) metrics_[*metric] = value;
  }
  Metrics Take() { return std::move(metrics_); }

 private:
  Metrics metrics_ = Metrics(kInfos.size());
};

void WriteTasks(const eval::Outcome& outcome, const Context& context, Writer& to) {
  double gpu = 0, cpu = 0;
  for (const eval::TaskTime& task : outcome.breakdown.tasks)
    (task.processor == "GPU" ? gpu : cpu) += task.busy.Seconds();
  to.Set("task_seconds", gpu + cpu);
  to.Set("gpu_tasks", gpu * GpuTaskScale(outcome, context) / (outcome.seconds * Gpus(context)));
  to.Set("cpu_tasks", cpu / (outcome.seconds * Cpus(context)));
}

void WriteTraffic(const eval::Outcome& outcome, double on_gpus, Writer& to) {
  double copies = 0, copied = 0, copying = 0, remote = 0, remote_time = 0;
  for (const Traffic& traffic : outcome.breakdown.traffic) {
    const auto bytes = static_cast<double>(traffic.bytes.count);
    if (traffic.kind != Traffic::Kind::kAccess) {
      copies += static_cast<double>(traffic.copies);
      copied += bytes;
      copying += traffic.time.Seconds();
    } else if (traffic.to == "GPU") {
      remote += bytes;
      remote_time += traffic.time.Seconds();
    }
  }
  to.Set("copies", copies);
  to.Set("copied_bytes", copied);
  to.Set("copy_share", copying / on_gpus);
  to.Set("remote_bytes", remote);
  to.Set("remote_share", remote_time / on_gpus);
}

void WriteBusy(const eval::Outcome& outcome, Writer& to) {
  std::vector<double> busy;
  for (const auto& [name, share] : outcome.breakdown.processor_busy)
    if (name.starts_with("GPU")) busy.push_back(share);
  if (busy.empty()) return;
  double sum = 0;
  for (const double share : busy) sum += share;
  const auto [least, most] = std::minmax_element(busy.begin(), busy.end());
  to.Set("gpu_busy", sum / static_cast<double>(busy.size()));
  to.Set("gpu_busy_least", *least);
  to.Set("gpu_busy_most", *most);
  to.Set("idle_gpus",
         static_cast<double>(std::count_if(busy.begin(), busy.end(), [most = *most](double share) {
           return share < kIdle * most;
         })));
}

void WriteMemory(const eval::Outcome& outcome, Writer& to) {
  for (const auto& [kind, metric] :
       {std::pair{"FBMEM", "fbmem_full"}, {"ZCMEM", "zcmem_full"}, {"SYSMEM", "sysmem_full"}}) {
    double fullest = -1;
    for (const eval::MemoryPeak& peak : outcome.breakdown.memories)
      if (peak.memory.ends_with(kind) && peak.capacity.count > 0)
        fullest = std::max(fullest, static_cast<double>(peak.peak.count) /
                                        static_cast<double>(peak.capacity.count));
    if (fullest >= 0) to.Set(metric, fullest);
  }
}

/// Without a description, or without a machine, there may be some.
double IndexTasks(const Context& context) {
  if (context.machine != nullptr && Gpus(context) <= 1 && Cpus(context) <= 1) return 0;
  if (context.app == nullptr) return 1;
  return static_cast<double>(
      std::count_if(context.app->tasks.begin(), context.app->tasks.end(),
                    [](const app::Task& task) { return task.index_launched; }));
}

/// How many FLOP/s one of the unit is; 0 for other units.
double FlopsIn(std::string_view unit) {
  if (unit.find("FLOP") == std::string_view::npos) return 0;
  switch (unit.front()) {
    case 'k':
      return 1e3;
    case 'M':
      return 1e6;
    case 'G':
      return 1e9;
    case 'T':
      return 1e12;
    default:
      return 1;
  }
}

}  // namespace

std::span<const MetricInfo> MetricInfos() { return kInfos; }

std::optional<size_t> FindMetric(std::string_view name) {
  for (size_t i = 0; i < kInfos.size(); ++i)
    if (kInfos[i].name == name) return i;
  return std::nullopt;
}

Metrics MetricsOf(const eval::Outcome& outcome, const Context& context) {
  Writer to;
  if (outcome.seconds > 0) to.Set("seconds", outcome.seconds);
  to.Set("wall_seconds", outcome.wall_seconds);
  to.Set("exit_code", outcome.exit_code);
  to.Set("index_tasks", IndexTasks(context));
  if (const double one = FlopsIn(outcome.unit); one > 0 && outcome.throughput > 0)
    to.Set("flops", one * outcome.throughput);
  if (!outcome.breakdown.tasks.empty() && outcome.seconds > 0) {
    WriteTasks(outcome, context, to);
    WriteTraffic(outcome, outcome.seconds * Gpus(context), to);
  }
  WriteBusy(outcome, to);
  WriteMemory(outcome, to);
  return to.Take();
}

std::string MetricText(size_t metric, double value) {
  switch (kInfos[metric].unit) {
    case kShare:
      return fmt::format("{:.0f} %", 100 * value);
    case kTime:
      return ToString(Nanoseconds{std::llround(value * 1e9)});
    case kBytes:
      return ToString(Bytes{std::llround(value)});
    case kCount:
      return fmt::format("{:.6g}", value);
  }
  return "";
}

Result<double> ParseMetricValue(size_t metric, std::string_view text) {
  const MetricUnit unit = kInfos[metric].unit;
  if (unit == kBytes) {
    Result<Bytes> bytes = ParseBytes(text);
    if (!bytes) return bytes.error();
    return static_cast<double>(bytes->count);
  }
  if (unit == kTime)
    if (Result<Nanoseconds> time = ParseNanoseconds(text)) return time->Seconds();
  const std::string number(text);
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  std::string_view rest =
      std::string_view(number).substr(static_cast<size_t>(end - number.c_str()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const bool percent = unit == kShare && rest == "%";
  if (end == number.c_str() || !(rest.empty() || percent) || !std::isfinite(value))
    return Error{fmt::format("'{}' is no {}", text,
                             unit == kShare  ? "share: write 0.4 or 40 %"
                             : unit == kTime ? "time: write 2 s or 500 ms"
                                             : "number")};
  return percent ? value / 100 : value;
}

}  // namespace groma::guide

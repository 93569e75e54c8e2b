#include "eval/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace groma::eval {
namespace {

bool OnHost(const std::string& memory) { return memory != "FBMEM"; }

/// What the driver tells apart: host copies, and copies and reductions between two kinds of memory.
struct Way {
  enum class Kind { kHost, kCopy, kReduction };
  Kind kind;
  std::pair<std::string, std::string> ends;  // from, to; empty for the host
  auto operator<=>(const Way&) const = default;
};

/// Reductions that are not into framebuffers are copies to the driver, as they are for Realm until
/// they get there.
Way WayOf(const Traffic& copy, const VgpuLog& driver) {
  if (OnHost(copy.from) && OnHost(copy.to)) return {Way::Kind::kHost, {}};
  const std::pair ends(copy.from, copy.to);
  const bool reduced = copy.kind == Traffic::Kind::kReduction && driver.reductions.contains(ends);
  return {reduced ? Way::Kind::kReduction : Way::Kind::kCopy, ends};
}

Nanoseconds TimeOf(const Way& way, const VgpuLog& driver) {
  if (way.kind == Way::Kind::kHost) return driver.host_copies.time;
  const auto& seen = way.kind == Way::Kind::kReduction ? driver.reductions : driver.copies;
  const auto totals = seen.find(way.ends);
  return totals == seen.end() ? Nanoseconds{} : totals->second.time;
}

// The driver does not know for whom it copies, the mapper library not how long it takes in virtual
// time: what both saw of one way is shared by bytes.
void AddCopies(const MapperLog& mapper, const VgpuLog& driver, Breakdown* breakdown) {
  std::map<Way, Bytes> asked;
  for (const Traffic& copy : mapper.copies) asked[WayOf(copy, driver)] += copy.bytes;
  for (Traffic copy : mapper.copies) {
    const Way way = WayOf(copy, driver);
    const auto sum = static_cast<double>(asked[way].count);
    const double share = sum > 0 ? static_cast<double>(copy.bytes.count) / sum : 0;
    copy.time = {std::llround(static_cast<double>(TimeOf(way, driver).count) * share)};
    breakdown->traffic.push_back(std::move(copy));
  }
  const auto add_unasked = [&](Traffic::Kind kind, Way::Kind way, const auto& seen) {
    for (const auto& [ends, totals] : seen)
      if (!asked.contains({way, ends}))
        breakdown->traffic.push_back(
            {kind, ends.first, ends.second, totals.count, totals.bytes, totals.time, "", ""});
  };
  add_unasked(Traffic::Kind::kCopy, Way::Kind::kCopy, driver.copies);
  add_unasked(Traffic::Kind::kReduction, Way::Kind::kReduction, driver.reductions);
}

void Add(const VgpuLog::Totals& part, VgpuLog::Totals* sum) {
  sum->count += part.count;
  sum->bytes += part.bytes;
  sum->time += part.time;
}

/// How many points of a task ran on a kind of processor. Traces hide points from the mapper library
/// but not launches: of those that it did not see, as large a part is taken to have run there as of
/// the others. `launches` of kernels where it does not know the task.
int64_t PointsOf(const std::string& task, const std::string& processor, int64_t launches,
                 const MapperLog& mapper) {
  int64_t seen = 0;
  int64_t here = 0;
  for (const TaskTime& time : mapper.tasks) {
    if (time.task != task) continue;
    seen += time.points;
    if (time.processor == processor) here += time.points;
  }
  if (here == 0) return launches;
  const auto launched = mapper.launched.find(task);
  if (launched == mapper.launched.end()) return here;
  return std::llround(static_cast<double>(launched->second) * static_cast<double>(here) /
                      static_cast<double>(seen));
}

// A task may launch several kernels in a point or none, and use a region through several arguments
// of one. A kernel that tells no task stands for one.
void AddKernels(const std::vector<VgpuLog::Kernel>& kernels, const std::string& processor,
                const MapperLog& mapper, Breakdown* breakdown) {
  std::map<std::string, VgpuLog::Totals> tasks;
  std::map<std::tuple<std::string, std::string, std::string>, VgpuLog::Totals> accesses;
  for (const VgpuLog::Kernel& kernel : kernels) {
    const std::string& task = kernel.task.empty() ? kernel.name : kernel.task;
    Add(kernel.totals, &tasks[task]);
    std::map<std::pair<std::string, std::string>, VgpuLog::Totals> of_kernel;
    for (const VgpuLog::Access& access : kernel.remote) {
      VgpuLog::Totals& sum = of_kernel[{access.region, access.memory}];
      int64_t launches = std::max(sum.count, access.totals.count);
      Add(access.totals, &sum);
      sum.count = launches;
    }
    for (const auto& [use, totals] : of_kernel)
      Add(totals, &accesses[{task, use.first, use.second}]);
  }
  std::map<std::string, int64_t> points;
  for (const auto& [task, totals] : tasks) {
    points[task] = PointsOf(task, processor, totals.count, mapper);
    breakdown->tasks.push_back({task, processor, points[task], totals.time});
  }
  for (const auto& [use, totals] : accesses) {
    const auto& [task, region, memory] = use;
    breakdown->traffic.push_back({Traffic::Kind::kAccess, memory, processor,
                                  std::min(totals.count, points[task]), totals.bytes, totals.time,
                                  task, region});
  }
}

void AddBusyShares(const VgpuLog& driver, Breakdown* breakdown) {
  if (driver.virtual_time.count <= 0) return;
  for (size_t gpu = 0; gpu < driver.gpu_busy.size(); ++gpu)
    breakdown->processor_busy[fmt::format("GPU {}", gpu)] =
        static_cast<double>(driver.gpu_busy[gpu].count) /
        static_cast<double>(driver.virtual_time.count);
}

}  // namespace

Breakdown MakeBreakdown(const MapperLog& mapper, const VgpuLog* driver) {
  Breakdown breakdown;
  breakdown.memories = mapper.peaks;
  if (driver == nullptr || !driver->modelled) {
    breakdown.tasks = mapper.tasks;
    breakdown.traffic = mapper.copies;
    return breakdown;
  }
  AddKernels(driver->kernels, "GPU", mapper, &breakdown);
  AddKernels(driver->cpu_work, "CPU", mapper, &breakdown);
  AddCopies(mapper, *driver, &breakdown);
  AddBusyShares(*driver, &breakdown);
  return breakdown;
}

}  // namespace groma::eval

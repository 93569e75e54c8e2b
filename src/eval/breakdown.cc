#include "eval/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace groma::eval {
namespace {

bool OnHost(const std::string& memory) { return memory != "FBMEM"; }

// The driver does not know for whom it copies, the mapper library not how long it takes in virtual
// time: what both saw between two kinds of memory is shared by bytes.
void AddCopies(const MapperLog& mapper, const VgpuLog& driver, Breakdown* breakdown) {
  std::map<std::pair<std::string, std::string>, Bytes> asked;
  Bytes asked_on_host;
  for (const Traffic& copy : mapper.copies) {
    asked[{copy.from, copy.to}] += copy.bytes;
    if (OnHost(copy.from) && OnHost(copy.to)) asked_on_host += copy.bytes;
  }
  auto share = [](Nanoseconds whole, Bytes part, Bytes sum) {
    if (sum.count == 0) return Nanoseconds{};
    return Nanoseconds{
        std::llround(static_cast<double>(whole.count) * static_cast<double>(part.count) /
                     static_cast<double>(sum.count))};
  };
  for (Traffic copy : mapper.copies) {
    auto seen = driver.copies.find({copy.from, copy.to});
    if (OnHost(copy.from) && OnHost(copy.to))
      copy.time = share(driver.host_copies.time, copy.bytes, asked_on_host);
    else if (seen != driver.copies.end())
      copy.time = share(seen->second.time, copy.bytes, asked[{copy.from, copy.to}]);
    else
      copy.time = Nanoseconds{};
    breakdown->traffic.push_back(std::move(copy));
  }
  for (const auto& [ends, totals] : driver.copies)
    if (!asked.contains(ends))
      breakdown->traffic.push_back({Traffic::Kind::kCopy, ends.first, ends.second, totals.count,
                                    totals.bytes, totals.time, "", ""});
}

void Add(const VgpuLog::Totals& part, VgpuLog::Totals* sum) {
  sum->count += part.count;
  sum->bytes += part.bytes;
  sum->time += part.time;
}

// A task may launch several kernels, and use a region through several arguments of one.
void AddKernels(const std::vector<VgpuLog::Kernel>& kernels, const std::string& processor,
                Breakdown* breakdown) {
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
  for (const auto& [task, totals] : tasks)
    breakdown->tasks.push_back({task, processor, totals.count, totals.time});
  for (const auto& [use, totals] : accesses) {
    const auto& [task, region, memory] = use;
    breakdown->traffic.push_back({Traffic::Kind::kAccess, memory, processor, totals.count,
                                  totals.bytes, totals.time, task, region});
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
  AddKernels(driver->kernels, "GPU", &breakdown);
  AddKernels(driver->cpu_work, "CPU", &breakdown);
  AddCopies(mapper, *driver, &breakdown);
  AddBusyShares(*driver, &breakdown);
  return breakdown;
}

}  // namespace groma::eval

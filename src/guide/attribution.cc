#include "guide/attribution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "guide/copies.h"
#include "guide/reading.h"

namespace groma::guide {
namespace {

using eval::Traffic;

constexpr double kTrifle = 0.001;      // of the run
constexpr double kWorthNaming = 0.01;  // of what the statement costs
constexpr size_t kMostNamed = 4;       // tasks or ways of data in one line

/// What one statement decided, part by part: a task, or a region on its way.
struct Sum {
  double seconds = 0;
  struct Part {
    double seconds = 0;
    Bytes bytes;
  };
  std::map<std::string, Part> parts;

  void Add(const std::string& part, double more, Bytes bytes = {}) {
    seconds += more;
    parts[part].seconds += more;
    parts[part].bytes += bytes;
  }
};

/// Whether it is about tasks, the statement, and what else must be equal to be summed.
using Key = std::tuple<bool, Statement, std::string>;
using Sums = std::map<Key, Sum>;

void SumTasks(const eval::Outcome& outcome, const Context& context, const Reading* reading,
              Sums& sums) {
  const double on_gpus = GpuTaskScale(outcome, context) / Gpus(context);
  for (const eval::TaskTime& task : outcome.breakdown.tasks) {
    Statement statement;
    if (reading != nullptr && context.app->FindTask(task.task) != nullptr)
      statement = reading->TaskStatement(task.task);
    sums[{true, statement, " on " + task.processor + "s"}].Add(
        task.task, task.busy.Seconds() * (task.processor == "GPU" ? on_gpus : 1.0 / Cpus(context)));
  }
}

std::string WayOf(const Traffic& traffic) {
  const std::string region = traffic.region.empty() ? "data" : traffic.region;
  switch (traffic.kind) {
    case Traffic::Kind::kAccess:
      return fmt::format("{} used in {} by {}s", region, traffic.from, traffic.to);
    case Traffic::Kind::kReduction:
      return fmt::format("{} reduced from {} into {}", region, traffic.from, traffic.to);
    case Traffic::Kind::kCopy:
      break;
  }
  return fmt::format("{} copied from {} to {}", region, traffic.from, traffic.to);
}

void SumTraffic(const eval::Outcome& outcome, const Context& context, const Reading* reading,
                Sums& sums) {
  for (const Traffic& traffic : outcome.breakdown.traffic) {
    Statement statement;
    std::string map;
    if (reading != nullptr && !traffic.task.empty()) {
      statement = reading->RegionStatement(traffic.task, traffic.region);
      // Where the data lies is one half, where the points go is the other.
      if (traffic.kind != Traffic::Kind::kAccess)
        if (const std::string quoted = Quote(reading->MapStatement(traffic.task)); !quoted.empty())
          map = ", as " + quoted + " spreads the points";
    }
    const bool by_cpu = traffic.kind == Traffic::Kind::kAccess && traffic.to == "CPU";
    sums[{false, statement, map}].Add(
        WayOf(traffic), traffic.time.Seconds() / (by_cpu ? Cpus(context) : Gpus(context)),
        traffic.bytes);
  }
}

/// "slow, fast on GPUs", "rp_ghost copied from FBMEM to FBMEM (1.1 GiB) and 2 more".
std::string InWords(const Key& key, const Sum& sum) {
  const auto& [tasks, statement, rest] = key;
  std::vector<std::pair<std::string, Sum::Part>> parts(sum.parts.begin(), sum.parts.end());
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a.second.seconds > b.second.seconds;
  });
  std::vector<std::string> named;
  for (size_t i = 0; i < parts.size() && i < kMostNamed; ++i) {
    const auto& [name, part] = parts[i];
    if (i > 0 && part.seconds < kWorthNaming * sum.seconds) break;
    named.push_back(tasks ? name : fmt::format("{} ({})", name, eval::Amount(part.bytes)));
  }
  const size_t more = parts.size() - named.size();
  return fmt::format("{}{}{}", fmt::join(named, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "", rest);
}

}  // namespace

std::vector<Cost> Attribute(const eval::Outcome& outcome, const Context& context) {
  if (outcome.seconds <= 0) return {};
  const std::optional<Reading> read = Reading::Of(context);
  const Reading* reading = read ? &*read : nullptr;
  Sums sums;
  SumTasks(outcome, context, reading, sums);
  SumTraffic(outcome, context, reading, sums);
  std::vector<Cost> costs;
  for (const auto& [key, sum] : sums) {
    const double share = sum.seconds / outcome.seconds;
    if (share < kTrifle) continue;
    const Statement& statement = std::get<1>(key);
    costs.push_back({statement.text, statement.line, sum.seconds, share, InWords(key, sum)});
  }
  std::stable_sort(costs.begin(), costs.end(),
                   [](const Cost& a, const Cost& b) { return a.seconds > b.seconds; });
  return costs;
}

}  // namespace groma::guide

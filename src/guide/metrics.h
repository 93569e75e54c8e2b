// The named figures of an outcome that rules may ask for: a closed set (docs/autoguide.md).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eval/outcome.h"
#include "guide/guide.h"

namespace groma::guide {

enum class MetricUnit {
  kShare,  // "40 %" or 0.4
  kTime,   // seconds; "2 s", "500 ms"
  kBytes,  // "1 GiB"
  kCount,
};

struct MetricInfo {
  std::string_view name;  // "gpu_busy"
  MetricUnit unit;
  std::string_view meaning;  // half a sentence
};

/// Every metric there is, in the order of Metrics.
std::span<const MetricInfo> MetricInfos();
/// Its place among them.
std::optional<size_t> FindMetric(std::string_view name);

/// A value for each of MetricInfos(), where it is known.
using Metrics = std::vector<std::optional<double>>;

/// Linear in the breakdown.
Metrics MetricsOf(const eval::Outcome& outcome, const Context& context);

/// For people, by the metric's unit: "97 %", "12.3 ms", "1.1 GiB", "40".
std::string MetricText(size_t metric, double value);
/// The reverse. Shares and times may be plain numbers too; bytes need their unit.
Result<double> ParseMetricValue(size_t metric, std::string_view text);

}  // namespace groma::guide

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"

namespace groma {
namespace {

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

std::optional<int64_t> NumberIn(const std::filesystem::path& file) {
  std::ifstream in(file);
  int64_t number = 0;
  if (!(in >> number)) return std::nullopt;
  return number;
}

// The number behind `key` in a file of "key number" lines, 0 when there is none.
int64_t KeyIn(const std::filesystem::path& file, std::string_view key) {
  std::ifstream in(file);
  std::string name;
  int64_t number = 0;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    if (words >> name >> number && name == key) return number;
  }
  return 0;
}

// What one cgroup still allows; page cache that can be dropped counts as free.
int64_t FreeInCgroup(const std::filesystem::path& folder, bool version_two) {
  auto limit = NumberIn(folder / (version_two ? "memory.max" : "memory.limit_in_bytes"));
  auto used = NumberIn(folder / (version_two ? "memory.current" : "memory.usage_in_bytes"));
  if (!limit || !used) return kUnlimited;
  int64_t cache =
      KeyIn(folder / "memory.stat", version_two ? "inactive_file" : "total_inactive_file");
  return std::max<int64_t>(0, *limit - *used + cache);
}

// One control group that this process is in, or a parent of it.
struct Cgroup {
  std::filesystem::path folder;
  bool version_two = false;
};

// The control groups whose `controller` rules this process, innermost first.
std::vector<Cgroup> CgroupsOf(std::string_view controller) {
  std::vector<Cgroup> groups;
  std::ifstream in("/proc/self/cgroup");
  std::string line;
  while (std::getline(in, line)) {
    size_t first = line.find(':');
    size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    bool version_two = controllers.empty();
    if (!version_two &&
        ("," + controllers + ",").find(fmt::format(",{},", controller)) == std::string::npos)
      continue;
    std::filesystem::path root = "/sys/fs/cgroup";
    if (!version_two) root /= controllers;
    std::filesystem::path below = line.substr(second + 1);
    for (;; below = below.parent_path()) {
      groups.push_back({root / below.relative_path(), version_two});
      if (below.relative_path().empty()) break;
    }
  }
  return groups;
}

// CPUs that one control group allows, infinity when it sets no limit.
double QuotaOf(const Cgroup& group) {
  double allowed = 0;
  double period = 0;
  if (group.version_two) {
    std::ifstream in(group.folder / "cpu.max");
    if (!(in >> allowed >> period)) return std::numeric_limits<double>::infinity();
  } else {
    allowed = static_cast<double>(NumberIn(group.folder / "cpu.cfs_quota_us").value_or(-1));
    period = static_cast<double>(NumberIn(group.folder / "cpu.cfs_period_us").value_or(0));
  }
  return allowed > 0 && period > 0 ? allowed / period : std::numeric_limits<double>::infinity();
}

}  // namespace

Bytes FreeMemory(double share) {
  int64_t available = KeyIn("/proc/meminfo", "MemAvailable:") * 1024;
  if (available == 0)  // no /proc here
    available = int64_t{::sysconf(_SC_AVPHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  for (const Cgroup& group : CgroupsOf("memory"))
    available = std::min(available, FreeInCgroup(group.folder, group.version_two));
  double least = static_cast<double>(available);
  return Bytes{static_cast<int64_t>(least * share)};
}

double UsableCpus() {
  cpu_set_t set;
  double cpus = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  for (const Cgroup& group : CgroupsOf("cpu")) cpus = std::min(cpus, QuotaOf(group));
  return cpus;
}

}  // namespace groma

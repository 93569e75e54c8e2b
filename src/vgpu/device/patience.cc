#include "vgpu/device/patience.h"

#include <fmt/format.h>

#include <algorithm>

namespace groma::vgpu {
namespace {

constexpr auto kBetweenChecks = std::chrono::milliseconds(100);

}  // namespace

void Patience::Quiet() {
  awake_ = false;
  looks_ = 0;
  awake_looks_.clear();
  suspects_.clear();
}

std::string Patience::Awake(int thread, double cpu_seconds) {
  const Clock::time_point now = Clock::now();
  if (!awake_) {
    awake_ = true;
    since_ = checked_ = now;
    cpu_since_ = cpu_seconds;
  }
  ++looks_;
  ++awake_looks_[thread];
  if (now - checked_ < kBetweenChecks) return "";
  checked_ = now;

  double spun = 0;
  if (thread != 0 && HasSpun(thread, &spun)) return Blame(thread, spun);
  const double wall = std::chrono::duration<double>(now - since_).count();
  const bool restless = wall > 10 * limit_ && cpu_seconds - cpu_since_ > 5 * limit_;
  if (!restless && wall < 100 * limit_) return "";
  const auto most =
      std::max_element(awake_looks_.begin(), awake_looks_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return Blame(most->first, cpu_seconds - cpu_since_);
}

// Whether the thread has used a processor for the limit without getting on.
bool Patience::HasSpun(int thread, double* seconds) {
  const ThreadEffort effort = QuietWatch::EffortOf(thread);
  const auto [suspect, added] = suspects_.try_emplace(thread);
  if (added || suspect->second.waits != effort.waits ||
      suspect->second.page_faults != effort.page_faults) {
    suspect->second = effort;
    return false;
  }
  *seconds = effort.cpu_seconds - suspect->second.cpu_seconds;
  return *seconds >= limit_;
}

std::string Patience::Blame(int thread, double seconds) const {
  const double wall = std::chrono::duration<double>(Clock::now() - since_).count();
  const auto seen = awake_looks_.find(thread);
  return fmt::format(
      "virtual time: {} kept the process awake for {:.1f} s with work queued on the virtual GPUs "
      "(awake in {} of {} looks; {:.1f} s of processor time). The virtual clock moves only while "
      "every thread waits: use passive waiting (OMP_WAIT_POLICY=passive, no polling); where it is "
      "honest work, allow more with GROMA_VGPU_QUIET_SECONDS",
      QuietWatch::NameOf(thread), wall, seen == awake_looks_.end() ? 0 : seen->second, looks_,
      seconds);
}

}  // namespace groma::vgpu

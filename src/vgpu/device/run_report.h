// What a run on virtual GPUs was: times, bytes and memory, as the driver's log says it
// (docs/formats/vgpu-log.md).
#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/quantities.h"
#include "machine/description.h"
#include "vgpu/device/fluid.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

inline constexpr int kLogFormatVersion = 1;

/// Collected while the run goes on; the timeline's lock guards it.
class RunReport {
 public:
  /// Count and time of one kind of thing. `busy` is from the end of the latency to the end.
  struct Totals {
    int64_t count = 0;
    Nanoseconds busy;
    Bytes bytes;
  };
  /// One argument of a kernel or CPU task, over all its launches with that place.
  struct Argument {
    size_t index;
    machine::Place place;
    std::string region;
    auto operator<=>(const Argument&) const = default;
  };
  struct KernelName {
    std::string name, task;
    auto operator<=>(const KernelName&) const = default;
  };
  struct Kernel {
    Totals totals;
    double single_flops = 0, double_flops = 0;  // as stated
    std::map<Argument, Totals> arguments;
  };
  struct Copy {
    int from, to;
    bool from_zero_copy, to_zero_copy;
    auto operator<=>(const Copy&) const = default;
  };
  struct Memory {
    Bytes peak;
    Bytes capacity;
  };
  /// What only the timeline knows when the report is written.
  struct Ending {
    Nanoseconds virtual_now;
    double wall_seconds;
    int64_t looks;
    int64_t rejected_looks;
    std::string fatal;  // "" when the run ended by itself
  };

  /// Adds an operation that ended on `gpu` (-1: the host) after `busy` of work.
  void Add(const Label& label, Nanoseconds busy);
  void SetMemory(const std::string& memory, Bytes peak, Bytes capacity);
  /// Keeps the first reason.
  void Invalidate(std::string reason);
  bool valid() const { return invalid_reason_.empty(); }

  /// The log's text: one JSON object. `uses` are in the order compute of each GPU, each link's two
  /// directions, buses, host copies, host memory.
  std::string ToJson(const machine::Description& machine, const std::string& mode,
                     const std::vector<ResourceUse>& uses, const Ending& ending) const;

 private:
  std::map<KernelName, Kernel> kernels_;
  std::map<KernelName, Kernel> cpu_work_;
  std::map<Copy, Totals> copies_;
  Totals fills_;
  Totals host_copies_;
  Totals waits_;
  std::map<std::string, Memory> memories_;
  std::string invalid_reason_;
};

}  // namespace groma::vgpu

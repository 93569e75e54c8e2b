// The virtual GPUs of one process: what they have (a machine description), what is on them (memory)
// and what they do (operations on the timeline).
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "machine/cost.h"
#include "machine/description.h"
#include "vgpu/device/costs.h"
#include "vgpu/device/memory.h"
#include "vgpu/device/realm_kernels.h"
#include "vgpu/device/strided.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

enum class Mode {
  kFunctional,  // everything is really done
  kModelled,    // kernels take their time but compute nothing; see kPerformedBytes
};

/// In modelled runs, copies and fills up to this size are really done (futures, handles and other
/// small data of the runtime stay right); larger ones, and gathers and scatters, only take their
/// time.
inline constexpr Bytes kPerformedBytes{int64_t{64} << 10};

/// Board memory beyond what a description gives to the runtime (Gpu::framebuffer): the real
/// driver's context and the runtime's own buffers (Realm's intermediate buffers) live there.
inline constexpr Bytes kReservedFramebuffer{int64_t{1} << 30};

/// How one argument of a program's kernel or CPU task is used; `address` tells where it lies.
struct ArgumentUse {
  const void* address = nullptr;
  machine::ArgumentWork work;  // `place` and `alignment` are found out from the address
  std::string region;          // for the report; may be empty
};

struct WorkUse {
  double single_flops = 0;
  double double_flops = 0;
  std::vector<ArgumentUse> arguments;
  std::string task;  // for the report; may be empty
};

/// Thread safe. Members that enqueue return at once; `stream` is one of `timeline()`.
class Driver {
 public:
  /// `options.mode` is set from `mode`.
  Driver(machine::Description machine, Mode mode, TimelineOptions options);

  const machine::Description& machine() const { return machine_; }
  bool modelled() const { return mode_ == Mode::kModelled; }
  int gpus() const { return machine_.processors.gpu; }
  /// Whether two different GPUs can map each other's memory.
  bool ArePeers(int a, int b) const;
  Timeline& timeline() { return timeline_; }
  MemoryMap& memory() { return memory_; }

  /// The stream behind a GPU's null stream; made on first use.
  StreamId DefaultStream(int gpu);
  /// A stream of that GPU that carries no work, for waiting on all others; made on first use.
  StreamId JoinStream(int gpu);

  void Copy(StreamId stream, const StridedCopy& copy);
  void Fill(StreamId stream, int gpu, const StridedFill& fill);
  /// A launch of one of Realm's own kernels.
  void LaunchRealmKernel(StreamId stream, int gpu, const std::string& name,
                         std::vector<RealmWork> work);
  /// A launch of a kernel that the program registered. `twin` does it on the host (functional runs
  /// only). An error when an argument lies where that GPU could not reach it: host memory that is
  /// not pinned, or another GPU's that is no peer (on a real GPU an illegal address).
  Status LaunchKernel(StreamId stream, int gpu, const std::string& name, const WorkUse& work,
                      std::function<void()> twin);
  /// Blocks the calling thread for that work's time on one CPU core.
  void RunOnCpu(const WorkUse& work);

  /// A piece of the runtime's own work, after those asked for before. `done` runs on the timeline's
  /// thread; without it the calling thread is blocked until the work is done.
  void DoRuntimeWork(Nanoseconds time, std::function<void()> done);

  /// Writes the run report with the memories' peaks; once, when the process ends by itself.
  void Report();

 private:
  PlacedArgument Placed(int gpu, const ArgumentUse& argument) const;
  /// Puts where a copy's two sides lie into its label; nullptr is no side.
  void LabelEnds(const void* source, const void* target, Label* label) const;
  bool IsPerformed(Bytes bytes) const;
  StreamId StreamIn(std::map<int, StreamId>* streams, int gpu);
  Status CheckReach(int gpu, const std::string& name, const WorkUse& work) const;

  const machine::Description machine_;
  const Mode mode_;
  Timeline timeline_;
  MemoryMap memory_;
  Costs costs_;
  std::mutex mutex_;
  std::map<int, StreamId> default_streams_;
  std::map<int, StreamId> join_streams_;
  StreamId runtime_stream_;
};

}  // namespace groma::vgpu

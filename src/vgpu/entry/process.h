// What the driver keeps for the process: the C border needs process-wide state by nature.
#pragma once
#include <atomic>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "vgpu/device/driver.h"
#include "vgpu/device/kernel_registry.h"
#include "vgpu/device/realm_kernels.h"
#include "vgpu/entry/cuda_types.h"
#include "vgpu/entry/reductions.h"

namespace groma::vgpu::cuda {

/// What the opaque handles of the driver API point to.
struct ContextObject {
  int gpu;
};
struct StreamObject {
  StreamId id;
  int gpu;
  unsigned flags;
  int priority;
};
struct EventObject {
  EventId id;
};
struct ModuleObject {
  int gpu;
};
struct FunctionObject {
  std::string name;
  std::optional<RealmKernel> realm;
  std::optional<ReductionKernel> reduction;
};

/// Exit code of a run that the driver ends itself.
inline constexpr int kEndedByGroma = 86;

/// Ends the process with exit code 86 after `groma: MESSAGE` on stderr; the run report says the
/// same.
[[noreturn]] void EndRun(const std::string& message);

/// The process' one driver and its handles. Never destroyed: the runtime calls in while the process
/// ends.
class Process {
 public:
  static Process& Get();

  /// The virtual GPUs of the machine that GROMA_MACHINE names, nullptr when it names none. Made on
  /// first use; a description that cannot be read ends the run.
  Driver* driver();
  /// The driver when it was made already, else nullptr.
  Driver* made() { return made_.load(std::memory_order_acquire); }
  /// The driver after a successful cuInit, else nullptr.
  Driver* initialized();
  /// cuInit: whether there is a GPU.
  bool Initialize();

  KernelRegistry& kernels() { return kernels_; }
  ContextObject* PrimaryContext(int gpu);

  StreamObject* MakeStream(int gpu, unsigned flags, int priority);
  bool DropStream(StreamObject* stream);
  EventObject* MakeEvent();
  bool DropEvent(EventObject* event);
  bool Has(const StreamObject* stream) const;
  bool Has(const EventObject* event) const;
  /// The streams of a GPU that exist now, its default stream included.
  std::vector<StreamId> StreamsOf(int gpu);

  ModuleObject* MakeModule(int gpu);
  /// One object a name, for the life of the process.
  FunctionObject* FunctionNamed(const std::string& name);

  /// True the first time that it is asked about this name.
  bool FirstMention(const std::string& name);

 private:
  Process() = default;

  std::once_flag once_;
  std::atomic<Driver*> made_ = nullptr;
  std::unique_ptr<Driver> driver_;
  std::atomic<bool> initialized_ = false;
  KernelRegistry kernels_;
  mutable std::mutex mutex_;
  std::deque<ContextObject> contexts_;
  std::deque<ModuleObject> modules_;
  std::unordered_set<StreamObject*> streams_;
  std::unordered_set<EventObject*> events_;
  std::map<std::string, std::unique_ptr<FunctionObject>> functions_;
  std::unordered_set<std::string> mentioned_;
};

/// The calling thread's context stack and stated work.
struct ThreadState {
  std::vector<ContextObject*> contexts;
  std::optional<WorkUse> next_work;
};
ThreadState& CurrentThread();

/// The GPU of the calling thread's current context, or −1.
int CurrentGpu();

/// Runs the body of an entry point: kNotInitialized before cuInit; no exception leaves.
template <class Body>
Status Enter(Body&& body) {
  Driver* driver = Process::Get().initialized();
  if (driver == nullptr) return kNotInitialized;
  try {
    driver->timeline().NoteCall();
    return std::forward<Body>(body)(*driver);
  } catch (const std::bad_alloc&) {
    return kOutOfMemory;
  } catch (const std::exception&) {
    return kUnknown;
  }
}

/// The same for entry points that need a current context.
template <class Body>
Status EnterOnGpu(Body&& body) {
  return Enter([&](Driver& driver) {
    const int gpu = CurrentGpu();
    return gpu < 0 ? kInvalidContext : body(driver, gpu);
  });
}

/// The same for entry points that take a stream (null, legacy, per-thread or one of ours).
template <class Body>
Status EnterOnStream(StreamObject* stream, Body&& body) {
  return Enter([&](Driver& driver) {
    const auto value = reinterpret_cast<uintptr_t>(stream);
    if (value == 0 || value == kLegacyStream || value == kPerThreadStream) {
      const int gpu = CurrentGpu();
      return gpu < 0 ? kInvalidContext : body(driver, gpu, driver.DefaultStream(gpu));
    }
    if (!Process::Get().Has(stream)) return kInvalidHandle;
    return body(driver, stream->gpu, stream->id);
  });
}

}  // namespace groma::vgpu::cuda

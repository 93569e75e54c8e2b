// The timeline of the virtual GPUs: streams, events and the virtual clock that moves them.
//
// An operation becomes ready when all that was put into its stream before it has ended, and no
// earlier than `latency` after it was put there; its work then goes on at a rate that depends on
// who else uses the same resources (max-min fair shares). When it ends, `perform` runs on the
// timeline's own thread; what follows starts after that. The clock moves to the next end only while
// the process is quiet.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/quantities.h"
#include "base/result.h"
#include "machine/cost.h"
#include "machine/description.h"

namespace groma::vgpu {

enum class StreamId : uint64_t {};
enum class EventId : uint64_t {};
enum class ResourceId : int32_t {};

/// `share` of a resource's capacity (0 < share ≤ 1) that an operation takes when nobody else uses
/// it.
struct Use {
  ResourceId resource;
  double share = 1;
};

/// Who and what an operation is, for the run report.
struct Label {
  enum class Kind { kKernel, kCopy, kFill, kHostCallback, kCpuWork, kHostCopy, kWait };
  Kind kind = Kind::kWait;
  std::string name;        // kernel name; "" otherwise
  int from = -1, to = -1;  // copies: -1 is the host, else the GPU
  bool from_zero_copy = false, to_zero_copy = false;
  Bytes bytes;
  std::vector<machine::ArgumentCost> arguments;  // kernels and CPU work: machine::ArgumentCosts
  std::vector<std::string> regions;              // of the arguments, as far as they are known
  double single_flops = 0, double_flops = 0;     // kernels and CPU work: as stated
  std::string task;                              // that the work is of; "" when unknown
};

struct Operation {
  Nanoseconds latency;  // from Enqueue to the work's start at the earliest; takes no resource
  Nanoseconds alone;    // the work's duration with nobody else on its resources
  std::vector<Use> uses;
  std::function<void()> perform;  // may be empty; must not throw nor wait for this timeline
  Label label;
};

struct TimelineOptions {
  /// Where the run report goes (docs/formats/vgpu-log.md); "" for nowhere.
  std::string report_path;
  /// "functional" or "modelled". In functional runs the clock does not wait for a quiet process:
  /// what is queued ends at once, in an order that its streams allow, and times mean nothing.
  std::string mode = "modelled";
  /// A run with work queued ends (see Fail) when a thread has spun for so long;
  /// patience.h has the whole rule.
  double quiet_limit_seconds = 2;
  /// The program's own sleeps, timed waits and I/O are known to be harmless.
  bool waits_declared = false;
};

/// One per process, for as long as it lives: its destructor is for tests and needs that no thread
/// waits in it. All members may be called from any thread; they never wait for virtual time unless
/// they say so.
class Timeline {
 public:
  explicit Timeline(const machine::Description& machine, TimelineOptions options = {});
  ~Timeline();

  /// Resources of the machine, made by the constructor: each GPU's cores, each link direction, each
  /// bus, each CPU's memory path, the host's copy engine.
  ResourceId Compute(int gpu) const;
  ResourceId LinkResource(int link, bool forward) const;
  ResourceId Bus(int bus) const;
  ResourceId HostCopies() const;
  ResourceId HostMemory() const;  // what all cores together get from host memory

  StreamId CreateStream(int gpu);
  /// Waits until the stream is empty, then forgets it.
  void DestroyStream(StreamId stream);
  void Enqueue(StreamId stream, Operation operation);

  EventId CreateEvent();
  void DestroyEvent(EventId event);  // pending waits on it are kept
  void Record(EventId event, StreamId stream);
  void WaitEvent(
      StreamId stream,
      EventId event);  // the stream goes on when the event's last record before now has ended
  /// A query that is not ready waits a little before it answers, for what it asks about or for the
  /// clock's next look (20 µs to 10 ms of real time): pollers must not keep the process awake.
  bool Query(EventId event);
  bool Query(StreamId stream);
  void Synchronize(EventId event);
  void Synchronize(StreamId stream);
  void SynchronizeDevice(int gpu);
  /// Virtual time at which the last record of the event ended; an error when it has not.
  Result<Nanoseconds> TimeOf(EventId event);

  /// Blocks the calling thread while the operation passes on the virtual clock (CPU work, charged
  /// runtime work, host copies).
  void Run(Operation operation);

  Nanoseconds Now() const;
  /// The calling thread's timed waits and I/O are declared harmless (true) or not (false).
  void DeclareRealWait(bool begin);
  /// Marks the run's time as not valid, with the first reason kept.
  void Invalidate(std::string reason);
  /// Called by the entry points so that the clock never moves while a driver call is coming in.
  void NoteCall();

  /// The most bytes that a memory ("gpu0", "zero-copy", …) has held so far, for the report.
  void ReportMemory(const std::string& memory, Bytes peak, Bytes capacity);
  /// Writes the run report; the driver calls it once, at exit. Not written twice.
  void WriteReport();
  /// Ends the run: `groma: <message>` on stderr, the run report with it as "fatal", _exit(86).
  [[noreturn]] void Fail(const std::string& message);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace groma::vgpu

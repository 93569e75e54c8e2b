// Streams and events: what is queued where, and what may go on. Holds no lock and knows no threads;
// the timeline guards it.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <variant>

#include "vgpu/device/fluid.h"
#include "vgpu/device/run_report.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

/// An event: how often it was recorded, and the last record whose stream has come to it. Shared by
/// the table of events and by queued records and waits, which outlive its destruction.
struct EventState {
  uint64_t recorded = 0;
  uint64_t reached = 0;
  Nanoseconds reached_at;
};

class Streams {
 public:
  Streams(Fluid* fluid, RunReport* report) : fluid_(fluid), report_(report) {}

  StreamId CreateStream(int gpu);
  void EraseStream(StreamId stream);
  EventId CreateEvent();
  void EraseEvent(EventId event);

  void Enqueue(StreamId stream, Operation operation);
  void Record(StreamId stream, EventId event);
  void Wait(StreamId stream, EventId event);

  /// How many entries were queued, and how many of these have ended.
  uint64_t Queued(StreamId stream) const { return At(stream).queued; }
  uint64_t Ended(StreamId stream) const { return At(stream).ended; }
  bool Exists(StreamId stream) const { return streams_.contains(stream); }
  std::vector<StreamId> StreamsOf(int gpu) const;
  std::shared_ptr<EventState> Event(EventId event) const;

  /// Takes the first of the operations that have ended; its stream stands still until Finish.
  struct EndedOperation {
    StreamId stream;
    std::function<void()> perform;
  };
  EndedOperation Take();
  /// What follows the taken operation goes on. Whether a query could see that: its stream is now
  /// empty or an event was reached.
  bool Finish(StreamId stream);

 private:
  struct QueuedRecord {
    std::shared_ptr<EventState> event;
    uint64_t number;
  };
  struct QueuedWait {
    std::shared_ptr<EventState> event;
    uint64_t number;
  };
  struct QueuedOperation {
    Operation operation;
    Nanoseconds queued_at;
  };
  using Entry = std::variant<QueuedOperation, QueuedRecord, QueuedWait>;
  struct Stream {
    int gpu;
    std::deque<Entry> entries;  // the first is the one at work
    bool running = false;       // the first entry is an operation that was started
    Nanoseconds work_began;
    uint64_t queued = 0;
    uint64_t ended = 0;
  };

  Stream& At(StreamId stream);
  const Stream& At(StreamId stream) const;
  void Push(StreamId stream, Entry entry);
  void GoOn();  // lets every stream that can go on do so
  bool Advance(StreamId id, Stream* stream);

  Fluid* fluid_;
  RunReport* report_;
  std::map<StreamId, Stream> streams_;
  std::unordered_map<uint64_t, std::shared_ptr<EventState>> events_;
  uint64_t next_id_ = 1;
  uint64_t next_sequence_ = 1;
};

}  // namespace groma::vgpu

#include "vgpu/device/timeline.h"

#include <unistd.h>

#include <cstdio>

#include "base/files.h"
#include "vgpu/device/timeline_state.h"

namespace groma::vgpu {
namespace {

using Lock = std::unique_lock<std::mutex>;

}  // namespace

int ResourceCount(const machine::Description& machine) {
  return machine.processors.gpu + 2 * static_cast<int>(machine.links.size()) +
         static_cast<int>(machine.buses.size()) + 2;
}

void Timeline::State::WriteReport(const std::string& fatal) {
  if (report_written || options.report_path.empty()) return;
  report_written = true;
  const RunReport::Ending ending{
      fluid.now(), std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
      looks, rejected_looks, fatal};
  const Status written = WriteFile(
      options.report_path, report.ToJson(machine, options.mode, fluid.resource_uses(), ending));
  if (!written) std::fprintf(stderr, "groma: %s\n", written.error().message.c_str());
}

Timeline::Timeline(const machine::Description& machine, TimelineOptions options)
    : state_(std::make_unique<State>(machine, std::move(options))) {
  state_->Start();
  // A modelled time without looks would mean nothing.
  if (state_->watch == nullptr && state_->options.mode == "modelled")
    Fail(QuietWatch::Open().error().message);
}

Timeline::~Timeline() {
  {
    Lock lock(state_->mutex);
    state_->stopping = true;
    state_->work.notify_all();
  }
  state_->clock.join();
}

ResourceId Timeline::Compute(int gpu) const {
  CHECK(gpu >= 0 && gpu < state_->machine.processors.gpu, "no such GPU");
  return ResourceId{gpu};
}

ResourceId Timeline::LinkResource(int link, bool forward) const {
  CHECK(link >= 0 && link < static_cast<int>(state_->machine.links.size()), "no such link");
  return ResourceId{state_->machine.processors.gpu + 2 * link + (forward ? 0 : 1)};
}

ResourceId Timeline::Bus(int bus) const {
  CHECK(bus >= 0 && bus < static_cast<int>(state_->machine.buses.size()), "no such bus");
  return ResourceId{state_->machine.processors.gpu +
                    2 * static_cast<int>(state_->machine.links.size()) + bus};
}

ResourceId Timeline::HostCopies() const { return ResourceId{ResourceCount(state_->machine) - 2}; }
ResourceId Timeline::HostMemory() const { return ResourceId{ResourceCount(state_->machine) - 1}; }

StreamId Timeline::CreateStream(int gpu) {
  Lock lock(state_->mutex);
  return state_->streams.CreateStream(gpu);
}

void Timeline::DestroyStream(StreamId stream) {
  Synchronize(stream);
  Lock lock(state_->mutex);
  state_->streams.EraseStream(stream);
}

void Timeline::Enqueue(StreamId stream, Operation operation) {
  Lock lock(state_->mutex);
  state_->streams.Enqueue(stream, std::move(operation));
  state_->CallIn();
}

EventId Timeline::CreateEvent() {
  Lock lock(state_->mutex);
  return state_->streams.CreateEvent();
}

void Timeline::DestroyEvent(EventId event) {
  Lock lock(state_->mutex);
  state_->streams.EraseEvent(event);
}

void Timeline::Record(EventId event, StreamId stream) {
  Lock lock(state_->mutex);
  state_->streams.Record(stream, event);
  state_->WakeWaiters();
  state_->CallIn();
}

void Timeline::WaitEvent(StreamId stream, EventId event) {
  Lock lock(state_->mutex);
  state_->streams.Wait(stream, event);
  state_->CallIn();
}

bool Timeline::Query(EventId event) {
  Lock lock(state_->mutex);
  state_->calls.fetch_add(1);
  std::shared_ptr<EventState> e = state_->streams.Event(event);
  const uint64_t number = e->recorded;
  return state_->Query(lock, static_cast<uint64_t>(event),
                       [e, number] { return e->reached >= number; });
}

bool Timeline::Query(StreamId stream) {
  Lock lock(state_->mutex);
  state_->calls.fetch_add(1);
  const uint64_t number = state_->streams.Queued(stream);
  return state_->Query(lock, static_cast<uint64_t>(stream), [s = state_.get(), stream, number] {
    return !s->streams.Exists(stream) || s->streams.Ended(stream) >= number;
  });
}

void Timeline::Synchronize(EventId event) {
  Lock lock(state_->mutex);
  std::shared_ptr<EventState> e = state_->streams.Event(event);
  const uint64_t number = e->recorded;
  state_->WaitUntil(lock, [e, number] { return e->reached >= number; });
}

void Timeline::Synchronize(StreamId stream) {
  Lock lock(state_->mutex);
  const uint64_t number = state_->streams.Queued(stream);
  state_->WaitUntil(lock, [s = state_.get(), stream, number] {
    return !s->streams.Exists(stream) || s->streams.Ended(stream) >= number;
  });
}

void Timeline::SynchronizeDevice(int gpu) {
  Lock lock(state_->mutex);
  for (const StreamId stream : state_->streams.StreamsOf(gpu)) {
    if (!state_->streams.Exists(stream)) continue;
    const uint64_t number = state_->streams.Queued(stream);
    state_->WaitUntil(lock, [s = state_.get(), stream, number] {
      return !s->streams.Exists(stream) || s->streams.Ended(stream) >= number;
    });
  }
}

Result<Nanoseconds> Timeline::TimeOf(EventId event) {
  Lock lock(state_->mutex);
  const std::shared_ptr<EventState> e = state_->streams.Event(event);
  if (e->recorded == 0) return Error{"the event was never recorded"};
  if (e->reached < e->recorded) return Error{"the event's stream has not come to it yet"};
  return e->reached_at;
}

void Timeline::Run(Operation operation) {
  if (operation.latency.count == 0 && operation.alone.count == 0) {
    if (operation.perform) operation.perform();
    return;
  }
  const StreamId stream = CreateStream(-1);
  Enqueue(stream, std::move(operation));
  DestroyStream(stream);
}

Nanoseconds Timeline::Now() const { return {state_->now}; }

void Timeline::DeclareRealWait(bool begin) {
  Lock lock(state_->mutex);
  if (begin)
    state_->real_waiters.insert(ThisThread());
  else
    state_->real_waiters.erase(ThisThread());
}

void Timeline::Invalidate(std::string reason) {
  Lock lock(state_->mutex);
  state_->report.Invalidate(std::move(reason));
}

void Timeline::NoteCall() { state_->calls.fetch_add(1); }

void Timeline::ReportMemory(const std::string& memory, Bytes peak, Bytes capacity) {
  Lock lock(state_->mutex);
  state_->report.SetMemory(memory, peak, capacity);
}

void Timeline::WriteReport() {
  Lock lock(state_->mutex);
  state_->WriteReport("");
}

void Timeline::Fail(const std::string& message) {
  std::fprintf(stderr, "groma: %s\n", message.c_str());
  // The lock may be held by a thread that never lets it go any more.
  Lock lock(state_->mutex, std::defer_lock);
  for (int tries = 0; tries < 100 && !lock.try_lock(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  state_->WriteReport(message);
  _exit(kFailedExit);
}

}  // namespace groma::vgpu

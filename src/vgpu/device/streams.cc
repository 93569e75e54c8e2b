#include "vgpu/device/streams.h"

#include <algorithm>

namespace groma::vgpu {

StreamId Streams::CreateStream(int gpu) {
  const StreamId id{next_id_++};
  streams_[id].gpu = gpu;
  return id;
}

void Streams::EraseStream(StreamId stream) {
  CHECK(At(stream).entries.empty(), "a stream with work is not forgotten");
  streams_.erase(stream);
}

EventId Streams::CreateEvent() {
  const EventId id{next_id_++};
  events_[static_cast<uint64_t>(id)] = std::make_shared<EventState>();
  return id;
}

void Streams::EraseEvent(EventId event) { events_.erase(static_cast<uint64_t>(event)); }

std::shared_ptr<EventState> Streams::Event(EventId event) const {
  const auto found = events_.find(static_cast<uint64_t>(event));
  CHECK(found != events_.end(), "no such event");
  return found->second;
}

Streams::Stream& Streams::At(StreamId stream) {
  const auto found = streams_.find(stream);
  CHECK(found != streams_.end(), "no such stream");
  return found->second;
}

const Streams::Stream& Streams::At(StreamId stream) const {
  const auto found = streams_.find(stream);
  CHECK(found != streams_.end(), "no such stream");
  return found->second;
}

std::vector<StreamId> Streams::StreamsOf(int gpu) const {
  std::vector<StreamId> ids;
  for (const auto& [id, stream] : streams_)
    if (stream.gpu == gpu) ids.push_back(id);
  return ids;
}

void Streams::Enqueue(StreamId stream, Operation operation) {
  Push(stream, QueuedOperation{std::move(operation), fluid_->now()});
}

void Streams::Record(StreamId stream, EventId event) {
  std::shared_ptr<EventState> state = Event(event);
  const uint64_t number = ++state->recorded;
  Push(stream, QueuedRecord{std::move(state), number});
}

void Streams::Wait(StreamId stream, EventId event) {
  std::shared_ptr<EventState> state = Event(event);
  const uint64_t number = state->recorded;
  Push(stream, QueuedWait{std::move(state), number});
}

void Streams::Push(StreamId id, Entry entry) {
  Stream& stream = At(id);
  stream.entries.push_back(std::move(entry));
  ++stream.queued;
  if (stream.entries.size() == 1 && Advance(id, &stream)) GoOn();
}

// Works off the stream's entries until one takes time or must wait. Whether an event was reached.
bool Streams::Advance(StreamId id, Stream* stream) {
  bool reached = false;
  while (!stream->entries.empty() && !stream->running) {
    Entry& entry = stream->entries.front();
    if (const auto* queued = std::get_if<QueuedOperation>(&entry)) {
      const Operation& operation = queued->operation;
      const Nanoseconds start = std::max(fluid_->now(), queued->queued_at + operation.latency);
      stream->running = true;
      stream->work_began = start;
      fluid_->Start({stream->gpu, static_cast<uint64_t>(id), next_sequence_++},
                    start - fluid_->now(), operation.alone, operation.uses);
      break;
    }
    if (const auto* wait = std::get_if<QueuedWait>(&entry)) {
      if (wait->event->reached < wait->number) break;
    } else {
      const auto& record = std::get<QueuedRecord>(entry);
      if (record.event->reached < record.number) {
        record.event->reached = record.number;
        record.event->reached_at = fluid_->now();
      }
      reached = true;
    }
    stream->entries.pop_front();
    ++stream->ended;
  }
  return reached;
}

void Streams::GoOn() {
  for (bool again = true; again;) {
    again = false;
    for (auto& [id, stream] : streams_) again = Advance(id, &stream) || again;
  }
}

Streams::EndedOperation Streams::Take() {
  const StreamId id{fluid_->TakeEnded().stream};
  Stream& stream = At(id);
  Operation& operation = std::get<QueuedOperation>(stream.entries.front()).operation;
  report_->Add(operation.label, fluid_->now() - stream.work_began);
  return {id, std::move(operation.perform)};
}

bool Streams::Finish(StreamId id) {
  Stream& stream = At(id);
  stream.entries.pop_front();
  stream.running = false;
  ++stream.ended;
  const bool reached = Advance(id, &stream);
  if (reached) GoOn();
  return reached || stream.entries.empty();
}

}  // namespace groma::vgpu

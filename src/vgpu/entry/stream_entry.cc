// Streams and events.
#include "vgpu/entry/entry_points.h"

namespace groma::vgpu::cuda {
namespace {

template <class Body>
Status EnterEvent(EventObject* event, Body&& body) {
  return Enter(
      [&](Driver& driver) { return Process::Get().Has(event) ? body(driver) : kInvalidHandle; });
}

Status RunOnHost(StreamObject* stream, std::function<void()> call) {
  return EnterOnStream(stream, [&](Driver& driver, int, StreamId id) {
    Operation operation;
    operation.perform = std::move(call);
    operation.label.kind = Label::Kind::kHostCallback;
    driver.timeline().Enqueue(id, std::move(operation));
    return kSuccess;
  });
}

}  // namespace

extern "C" {

Status cuStreamCreate(StreamObject** stream, unsigned flags) {
  return cuStreamCreateWithPriority(stream, flags, 0);
}

// Priorities are kept but change nothing: work of a device shares it equally.
Status cuStreamCreateWithPriority(StreamObject** stream, unsigned flags, int priority) {
  return EnterOnGpu([&](Driver&, int gpu) {
    if (stream == nullptr) return kInvalidValue;
    *stream = Process::Get().MakeStream(gpu, flags, priority);
    return kSuccess;
  });
}

Status cuStreamDestroy_v2(StreamObject* stream) {
  return Enter(
      [&](Driver&) { return Process::Get().DropStream(stream) ? kSuccess : kInvalidHandle; });
}

Status cuStreamGetPriority(StreamObject* stream, int* priority) {
  return EnterOnStream(stream, [&](Driver&, int, StreamId) {
    *priority = Process::Get().Has(stream) ? stream->priority : 0;
    return kSuccess;
  });
}

Status cuStreamGetFlags(StreamObject* stream, unsigned* flags) {
  return EnterOnStream(stream, [&](Driver&, int, StreamId) {
    *flags = Process::Get().Has(stream) ? stream->flags : 0;
    return kSuccess;
  });
}

Status cuStreamGetCtx(StreamObject* stream, ContextObject** context) {
  return EnterOnStream(stream, [&](Driver&, int gpu, StreamId) {
    *context = Process::Get().PrimaryContext(gpu);
    return kSuccess;
  });
}

Status cuStreamSynchronize(StreamObject* stream) {
  return EnterOnStream(stream, [](Driver& driver, int, StreamId id) {
    driver.timeline().Synchronize(id);
    return kSuccess;
  });
}

Status cuStreamQuery(StreamObject* stream) {
  return EnterOnStream(stream, [](Driver& driver, int, StreamId id) {
    return driver.timeline().Query(id) ? kSuccess : kNotReady;
  });
}

Status cuStreamWaitEvent(StreamObject* stream, EventObject* event, unsigned) {
  return EnterOnStream(stream, [&](Driver& driver, int, StreamId id) {
    if (!Process::Get().Has(event)) return kInvalidHandle;
    driver.timeline().WaitEvent(id, event->id);
    return kSuccess;
  });
}

Status cuStreamAddCallback(StreamObject* stream, StreamCallback callback, void* data, unsigned) {
  if (callback == nullptr) return kInvalidValue;
  return RunOnHost(stream, [=] { callback(stream, kSuccess, data); });
}

Status cuLaunchHostFunc(StreamObject* stream, HostFunction function, void* data) {
  if (function == nullptr) return kInvalidValue;
  return RunOnHost(stream, [=] { function(data); });
}

Status cuEventCreate(EventObject** event, unsigned) {
  return EnterOnGpu([&](Driver&, int) {
    if (event == nullptr) return kInvalidValue;
    *event = Process::Get().MakeEvent();
    return kSuccess;
  });
}

Status cuEventDestroy_v2(EventObject* event) {
  return Enter(
      [&](Driver&) { return Process::Get().DropEvent(event) ? kSuccess : kInvalidHandle; });
}

Status cuEventRecord(EventObject* event, StreamObject* stream) {
  return EnterOnStream(stream, [&](Driver& driver, int, StreamId id) {
    if (!Process::Get().Has(event)) return kInvalidHandle;
    driver.timeline().Record(event->id, id);
    return kSuccess;
  });
}

Status cuEventQuery(EventObject* event) {
  return EnterEvent(event, [&](Driver& driver) {
    return driver.timeline().Query(event->id) ? kSuccess : kNotReady;
  });
}

Status cuEventSynchronize(EventObject* event) {
  return EnterEvent(event, [&](Driver& driver) {
    driver.timeline().Synchronize(event->id);
    return kSuccess;
  });
}

// Virtual time.
Status cuEventElapsedTime(float* milliseconds, EventObject* start, EventObject* end) {
  return EnterEvent(start, [&](Driver& driver) {
    if (!Process::Get().Has(end)) return kInvalidHandle;
    const auto from = driver.timeline().TimeOf(start->id);
    const auto to = driver.timeline().TimeOf(end->id);
    if (!from || !to) return kNotReady;
    *milliseconds = static_cast<float>((*to - *from).Seconds() * 1e3);
    return kSuccess;
  });
}

Status cuEventElapsedTime_v2(float* milliseconds, EventObject* start, EventObject* end) {
  return cuEventElapsedTime(milliseconds, start, end);
}

}  // extern "C"
}  // namespace groma::vgpu::cuda

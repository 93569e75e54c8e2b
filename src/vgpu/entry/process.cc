#include "vgpu/entry/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "vgpu/entry/host_copies.h"
#include "vgpu/entry/realm_waits.h"

namespace groma::vgpu::cuda {
namespace {

const char* Environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

Mode ModeFromEnvironment() {
  const char* mode = Environment("GROMA_VGPU_MODE");
  if (mode == nullptr || std::strcmp(mode, "functional") == 0) return Mode::kFunctional;
  if (std::strcmp(mode, "modelled") == 0) return Mode::kModelled;
  EndRun(fmt::format("GROMA_VGPU_MODE is '{}'; it must be functional or modelled", mode));
}

TimelineOptions OptionsFromEnvironment() {
  TimelineOptions options;
  if (const char* log = Environment("GROMA_VGPU_LOG")) options.report_path = log;
  if (const char* declared = Environment("GROMA_VGPU_WAITS_DECLARED"))
    options.waits_declared = std::strcmp(declared, "1") == 0;
  if (const char* limit = Environment("GROMA_VGPU_QUIET_SECONDS")) {
    char* end = nullptr;
    options.quiet_limit_seconds = std::strtod(limit, &end);
    if (*end != '\0' || !(options.quiet_limit_seconds > 0)) {
      EndRun(
          fmt::format("GROMA_VGPU_QUIET_SECONDS is '{}'; it must be a number of seconds larger "
                      "than 0",
                      limit));
    }
  }
  return options;
}

std::unique_ptr<Driver> MakeDriver() {
  const char* path = Environment("GROMA_MACHINE");
  if (path == nullptr) return nullptr;
  auto machine = machine::Read(path);
  if (!machine) {
    EndRun(fmt::format("cannot use the machine description in GROMA_MACHINE: {}",
                       machine.error().message));
  }
  return std::make_unique<Driver>(std::move(*machine), ModeFromEnvironment(),
                                  OptionsFromEnvironment());
}

// The report of a run that ends by itself.
void ReportAtExit() {
  if (Driver* driver = Process::Get().made()) driver->Report();
}

}  // namespace

void EndRun(const std::string& message) {
  // No clean-up: the runtime's threads still run and would fail in ways that hide this message.
  if (Driver* driver = Process::Get().made()) driver->timeline().Fail(message);
  const std::string line = "groma: " + message + "\n";
  std::fflush(stderr);
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  _exit(kEndedByGroma);
}

Process& Process::Get() {
  static Process* const process = new Process;  // leaked: see the header
  return *process;
}

Driver* Process::driver() {
  std::call_once(once_, [this] {
    driver_ = MakeDriver();
    made_.store(driver_.get(), std::memory_order_release);
    if (driver_) std::atexit(ReportAtExit);
  });
  return driver_.get();
}

Driver* Process::initialized() {
  return initialized_.load(std::memory_order_acquire) ? driver_.get() : nullptr;
}

bool Process::Initialize() {
  if (initialized_) return true;
  Driver* made = driver();
  if (made == nullptr) return false;
  const std::lock_guard lock(mutex_);
  // Only there is a clock to charge, and a description with the rates.
  if (made->modelled()) ChargeHostCopies(made);
  SleepWithoutSpinning();
  if (made->gpus() == 0) return false;
  if (contexts_.empty()) {
    for (int gpu = 0; gpu < made->gpus(); ++gpu) contexts_.push_back({gpu});
  }
  initialized_.store(true, std::memory_order_release);
  return true;
}

ContextObject* Process::PrimaryContext(int gpu) {
  if (gpu < 0 || static_cast<size_t>(gpu) >= contexts_.size()) return nullptr;
  return &contexts_[static_cast<size_t>(gpu)];
}

StreamObject* Process::MakeStream(int gpu, unsigned flags, int priority) {
  auto stream = std::make_unique<StreamObject>(
      StreamObject{driver_->timeline().CreateStream(gpu), gpu, flags, priority});
  const std::lock_guard lock(mutex_);
  streams_.insert(stream.get());
  return stream.release();
}

bool Process::DropStream(StreamObject* stream) {
  {
    const std::lock_guard lock(mutex_);
    if (streams_.erase(stream) == 0) return false;
  }
  const std::unique_ptr<StreamObject> owned(stream);
  driver_->timeline().DestroyStream(owned->id);
  return true;
}

EventObject* Process::MakeEvent() {
  auto event = std::make_unique<EventObject>(EventObject{driver_->timeline().CreateEvent()});
  const std::lock_guard lock(mutex_);
  events_.insert(event.get());
  return event.release();
}

bool Process::DropEvent(EventObject* event) {
  {
    const std::lock_guard lock(mutex_);
    if (events_.erase(event) == 0) return false;
  }
  const std::unique_ptr<EventObject> owned(event);
  driver_->timeline().DestroyEvent(owned->id);
  return true;
}

bool Process::Has(const StreamObject* stream) const {
  const std::lock_guard lock(mutex_);
  return streams_.contains(const_cast<StreamObject*>(stream));
}

bool Process::Has(const EventObject* event) const {
  const std::lock_guard lock(mutex_);
  return events_.contains(const_cast<EventObject*>(event));
}

std::vector<StreamId> Process::StreamsOf(int gpu) {
  std::vector<StreamId> streams = {driver_->DefaultStream(gpu)};
  const std::lock_guard lock(mutex_);
  for (const StreamObject* stream : streams_) {
    if (stream->gpu == gpu) streams.push_back(stream->id);
  }
  return streams;
}

ModuleObject* Process::MakeModule(int gpu) {
  const std::lock_guard lock(mutex_);
  return &modules_.emplace_back(ModuleObject{gpu});
}

FunctionObject* Process::FunctionNamed(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& function = functions_[name];
  if (!function) {
    function = std::make_unique<FunctionObject>(FunctionObject{name, ParseRealmKernel(name), {}});
  }
  return function.get();
}

bool Process::FirstMention(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return mentioned_.insert(name).second;
}

ThreadState& CurrentThread() {
  static thread_local ThreadState state;
  return state;
}

int CurrentGpu() {
  const auto& contexts = CurrentThread().contexts;
  return contexts.empty() || contexts.back() == nullptr ? -1 : contexts.back()->gpu;
}

}  // namespace groma::vgpu::cuda

#include "vgpu/device/driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace groma::vgpu {
namespace {

using machine::Place;

// Larger alignments make no difference to what a memory moves.
constexpr uintptr_t kMaxAlignment = 4096;

int64_t AlignmentOf(const void* address) {
  const auto value = reinterpret_cast<uintptr_t>(address) | kMaxAlignment;
  return static_cast<int64_t>(value & (~value + 1));
}

Runs SourceRuns(const StridedCopy& copy) {
  return RunsOf(copy.width, copy.height, copy.depth, copy.source_pitch, copy.source_slice);
}

Runs TargetRuns(const StridedCopy& copy) {
  return RunsOf(copy.width, copy.height, copy.depth, copy.target_pitch, copy.target_slice);
}

ArgumentUse StreamedUse(const void* address, Runs runs, Bytes bytes) {
  ArgumentUse use{address, {}};
  use.work.element_bytes = runs.run;
  use.work.streamed = runs.run > 0 ? bytes.count / runs.run : 0;
  use.work.stride_bytes = runs.distance;
  return use;
}

void AppendUses(const StridedCopy& copy, std::vector<ArgumentUse>* uses) {
  uses->push_back(StreamedUse(copy.source, SourceRuns(copy), copy.Total()));
  uses->push_back(StreamedUse(copy.target, TargetRuns(copy), copy.Total()));
}

void AppendUses(const StridedFill& fill, std::vector<ArgumentUse>* uses) {
  const Runs runs = RunsOf(fill.width, fill.height, fill.depth, fill.pitch, fill.slice);
  uses->push_back(StreamedUse(fill.target, runs, fill.Total()));
}

void AppendUses(const IndirectCopy& copy, std::vector<ArgumentUse>* uses) {
  const auto data = [&](const std::byte* address, bool scattered) {
    ArgumentUse use{address, {}};
    use.work.element_bytes = copy.element_bytes;
    use.work.stride_bytes = copy.element_bytes;
    (scattered ? use.work.scattered : use.work.streamed) = copy.count;
    uses->push_back(use);
  };
  const auto index = [&](const std::byte* address) {
    if (address == nullptr) return;
    const int64_t point = int64_t{copy.dimensions} * copy.index_bytes;
    uses->push_back(StreamedUse(address, {point, point}, {copy.count * point}));
  };
  data(copy.source, copy.source_index != nullptr);
  data(copy.target, copy.target_index != nullptr);
  index(copy.source_index);
  index(copy.target_index);
}

const std::byte* SourceOf(const RealmWork& work) {
  if (const auto* copy = std::get_if<StridedCopy>(&work)) return copy->source;
  if (const auto* indirect = std::get_if<IndirectCopy>(&work)) return indirect->source;
  return nullptr;
}

const std::byte* TargetOf(const RealmWork& work) {
  return std::visit([](const auto& one) -> const std::byte* { return one.target; }, work);
}

TimelineOptions WithMode(TimelineOptions options, Mode mode) {
  options.mode = mode == Mode::kModelled ? "modelled" : "functional";
  return options;
}

void LabelWork(const WorkUse& work, Label* label) {
  label->task = work.task;
  for (const ArgumentUse& use : work.arguments) label->regions.push_back(use.region);
}

}  // namespace

Driver::Driver(machine::Description machine, Mode mode, TimelineOptions options)
    : machine_(std::move(machine)),
      mode_(mode),
      timeline_(machine_, WithMode(std::move(options), mode)),
      memory_(machine_.processors.gpu, machine_.gpu.framebuffer + kReservedFramebuffer,
              mode == Mode::kFunctional),
      costs_(machine_, timeline_),
      runtime_stream_(timeline_.CreateStream(-1)) {}

bool Driver::ArePeers(int a, int b) const {
  return std::any_of(machine_.links.begin(), machine_.links.end(), [&](const machine::Link& link) {
    const bool joins =
        (link.from_gpu == a && link.to_gpu == b) || (link.from_gpu == b && link.to_gpu == a);
    return joins && link.peer;
  });
}

StreamId Driver::StreamIn(std::map<int, StreamId>* streams, int gpu) {
  const std::lock_guard lock(mutex_);
  const auto found = streams->find(gpu);
  if (found != streams->end()) return found->second;
  return (*streams)[gpu] = timeline_.CreateStream(gpu);
}

StreamId Driver::DefaultStream(int gpu) { return StreamIn(&default_streams_, gpu); }

StreamId Driver::JoinStream(int gpu) { return StreamIn(&join_streams_, gpu); }

void Driver::LabelEnds(const void* source, const void* target, Label* label) const {
  const Location from = source != nullptr ? memory_.Locate(source) : Location{};
  const Location to = memory_.Locate(target);
  label->from = from.gpu;
  label->to = to.gpu;
  label->from_zero_copy = from.kind == Location::Kind::kPinned;
  label->to_zero_copy = to.kind == Location::Kind::kPinned;
}

bool Driver::IsPerformed(Bytes bytes) const {
  return mode_ == Mode::kFunctional || bytes <= kPerformedBytes;
}

PlacedArgument Driver::Placed(int gpu, const ArgumentUse& argument) const {
  PlacedArgument placed{argument.work, memory_.Locate(argument.address).gpu};
  placed.work.alignment = AlignmentOf(argument.address);
  placed.work.place = placed.gpu == gpu && gpu >= 0 ? Place::kOwnFramebuffer
                      : placed.gpu >= 0             ? Place::kPeerFramebuffer
                                                    : Place::kZeroCopy;
  return placed;
}

void Driver::Copy(StreamId stream, const StridedCopy& copy) {
  const CopySide from{memory_.Locate(copy.source).gpu, SourceRuns(copy)};
  const CopySide to{memory_.Locate(copy.target).gpu, TargetRuns(copy)};
  Operation operation = costs_.Copy(from, to, copy.Total());
  LabelEnds(copy.source, copy.target, &operation.label);
  if (IsPerformed(copy.Total())) operation.perform = [copy] { Perform(copy); };
  timeline_.Enqueue(stream, std::move(operation));
}

void Driver::Fill(StreamId stream, int gpu, const StridedFill& fill) {
  std::vector<ArgumentUse> uses;
  AppendUses(fill, &uses);
  Operation operation = costs_.Transfer(gpu, {Placed(gpu, uses.front())});
  operation.label.kind = Label::Kind::kFill;
  LabelEnds(nullptr, fill.target, &operation.label);
  operation.label.bytes = fill.Total();
  if (IsPerformed(fill.Total())) operation.perform = [fill] { Perform(fill); };
  timeline_.Enqueue(stream, std::move(operation));
}

void Driver::LaunchRealmKernel(StreamId stream, int gpu, const std::string& name,
                               std::vector<RealmWork> work) {
  std::vector<PlacedArgument> arguments;
  Bytes bytes;
  for (const RealmWork& one : work) {
    std::vector<ArgumentUse> uses;
    std::visit([&](const auto& each) { AppendUses(each, &uses); }, one);
    for (const ArgumentUse& use : uses) arguments.push_back(Placed(gpu, use));
    bytes += std::visit([](const auto& each) { return each.Total(); }, one);
  }
  Operation operation = costs_.Transfer(gpu, arguments);
  operation.label.name = name;
  operation.label.bytes = bytes;
  if (!work.empty()) {
    const std::byte* source = SourceOf(work.front());
    operation.label.kind = source == nullptr ? Label::Kind::kFill : Label::Kind::kCopy;
    LabelEnds(source, TargetOf(work.front()), &operation.label);
  }
  // What a modelled run's index arrays hold nobody computed.
  const bool by_index = std::any_of(work.begin(), work.end(), [](const RealmWork& one) {
    return std::holds_alternative<IndirectCopy>(one);
  });
  if (IsPerformed(bytes) && !(modelled() && by_index)) {
    operation.perform = [work = std::move(work)] {
      for (const RealmWork& one : work) std::visit([](const auto& each) { Perform(each); }, one);
    };
  }
  timeline_.Enqueue(stream, std::move(operation));
}

Status Driver::CheckReach(int gpu, const std::string& name, const WorkUse& work) const {
  for (size_t i = 0; i < work.arguments.size(); ++i) {
    if (work.arguments[i].address == nullptr) continue;
    const Location location = memory_.Locate(work.arguments[i].address);
    if (location.kind == Location::Kind::kUnregistered) {
      return Error{fmt::format(
          "kernel '{}' on GPU {}: argument {} lies at {} in host memory that no GPU can reach (an "
          "illegal address on a real GPU). Place it in framebuffer or zero-copy memory.",
          name, gpu, i, work.arguments[i].address)};
    }
    if (location.gpu >= 0 && location.gpu != gpu && !ArePeers(location.gpu, gpu)) {
      return Error{fmt::format(
          "kernel '{}' on GPU {}: argument {} lies in the framebuffer of GPU {}, which is no peer "
          "of it on this machine (an illegal address on a real GPU)",
          name, gpu, i, location.gpu)};
    }
  }
  return Done{};
}

Status Driver::LaunchKernel(StreamId stream, int gpu, const std::string& name, const WorkUse& work,
                            std::function<void()> twin) {
  if (auto reach = CheckReach(gpu, name, work); !reach) return reach;
  std::vector<PlacedArgument> arguments;
  for (const ArgumentUse& use : work.arguments) arguments.push_back(Placed(gpu, use));
  machine::Work compute;
  compute.single_flops = work.single_flops;
  compute.double_flops = work.double_flops;
  Operation operation = costs_.Kernel(gpu, compute, arguments);
  operation.label.name = name;
  LabelWork(work, &operation.label);
  if (!modelled()) operation.perform = std::move(twin);
  timeline_.Enqueue(stream, std::move(operation));
  return Done{};
}

void Driver::DoRuntimeWork(Nanoseconds time, std::function<void()> done) {
  const bool blocks = !done;
  Operation operation;
  operation.alone = time;
  operation.perform = std::move(done);
  timeline_.Enqueue(runtime_stream_, std::move(operation));
  if (blocks) timeline_.Synchronize(runtime_stream_);
}

void Driver::RunOnCpu(const WorkUse& work) {
  machine::Work compute;
  compute.single_flops = work.single_flops;
  compute.double_flops = work.double_flops;
  for (const ArgumentUse& use : work.arguments) {
    PlacedArgument placed = Placed(-1, use);
    const auto kind = memory_.Locate(use.address).kind;
    if (kind == Location::Kind::kUnregistered) placed.work.place = Place::kSystem;
    compute.arguments.push_back(placed.work);
  }
  Operation operation = costs_.CpuWork(compute);
  LabelWork(work, &operation.label);
  timeline_.Run(std::move(operation));
}

void Driver::Report() {
  for (int gpu = 0; gpu < gpus(); ++gpu) {
    timeline_.ReportMemory(fmt::format("gpu{}", gpu), memory_.PeakOn(gpu), memory_.framebuffer());
  }
  timeline_.ReportMemory("zero-copy", memory_.PeakOn(-1), machine_.host.zero_copy_memory);
  timeline_.WriteReport();
}

}  // namespace groma::vgpu

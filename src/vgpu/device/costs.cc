#include "vgpu/device/costs.h"

#include <algorithm>

namespace groma::vgpu {
namespace {

using machine::ArgumentWork;
using machine::Place;

// `bytes` in runs that lie apart, as an argument that is streamed once.
ArgumentWork Streamed(Place place, Runs runs, Bytes bytes) {
  ArgumentWork argument;
  argument.place = place;
  argument.element_bytes = runs.run;
  argument.streamed = runs.run > 0 ? bytes.count / runs.run : 0;
  argument.stride_bytes = runs.distance;
  return argument;
}

}  // namespace

Costs::Costs(const machine::Description& machine, const Timeline& timeline)
    : machine_(machine), timeline_(timeline) {}

void Costs::Cross(const machine::Path& path, BytesPerSecond rate, std::vector<Use>* uses) const {
  const auto add = [&](ResourceId resource, BytesPerSecond capacity) {
    const double share = std::min(1.0, rate.rate / capacity.rate);
    if (share <= 0) return;
    for (Use& use : *uses) {
      if (use.resource != resource) continue;
      use.share = std::min(1.0, use.share + share);
      return;
    }
    uses->push_back({resource, share});
  };
  for (size_t i = 0; i < path.links.size(); ++i) {
    const machine::Link& link = machine_.links[static_cast<size_t>(path.links[i])];
    add(timeline_.LinkResource(path.links[i], path.forward[i]),
        path.forward[i] ? link.bandwidth : link.bandwidth_back);
  }
  for (const int bus : path.buses) {
    add(timeline_.Bus(bus), machine_.buses[static_cast<size_t>(bus)].bandwidth);
  }
}

Operation Costs::Copy(const CopySide& from, const CopySide& to, Bytes bytes) const {
  Operation operation;
  operation.label.kind = Label::Kind::kCopy;
  operation.label.bytes = bytes;
  const machine::Path path = machine::CopyPath(machine_, from.gpu, to.gpu);
  operation.latency = path.latency;
  if (bytes.count <= 0) return operation;
  if (path.host_to_host) {
    operation.alone = bytes / path.bandwidth;
    operation.uses.push_back({timeline_.HostCopies(), 1});
    return operation;
  }
  const auto moved = [&](const CopySide& side) {
    const Place place = side.gpu < 0 ? Place::kZeroCopy : Place::kOwnFramebuffer;
    return machine::BytesMoved(machine_, ProcessorKind::kGpu, Streamed(place, side.runs, bytes));
  };
  if (path.within_gpu >= 0) {
    operation.latency += machine_.gpu.kernel_launch;
    operation.alone = (moved(from) + moved(to)) / machine_.gpu.framebuffer_bandwidth;
    operation.uses.push_back({timeline_.Compute(path.within_gpu), 1});
    return operation;
  }
  // Over the links go the bytes themselves, or whole lines of host memory.
  const Bytes carried = from.gpu < 0 ? moved(from) : to.gpu < 0 ? moved(to) : bytes;
  operation.alone = std::max(carried, bytes) / path.bandwidth;
  for (const CopySide& side : {from, to}) {
    if (side.gpu < 0) continue;
    operation.alone = std::max(operation.alone, moved(side) / machine_.gpu.framebuffer_bandwidth);
  }
  const double rate =
      static_cast<double>(std::max(carried, bytes).count) / operation.alone.Seconds();
  Cross(path, {rate}, &operation.uses);
  return operation;
}

Costs::Timed Costs::OnGpu(int gpu, const machine::Work& compute,
                          const std::vector<PlacedArgument>& arguments) const {
  machine::Work work = compute;
  work.arguments.clear();
  for (const PlacedArgument& argument : arguments) work.arguments.push_back(argument.work);

  Timed timed;
  Operation& operation = timed.operation;
  operation.latency = machine_.gpu.kernel_launch;
  operation.label.single_flops = work.single_flops;
  operation.label.double_flops = work.double_flops;
  operation.alone = machine::KernelTime(machine_, work);
  if (operation.alone.count <= 0) return timed;
  const auto costs = machine::ArgumentCosts(machine_, ProcessorKind::kGpu, work);
  operation.label.arguments = costs;
  // An argument keeps its path as busy as it can for its part of the time; atomic updates too.
  for (size_t i = 0; i < costs.size(); ++i) {
    const double part = costs[i].time.Seconds() / operation.alone.Seconds();
    switch (costs[i].place) {
      case Place::kOwnFramebuffer:
        timed.own_share += part;
        break;
      case Place::kPeerFramebuffer:
        Cross(machine::CopyPath(machine_, arguments[i].gpu, gpu),
              {machine_.gpu.peer_access_bandwidth.rate * part}, &operation.uses);
        break;
      case Place::kZeroCopy:
      case Place::kSystem:
        Cross(machine::CopyPath(machine_, -1, gpu), {machine_.gpu.zero_copy_bandwidth.rate * part},
              &operation.uses);
        break;
    }
  }
  return timed;
}

Operation Costs::Kernel(int gpu, const machine::Work& compute,
                        const std::vector<PlacedArgument>& arguments) const {
  Operation operation = OnGpu(gpu, compute, arguments).operation;
  operation.uses.push_back({timeline_.Compute(gpu), 1});
  operation.label.kind = Label::Kind::kKernel;
  operation.label.to = gpu;
  return operation;
}

Operation Costs::Transfer(int gpu, const std::vector<PlacedArgument>& arguments) const {
  Timed timed = OnGpu(gpu, {}, arguments);
  const double share = std::min(1.0, timed.own_share);
  if (share > 0) timed.operation.uses.push_back({timeline_.Compute(gpu), share});
  timed.operation.label.to = gpu;
  return timed.operation;
}

Operation Costs::CpuWork(const machine::Work& work) const {
  Operation operation;
  operation.alone = machine::CpuTime(machine_, work);
  operation.label.kind = Label::Kind::kCpuWork;
  operation.label.single_flops = work.single_flops;
  operation.label.double_flops = work.double_flops;
  operation.label.arguments = machine::ArgumentCosts(machine_, ProcessorKind::kCpu, work);
  if (operation.alone.count <= 0) return operation;
  // An argument takes what one core gets of the host's memory, for its part of the time.
  double share = 0;
  for (const machine::ArgumentCost& cost : operation.label.arguments) {
    share += cost.time.Seconds() / operation.alone.Seconds() * machine_.host.core_bandwidth.rate /
             machine_.host.memory_bandwidth.rate;
  }
  if (share > 0) operation.uses.push_back({timeline_.HostMemory(), std::min(1.0, share)});
  return operation;
}

}  // namespace groma::vgpu

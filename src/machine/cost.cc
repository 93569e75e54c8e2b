#include "machine/cost.h"

#include <algorithm>

namespace groma::machine {
namespace {

int64_t RoundUp(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

// How a processor reaches a memory: the smallest piece that moves, how fast, and atomic updates a
// second (0: an update moves a piece there and back).
struct Access {
  int64_t piece;
  BytesPerSecond bandwidth;
  PerSecond atomics;
};

Access AccessOf(const Description& machine, ProcessorKind processor, Place place) {
  const Gpu& gpu = machine.gpu;
  if (processor != ProcessorKind::kGpu)
    return {machine.host.cache_line.count, machine.host.core_bandwidth, machine.host.core_atomics};
  switch (place) {
    case Place::kOwnFramebuffer:
      return {gpu.sector.count, gpu.framebuffer_bandwidth, gpu.framebuffer_atomics};
    case Place::kPeerFramebuffer:
      return {gpu.sector.count, gpu.peer_access_bandwidth, {}};
    case Place::kZeroCopy:
    case Place::kSystem:
      return {gpu.zero_copy_line.count, gpu.zero_copy_bandwidth, gpu.zero_copy_atomics};
  }
  return {};
}

Nanoseconds ComputeTime(const Work& work, PerSecond single_flops, PerSecond double_flops) {
  Nanoseconds time;
  if (work.single_flops > 0) time += TimeFor(work.single_flops, single_flops);
  if (work.double_flops > 0) time += TimeFor(work.double_flops, double_flops);
  return time;
}

Nanoseconds MemoryTime(const Description& machine, ProcessorKind processor, const Work& work) {
  Nanoseconds time;
  for (const ArgumentCost& cost : ArgumentCosts(machine, processor, work)) time += cost.time;
  return time;
}

const Link* FindLink(const Description& machine, int a, int b, int* index) {
  for (size_t i = 0; i < machine.links.size(); ++i) {
    const Link& link = machine.links[i];
    if ((link.from_gpu == a && link.to_gpu == b) || (link.from_gpu == b && link.to_gpu == a)) {
      *index = static_cast<int>(i);
      return &link;
    }
  }
  return nullptr;
}

// Adds one link to the path; false when there is no such link.
bool Cross(const Description& machine, int from, int to, Path* path) {
  int index = 0;
  const Link* link = FindLink(machine, from, to, &index);
  if (link == nullptr) return false;
  const bool forward = link->from_gpu == from;
  BytesPerSecond bandwidth = forward ? link->bandwidth : link->bandwidth_back;
  for (const std::string& name : link->shares)
    for (size_t i = 0; i < machine.buses.size(); ++i) {
      if (machine.buses[i].name != name) continue;
      bandwidth = std::min(bandwidth, machine.buses[i].bandwidth);
      if (std::find(path->buses.begin(), path->buses.end(), i) == path->buses.end())
        path->buses.push_back(static_cast<int>(i));
    }
  path->bandwidth = path->links.empty() ? bandwidth : std::min(path->bandwidth, bandwidth);
  path->latency += link->latency;
  path->links.push_back(index);
  path->forward.push_back(forward);
  return true;
}

}  // namespace

Bytes BytesMoved(const Description& machine, ProcessorKind processor,
                 const ArgumentWork& argument) {
  const int64_t piece = AccessOf(machine, processor, argument.place).piece;
  CHECK(piece > 0, "the description gives no size of a sector or cache line");
  const int64_t element = argument.element_bytes;
  const int64_t stride = std::max(argument.stride_bytes, element);
  const int64_t together = std::max<int64_t>(1, argument.fields_together);
  const bool apart = stride > element;                        // strided, or an array of structures
  const int64_t used = apart ? together * element : element;  // bytes used around one place
  const int64_t per_place = apart ? together : 1;             // elements that they serve

  // Places closer than a piece share it; a place never moves more than the distance to the next.
  const int64_t streamed_each = stride <= used ? used : std::min(stride, RoundUp(used, piece));
  int64_t streamed = (argument.streamed + per_place - 1) / per_place * streamed_each;
  const bool misaligned = argument.alignment > 0 && argument.alignment % piece != 0;
  if (processor == ProcessorKind::kGpu && misaligned && !apart) streamed += streamed / 9;

  const int64_t scattered = (argument.scattered + per_place - 1) / per_place * RoundUp(used, piece);
  return {streamed + scattered};
}

std::vector<ArgumentCost> ArgumentCosts(const Description& machine, ProcessorKind processor,
                                        const Work& work) {
  std::vector<ArgumentCost> costs;
  for (const ArgumentWork& argument : work.arguments) {
    const Access access = AccessOf(machine, processor, argument.place);
    ArgumentCost cost{argument.place, BytesMoved(machine, processor, argument), {}};
    if (argument.atomics > 0 && access.atomics.rate <= 0)
      cost.moved += {argument.atomics * 2 * access.piece};
    if (cost.moved.count > 0) cost.time = cost.moved / access.bandwidth;
    if (argument.atomics > 0 && access.atomics.rate > 0)
      cost.time += TimeFor(static_cast<double>(argument.atomics), access.atomics);
    costs.push_back(cost);
  }
  return costs;
}

Nanoseconds KernelTime(const Description& machine, const Work& work) {
  return std::max(ComputeTime(work, machine.gpu.single_flops, machine.gpu.double_flops),
                  MemoryTime(machine, ProcessorKind::kGpu, work));
}

Nanoseconds CpuTime(const Description& machine, const Work& work) {
  return std::max(ComputeTime(work, machine.host.core_single_flops, machine.host.core_double_flops),
                  MemoryTime(machine, ProcessorKind::kCpu, work));
}

Path CopyPath(const Description& machine, int from_gpu, int to_gpu) {
  Path path;
  if (from_gpu == to_gpu && from_gpu < 0) {
    path.host_to_host = true;
    path.bandwidth = machine.host.copy_bandwidth;
  } else if (from_gpu == to_gpu) {
    // Every byte is read and written: half the memory's bandwidth.
    path.within_gpu = from_gpu;
    path.bandwidth = {machine.gpu.framebuffer_bandwidth.rate / 2};
  } else if (!Cross(machine, from_gpu, to_gpu, &path)) {
    const bool up = Cross(machine, from_gpu, -1, &path);
    const bool down = Cross(machine, -1, to_gpu, &path);
    CHECK(up && down, "a validated description links every GPU to the host");
  }
  return path;
}

}  // namespace groma::machine

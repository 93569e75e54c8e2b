// What computing and moving cost on a described machine: the one implementation, for virtual GPUs
// and the simulator. Every figure comes from the description; nothing here is fitted.
#pragma once
#include <cstdint>
#include <vector>

#include "base/quantities.h"
#include "machine/description.h"

namespace groma::machine {

/// Where an argument of a kernel or task lies, as seen from the processor that runs it.
enum class Place { kOwnFramebuffer, kPeerFramebuffer, kZeroCopy, kSystem };

/// How a kernel or task uses one of its arguments. Counts are totals over the whole launch.
struct ArgumentWork {
  Place place = Place::kOwnFramebuffer;
  int64_t element_bytes = 0;  // size of one element of one field
  int64_t streamed = 0;       // elements read or written in order (a read and a write count as two)
  int64_t stride_bytes =
      0;  // distance between consecutive elements in the order of use; element_bytes when dense
  int64_t fields_together =
      1;  // fields of the same element used in the same pass (they share sectors in an AOS layout)
  int64_t scattered = 0;  // elements read or written in no order
  int64_t atomics = 0;    // atomic updates
  int64_t alignment = 0;  // alignment of the first element in bytes, 0 when unknown
};

struct Work {
  double single_flops = 0;
  double double_flops = 0;
  std::vector<ArgumentWork> arguments;
};

/// Bytes that the memory really moves for an argument: whole sectors or lines. `streamed` and
/// `scattered` count elements of single fields. In an array of structures (`stride_bytes` larger
/// than `element_bytes`) the `fields_together` fields of one element share what is moved. Streams
/// that a GPU starts off a sector's boundary move a ninth more (CUDA C++ Best Practices Guide, "A
/// Sequential but Misaligned Access Pattern": about 9/10 of the throughput). Caches are not
/// modelled.
Bytes BytesMoved(const Description& machine, ProcessorKind processor, const ArgumentWork& argument);

/// What one argument costs: part of a kernel's or task's time.
struct ArgumentCost {
  Place place = Place::kOwnFramebuffer;
  Bytes moved;
  Nanoseconds time;  // moving plus atomic updates
};

/// One for each of `work.arguments`, in their order.
std::vector<ArgumentCost> ArgumentCosts(const Description& machine, ProcessorKind processor,
                                        const Work& work);

/// Kernel on one GPU alone: the larger of compute time and the sum over arguments; without launch
/// overhead.
Nanoseconds KernelTime(const Description& machine, const Work& work);

/// The same work as a task on one CPU core. Memory that a processor cannot reach costs as the
/// nearest that it can: refusing such a placement is the mapper library's business.
Nanoseconds CpuTime(const Description& machine, const Work& work);

/// The path of a copy between two memories of one node: the links and buses that it crosses, in
/// order, and its latency. -1 is the host (SYSMEM and ZCMEM alike); GPUs without a link between
/// them go over the host.
struct Path {
  std::vector<int> links;     // indices into Description::links
  std::vector<bool> forward;  // for each of `links`: crossed from `from_gpu` to `to_gpu`
  std::vector<int> buses;     // indices into Description::buses
  BytesPerSecond bandwidth;   // the narrowest, with nobody else on it
  Nanoseconds latency;
  bool host_to_host = false;
  int within_gpu = -1;  // the GPU when source and target are the same framebuffer
};
Path CopyPath(const Description& machine, int from_gpu, int to_gpu);

}  // namespace groma::machine

// Machine descriptions: what a machine has and how fast it is, read from TOML
// (docs/formats/machine.md).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/kinds.h"
#include "base/quantities.h"
#include "base/result.h"

namespace groma::machine {

/// One of the host memories or links; 0 where the machine has none.
struct Processors {
  int cpu = 0;      // given to Legion as CPU processors
  int utility = 0;  // given to Legion's own work
  int gpu = 0;
  int omp = 0;
};

/// A GPU model. All GPUs of a machine are alike.
struct Gpu {
  std::string name;  // "Tesla P100-SXM2-16GB"
  Bytes framebuffer;
  PerSecond single_flops;  // fp32, peak
  PerSecond double_flops;  // fp64, peak
  BytesPerSecond framebuffer_bandwidth;
  Bytes sector;                        // smallest piece of memory moved for one scattered access
  PerSecond framebuffer_atomics;       // atomic updates a second to framebuffer memory
  BytesPerSecond zero_copy_bandwidth;  // kernel access to pinned host memory, one GPU alone
  Bytes zero_copy_line;         // smallest piece moved over the host link for one scattered access
  PerSecond zero_copy_atomics;  // atomic updates a second to pinned host memory
  BytesPerSecond peer_access_bandwidth;
  Nanoseconds kernel_launch;  // from launch to start on an idle device
};

/// The host side of a node.
struct Host {
  Bytes memory;            // SYSMEM given to Legion
  Bytes zero_copy_memory;  // ZCMEM given to Legion
  PerSecond core_double_flops;
  PerSecond core_single_flops;
  BytesPerSecond core_bandwidth;    // one core, streaming from host memory
  BytesPerSecond memory_bandwidth;  // all cores together
  Bytes cache_line;
  PerSecond core_atomics;
  BytesPerSecond copy_bandwidth;  // host memory to host memory, one copy
};

/// A connection that copies use. Several copies at once share it equally when `shared`.
struct Link {
  std::string name;               // "host-gpu0", "gpu0-gpu1"
  int from_gpu = -1;              // -1: the host
  int to_gpu = -1;                // -1: the host
  BytesPerSecond bandwidth;       // from → to
  BytesPerSecond bandwidth_back;  // to → from; files that leave it out mean the same as `bandwidth`
  Nanoseconds latency;
  bool peer = false;                // the two GPUs can map each other's memory
  std::vector<std::string> shares;  // names of `Bus`es that its traffic also crosses
};

/// Something that several links cross (a PCIe root port, the host's DRAM): their traffic shares its
/// bandwidth.
struct Bus {
  std::string name;
  BytesPerSecond bandwidth;
};

/// What the runtime's own work costs on the virtual clock.
struct RuntimeCosts {
  Nanoseconds per_task;         // dependence analysis and mapping of one point task
  Nanoseconds per_traced_task;  // the same inside a replayed trace
};

/// A machine: `nodes` equal nodes.
struct Description {
  std::string name;         // "p100x4"
  std::string description;  // one line for people
  int nodes = 1;
  int ranks_per_node = 1;  // equal parts of a node, each of which mappings see as a node
  Processors processors;   // of one node
  Gpu gpu;                 // meaningful when processors.gpu > 0
  Host host;
  std::vector<Link> links;  // of one node; every pair (host, GPU) has one; pairs of GPUs without
                            // one go over the host
  std::vector<Bus> buses;
  BytesPerSecond network_bandwidth;  // node to node, each direction; 0 when there is one node
  Nanoseconds network_latency;
  RuntimeCosts runtime;
  bool is_virtual =
      true;  // false: found on the spot, figures unknown; nothing may be modelled on it
};

/// The version of the file format that Parse reads and Write writes.
inline constexpr int kMachineFormatVersion = 1;

/// Reads and validates a description. Every mistake of the file is in the one error message, a line
/// each, with its position.
Result<Description> Parse(std::string_view toml, std::string_view file_name);
Result<Description> Read(const std::filesystem::path& path);

/// "p100x4" → the shipped description, "laptop" → what is found on the spot, anything with '/' or
/// ".toml" → that file. `folder` holds the shipped ones. An unknown name: an error that lists the
/// known ones and the nearest.
Result<Description> Find(std::string_view name, const std::filesystem::path& folder);

/// The machine that this process runs on: cores, memory, GPUs that the driver reports (none is
/// fine).
Description Probe();

/// As TOML that Parse reads back to the same description.
std::string Write(const Description& description);

/// The mistake in dividing a node among as many ranks; empty when there is none.
std::string MistakeOfRanks(int ranks_per_node, const Processors& processors);

/// The shape that mappings see: how many nodes, processors of each kind on a node, memories and who
/// sees them. A node of a mapping is a rank.
class Shape {
 public:
  Shape(int nodes, Processors processors, bool has_zero_copy = true);
  explicit Shape(const Description& description);

  int nodes() const { return nodes_; }
  /// Processors of that kind on one node, 0 when there are none.
  int ProcessorsPerNode(ProcessorKind kind) const;
  bool Has(MemoryKind kind) const;
  /// Whether a processor of that kind can work on data in that memory: a CPU on SYSMEM and ZCMEM, a
  /// GPU on FBMEM and ZCMEM.
  bool Sees(ProcessorKind processor, MemoryKind memory) const;

 private:
  int nodes_;
  Processors processors_;
  bool has_zero_copy_;
};

}  // namespace groma::machine

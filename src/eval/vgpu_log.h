// Reading the run report of the virtual driver (docs/formats/vgpu-log.md).
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/quantities.h"
#include "base/result.h"

namespace groma::eval {

/// What the driver says of one run, with groma's names for memories.
struct VgpuLog {
  struct Totals {
    int64_t count = 0;
    Bytes bytes;
    Nanoseconds time;
  };
  /// Use of memory that is not the processor's own.
  struct Access {
    std::string memory;  // "ZCMEM", "FBMEM" (a peer's), "SYSMEM"
    std::string region;  // empty when unknown
    Totals totals;
  };
  struct Kernel {
    std::string name;
    std::string task;  // empty when unknown
    Totals totals;
    double single_flops = 0, double_flops = 0;  // operations that the program stated
    std::vector<Access> remote;
  };

  Nanoseconds virtual_time;
  bool modelled = false;
  bool valid = true;
  std::string invalid_reason;
  std::string fatal;  // the driver ended the run; empty when not
  std::vector<Kernel> kernels;
  std::vector<Kernel> cpu_work;
  std::map<std::pair<std::string, std::string>, Totals> copies;      // from, to
  std::map<std::pair<std::string, std::string>, Totals> reductions;  // into framebuffers; not among
                                                                     // the kernels
  Totals host_copies;
  std::vector<Nanoseconds> gpu_busy;  // by GPU
};

/// nullopt when there is no file (the driver never started, or the process was killed). An error
/// when it is no run report or of a newer version.
Result<std::optional<VgpuLog>> ReadVgpuLog(const std::filesystem::path& file);
Result<VgpuLog> ParseVgpuLog(std::string_view text);

}  // namespace groma::eval

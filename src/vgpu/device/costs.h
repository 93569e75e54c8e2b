// What the driver's operations cost: the figures of machine/cost.h put on the timeline's resources.
#pragma once
#include <vector>

#include "base/quantities.h"
#include "machine/cost.h"
#include "machine/description.h"
#include "vgpu/device/strided.h"
#include "vgpu/device/timeline.h"

namespace groma::vgpu {

/// An argument of a kernel together with the GPU whose framebuffer holds it (only read for
/// Place::kPeerFramebuffer).
struct PlacedArgument {
  machine::ArgumentWork work;
  int gpu = -1;
};

/// One side of a copy: the GPU whose framebuffer it lies in (−1: the host) and how its bytes lie.
struct CopySide {
  int gpu = -1;
  Runs runs;
};

/// Turns work into operations without `perform` and with the durations, resources and the label
/// filled in. Stateless; `machine` and `timeline` must outlive it.
class Costs {
 public:
  Costs(const machine::Description& machine, const Timeline& timeline);

  /// A copy by the copy engines. Rows shorter than a cache line on the host or a sector in a
  /// framebuffer move whole ones. Within one GPU every byte is read and written.
  Operation Copy(const CopySide& from, const CopySide& to, Bytes bytes) const;

  /// A kernel that a program launched on `gpu`. It takes the whole GPU; what it reads and writes in
  /// zero-copy memory and in peers crosses their links (charged in the direction towards the GPU,
  /// since what is written is not told apart).
  Operation Kernel(int gpu, const machine::Work& compute,
                   const std::vector<PlacedArgument>& arguments) const;

  /// A copy or fill kernel on `gpu`: like Kernel, but it takes only that part of the GPU for which
  /// its own framebuffer is busy.
  Operation Transfer(int gpu, const std::vector<PlacedArgument>& arguments) const;

  /// Work of a CPU task on one core.
  Operation CpuWork(const machine::Work& work) const;

 private:
  struct Timed {
    Operation operation;
    double own_share = 0;  // part of the time in which its own framebuffer is busy
  };
  Timed OnGpu(int gpu, const machine::Work& compute,
              const std::vector<PlacedArgument>& arguments) const;
  void Cross(const machine::Path& path, BytesPerSecond rate, std::vector<Use>* uses) const;

  const machine::Description& machine_;
  const Timeline& timeline_;
};

}  // namespace groma::vgpu

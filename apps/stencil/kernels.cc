#include "apps/stencil/kernels.h"

#include "apps/common/stamp.h"

namespace groma::stencil {
namespace {

using apps::Along;

// As reports name the tiles' partition.
constexpr char kPrivate[] = "private";

template <typename Body>
void ForEach(const Box& box, const Body& body) {
  for (int64_t y = box.y; y < box.y + box.height; ++y) {
    for (int64_t x = box.x; x < box.x + box.width; ++x) body(x, y);
  }
}

}  // namespace

std::vector<apps::Kernel> Kernels() {
  using apps::KernelOf;
  return {KernelOf<StarArguments, RunStar>(kStarKernel),
          KernelOf<IncrementArguments, RunIncrement>(kIncrementKernel),
          KernelOf<CopyArguments, RunCopy>(kCopyKernel),
          KernelOf<apps::StampArguments, apps::RunStamp>(kStampKernel)};
}

void RunStar(const StarArguments& arguments) {
  ForEach(arguments.box, [&](int64_t x, int64_t y) { ApplyStar(arguments, x, y); });
}

void RunIncrement(const IncrementArguments& arguments) {
  ForEach(arguments.box, [&](int64_t x, int64_t y) { Increment(arguments, x, y); });
}

void RunCopy(const CopyArguments& arguments) {
  const int64_t count = arguments.count();
  for (int64_t i = 0; i < count; ++i) CopyPoint(arguments, i);
}

// Threads and loops go along x. Per point of the interior: the input and the output are read in the
// same pass and the output is written in another. The star's eight other inputs are the neighbours'
// own, which one pass of a whole tile brings into caches or registers anyway (a GPU block of rows
// keeps five of them); so they are counted once, as are the points of the halo around the interior:
// kRadius columns on either side, along y, and kRadius rows, along x.
apps::Work StarWork(const StarArguments& arguments) {
  apps::Work work(kStencilTask);
  const Box& box = arguments.box;
  work.AddDoubleFlops(static_cast<double>(box.count()) * kFlopsOfStar);
  const auto input = apps::UseOf(arguments.input, box.x, box.y, Along::kX, kPrivate);
  const auto output = apps::UseOf(arguments.output, box.x, box.y, Along::kX, kPrivate);
  work.AddStreamed({input, output}, box.count(), 1);
  work.AddStreamed({output}, box.count(), 1);
  work.AddStreamed({apps::UseOf(arguments.input, box.x - kRadius, box.y, Along::kY, kPrivate)},
                   2 * kRadius * box.height, 1);
  work.AddStreamed({apps::UseOf(arguments.input, box.x, box.y - kRadius, Along::kX, kPrivate)},
                   2 * kRadius * box.width, 1);
  return work;
}

// Per point: the input is read and written.
apps::Work IncrementWork(const IncrementArguments& arguments) {
  apps::Work work(kIncrementTask);
  const Box& box = arguments.box;
  work.AddDoubleFlops(static_cast<double>(box.count()) * kFlopsOfIncrement);
  work.AddStreamed({apps::UseOf(arguments.input, box.x, box.y, Along::kX, kPrivate)}, box.count(),
                   2);
  return work;
}

// Per point of a side: read in one place, written in the other, in the order of the long side.
apps::Work CopyWork(const char* task, const CopyArguments& arguments,
                    const char* const (&from)[kSides], const char* const (&to)[kSides]) {
  apps::Work work(task);
  for (int i = 0; i < kSides; ++i) {
    const Side& side = arguments.sides[i];
    const Box& box = side.box;
    if (box.count() == 0) continue;
    const Along along = side.tall() ? Along::kY : Along::kX;
    work.AddStreamed({apps::UseOf(side.from, box.x, box.y, along, from[i])}, box.count(), 1);
    work.AddStreamed({apps::UseOf(side.to, box.x + side.dx, box.y + side.dy, along, to[i])},
                     box.count(), 1);
  }
  return work;
}

}  // namespace groma::stencil

// Tasks, fields and the order of region requirements of the Stencil benchmark. Names, orders and
// privileges are the published program's, so that mappings written for it apply.
#pragma once
#include "apps/common/variants.h"
#include "apps/stencil/options.h"
#include "apps/stencil/structure.h"
#include "legion.h"

namespace groma::stencil {

enum TaskId : Legion::TaskID {
  kTopLevel = 1,
  kReadConfig,
  kMakePrivatePartition,
  kMakeInteriorPartition,
  kMakeExteriorPartition,
  kGhostXPartition,
  kGhostYPartition,
  kInitTiles,
  kStencil,
  kIncrement,
  kCheck,
  kGetElapsed,
  kPrintTime,
};

// points, xm, xp, ym, yp: two double fields.
enum PointField : Legion::FieldID { kInput = 101, kOutput };

enum TimeField : Legion::FieldID { kStart = 201, kStop };  // times: int64 nanoseconds

/// What every task variant is registered with.
struct Setup : apps::Setup {
  bool foreign_kernel;  // stencil and increment take SOA F_order alone,
  bool declares;        // and their variants are registered with that
};

/// Argument of the tasks that make partitions.
struct PartitionArguments {
  Options options;
  Legion::IndexSpace tiles;
  int64_t
      shift;  // of ghost_x_partition and ghost_y_partition: each tile gets that neighbour's part
};

/// Argument of stencil and increment.
struct StepArguments {
  Options options;
  bool stamp;  // note the time in times
};

inline Legion::Rect<2> RectOf(const Box& box) {
  return Legion::Rect<2>({box.x, box.y}, {box.x + box.width - 1, box.y + box.height - 1});
}

// make_private_partition, make_interior_partition, make_exterior_partition (no access to points)
// and ghost_x_partition, ghost_y_partition (no access to a halo region): each returns the
// IndexPartition.
void RegisterPartitionTasks(const Setup& setup);

// Requirements of the two tasks of a step.
//   stencil    RW private input and output; no access to interior; RO input of pxm_in, pxp_in,
//              pym_in, pyp_in; RW p_times
//   increment  RW private input; no access to exterior; RW input of pxm_out, pxp_out, pym_out,
//              pyp_out; RW p_times
void RegisterLoopTasks(const Setup& setup);

// read_config (no requirement), init_tiles (write private input and output, and input of the four
// *_out; functional runs only), check (RO private input and output, no access in modelled runs; no
// access to interior; returns the relative error), get_elapsed (RO times), print_time (none).
void RegisterSummaryTasks(const Setup& setup);

void RegisterTopLevelTask(const Setup& setup);

}  // namespace groma::stencil

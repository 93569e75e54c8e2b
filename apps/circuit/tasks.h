// Tasks, fields and the order of region requirements of the Circuit benchmark. Names, orders and
// privileges are the published program's, so that mappings written for it apply.
#pragma once
#include "apps/circuit/options.h"
#include "apps/circuit/structure.h"
#include "apps/common/variants.h"
#include "legion.h"

namespace groma::circuit {

enum TaskId : Legion::TaskID {
  kTopLevel = 1,
  kParseInput,
  kInitPiece,
  kInitNodes,
  kInitWires,
  kInitPointers,
  kCreateGhostPartition,
  kCalculateNewCurrents,
  kDistributeCharge,
  kUpdateVoltages,
  kGetElapsed,
  kPrintSummary,
  kCheckResult,
};

// all_nodes: four float fields.
enum NodeField : Legion::FieldID { kNodeCap = 101, kLeakage, kCharge, kNodeVoltage };

// all_wires: ends (int64 node number and uint8 region each), three constants, ten currents and nine
// voltages (float).
enum WireField : Legion::FieldID {
  kInPtr = 201,
  kInIndex,
  kOutPtr,
  kOutIndex,
  kInductance,
  kResistance,
  kWireCap,
  kCurrent,                  // ten of them
  kVoltage = kCurrent + 10,  // nine of them
};

enum TimeField : Legion::FieldID { kStart = 301, kStop };  // all_times: int64 nanoseconds
enum RangeField : Legion::FieldID { kRect = 401 };         // ghost_ranges: Rect<1>

using apps::Setup;

/// Argument of calculate_new_currents and update_voltages.
struct StepArguments {
  Options options;
  bool stamp;  // note the time in all_times
};

inline Legion::Rect<1> RectOf(const Span& span) { return Legion::Rect<1>(span.first, span.last); }

// Requirements of the init tasks.
//   init_piece     RW ghost range, RW private and RW shared nodes, no access to all shared nodes,
//   RW
//                  wires; an inner task that launches init_nodes twice and init_wires
//   init_nodes     RW nodes
//   init_wires     as init_piece, without access to the nodes
//   init_pointers  no access to private, shared, ghost nodes, RW the wires' ends
//   create_ghost_partition  no access to all shared nodes, RO ghost ranges
void RegisterInitTasks(const Setup& setup);

// Requirements of the three tasks of a loop.
//   calculate_new_currents  RO voltage of private, shared and ghost nodes; RO wires' ends and
//                           constants; RW wires' currents and voltages; RW times
//   distribute_charge       RW charge of private nodes, REDUCE+ charge of shared and of ghost
//   nodes;
//                           RO wires' ends and outer currents
//   update_voltages         RO capacitance and leakage, then RW charge and voltage of private
//   nodes;
//                           the same two of shared nodes; RW times
void RegisterLoopTasks(const Setup& setup);

// parse_input (no requirement), get_elapsed (RO all times), print_summary (none), and check_result
// (RO node voltages, RO wires' currents and voltages; launched with --check only).
void RegisterSummaryTasks(const Setup& setup);

void RegisterTopLevelTask(const Setup& setup);

}  // namespace groma::circuit

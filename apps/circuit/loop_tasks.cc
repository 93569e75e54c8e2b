// The three tasks of a loop, each on CPU and GPU. Functional CPU variants run the loops of
// kernels.h, GPU variants launch the kernels; in modelled runs both only state the work.
#include "apps/circuit/kernels.h"
#include "apps/circuit/tasks.h"

namespace groma::circuit {
namespace {

using apps::FieldOf;
using apps::On;
using apps::Perform;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;
using Sum = Legion::SumReduction<float>;

/// The spans that a point of the index launch works on.
struct Piece {
  Piece(const Task* task, const Options& options)
      : structure(options), number(task->index_point[0]) {}

  Span wires() const { return structure.Wires(number); }

  Structure structure;
  int64_t number;
};

template <On on>
void Stamp(const Setup& setup, const char* task, const Piece& piece, const PhysicalRegion& times,
           TimeField field) {
  apps::Stamp<on>(setup, kStampKernel, task, "rp_times", piece.number, times, field);
}

WireEnds EndsOf(const PhysicalRegion& region, const Legion::Rect<1>& wires) {
  return {.in_node = FieldOf<LEGION_READ_ONLY, const int64_t>(region, kInPtr, wires),
          .out_node = FieldOf<LEGION_READ_ONLY, const int64_t>(region, kOutPtr, wires),
          .in_region = FieldOf<LEGION_READ_ONLY, const uint8_t>(region, kInIndex, wires),
          .out_region = FieldOf<LEGION_READ_ONLY, const uint8_t>(region, kOutIndex, wires)};
}

template <On on>
void CalculateNewCurrents(const Task* task, const Regions& regions, Context, Runtime*,
                          const Setup& setup) {
  const auto& step = *static_cast<const StepArguments*>(task->args);
  const Piece piece(task, step.options);
  if (step.stamp) Stamp<on>(setup, kCurrentsTask, piece, regions[5], kStart);
  const Span nodes[3] = {piece.structure.Private(piece.number),
                         piece.structure.Shared(piece.number), piece.structure.Ghost(piece.number)};
  const Legion::Rect<1> wires = RectOf(piece.wires());
  CurrentsArguments arguments{
      .first = wires.lo[0],
      .count = piece.wires().size(),
      .steps = step.options.steps,
      .ends = EndsOf(regions[3], wires),
      .inductance = FieldOf<LEGION_READ_ONLY, const float>(regions[3], kInductance, wires),
      .resistance = FieldOf<LEGION_READ_ONLY, const float>(regions[3], kResistance, wires),
      .capacitance = FieldOf<LEGION_READ_ONLY, const float>(regions[3], kWireCap, wires)};
  for (unsigned i = 0; i < 10; ++i) {
    arguments.current[i] = FieldOf<LEGION_READ_WRITE, float>(regions[4], kCurrent + i, wires);
  }
  for (unsigned i = 0; i < 9; ++i) {
    arguments.voltage[i] = FieldOf<LEGION_READ_WRITE, float>(regions[4], kVoltage + i, wires);
  }
  for (unsigned i = 0; i < 3; ++i) {
    arguments.node_voltage[i] =
        FieldOf<LEGION_READ_ONLY, const float>(regions[i], kNodeVoltage, RectOf(nodes[i]));
  }
  Perform<on>(setup, kCurrentsKernel, RunCurrents, arguments, arguments.count,
              CurrentsWork(arguments, piece.structure.ExpectedEnds(piece.number), nodes));
}

template <On on>
void DistributeCharge(const Task* task, const Regions& regions, Context, Runtime*,
                      const Setup& setup) {
  const Piece piece(task, *static_cast<const Options*>(task->args));
  const Span nodes[3] = {piece.structure.Private(piece.number),
                         piece.structure.Shared(piece.number), piece.structure.Ghost(piece.number)};
  const Legion::Rect<1> wires = RectOf(piece.wires());
  const ChargeArguments arguments{
      .first = wires.lo[0],
      .count = piece.wires().size(),
      .ends = EndsOf(regions[3], wires),
      .current_in = FieldOf<LEGION_READ_ONLY, const float>(regions[3], kCurrent, wires),
      .current_out = FieldOf<LEGION_READ_ONLY, const float>(regions[3], kCurrent + 9, wires),
      .charge = {FieldOf<LEGION_READ_WRITE, float>(regions[0], kCharge, RectOf(nodes[0])),
                 apps::ReductionFieldOf<Sum>(regions[1], kCharge, RectOf(nodes[1])),
                 apps::ReductionFieldOf<Sum>(regions[2], kCharge, RectOf(nodes[2]))}};
  Perform<on>(setup, kChargeKernel, RunCharge, arguments, arguments.count,
              ChargeWork(arguments, piece.structure.ExpectedEnds(piece.number), nodes));
}

template <On on>
void UpdateVoltages(const Task* task, const Regions& regions, Context, Runtime*,
                    const Setup& setup) {
  const auto& step = *static_cast<const StepArguments*>(task->args);
  const Piece piece(task, step.options);
  const Span nodes[2] = {piece.structure.Private(piece.number),
                         piece.structure.Shared(piece.number)};
  VoltageArguments arguments{};
  for (size_t i = 0; i < 2; ++i) {
    const Legion::Rect<1> range = RectOf(nodes[i]);
    const PhysicalRegion& constants = regions[2 * i];
    const PhysicalRegion& state = regions[2 * i + 1];
    arguments.first[i] = nodes[i].first;
    arguments.count[i] = nodes[i].size();
    arguments.capacitance[i] = FieldOf<LEGION_READ_ONLY, const float>(constants, kNodeCap, range);
    arguments.leakage[i] = FieldOf<LEGION_READ_ONLY, const float>(constants, kLeakage, range);
    arguments.charge[i] = FieldOf<LEGION_READ_WRITE, float>(state, kCharge, range);
    arguments.voltage[i] = FieldOf<LEGION_READ_WRITE, float>(state, kNodeVoltage, range);
  }
  Perform<on>(setup, kVoltagesKernel, RunVoltages, arguments,
              arguments.count[0] + arguments.count[1], VoltagesWork(arguments));
  if (step.stamp) Stamp<on>(setup, kVoltagesTask, piece, regions[4], kStop);
}

template <void (*body)(const Task*, const Regions&, Context, Runtime*, const Setup&)>
void Register(TaskId id, const char* name, Legion::Processor::Kind kind, const Setup& setup) {
  Runtime::preregister_task_variant<Setup, body>(apps::LeafVariant(id, kind), setup, name);
}

}  // namespace

void RegisterLoopTasks(const Setup& setup) {
  constexpr auto kCpu = Legion::Processor::LOC_PROC;
  constexpr auto kGpu = Legion::Processor::TOC_PROC;
  Register<CalculateNewCurrents<On::kCpu>>(kCalculateNewCurrents, kCurrentsTask, kCpu, setup);
  Register<DistributeCharge<On::kCpu>>(kDistributeCharge, kChargeTask, kCpu, setup);
  Register<UpdateVoltages<On::kCpu>>(kUpdateVoltages, kVoltagesTask, kCpu, setup);
  if (!setup.kernels->usable()) return;
  Register<CalculateNewCurrents<On::kGpu>>(kCalculateNewCurrents, kCurrentsTask, kGpu, setup);
  Register<DistributeCharge<On::kGpu>>(kDistributeCharge, kChargeTask, kGpu, setup);
  Register<UpdateVoltages<On::kGpu>>(kUpdateVoltages, kVoltagesTask, kGpu, setup);
}

}  // namespace groma::circuit

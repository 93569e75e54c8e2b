// The tasks that build the circuit. In modelled runs they touch no data but the ghost ranges, and
// state the work.
#include <cstdio>
#include <map>

#include "apps/circuit/init_work.h"
#include "apps/circuit/tasks.h"
#include "apps/common/legion_field.h"

namespace groma::circuit {
namespace {

using apps::Field;
using apps::FieldOf;
using Legion::Context;
using Legion::PhysicalRegion;
using Legion::RegionRequirement;
using Legion::Runtime;
using Legion::Task;
using Regions = std::vector<PhysicalRegion>;

// As reports name the partition.
constexpr char kRanges[] = "rp_ghost_ranges";

Legion::Rect<1> RangeOf(Runtime* runtime, Context context, const RegionRequirement& requirement) {
  const Legion::IndexSpace space = requirement.region.get_index_space();
  return runtime->get_index_space_domain(context, space).bounds<1, Legion::coord_t>();
}

int64_t SuperpieceOf(const Options& options, int64_t first_wire) {
  return first_wire / (options.wires_per_piece * options.pieces_per_superpiece);
}

Span SpanOf(const Legion::Rect<1>& range) { return {range.lo[0], range.hi[0]}; }

template <typename T>
Field<T> Written(const PhysicalRegion& region, Legion::FieldID field,
                 const Legion::Rect<1>& range) {
  return FieldOf<LEGION_READ_WRITE, T>(region, field, range);
}

void InitNodes(const Task* task, const Regions& regions, Context context, Runtime* runtime,
               const Setup& setup) {
  const Structure structure(*static_cast<const Options*>(task->args));
  const auto range = RangeOf(runtime, context, task->regions[0]);
  const bool shared = structure.AllShared().Contains(range.lo[0]);
  const NewNodes nodes{.region = shared ? "rp_shared" : "rp_private",
                       .nodes = SpanOf(range),
                       .capacitance = Written<float>(regions[0], kNodeCap, range),
                       .leakage = Written<float>(regions[0], kLeakage, range),
                       .charge = Written<float>(regions[0], kCharge, range),
                       .voltage = Written<float>(regions[0], kNodeVoltage, range)};
  if (setup.modelled()) return apps::PerformOnClock(InitNodesWork(nodes));
  for (int64_t node = range.lo[0]; node <= range.hi[0]; ++node) {
    const NodeValues values = structure.Node(node);
    nodes.capacitance[node] = values.capacitance;
    nodes.leakage[node] = values.leakage;
    nodes.charge[node] = 0;
    nodes.voltage[node] = values.voltage;
  }
}

NewEnds EndsOf(const PhysicalRegion& region, const Legion::Rect<1>& range) {
  return {.in_node = Written<int64_t>(region, kInPtr, range),
          .out_node = Written<int64_t>(region, kOutPtr, range),
          .in_region = Written<uint8_t>(region, kInIndex, range),
          .out_region = Written<uint8_t>(region, kOutIndex, range)};
}

NewWires WiresOf(const PhysicalRegion& region, const Legion::Rect<1>& range) {
  NewWires wires{.wires = SpanOf(range),
                 .ends = EndsOf(region, range),
                 .inductance = Written<float>(region, kInductance, range),
                 .resistance = Written<float>(region, kResistance, range),
                 .capacitance = Written<float>(region, kWireCap, range)};
  Legion::FieldID field = kCurrent;
  for (Field<float>& current : wires.current) current = Written<float>(region, field++, range);
  for (Field<float>& voltage : wires.voltage) voltage = Written<float>(region, field++, range);
  return wires;
}

void WriteWires(const Structure& structure, const Options& options, int64_t superpiece,
                const NewWires& wires) {
  int64_t piece = -1;
  std::vector<int64_t> neighbours;
  for (int64_t wire = wires.wires.first; wire <= wires.wires.last; ++wire) {
    if (wire / options.wires_per_piece != piece) {
      piece = wire / options.wires_per_piece;
      neighbours = structure.Neighbours(piece);
    }
    const WireValues values = structure.Wire(wire, neighbours);
    const NewEnds& ends = wires.ends;
    ends.in_node[wire] = values.in_node;
    ends.out_node[wire] = values.out_node;
    ends.in_region[wire] = static_cast<uint8_t>(structure.Locate(values.in_node, superpiece));
    ends.out_region[wire] = static_cast<uint8_t>(structure.Locate(values.out_node, superpiece));
    wires.inductance[wire] = values.inductance;
    wires.resistance[wire] = values.resistance;
    wires.capacitance[wire] = values.capacitance;
    for (const Field<float>& current : wires.current) current[wire] = 0;
    for (const Field<float>& voltage : wires.voltage) voltage[wire] = 0;
  }
}

void InitWires(const Task* task, const Regions& regions, Context context, Runtime* runtime,
               const Setup& setup) {
  const auto& options = *static_cast<const Options*>(task->args);
  const Structure structure(options);
  const auto range = RangeOf(runtime, context, task->regions[4]);
  const int64_t superpiece = SuperpieceOf(options, range.lo[0]);
  const auto slot = RangeOf(runtime, context, task->regions[0]);
  const auto rect = Written<Legion::Rect<1>>(regions[0], kRect, slot);
  rect[slot.lo[0]] = RectOf(structure.Ghost(superpiece));
  const NewWires wires = WiresOf(regions[4], range);
  if (!setup.modelled()) return WriteWires(structure, options, superpiece, wires);
  apps::PerformOnClock(InitWiresWork(options, wires, apps::UseOf(rect, slot.lo[0], kRanges)));
}

/// A requirement of a child task: the parent's whole region, with the given access.
RegionRequirement Narrowed(const RegionRequirement& requirement, Legion::PrivilegeMode mode) {
  RegionRequirement narrowed(requirement.region, mode, LEGION_EXCLUSIVE, requirement.region);
  if (mode == LEGION_NO_ACCESS) return narrowed;
  narrowed.privilege_fields = requirement.privilege_fields;
  narrowed.instance_fields.assign(requirement.privilege_fields.begin(),
                                  requirement.privilege_fields.end());
  return narrowed;
}

void InitPiece(const Task* task, const Regions&, Context context, Runtime* runtime,
               const Setup& setup) {
  const Legion::UntypedBuffer arguments(task->args, task->arglen);
  for (const unsigned nodes : {1U, 2U}) {
    Legion::TaskLauncher launcher(kInitNodes, arguments);
    launcher.add_region_requirement(Narrowed(task->regions[nodes], LEGION_READ_WRITE));
    runtime->execute_task(context, launcher);
  }
  Legion::TaskLauncher launcher(kInitWires, arguments);
  launcher.add_region_requirement(Narrowed(task->regions[0], LEGION_READ_WRITE));
  for (const unsigned nodes : {1U, 2U, 3U}) {
    launcher.add_region_requirement(Narrowed(task->regions[nodes], LEGION_NO_ACCESS));
  }
  launcher.add_region_requirement(Narrowed(task->regions[4], LEGION_READ_WRITE));
  if (setup.modelled())
    launcher.region_requirements.back().add_flags(LEGION_SUPPRESS_WARNINGS_FLAG);
  runtime->execute_task(context, launcher);
}

[[noreturn]] void Fail(const std::string& what) { apps::EndRun("error: circuit: " + what); }

void InitPointers(const Task* task, const Regions& regions, Context context, Runtime* runtime,
                  const Setup& setup) {
  const auto& options = *static_cast<const Options*>(task->args);
  const Structure structure(options);
  const auto range = RangeOf(runtime, context, task->regions[3]);
  const NewEnds ends = EndsOf(regions[3], range);
  if (setup.modelled()) return apps::PerformOnClock(InitPointersWork(SpanOf(range), ends));
  const int64_t superpiece = SuperpieceOf(options, range.lo[0]);
  const auto ghost = RangeOf(runtime, context, task->regions[2]);
  for (int64_t wire = range.lo[0]; wire <= range.hi[0]; ++wire) {
    const Location in_location = structure.Locate(ends.in_node[wire], superpiece);
    const int64_t out_node = ends.out_node[wire];
    const Location out_location = structure.Locate(out_node, superpiece);
    if (in_location == Location::kGhost) Fail("a wire begins outside its piece");
    if (out_location == Location::kGhost && !ghost.contains(Legion::Point<1>(out_node))) {
      Fail("a wire ends outside its ghost nodes");
    }
    ends.in_region[wire] = static_cast<uint8_t>(in_location);
    ends.out_region[wire] = static_cast<uint8_t>(out_location);
  }
}

/// The partition comes from the options; the ranges that init_wires wrote must say the same.
Legion::IndexPartition CreateGhostPartition(const Task* task, const Regions& regions,
                                            Context context, Runtime* runtime, const Setup& setup) {
  const auto& options = *static_cast<const Options*>(task->args);
  const Structure structure(options);
  const auto slots = RangeOf(runtime, context, task->regions[1]);
  const auto rect = FieldOf<LEGION_READ_ONLY, const Legion::Rect<1>>(regions[1], kRect, slots);
  if (setup.modelled()) {
    apps::PerformOnClock(CreateGhostPartitionWork(apps::UseOf(rect, slots.lo[0], kRanges),
                                                  slots.hi[0] - slots.lo[0] + 1));
  }
  std::map<Legion::Point<1>, Legion::DomainT<1>> domains;
  for (int64_t i = slots.lo[0]; i <= slots.hi[0]; ++i) {
    const Legion::Rect<1> range = RectOf(structure.Ghost(i));
    if (!(range == rect[i]) && !(range.empty() && rect[i].empty())) {
      Fail("the ghost ranges read are not the ones written");
    }
    domains[Legion::Point<1>(i)] = range;
  }
  const Legion::IndexSpaceT<1> shared(task->regions[0].region.get_index_space());
  const Legion::IndexSpaceT<1> colors(task->regions[1].region.get_index_space());
  return runtime->create_partition_by_domain(context, shared, domains, colors,
                                             /*perform_intersections=*/false,
                                             LEGION_ALIASED_INCOMPLETE_KIND);
}

Legion::TaskVariantRegistrar OnCpu(TaskId id, const char* name) {
  Legion::TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  return registrar;
}

}  // namespace

void RegisterInitTasks(const Setup& setup) {
  auto piece = OnCpu(kInitPiece, "init_piece");
  piece.set_inner();
  Runtime::preregister_task_variant<Setup, InitPiece>(piece, setup, "init_piece");
  auto nodes = OnCpu(kInitNodes, "init_nodes");
  nodes.set_leaf();
  Runtime::preregister_task_variant<Setup, InitNodes>(nodes, setup, "init_nodes");
  auto wires = OnCpu(kInitWires, "init_wires");
  wires.set_leaf();
  Runtime::preregister_task_variant<Setup, InitWires>(wires, setup, "init_wires");
  auto pointers = OnCpu(kInitPointers, "init_pointers");
  pointers.set_leaf();
  Runtime::preregister_task_variant<Setup, InitPointers>(pointers, setup, "init_pointers");
  Runtime::preregister_task_variant<Legion::IndexPartition, Setup, CreateGhostPartition>(
      OnCpu(kCreateGhostPartition, "create_ghost_partition"), setup, "create_ghost_partition");
}

}  // namespace groma::circuit

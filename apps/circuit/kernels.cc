#include "apps/circuit/kernels.h"

#include <array>
#include <atomic>

#include "apps/common/stamp.h"

namespace groma::circuit {
namespace {

// The partitions of the arguments, as reports name them.
constexpr char kWires[] = "rp_wires";
constexpr const char* kNodes[] = {"rp_private", "rp_shared", "rp_ghost"};

std::vector<apps::FieldUse> UsesOf(const WireEnds& ends, int64_t first) {
  return {apps::UseOf(ends.in_node, first, kWires), apps::UseOf(ends.in_region, first, kWires),
          apps::UseOf(ends.out_node, first, kWires), apps::UseOf(ends.out_region, first, kWires)};
}

std::array<int64_t, 3> ByRegion(const EndCounts& ends) {
  return {ends.on_private, ends.on_shared, ends.on_ghost};
}

}  // namespace

std::vector<apps::Kernel> Kernels() {
  using apps::KernelOf;
  return {KernelOf<CurrentsArguments, RunCurrents>(kCurrentsKernel),
          KernelOf<ChargeArguments, RunCharge>(kChargeKernel),
          KernelOf<VoltageArguments, RunVoltages>(kVoltagesKernel),
          KernelOf<apps::StampArguments, apps::RunStamp>(kStampKernel)};
}

void RunCurrents(const CurrentsArguments& arguments) {
  for (int64_t i = 0; i < arguments.count; ++i) UpdateWire(arguments, arguments.first + i);
}

void RunCharge(const ChargeArguments& arguments) {
  for (int64_t i = 0; i < arguments.count; ++i) {
    MoveCharge(arguments, arguments.first + i, [&](int region, int64_t node, float charge) {
      std::atomic_ref(arguments.charge[region][node]).fetch_add(charge, std::memory_order_relaxed);
    });
  }
}

void RunVoltages(const VoltageArguments& arguments) {
  for (int region = 0; region < 2; ++region) {
    for (int64_t i = 0; i < arguments.count[region]; ++i) {
      UpdateNode(arguments, region, arguments.first[region] + i);
    }
  }
}

// Per wire: both ends' numbers and regions and three constants are read once; ten currents and nine
// voltages are read once and written once, whatever the number of steps (the iteration stays in
// registers); two node voltages are read at random places, one for each end.
apps::Work CurrentsWork(const CurrentsArguments& arguments, const EndCounts& ends,
                        const Span (&nodes)[3]) {
  apps::Work work(kCurrentsTask);
  work.AddSingleFlops(static_cast<double>(arguments.count) * static_cast<double>(arguments.steps) *
                      kFlopsOfWireStep);
  std::vector<apps::FieldUse> constants = UsesOf(arguments.ends, arguments.first);
  for (const auto& field : {arguments.inductance, arguments.resistance, arguments.capacitance}) {
    constants.push_back(apps::UseOf(field, arguments.first, kWires));
  }
  work.AddStreamed(constants, arguments.count, 1);
  std::vector<apps::FieldUse> state;
  for (const auto& field : arguments.current)
    state.push_back(apps::UseOf(field, arguments.first, kWires));
  for (const auto& field : arguments.voltage)
    state.push_back(apps::UseOf(field, arguments.first, kWires));
  work.AddStreamed(state, arguments.count, 2);
  for (size_t region = 0; region < 3; ++region) {
    if (nodes[region].size() == 0) continue;
    work.AddScattered(
        apps::UseOf(arguments.node_voltage[region], nodes[region].first, kNodes[region]),
        ByRegion(ends)[region]);
  }
  return work;
}

// Per wire: both ends' numbers and regions and two currents are read once, and two charges are
// added to, one for each end. Threads may meet at a node, so every addition is atomic.
apps::Work ChargeWork(const ChargeArguments& arguments, const EndCounts& ends,
                      const Span (&nodes)[3]) {
  apps::Work work(kChargeTask);
  work.AddSingleFlops(static_cast<double>(arguments.count) * kFlopsOfCharge);
  std::vector<apps::FieldUse> read = UsesOf(arguments.ends, arguments.first);
  read.push_back(apps::UseOf(arguments.current_in, arguments.first, kWires));
  read.push_back(apps::UseOf(arguments.current_out, arguments.first, kWires));
  work.AddStreamed(read, arguments.count, 1);
  for (size_t region = 0; region < 3; ++region) {
    if (nodes[region].size() == 0) continue;
    work.AddAtomics(apps::UseOf(arguments.charge[region], nodes[region].first, kNodes[region]),
                    ByRegion(ends)[region]);
  }
  return work;
}

// Per node: capacitance and leakage are read, charge and voltage are read and written.
apps::Work VoltagesWork(const VoltageArguments& arguments) {
  apps::Work work(kVoltagesTask);
  for (int region = 0; region < 2; ++region) {
    const int64_t first = arguments.first[region];
    const int64_t count = arguments.count[region];
    if (count == 0) continue;
    work.AddSingleFlops(static_cast<double>(count) * kFlopsOfNode);
    work.AddStreamed({apps::UseOf(arguments.capacitance[region], first, kNodes[region]),
                      apps::UseOf(arguments.leakage[region], first, kNodes[region])},
                     count, 1);
    work.AddStreamed({apps::UseOf(arguments.charge[region], first, kNodes[region]),
                      apps::UseOf(arguments.voltage[region], first, kNodes[region])},
                     count, 2);
  }
  return work;
}

}  // namespace groma::circuit
